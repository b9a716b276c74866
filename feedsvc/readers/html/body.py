"""Renders the body of an ArticleCopy as HTML for feeds, whatever its markup."""

import re

import pyromark

from feedsvc.model.article import ArticleCopy
from feedsvc.model.reader import Unreadable
from feedsvc.model.text import as_html
from feedsvc.readers.html.cleaning import entitled, sanitise

_OPTIONS = pyromark.Options.ENABLE_TABLES | pyromark.Options.ENABLE_FOOTNOTES | pyromark.Options.ENABLE_STRIKETHROUGH


_HARMLESS = 8_000
"""Characters of text or Markdown whose HTML is always within the limits."""


def leads_somewhere(copy: ArticleCopy) -> bool:
    """False only if the HTML of its body certainly has no address in it, and is certainly not refused by `to_html`.

    Most bodies are rendered only for a feed; those that may link to a file, or may be refused, must be rendered when
    the article comes in.
    """
    match copy.markup:
        case "text":
            return len(copy.body) > _HARMLESS
        case "markdown":
            return len(copy.body) > _HARMLESS or _may_lead(copy.body)
    return True


def _may_lead(body: str) -> bool:
    """True if `body` has HTML, or the beginning of a link or a picture in Markdown."""
    # A single character is found twenty times as fast as two.
    return "<" in body or ("]" in body and ("](" in body or "]:" in body))


def to_html(copy: ArticleCopy, folder: str) -> str:
    """The body of `copy`, whose file is in `folder` below the articles folder, as HTML: safe, legal in XML, with
    absolute addresses.

    Raises Unreadable for more markup than any article has.
    """
    return _RENDERERS[copy.markup](copy.body, folder)


def html_of(markup: str, body: str, folder: str) -> str:
    """The HTML of the body of an accepted article, as from `to_html`; empty if a program version with higher limits
    accepted it."""
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
