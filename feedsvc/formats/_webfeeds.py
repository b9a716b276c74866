"""Elements that control how Feedly shows a feed, from the configuration: the namespace webfeeds, only in the channel or
Atom feed."""

from feedsvc.formats._xml import Element, add
from feedsvc.model.addresses import web
from feedsvc.model.feed import Feed


def says(feed: Feed) -> bool:
    return bool(feed.accent or web(feed.cover))


def prefixes(feed: Feed) -> tuple[str, ...]:
    return ("webfeeds",) if says(feed) else ()


def add_webfeeds(channel: Element, feed: Feed) -> None:
    if not says(feed):
        return
    if cover := web(feed.cover):
        add(channel, "webfeeds:cover", image=cover)
    if icon := web(feed.icon):
        add(channel, "webfeeds:icon", icon)
    if (logo := web(feed.logo)) and logo.partition("?")[0].lower().endswith(".svg"):  # Feedly accepts no other
        add(channel, "webfeeds:logo", logo)
    if feed.accent:
        add(channel, "webfeeds:accentColor", feed.accent)
    add(channel, "webfeeds:related", layout="card", target="browser")
