"""The site as all of its pages show it."""

from feedsvc.model.base import Value
from feedsvc.model.feed import Link
from feedsvc.model.follow import ReaderService
from feedsvc.model.urls import SITE


class Site(Value, frozen=True, kw_only=True):
    """The values that all pages of a newsroom's site share."""

    title: str
    description: str = ""
    language: str = "en"
    home: str = SITE + "/"
    author: str = ""
    copyright: str = ""
    logo: str = ""
    """The URL of its emblem; empty if it has none."""
    canonical: str = SITE
    """Scheme and host of the first address of the service, which search engines are told on every mirror."""
    timezone: str = "UTC"
    """The zone of the newsroom's clock, by which times are shown."""
    links: tuple[Link, ...] = ()
    """The documents of the feed of all articles."""
    opml: str = ""
    """The URL of the list of all feeds; empty if there is none."""
    readers: tuple[ReaderService, ...] = ()
    """The feed readers that pages for following offer."""


def at_first_address(url: str, site: Site) -> str:
    """`url` at the first address of the service, if it is one of the service's own."""
    return site.canonical + url.removeprefix(SITE) if url.startswith(f"{SITE}/") else url
