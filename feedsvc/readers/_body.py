"""A Copy's body as HTML for feeds, whatever it was written in."""

import re
from html import escape

import pyromark

from feedsvc.model import Copy
from feedsvc.readers._html import sanitise

_OPTIONS = pyromark.Options.ENABLE_TABLES | pyromark.Options.ENABLE_FOOTNOTES | pyromark.Options.ENABLE_STRIKETHROUGH


def to_html(copy: Copy, folder: str) -> str:
    """The body of `copy`, which lies in `folder` below the articles: safe, legal in XML, with absolute addresses.

    Raises Unreadable for more markup than any article has.
    """
    return _RENDERERS[copy.markup](copy.body, folder)


def _text(body: str, _folder: str) -> str:
    paragraphs = filter(None, map(str.strip, re.split(r"\n\s*\n", body)))
    return "\n".join(f"<p>{_lines(paragraph)}</p>" for paragraph in paragraphs)


def _lines(paragraph: str) -> str:
    return escape(paragraph, quote=False).replace("\n", "<br>")


def _markdown(body: str, folder: str) -> str:
    return sanitise(pyromark.html(body, options=_OPTIONS), folder)


_RENDERERS = {"text": _text, "markdown": _markdown, "html": sanitise}
