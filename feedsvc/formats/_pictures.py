"""Pictures and films as partners want them: large enough, of a kind and shape that they take."""

from collections.abc import Iterator
from math import isclose
from typing import NamedTuple

from msgspec.structs import replace

from feedsvc.formats._media import on_the_web, whole
from feedsvc.formats._uri import web
from feedsvc.model.article import STREAMS, Article, Media
from feedsvc.model.feed import Feed

WIDE = 16 / 9
JPEG_PNG = ("image/jpeg", "image/png")


class Wanted(NamedTuple):
    """Of a picture: pixels at least and at most, its shape as width by height, and its types; 0 or empty for any."""

    width: int = 0
    height: int = 0
    shape: float = 0
    longest: float = 0
    """Most that the long side may be of the short one."""
    most: tuple[int, int] = (0, 0)
    types: tuple[str, ...] = ()

    def __str__(self) -> str:
        words = [
            f"of {self.width}x{self.height} pixels at least" if self.width else "",
            f"of {self.most[0]}x{self.most[1]} pixels at most" if self.most[0] else "",
            "at 16:9" if self.shape == WIDE else "square" if self.shape else "",
            f"not longer than {self.longest} times its other side" if self.longest else "",
            f"as {' or '.join(kind.partition('/')[2].upper() for kind in self.types)}" if self.types else "",
        ]
        return f"a picture {', '.join(filter(None, words))}" if any(words) else "a picture"

    def wrong(self, picture: Media) -> bool:
        """Whether it is known not to be what is wanted."""
        if self.types and picture.type not in self.types:
            return True
        width, height = whole(picture.width), whole(picture.height)
        if not width or not height:
            return False
        return (
            width < self.width
            or height < self.height
            or (bool(self.most[0]) and (width > self.most[0] or height > self.most[1]))
            or (bool(self.shape) and not isclose(width / height, self.shape, rel_tol=0.02))
            or (bool(self.longest) and max(width, height) > self.longest * min(width, height))
        )

    def choose(self, article: Article) -> Media | None:
        """The first picture that is as wanted, else the first of which it is not known."""
        good = [picture for picture in pictures(article) if not self.wrong(picture)]
        return next((each for each in good if measured(each)), good[0] if good else None)


def measured(picture: Media) -> bool:
    return bool(whole(picture.width) and whole(picture.height))


def pictures(article: Article) -> Iterator[Media]:
    """The pictures of the article, then those that stand for its films, of a size if one of the former is the same."""
    images = [media for media in on_the_web(article) if media.medium == "image"]
    yield from images
    known = {media.url for media in images}
    for media in on_the_web(article):
        if web(media.thumbnail) and media.thumbnail not in known:
            yield Media(url=media.thumbnail, type=_type(media.thumbnail))


def _type(url: str) -> str:
    path = url.partition("?")[0].lower()
    return "image/png" if path.endswith(".png") else "image/webp" if path.endswith(".webp") else "image/jpeg"


def films(article: Article) -> list[Media]:
    """Films and streams, the most widely playable first: some players of Roku's take the first, and only as MP4."""
    found = [media for media in on_the_web(article) if media.medium == "video"]
    return sorted(found, key=lambda media: (media.type != "video/mp4", media.type in STREAMS))


def is_stream(media: Media) -> bool:
    return media.type in STREAMS


def at_least_a_second(media: Media) -> int:
    """The duration in whole seconds, 0 if it is not known."""
    return max(1, whole(media.duration) or 0) if media.duration and media.duration > 0 else 0


def sized(picture: Media) -> Media:
    """Without sizes that make no sense."""
    return replace(picture, width=whole(picture.width), height=whole(picture.height))


def named(feed: Feed, url: str) -> Media | None:
    """The picture of ours at `url` that the config names, if its size is known."""
    return next((picture for picture in feed.pictures if picture.url == url and measured(picture)), None)
