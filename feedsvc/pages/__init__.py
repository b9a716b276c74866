"""HTML pages for people, at `/`, `/news/eu/` and `/articles/KEY/SLUG`, rendered in advance like feeds.

Each function makes one HTML document in UTF-8 from values. It is complete but for style and script, which are the
documents `ASSETS`. The service's own links start with SITE, as in every document. Each page must be served with `CSP`
as its Content-Security-Policy, so that browsers run and apply nothing else.
"""

from functools import lru_cache
from typing import NamedTuple
from urllib.parse import unquote

from markupsafe import Markup, escape

from feedsvc.model.article import Article, Section
from feedsvc.model.document import FOR_GOOD
from feedsvc.model.feed import Feed, Link, Outline
from feedsvc.model.text import shorten
from feedsvc.model.urls import follow_page, section_page
from feedsvc.pages import jsonld, links
from feedsvc.pages.assets import ASSET_TYPES, ASSETS, is_asset
from feedsvc.pages.csp import CSP
from feedsvc.pages.favicon import ICON, ICON_TYPE
from feedsvc.pages.figures import figures_of
from feedsvc.pages.follow import READERS
from feedsvc.pages.rendering import macros, render
from feedsvc.pages.site import Site
from feedsvc.pages.words import span, words_of

__all__ = [
    "ASSETS",
    "ASSET_TYPES",
    "CSP",
    "FOR_GOOD",
    "ICON",
    "ICON_TYPE",
    "READERS",
    "STATUS_WORDS",
    "TYPE",
    "Around",
    "Frame",
    "Site",
    "article",
    "directory",
    "follow",
    "frame",
    "front",
    "is_asset",
    "message",
    "older_stories",
    "render",
    "section",
    "status_message",
    "with_section",
]

TYPE = "text/html; charset=utf-8"
"""The media type of pages."""


def front(site: Site, feed: Feed, outlines: tuple[Outline, ...], more: str = "", older: str = "") -> bytes:
    """The home page: the articles of `feed`, and the tree of the other feeds.

    `more` is the URL of the page with all sections; empty if the tree has all of them. `older` is the URL of the page
    with the stories after those of `feed`; empty if there are none.
    """
    return render(
        "front.html",
        **_page_values(site, site.title, site.description or feed.description, site.home),
        feed=feed,
        outlines=[outline for outline in outlines if outline.feed.links != feed.links],
        more=more,
        older=older,
        alternates=links.alternates((site.title, feed.links), (site.title, site.links)),
    )


def section(
    site: Site,
    feed: Feed,
    trail: tuple[Section, ...],
    children: tuple[Section, ...],
    more: str = "",
    older: str = "",
) -> bytes:
    """The page of a section: the articles of `feed`, and the subsections.

    `trail` are the sections from the top of the tree down to this one, inclusive or exclusive. `more` is the URL of the
    page with all sections; empty if `children` are all subsections. `older` is as for `front`.
    """
    here = links.href(feed.home)
    title = next((step.title for step in trail if section_page(step.path) == here), feed.title)
    return render(
        "section.html",
        **_page_values(site, title, feed.description, feed.home),
        feed=feed,
        trail=[step for step in trail if step.path and section_page(step.path) != here],
        subscribing=feed.path.strip("/"),
        children=children,
        more=more,
        older=older,
        alternates=links.alternates((title, feed.links), (site.title, site.links)),
    )


def directory(site: Site, home: str, outlines: tuple[Outline, ...]) -> bytes:
    """The page at the URL `home` with the tree of all sections. The path of each section is a fragment identifier of
    the page."""
    return render(
        "directory.html",
        **_page_values(site, words_of(site.language)["sections"], "", home),
        outlines=outlines,
        alternates=links.alternates((site.title, site.links)),
    )


def follow(site: Site, trail: tuple[Section, ...], channel: Feed, others: tuple[Feed, ...] = ()) -> bytes:
    """The page that explains how to follow the last section of `trail`, or the whole site if that is empty. `channel`
    is that of the section; `others` are further feeds that belong there, such as a podcast."""
    path, title = (trail[-1].path, trail[-1].title) if trail else ("", site.title)
    return render(
        "follow.html",
        **_page_values(site, f"{words_of(site.language)['follow']}: {title}", "", follow_page(path)),
        heading=title,
        trail=[step for step in trail if step.path],
        feed=channel,
        others=others,
        subscribing=path,
        alternates=links.alternates(
            (title, channel.links), (site.title, site.links), *((each.title, each.links) for each in others)
        ),
    )


class Around(NamedTuple):
    """The URLs of the neighbours of a page of older stories; empty if there is none."""

    older: str = ""
    newer: str = ""


STATUS_WORDS = {301: "moved", 404: "not_found", 405: "not_possible", 410: "gone", 500: "wrong", 503: "moment"}
"""The key of the words of each error page, by status code."""


class Frame(NamedTuple):
    """The parts that the pages of all articles of one section share, rendered once."""

    site: Site
    top: str
    """The page up to the article's own elements in the head."""
    middle: str
    """The following part, up to the article itself."""
    foot: str


_CUT = "\0"
"""The separator of the parts of a frame; clean text never contains it."""


@lru_cache(256)
def frame(site: Site, trail: tuple[Section, ...], feeds: tuple[Link, ...]) -> Frame:
    """The frame for the articles of a section: `trail` leads down to it, and `feeds` are the documents of its feed."""
    parts = render(
        "frame.html",
        cut=_CUT,
        site=site,
        site_title=site.title,
        language=site.language,
        trail=[step for step in trail if step.path],
        subscribing=trail[-1].path if trail else "",
        alternates=links.alternates((site.title, site.links), (trail[-1].title if trail else site.title, feeds)),
    )
    return Frame(site, *parts.decode().split(_CUT))


def article(frame: Frame, article: Article) -> bytes:
    """The page of an article, in the frame of its section."""
    own, url = macros("article.html"), links.href(article.url)
    description = shorten(article.summary, longest=200)
    linked_data = list(
        filter(None, (jsonld.news_article(frame.site, article), jsonld.breadcrumbs(frame.site, article)))
    )
    announcement = own.announcement(frame.site, article, url, description, linked_data)
    text = own.text(frame.site, article, url, figures_of(article))
    return "".join((frame.top, announcement, frame.middle, text, frame.foot)).encode()


def older_stories(
    site: Site,
    trail: tuple[Section, ...],
    home: str,
    articles: tuple[Article, ...],
    around: Around,
) -> bytes:
    """The page at the URL `home` with `articles` of the last section of `trail`, the newest first."""
    heading = trail[-1].title if trail else site.title
    named = span(articles[-1].published, articles[0].published, site.language, site.timezone)
    return render(
        "older.html",
        **_page_values(site, f"{heading} – {named}", "", home),
        heading=heading,
        span=named,
        trail=[step for step in trail if step.path],
        articles=articles,
        older=around.older,
        newer=around.newer,
        subscribing=trail[-1].path if trail else "",
        alternates=links.alternates((site.title, site.links)),
    )


def message(site_title: str, status: int, title: str, text: str, language: str, told_in: str = "") -> bytes:
    """The page for a status such as 404, for people who followed a link. `told_in` is the language of `title` and
    `text`, if known."""
    return render(
        "message.html",
        site_title=site_title,
        status=status,
        title=title,
        text=text,
        language=language,
        told_in=told_in,
        auto=Markup(' dir="auto"'),
    )


def status_message(site_title: str, status: int, language: str) -> bytes:
    """The page for a status of STATUS_WORDS, in `language` if there are words for it."""
    words, name = words_of(language), STATUS_WORDS[status]
    return message(site_title, status, words[name], words[f"{name}_text"], language, words.language)


_BUTTONS = b'<p class="share">'
"""The beginning of the links in the page for a status."""


def with_section(page: bytes, path: str) -> bytes:
    """The `page` for a status, with the section at `path` as its first link; `path` is quoted, such as `/news/eu/`."""
    name = shorten(unquote(path.strip("/")).replace("-", " ").replace("/", " / "), longest=60)
    link = f'\n<a class="button" href="{escape(path)}" dir="auto">{escape(name)}</a>'
    return page.replace(_BUTTONS, _BUTTONS + link.encode(), 1)


def _page_values(site: Site, title: str, description: str, canonical: str) -> dict[str, object]:
    """The values for `page.html`, except `alternates`."""
    return {
        "site": site,
        "site_title": site.title,
        "language": site.language,
        "title": title,
        "description": description,
        "canonical": canonical,
    }
