"""What every page is printed on: the templates, one style, one script, and the policy that allows just these."""

import re
from base64 import b64encode
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from feedsvc.language import direction
from feedsvc.pages import figures, links
from feedsvc.pages.language import voice
from feedsvc.text import shorten

_TEMPLATES = Path(__file__).with_name("templates")
_STYLE = (_TEMPLATES / "style.css").read_text("utf-8")
_SCRIPT = (_TEMPLATES / "script.js").read_text("utf-8")


def _source(text: str) -> str:
    """An inline text as CSP knows it (Content Security Policy Level 3, section 2.3.1, hash-source)."""
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


CSP = (
    "default-src 'none'; img-src * data:; media-src *; "
    f"style-src {_source(_STYLE)}; script-src {_source(_SCRIPT)}; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""The Content-Security-Policy of every page. JSON-LD is data, which no policy stops."""


def stamp(moment: datetime) -> str:
    """A moment for readers of any language: `2021-11-15 07:52 UTC` (ISO 8601 order)."""
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def demote(html: str) -> str:
    """A body whose headings leave the first rank to the headline."""
    return re.sub(r"<(/?)h1(?=[\s>])", r"<\1h2", html)


def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.policies["json.dumps_kwargs"] = {"ensure_ascii": False}
    made.globals |= {"style": _STYLE, "script": _SCRIPT}
    for work in (
        *(stamp, demote, shorten, direction, voice),
        *(links.href, links.section, links.section_named, links.mailto, links.label, links.within),
        *(figures.picture, figures.standfirst, figures.clock, figures.filename),
    ):
        made.filters[work.__name__] = work
    return made


_PAPER = _environment()


def render(template: str, **values: object) -> bytes:
    """A template of this room with `values`. What extends `base.html` needs `site_title`, `title` and `language`."""
    return _PAPER.get_template(template).render(values).encode()
