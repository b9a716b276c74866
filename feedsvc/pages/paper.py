"""What every page is printed on: the templates, and the policy that allows their style and script and no other."""

import re
from base64 import b64encode
from datetime import datetime
from hashlib import sha256
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from feedsvc.model.language import direction
from feedsvc.model.text import shorten
from feedsvc.pages import figures, links
from feedsvc.pages.assets import SCRIPT, STYLE, TEMPLATES
from feedsvc.pages.language import voice


def _source(text: bytes) -> str:
    """An inline text as CSP knows it (Content Security Policy Level 3, section 2.3.1, hash-source)."""
    return f"'sha256-{b64encode(sha256(text).digest()).decode()}'"


CSP = (
    "default-src 'none'; img-src * data:; media-src *; "
    f"style-src 'self' {_source(STYLE.body)}; script-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""The Content-Security-Policy of every page; the hash is of the style where it stands in the page itself. Nothing of
an author's is of a type that `'self'` would run. JSON-LD is data, which no policy stops."""


def stamp(moment: datetime) -> str:
    """A moment for readers of any language: `2021-11-15 07:52 UTC` (ISO 8601 order)."""
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def demote(html: str) -> Markup:
    """A body whose headings leave the first rank to the headline."""
    return Markup(re.sub(r"<(/?)h1(?=[\s>])", r"<\1h2", html) if "<h1" in html else html)  # noqa: S704 - cleaned


def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.globals = {"style": STYLE.body.decode(), "style_path": STYLE.path, "script_path": SCRIPT.path}
    for work in (
        *(stamp, datetime.isoformat, demote, shorten, direction, voice),
        *(links.href, links.section, links.section_named, links.mailto, links.label, links.within),
        *(figures.picture, figures.standfirst, figures.clock, figures.filename),
    ):
        made.filters[work.__name__] = work
    return made


_PAPER = _environment()


def render(template: str, **values: object) -> bytes:
    """A template of this room with `values`. What extends `base.html` needs `site_title`, `title` and `language`."""
    return _PAPER.get_template(template).render(values).encode()


def macros(template: str) -> Any:
    """The macros of a template of this room, to be called: each gives what it prints."""
    return _PAPER.get_template(template).module
