"""Renders stories in lists, with a cache: one story is on the pages of its section, of the sections above it, and of
older stories, and an edit of one leaves all others unchanged.

Rendering a story takes twenty times as long as a cache hit. `tests/bench/regenerate.py` shows it in "one edit".
"""

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from markupsafe import Markup

from feedsvc.model.article import Article, Media
from feedsvc.pages.site import Site

KEPT = 4_096
"""Maximum cached stories, the last shown: some megabytes."""


class Story(NamedTuple):
    """The values for the template of a story."""

    title: str
    url: str
    summary: str
    """Empty if it is not shown."""
    kicker: tuple[str, ...]
    """The names of its first section, from the top down; empty if it is not named."""
    language: str
    """Empty if the article has none."""
    published: datetime
    picture: Media | None
    site_language: str
    zone: str


Printer = Callable[[Article, Site, str, Media | None, bool], Markup]


def kept_stories(template: Callable[[Story], str]) -> Printer:
    """A filter that renders an article as a story in a list by `template`, with a cache.

    `here` is the title of the page's section, which is not repeated in the story; `picture` is None for no picture.
    """

    @lru_cache(KEPT)
    def printed(shown: Story) -> Markup:
        return Markup(template(shown))  # noqa: S704 - a template's own

    def story(
        article: Article, site: Site, here: str = "", picture: Media | None = None, summary: bool = True
    ) -> Markup:
        return printed(_story_of(article, site, here, picture, article.summary if summary else ""))

    return story


def _story_of(article: Article, site: Site, here: str, picture: Media | None, summary: str) -> Story:
    names = article.sections[0] if article.sections else ()
    return Story(
        title=article.title,
        url=article.url,
        summary=summary,
        kicker=names if names and names[-1] != here else (),
        language=article.language,
        published=article.published,
        picture=picture,
        site_language=site.language,
        zone=site.timezone,
    )
