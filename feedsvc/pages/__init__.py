"""Pages for people: what stands at `/`, `/news/eu/` and `/articles/KEY/SLUG`, made ahead like feeds.

Pure functions from the nouns to the bytes of one HTML document in UTF-8, which can be read by itself, and looks as it
should together with the Documents `ASSETS`. Links of the service's own start with SITE, as in every Document. Serve
each page with `CSP` as its Content-Security-Policy: the browser then runs and styles by nothing but what is ours.
"""

from typing import NamedTuple

from feedsvc.model.article import Article, Section
from feedsvc.model.feed import Feed, Link, Outline
from feedsvc.model.text import shorten
from feedsvc.pages import figures, jsonld, links
from feedsvc.pages.assets import ASSETS, FOR_GOOD, KINDS, is_asset
from feedsvc.pages.paper import CSP, macros, render
from feedsvc.pages.site import Site

__all__ = [
    "ASSETS",
    "CSP",
    "FOR_GOOD",
    "KINDS",
    "TYPE",
    "Frame",
    "Site",
    "article",
    "directory",
    "frame",
    "front",
    "is_asset",
    "message",
    "render",
    "section",
]

TYPE = "text/html; charset=utf-8"


def front(site: Site, feed: Feed, outlines: tuple[Outline, ...], more: str = "") -> bytes:
    """The home page: the newest of `feed`, and the tree of the other feeds. `more` leads to all sections, if the tree
    has not all of them."""
    return render(
        "front.html",
        **_page(site, site.title, site.description or feed.description, site.home),
        feed=feed,
        outlines=[outline for outline in outlines if outline.feed.links != feed.links],
        more=more,
        alternates=links.alternates((site.title, feed.links), (site.title, site.links)),
    )


def section(site: Site, feed: Feed, trail: tuple[Section, ...], children: tuple[Section, ...], more: str = "") -> bytes:
    """A section's page. `trail` leads to it from the top of the tree, with or without the section itself; `more` to all
    that are below it, if these are not all `children`."""
    here = links.href(feed.home)
    title = next((step.title for step in trail if links.section(step.path) == here), feed.title)
    return render(
        "section.html",
        **_page(site, title, feed.description, feed.home),
        feed=feed,
        trail=[step for step in trail if step.path and links.section(step.path) != here],
        children=children,
        more=more,
        alternates=links.alternates((title, feed.links), (site.title, site.links)),
    )


def directory(site: Site, home: str, outlines: tuple[Outline, ...]) -> bytes:
    """The page at `home` with all sections as one tree, in which the path of each is a fragment that leads to it."""
    return render(
        "directory.html",
        **_page(site, "Sections", "", home),
        outlines=outlines,
        alternates=links.alternates((site.title, site.links)),
    )


class Frame(NamedTuple):
    """What is the same on the pages of all articles of one section: rendered once, around and between their own."""

    site: Site
    top: str
    middle: str
    foot: str


def frame(site: Site, trail: tuple[Section, ...], feeds: tuple[Link, ...]) -> Frame:
    """`trail` leads to the section, and `feeds` are that section's."""
    parts = render(
        "frame.html",
        cut=_CUT,
        site=site,
        site_title=site.title,
        language=site.language,
        trail=[step for step in trail if step.path],
        alternates=links.alternates((site.title, site.links), (trail[-1].title if trail else site.title, feeds)),
    )
    return Frame(site, *parts.decode().split(_CUT))


def article(frame: Frame, article: Article) -> bytes:
    """An article's own page, in the frame of the section that it stands in."""
    own, url = macros("article.html"), links.href(article.url)
    description = shorten(article.summary, longest=200)
    linked_data = jsonld.news_article(frame.site, article)
    announcement = own.announcement(frame.site, article, url, description, linked_data)
    text = own.text(frame.site, article, url, figures.of(article))
    return "".join((frame.top, announcement, frame.middle, text, frame.foot)).encode()


_CUT = "\0"
"""Stands in no text of ours."""


def message(site_title: str, status: int, title: str, text: str, language: str) -> bytes:
    """The page that goes with a status like 404: what happened, in words for whoever followed a link."""
    return render("message.html", site_title=site_title, status=status, title=title, text=text, language=language)


def _page(site: Site, title: str, description: str, canonical: str) -> dict[str, object]:
    """What every page of the site tells the frame around it (`page.html`)."""
    return {
        "site": site,
        "site_title": site.title,
        "language": site.language,
        "title": title,
        "description": description,
        "canonical": canonical,
    }
