"""URLs and links in pages.

URLs are ASCII (RFC 3986) with http or https. Those of the service itself start with the literal SITE
(`feedsvc.model.urls`).
"""

import re
import unicodedata
from functools import lru_cache
from itertools import chain
from typing import NamedTuple
from urllib.parse import quote, unquote

from feedsvc.model.addresses import web
from feedsvc.model.feed import Link
from feedsvc.model.text import slugify
from feedsvc.model.urls import SITE, section_page

_OWN_ATTRIBUTE = re.compile(rf'="{re.escape(SITE)}/(?!/)')
_OWN_CANDIDATE = re.compile(rf"{re.escape(SITE)}/(?!/)")
_NON_ASCII = re.compile(r"(?:%[89A-Fa-f][0-9A-Fa-f])++")
_SRCSET = re.compile(r'srcset="[^"]*+"')
_LABELS = {
    "rss": "RSS",
    "atom": "Atom",
    "json": "JSON Feed",
    "opml": "OPML",
    "mediarss": "Media RSS",
    "podcast": "Podcast",
}


class Alternate(NamedTuple):
    """A `<link rel="alternate">` to a feed."""

    title: str
    type: str
    href: str


def href(url: str) -> str:
    """`url` as a URI; empty if it is not http or https (such as `javascript:` in an author's link)."""
    return web(url)


def local(url: str) -> str:
    """`href`, but relative to the root for the service's own URLs: the page then works at any of its addresses.

    A path that starts with two slashes would name a host (RFC 3986 section 4.2), so its URL stays absolute.
    """
    absolute = href(url)
    path = absolute.removeprefix(SITE)
    return path if path.startswith("/") and not path.startswith("//") else absolute


def localise(html: str) -> str:
    """`html`, which was sanitised, with attributes that hold the service's own URLs made relative to the root."""
    if SITE not in html:
        return html
    candidates = _SRCSET.sub(lambda found: _OWN_CANDIDATE.sub("/", found[0]), html)
    return _OWN_ATTRIBUTE.sub('="/', candidates)


def readable(url: str) -> str:
    """`url` for people: letters of all languages are decoded if a browser would encode them in the same way again.

    Everything but letters and digits stays encoded, such as spaces, delimiters of URLs, and marks that reverse text.
    """
    return _NON_ASCII.sub(_decoded, href(url))


def _decoded(found: re.Match[str]) -> str:
    try:
        text = unquote(found[0], errors="strict")
    except UnicodeDecodeError:
        return found[0]
    return "".join(letter if unicodedata.category(letter)[0] in "LMN" else quote(letter) for letter in text)


@lru_cache(4096)
def chain_page(names: tuple[str, ...]) -> str:
    """The URL of the page of the section with the chain `names`, such as `("News", "EU")`."""
    return section_page("/".join(filter(None, map(slugify, names))))


def mailto(subject: str, url: str) -> str:
    """The URL of a new mail that contains `url`. SITE stays literal, since it is replaced later; mail programs accept
    its slashes."""
    own = SITE if url.startswith(SITE) else ""
    return f"mailto:?subject={quote(subject, safe='')}&body={own}{quote(url.removeprefix(own), safe='/')}"


def format_label(format: str) -> str:
    """The name of a format for people."""
    return _LABELS.get(format, format)


def relative_title(title: str, above: str) -> str:
    """`title` without its beginning `above`: `EU` for "Ledger – News / EU" below "Ledger – News". The whole `title` if
    it does not start with `above` and a separator."""
    added = re.fullmatch(rf"{re.escape(above)}\s*[–—/:·|›]\s*(.+)", title)
    return added[1] if added else title


def alternates(*feeds: tuple[str, tuple[Link, ...]]) -> tuple[Alternate, ...]:
    """The links to all documents of `feeds`, which are pairs of a title and documents. A document of two feeds is
    linked once, with the first title."""
    titled = chain.from_iterable(((title, link) for link in documents) for title, documents in feeds)
    found: dict[str, Alternate] = {}
    for title, link in titled:
        found.setdefault(link.href, Alternate(f"{title} ({format_label(link.format)})", link.type, href(link.href)))
    return tuple(found.values())
