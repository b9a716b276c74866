"""Selects the images and videos that meet a partner's requirements for size, type and shape."""

from collections.abc import Iterator
from math import isclose
from typing import NamedTuple

from msgspec.structs import replace

from feedsvc.formats._media import on_the_web, whole
from feedsvc.model.addresses import web
from feedsvc.model.article import Article, Media
from feedsvc.model.feed import Feed
from feedsvc.model.media_types import STREAMS, guess
from feedsvc.model.text_pictures import text_pictures

WIDE = 16 / 9
JPEG_PNG = ("image/jpeg", "image/png")


class Wanted(NamedTuple):
    """Requirements for an image: minimum size in pixels, shape as width by height, types; 0 or empty for any."""

    width: int = 0
    height: int = 0
    shape: float = 0
    longest: float = 0
    """Maximum ratio of the long side to the short side."""
    most: tuple[int, int] = (0, 0)
    types: tuple[str, ...] = ()
    ratio: tuple[float, float] = (0, 0)
    """Minimum and maximum of width by height."""

    def __str__(self) -> str:
        words = [
            f"of {self.width}x{self.height} pixels at least" if self.width else "",
            f"of {self.most[0]}x{self.most[1]} pixels at most" if self.most[0] else "",
            "at 16:9" if self.shape == WIDE else "square" if self.shape else "",
            f"not longer than {self.longest} times its other side" if self.longest else "",
            f"{self.ratio[0]} to {self.ratio[1]} times as wide as high" if self.ratio[1] else "",
            f"as {' or '.join(map(_short, self.types))}" if self.types else "",
        ]
        return f"a picture {', '.join(filter(None, words))}" if any(words) else "a picture"

    def fault(self, picture: Media) -> str:
        """The requirement that the image is known to violate; empty if there is none."""
        if self.types and picture.type not in self.types:
            return f"is {_short(picture.type)}" if picture.type else "is of an unknown type"
        width, height = whole(picture.width), whole(picture.height)
        if not width or not height:
            return ""
        if width < self.width or height < self.height:
            return f"is too small, {width}x{height}"
        if self.most[0] and (width > self.most[0] or height > self.most[1]):
            return f"is too large, {width}x{height}"
        return f"has the wrong shape, {width}x{height}" if self._is_misshapen(width, height) else ""

    def _is_misshapen(self, width: int, height: int) -> bool:
        return (
            (bool(self.shape) and not isclose(width / height, self.shape, rel_tol=0.02))
            or (bool(self.longest) and max(width, height) > self.longest * min(width, height))
            or (bool(self.ratio[1]) and not self.ratio[0] <= width / height <= self.ratio[1])
        )

    def wrong(self, picture: Media) -> bool:
        """True if the image is known to violate the requirements."""
        return bool(self.fault(picture))

    def refused(self, article: Article) -> str:
        """The first fault among the article's images; empty if there is none."""
        faults = ((each, self.fault(each)) for each in pictures(article))
        return next((f"its picture {_name(each)} {fault}" for each, fault in faults if fault), "")

    def choose(self, article: Article) -> Media | None:
        """The first image that meets the requirements, else the first of unknown size; None if there is none."""
        good = [picture for picture in pictures(article) if not self.wrong(picture)]
        return next((each for each in good if measured(each)), good[0] if good else None)


def _short(kind: str) -> str:
    """`PNG` for `image/png`."""
    return kind.partition("/")[2].upper()


def _name(picture: Media) -> str:
    return picture.url.partition("?")[0].rpartition("/")[2] or picture.url


def measured(picture: Media) -> bool:
    return bool(whole(picture.width) and whole(picture.height))


def pictures(article: Article) -> Iterator[Media]:
    """The images of the article, then the thumbnails of its videos; if it has no images, those in its text.

    A thumbnail has no size, unless it is one of the images.
    """
    images = [media for media in on_the_web(article) if media.medium == "image"]
    yield from images
    known = {media.url for media in images}
    for media in on_the_web(article):
        if web(media.thumbnail) and media.thumbnail not in known:
            yield Media(url=media.thumbnail, type=_type(media.thumbnail))
    if not images:
        yield from text_pictures(article)


def _type(url: str) -> str:
    kind = guess(url.partition("?")[0])
    return kind if kind.startswith("image/") else "image/jpeg"


def films(article: Article) -> list[Media]:
    """The videos and streams, the most widely playable first: some of Roku's players play only the first, and only
    MP4."""
    found = [media for media in on_the_web(article) if media.medium == "video"]
    return sorted(found, key=lambda media: (media.type != "video/mp4", media.type in STREAMS))


def is_stream(media: Media) -> bool:
    return media.type in STREAMS


def at_least_a_second(media: Media) -> int:
    """The duration in whole seconds, at least 1; 0 if unknown."""
    return max(1, whole(media.duration) or 0) if media.duration and media.duration > 0 else 0


def sized(picture: Media) -> Media:
    """`picture` without invalid sizes."""
    return replace(picture, width=whole(picture.width), height=whole(picture.height))


def named(feed: Feed, url: str) -> Media | None:
    """The site's picture at `url` from the configuration; None if its size is unknown."""
    return next((picture for picture in feed.pictures if picture.url == url and measured(picture)), None)
