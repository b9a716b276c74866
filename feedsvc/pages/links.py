"""Addresses as pages carry them: ASCII (RFC 3986), safe to follow, the service's own literally under SITE."""

import re
from functools import lru_cache
from itertools import chain
from typing import NamedTuple
from urllib.parse import quote

from feedsvc.model.feed import Link
from feedsvc.model.text import slugify
from feedsvc.model.urls import SITE

_RESERVED = "%/:?#[]@!$&'()*+,;=~"
_ENCODED = re.compile(rf"https?://[\w.{re.escape(_RESERVED)}-]*", re.IGNORECASE | re.ASCII)
_LABELS = {
    "rss": "RSS",
    "atom": "Atom",
    "json": "JSON Feed",
    "opml": "OPML",
    "mediarss": "Media RSS",
    "podcast": "Podcast",
}


class Alternate(NamedTuple):
    """A feed as a page offers it."""

    title: str
    type: str
    href: str


def href(url: str) -> str:
    """`url` percent-encoded, once only; empty if it is not of the web (`javascript:` in an author's link)."""
    if _ENCODED.fullmatch(url):
        return url
    return quote(url, safe=_RESERVED) if re.match("https?://", url, re.IGNORECASE) else ""


def section(path: str) -> str:
    """The page of the section `news/eu`; of the whole site for the empty path."""
    return SITE + quote(f"/{path}/" if path else "/")


@lru_cache(4096)
def section_named(names: tuple[str, ...]) -> str:
    """The page of the section that an article names `("News", "EU")`."""
    return section("/".join(filter(None, map(slugify, names))))


def mailto(subject: str, url: str) -> str:
    """A letter that carries `url`, which stays literal where SITE will be replaced; mail programs bear its slashes."""
    own = SITE if url.startswith(SITE) else ""
    return f"mailto:?subject={quote(subject, safe='')}&body={own}{quote(url.removeprefix(own), safe='/')}"


def label(format: str) -> str:
    """The name by which people know a format."""
    return _LABELS.get(format, format)


def within(title: str, above: str) -> str:
    """What `title` adds to the one above it: `EU` where "Ledger – News / EU" stands under "Ledger – News"."""
    added = re.fullmatch(rf"{re.escape(above)}\s*[–—/:·|›]\s*(.+)", title)
    return added[1] if added else title


def alternates(*feeds: tuple[str, tuple[Link, ...]]) -> tuple[Alternate, ...]:
    """Each form of each titled feed, once; where two feeds are the same one, the first one's title stays."""
    titled = chain.from_iterable(((title, link) for link in forms) for title, forms in feeds)
    found: dict[str, Alternate] = {}
    for title, link in titled:
        found.setdefault(link.href, Alternate(f"{title} ({label(link.format)})", link.type, href(link.href)))
    return tuple(found.values())
