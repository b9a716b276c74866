"""A Copy's body as HTML for feeds, whatever it was written in."""

import re

import pyromark

from feedsvc.model.article import ArticleCopy
from feedsvc.model.reader import Unreadable
from feedsvc.model.text import as_html
from feedsvc.readers.html.cleaning import entitled, sanitise

_OPTIONS = pyromark.Options.ENABLE_TABLES | pyromark.Options.ENABLE_FOOTNOTES | pyromark.Options.ENABLE_STRIKETHROUGH


_HARMLESS = 8_000
"""Characters of text or Markdown that cannot make more HTML than is taken."""


def leads_somewhere(copy: ArticleCopy) -> bool:
    """False if its body, in HTML, has surely no address in it, and is surely none that `to_html` refuses.

    Most articles are made to HTML only when they stand in a feed; of those that may lead to a file, or may be refused,
    that has to be known when they come in.
    """
    match copy.markup:
        case "text":
            return len(copy.body) > _HARMLESS
        case "markdown":
            return len(copy.body) > _HARMLESS or _may_lead(copy.body)
    return True


def _may_lead(body: str) -> bool:
    """True if HTML, or the beginning of a link or a picture in Markdown, is in it."""
    # A single character is found twenty times as fast as two.
    return "<" in body or ("]" in body and ("](" in body or "]:" in body))


def to_html(copy: ArticleCopy, folder: str) -> str:
    """The body of `copy`, which lies in `folder` below the articles: safe, legal in XML, with absolute addresses.

    Raises Unreadable for more markup than any article has.
    """
    return _RENDERERS[copy.markup](copy.body, folder)


def html_of(markup: str, body: str, folder: str) -> str:
    """The same of the body of an article that was taken, by itself; nothing where it was taken by a program that took
    more than this one does."""
    try:
        return _RENDERERS[markup](body, folder)
    except Unreadable:
        return ""


def _text(body: str, _folder: str) -> str:
    paragraphs = filter(None, map(str.strip, re.split(r"\n\s*\n", body)))
    return entitled("\n".join(f"<p>{_lines(paragraph)}</p>" for paragraph in paragraphs))


def _lines(paragraph: str) -> str:
    return as_html(paragraph).replace("\n", "<br>")


def _markdown(body: str, folder: str) -> str:
    return sanitise(pyromark.html(body, options=_OPTIONS), folder)


_RENDERERS = {"text": _text, "markdown": _markdown, "html": sanitise}
