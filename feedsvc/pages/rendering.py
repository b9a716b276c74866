"""Renders templates, with the filters that they use."""

from datetime import datetime
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from feedsvc.model.language import direction
from feedsvc.model.local_time import local_time
from feedsvc.model.printable import printable
from feedsvc.model.text import shorten
from feedsvc.model.urls import follow_page, section_page
from feedsvc.pages import figures, filters, follow, language, links, site, words
from feedsvc.pages.assets import SCRIPT, STYLE, TEMPLATES
from feedsvc.pages.language import language_attributes
from feedsvc.pages.stories import kept_stories
from feedsvc.pages.template_cache import TemplateCache


def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        bytecode_cache=TemplateCache(TEMPLATES.parent),
    )
    made.globals = {"style": STYLE.body.decode(), "style_path": STYLE.path, "script_path": SCRIPT.path}
    for function in (
        *(shorten, printable, direction, language_attributes, section_page, follow_page, figures.picture),
        *(links.href, links.local, links.chain_page, links.mailto, links.format_label, links.relative_title),
        *(datetime.isoformat, filters.duration, filters.standfirst, filters.article_text),
        *(filters.file_name, language.og_locale, site.at_first_address, local_time),
        *(words.words_of, words.moment, words.has_form, links.readable, figures.thumbnail),
        *(follow.add_link, follow.installed_link),
    ):
        made.filters[function.__name__] = function
    made.filters["story"] = kept_stories(lambda shown: str(macros("parts.html").story(shown)))
    return made


_ENVIRONMENT = _environment()


def render(template: str, **values: object) -> bytes:
    """The document of a template in this package. Templates based on `base.html` need `site_title`, `title` and
    `language`."""
    return _ENVIRONMENT.get_template(template).render(values).encode()


def macros(template: str) -> Any:
    """The macros of a template in this package, as attributes: functions that return their output."""
    return _ENVIRONMENT.get_template(template).module
