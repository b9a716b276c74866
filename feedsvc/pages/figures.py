"""Which of an article's pictures, players and files its page shows around the text."""

import re
from html import unescape
from typing import NamedTuple

from markupsafe import escape

from feedsvc.model.article import Article, Media
from feedsvc.model.text import unspaced
from feedsvc.pages.links import href

_TAG = re.compile("<[^>]*>")


class Figures(NamedTuple):
    """The lead picture above the text, if there is one, and everything else below it."""

    lead: Media | None
    rest: tuple[Media, ...]


def of(article: Article) -> Figures:
    """What can be reached and is not in the text already. A film leads where there is no picture."""
    shown = [media for media in article.media if href(media.url) and str(escape(media.url)) not in article.content]
    lead = next((media for media in shown if media.medium == "image"), None)
    if lead is None:
        lead = next((media for media in shown if media.medium == "video"), None)
    return Figures(lead, tuple(media for media in shown if media is not lead))


def picture(article: Article) -> Media | None:
    """The picture that stands for the article among others."""
    return next((media for media in article.media_of("image") if href(media.url)), None)


def standfirst(article: Article) -> str:
    """The summary where the newsroom wrote one; empty where it only repeats what the text says."""
    start = unspaced(article.summary)[:60].rstrip("….")
    return "" if start in _letters(article.content) else article.summary


def _letters(content: str) -> str:
    """The text without tags and white space."""
    text = _TAG.sub("", unspaced(content))
    return unspaced(unescape(text)) if "&" in text else text


def clock(seconds: float) -> str:
    """A duration as players show it: `4:07`, `1:02:03`."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def filename(url: str) -> str:
    """The last part of an address, to call a file by that has no title."""
    return url.partition("?")[0].rstrip("/").rpartition("/")[2]
