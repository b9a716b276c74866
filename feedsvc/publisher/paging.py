"""Divides a feed into documents as its format requires, none larger than the format allows. Pure functions."""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple
from urllib.parse import quote

from msgspec.structs import replace

from feedsvc.model.feed import Feed
from feedsvc.model.format import Format
from feedsvc.model.problem import Problem
from feedsvc.model.urls import SITE

ADDRESS_MARGIN = 64
"""Bytes by which an address may be longer than its placeholder `SITE`, with which documents are measured."""

Rendered = tuple[bytes | None, tuple[Problem, ...]]


class Page(NamedTuple):
    """One document of a feed: `feed` in the format `form`, at `path`."""

    path: str
    feed: Feed
    form: Format


def pages(form: Format, feed: Feed) -> list[Page]:
    """The documents of `feed`; the first has the feed's own path."""
    size, held = form.profile.page_size, feed.articles
    if not size or len(held) <= size:
        return [Page(feed.path, feed, form)]
    parts = [held[start : start + size] for start in range(0, len(held), size)]
    indexed = form.profile.index is not None
    paths = [numbered(feed.path, number) if indexed or number > 1 else feed.path for number in range(1, len(parts) + 1)]
    following = [] if indexed else [SITE + quote(path) for path in paths[1:]]
    found = [
        Page(path, _part(feed, form, path, articles, next_), form)
        for path, articles, next_ in zip(paths, parts, [*following, *[""] * len(parts)], strict=False)
    ]
    if form.profile.index is None:
        return found
    index = replace(form, render=partial(_render_index, form.profile.index, tuple(page.feed for page in found)))
    return [Page(feed.path, feed, index), *found]


def _render_index(index: Callable[[Feed, tuple[Feed, ...]], bytes], parts: tuple[Feed, ...], feed: Feed) -> bytes:
    return index(feed, parts)


def _part(feed: Feed, form: Format, path: str, articles: tuple[object, ...], following: str) -> Feed:
    link = replace(feed.link(form.name), href=SITE + quote(path))
    live = feed.live if path == feed.path else ()
    return replace(feed, path=path, articles=articles, links=(link,), next=following, live=live)


def numbered(path: str, number: int) -> str:
    """The path of a further document of the feed at `path`: `/sitemap-2.xml` for `/sitemap.xml`."""
    stem, dot, suffix = path.rpartition(".")
    return f"{stem}-{number}{dot}{suffix}" if dot and "/" not in suffix else f"{path}-{number}"


def render_within_size(form: Format, feed: Feed, render: Callable[[Format, Feed], Rendered]) -> Rendered:
    """The document that `render` makes of as many of the newest articles as fit, and its problems. If articles were
    left out, a warning says how many."""
    body, problems = render(form, feed)
    most, kept = form.profile.max_bytes, len(feed.articles)
    while most and body is not None and kept and (size := _size(body)) > most:
        kept = min(kept - 1, kept * most // size)
        body, problems = render(form, replace(feed, articles=feed.articles[:kept]))
    if left := len(feed.articles) - kept:
        reason = f"the {left} oldest of {len(feed.articles)} articles are left out: {form.name} takes {most:,} bytes"
        remedy = f'set limit = {max(1, kept)}, or content = "summary"'
        problems += (Problem(place=feed.path, reason=reason, remedy=remedy, warning=True),)
    return body, problems


def _size(body: bytes) -> int:
    """The size of a document in bytes with the longest possible address."""
    return len(body) + ADDRESS_MARGIN * body.count(SITE.encode())
