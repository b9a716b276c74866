"""Template filters for durations and texts."""

from html import unescape

from markupsafe import Markup

from feedsvc.model.article import Article
from feedsvc.model.text import unspaced, without_tags
from feedsvc.pages.body import body_html
from feedsvc.pages.links import localise


def duration(seconds: float) -> str:
    """A duration as players display it: `4:07`, `1:02:03`."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def file_name(url: str) -> str:
    """The last segment of a URL's path, as the name of a file without a title."""
    return url.partition("?")[0].rstrip("/").rpartition("/")[2]


def article_text(html: str) -> Markup:
    """`html`, which is already safe, for its page: valid as a part of the page, with the service's own links relative
    to the root."""
    return Markup(localise(body_html(html)))  # noqa: S704 - already safe


def standfirst(article: Article) -> str:
    """The summary of an article; empty if its first 60 characters are in the text, as for a generated summary."""
    start = unspaced(article.summary)[:60].rstrip("….")
    return "" if start in _plain(article.content) else article.summary


def _plain(content: str) -> str:
    """The text of `content` without tags and white space."""
    text = without_tags(unspaced(content))
    return unspaced(unescape(text)) if "&" in text else text
