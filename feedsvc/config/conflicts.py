"""Finds conflicts between values that are each valid on their own."""

import os.path
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePath
from urllib.parse import urlsplit

from feedsvc.config.errors import Issue, display
from feedsvc.config.tables import Config
from feedsvc.config.value_types import STORE_SCHEME
from feedsvc.model.urls import HUB

_OF_ITS_OWN = 'name a folder of its own, such as ".feedsvc"'


def conflicts(config: Config) -> Iterator[Issue]:
    """An issue for each conflict. Rejected values are empty in `config` and never conflict."""
    yield from _hosts(config)
    yield from _redirects(config)
    yield from _state(config)
    yield from _destinations(config)
    yield from _purges(config)
    yield from _hub(config)
    yield from _alerts(config)


def _hosts(config: Config) -> Iterator[Issue]:
    """Issues for mirrors that share a host: requests are distinguished by their Host header alone."""
    known = {urlsplit(config.site.url).hostname: ""}
    for number, mirror in enumerate(config.site.mirrors):
        if mirror and known.setdefault(urlsplit(mirror).hostname, mirror) != mirror:
            reason = f"found {display(mirror)}, which has the same host as url or another mirror"
            yield Issue(f"site.mirrors[{number}]", reason, "name another host, not another scheme or port")


def _redirects(config: Config) -> Iterator[Issue]:
    feeds = {feed.path for feed in config.feeds if feed.path}
    targets = {redirect.from_: redirect.to for redirect in config.redirects}
    for number, redirect in enumerate(config.redirects):
        if redirect.from_ in feeds:
            reason = f"found {display(redirect.from_)}, which is the path of a feed"
            yield Issue(f"redirects[{number}].from", reason, "remove the redirect or the feed")
        if redirect.from_ and redirect.from_ == redirect.to:
            yield Issue(f"redirects[{number}].to", "redirects to itself", "name the new path")
        elif redirect.from_ and _leads_back(redirect.from_, targets):
            yield Issue(f"redirects[{number}].to", "leads back to itself by other redirects", "name the new path")


def _leads_back(path: str, targets: Mapping[str, str]) -> bool:
    """True if the redirects in `targets`, path to target, lead from `path` to `path`."""
    seen, at = set[str](), targets[path]
    while at in targets and at not in seen:
        seen.add(at)
        at = targets[at]
    return path in seen


def _state(config: Config) -> Iterator[Issue]:
    """An issue if the files of the store would lie among the articles: in their folder, or below it where that is
    looked through."""
    state, articles = _place(str(config.state.path)), _place(config.articles.path)
    if config.state.path == Path() or not state.is_relative_to(articles):
        return
    if not any(step.startswith((".", "_")) for step in state.relative_to(articles).parts):
        where = "has the articles" if state == articles else "is among the articles"
        yield Issue("state.path", f"found {display(str(config.state.path))}, which {where}", _OF_ITS_OWN)


def _destinations(config: Config) -> Iterator[Issue]:
    """Issues for destinations that overlap with the articles, the state, or one another."""
    places = {number: _place(table.to) for number, table in enumerate(config.publish) if table.to}
    private = {_place(config.articles.path): "the articles", _place(str(config.state.path)): "the state"}
    for number, place in places.items():
        former = {each: "another destination" for other, each in places.items() if other < number}
        for other, name in (private | former).items():
            if place.is_relative_to(other) or other.is_relative_to(place):
                reason = f"found {display(config.publish[number].to)}, which is not apart from {name}"
                yield Issue(f"publish[{number}].to", reason, "name a folder of its own, or another prefix")


def _purges(config: Config) -> Iterator[Issue]:
    """Issues for caches of unknown destinations or addresses, and for two caches with the same name."""
    places, sites = {table.to for table in config.publish}, {config.site.url, *config.site.mirrors}
    names = set[str]()
    for number, table in enumerate(config.purge):
        if table.behind and table.behind not in places:
            reason = f"found {display(table.behind)}, which is no place of [[publish]]"
            yield Issue(f"purge[{number}].behind", reason, "write it as `to` says, or leave it out for the service")
        for position, address in enumerate(table.addresses):
            if address and address not in sites:
                reason = f"found {display(address)}, which is no address of the site"
                yield Issue(f"purge[{number}].addresses[{position}]", reason, "write url or one of mirrors of [site]")
        if table.service and table.name in names:
            yield Issue(f"purge[{number}]", f"found {display(table.name)} twice", "keep one of them")
        names.add(table.name)


def _place(to: str) -> PurePath:
    """The normalised path of a folder, or a bucket with its prefix as a path that no folder can have."""
    return PurePath(to if to.startswith(STORE_SCHEME) else os.path.normpath(to))


def _hub(config: Config) -> Iterator[Issue]:
    """Issues for feeds at the path of the service's own hub."""
    for number, feed in enumerate(config.feeds):
        if config.push.hub and feed.path == HUB:
            yield Issue(
                f"feeds[{number}].path", f"found {display(HUB)}, which is the path of the hub", "name another path"
            )


def _alerts(config: Config) -> Iterator[Issue]:
    """Issues for mail without a sender, and for `feeds` that are not custom feeds."""
    feeds = {feed.path for feed in config.feeds}
    for number, table in enumerate(config.alerts):
        if table.to.startswith("mailto:") and not config.smtp.sender:
            yield Issue(f"alerts[{number}].to", "mail has no sender", "add [smtp] sender, an address of mail")
        for place, path in enumerate(table.feeds):
            if path and path not in feeds:
                reason = f"found {display(path)}, which is no path of [[feeds]]"
                yield Issue(
                    f"alerts[{number}].feeds[{place}]", reason, "name a feed of your own; sections have `sections`"
                )
