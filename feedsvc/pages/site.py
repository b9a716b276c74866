"""The values that all pages of a site show."""

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
    """The URL of its logo; empty if it has none."""
    canonical: str = SITE
    """Scheme and host of the first address of the service, which pages name as canonical on every mirror."""
    timezone: str = "UTC"
    """The newsroom's time zone, in which times are shown."""
    links: tuple[Link, ...] = ()
    """The documents of the feed of all articles."""
    opml: str = ""
    """The URL of the list of all feeds; empty if there is none."""
    readers: tuple[ReaderService, ...] = ()
    """The feed readers offered on pages for following."""


def at_first_address(url: str, site: Site) -> str:
    """`url` at the first address of the service, if it is one of the service's own; otherwise unchanged."""
    return site.canonical + url.removeprefix(SITE) if url.startswith(f"{SITE}/") else url
