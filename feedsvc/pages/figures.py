"""Selects the pictures, players and files that an article's page shows around the text."""

from typing import NamedTuple

from markupsafe import escape

from feedsvc.model.article import Article, Media
from feedsvc.model.text_pictures import pictures_of
from feedsvc.pages.links import href

LARGEST = 2**19
"""Maximum bytes of a picture in a long list: it is not resized, only displayed smaller."""


class Figures(NamedTuple):
    """The media around the text of an article."""

    lead: Media | None
    """The medium above the text; None if there is neither a picture nor a video."""
    rest: tuple[Media, ...]
    """The media below the text."""


def figures_of(article: Article) -> Figures:
    """The media of `article` that have a web address and are not in its text. The lead is a picture, or else a
    video."""
    shown = [media for media in article.media if href(media.url) and str(escape(media.url)) not in article.content]
    lead = next((media for media in shown if media.medium == "image"), None)
    if lead is None:
        lead = next((media for media in shown if media.medium == "video"), None)
    return Figures(lead, tuple(media for media in shown if media is not lead))


def picture(article: Article) -> Media | None:
    """The picture of `article` for lists; None if there is none."""
    return next((media for media in pictures_of(article) if href(media.url)), None)


def thumbnail(article: Article) -> Media | None:
    """The picture of `article` for long lists; None if there is none, or if it is too large."""
    found = picture(article)
    return None if found is None or (found.length or 0) > LARGEST else found
