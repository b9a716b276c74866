"""Stories in lists, each kept once it is printed: one story stands on the pages of its section, of those above it, and
of older stories, and an edit of one leaves all others as they are.

To print one takes twenty times as long as to find it here. `tests/bench/regenerate.py` shows it in "one edit".
"""

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from markupsafe import Markup

from feedsvc.model.article import Article, Media
from feedsvc.pages.site import Site

KEPT = 4_096
"""Stories that are kept, those that were shown last: some megabytes."""


class Story(NamedTuple):
    """All that the template of a story is given."""

    title: str
    url: str
    summary: str
    """Empty if it is not shown."""
    kicker: tuple[str, ...]
    """The names of its first section, from the top down; empty if that is not named."""
    language: str
    """Empty if the article has none."""
    published: datetime
    picture: Media | None
    site_language: str
    zone: str


Printer = Callable[[Article, Site, str, Media | None, bool], Markup]


def kept_stories(template: Callable[[Story], str]) -> Printer:
    """A filter that prints an article as a story in a list by `template`, a function of a Story.

    `here` is the title of the page's section, which is not repeated; `picture` is shown, unless it is None.
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
