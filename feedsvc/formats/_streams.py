"""Live streams from the configuration, for the television formats."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import NamedTuple

from feedsvc.formats._content import language
from feedsvc.formats._feedgen import Item
from feedsvc.formats._pictures import sized
from feedsvc.formats._tv import add_thumbnail
from feedsvc.formats._xml import Element, add
from feedsvc.model.addresses import uri, web
from feedsvc.model.article import Media
from feedsvc.model.feed import Feed, LiveStream
from feedsvc.model.media_types import guess

HLS = "application/vnd.apple.mpegurl"
_OTHERS = ("application/dash+xml", "video/mp4")


class Stream(NamedTuple):
    """A live stream in the language `tag` of the feed; `home` is the page for people."""

    live: LiveStream
    tag: str
    home: str

    @property
    def type(self) -> str:
        kind = guess(self.live.url.partition("?")[0])
        return kind if kind in _OTHERS else HLS

    @property
    def url(self) -> str:
        return web(self.live.url)

    @property
    def picture(self) -> Media:
        return sized(self.live.picture)

    @property
    def description(self) -> str:
        return self.live.description or self.live.title

    @property
    def since(self) -> datetime:
        return self.live.since

    def add_content(self, item: Element, **attributes: str) -> Element:
        """Adds the stream as media:content, with its picture both inside and beside it: readers look in one place or
        the other."""
        add_thumbnail(item, self.picture)
        given = {"url": self.url, "type": self.type, "medium": "video", **attributes, "lang": self.tag}
        content = add(item, "media:content", **given)
        add_thumbnail(content, self.picture)
        return content

    def item(self, extend: Callable[[Element], None]) -> Item:
        return Item(
            title=self.live.title,
            link=uri(self.home),
            guid=self.live.id,
            published=self.since,
            description=self.description,
            extend=extend,
        )


def streams(feed: Feed) -> Iterator[Stream]:
    """The live streams. They are only in the first document of a feed: further ones would repeat them."""
    for live in feed.live:
        if web(live.url) and web(live.picture.url):
            yield Stream(live, language(feed.language), feed.home)
