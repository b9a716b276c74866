"""Finds the pictures in the text of an article, which are used if the article names none."""

import re
from html import unescape

from feedsvc.model.article import Article, Media
from feedsvc.model.media_types import guess

_IMAGE = re.compile(r"<img\b([^<>]*+)>")
_ATTRIBUTE = re.compile(r'(?<![\w-])(src|alt|width|height)="([^"]*+)"')
"""An attribute as the cleaner of the readers writes it."""


def text_pictures(article: Article) -> tuple[Media, ...]:
    """The pictures in the text of `article`, in order, with the sizes that the text gives."""
    if "<img" not in article.content:
        return ()
    found = (dict(_ATTRIBUTE.findall(each[1])) for each in _IMAGE.finditer(article.content))
    return tuple(_media(told) for told in found if told.get("src", "").startswith(("http://", "https://")))


def pictures_of(article: Article) -> tuple[Media, ...]:
    """The pictures that the article names, or else those in its text."""
    return article.media_of("image") or text_pictures(article)


def _media(told: dict[str, str]) -> Media:
    url = unescape(told["src"])
    kind = guess(url.partition("?")[0])
    return Media(
        url=url,
        type=kind if kind.startswith("image/") else "image/jpeg",
        title=unescape(told.get("alt", "")),
        width=_pixels(told.get("width", "")),
        height=_pixels(told.get("height", "")),
    )


def _pixels(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else None
