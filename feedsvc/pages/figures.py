"""The pictures, players and files that an article's page shows around the text."""

from typing import NamedTuple

from markupsafe import escape

from feedsvc.model.article import Article, Media
from feedsvc.model.text_pictures import pictures_of
from feedsvc.pages.links import href

LARGEST = 2**19
"""Bytes of a picture that a list of many shows: it is shown as it is, only smaller."""


class Figures(NamedTuple):
    """The media around the text of an article."""

    lead: Media | None
    """Above the text; None if there is neither a picture nor a video."""
    rest: tuple[Media, ...]
    """Below the text."""


def figures_of(article: Article) -> Figures:
    """The media of `article` that have a web address and are not in its text. A picture leads, or else a video."""
    shown = [media for media in article.media if href(media.url) and str(escape(media.url)) not in article.content]
    lead = next((media for media in shown if media.medium == "image"), None)
    if lead is None:
        lead = next((media for media in shown if media.medium == "video"), None)
    return Figures(lead, tuple(media for media in shown if media is not lead))


def picture(article: Article) -> Media | None:
    """The picture that stands for `article` in lists; None if there is none."""
    return next((media for media in pictures_of(article) if href(media.url)), None)


def thumbnail(article: Article) -> Media | None:
    """The picture that stands for `article` in lists of many; None if it is too large to be one of many, or there is
    none."""
    found = picture(article)
    return None if found is None or (found.length or 0) > LARGEST else found
