"""Recognises the outlet of a page by its names, since many pages give it as author, and show the real one elsewhere."""

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from feedsvc.readers.json.nodes import Table, first, tables, words
from feedsvc.readers.page.elements import Element

_SITES = ("og:site_name", "application-name", "dc.publisher", "publisher", "copyright")
_ADDRESSES = ("og:url", "twitter:domain")
_DOMAIN = re.compile(r"(?:[\w-]+\.)+[a-z]{2,12}", re.IGNORECASE)
_LEAST = 6
"""Fewest letters and digits of a name that is recognised within another one."""
_SIGNS = re.compile(r"[\W_]+")
_EDITORS = re.compile(
    r"\b(?:redaktion|editorial|editors?|staff|team|newsroom|desk|rédaction|redacción|online|admin|web)\b", re.IGNORECASE
)


def names(root: Element, node: Table) -> frozenset[str]:
    """The names of the site and of its publisher, from meta elements and from the article `node` of JSON-LD, in the
    form that `is_own` compares."""
    said = [words(publisher) for publisher in tables(node.get("publisher"))]
    addresses = [words(first(node, "url"))]
    for meta in root.iter("meta"):
        key = (meta.get("property") or meta.get("name") or "").lower()
        if key in _SITES:
            said.append(meta.get("content", ""))
        elif key in _ADDRESSES:
            addresses.append(meta.get("content", ""))
    addresses += [link.get("href", "") for link in root.iter("link") if link.get("rel") == "canonical"]
    return frozenset(filter(None, (*map(_plain, said), *_labels(addresses))))


def is_own(name: str, outlets: frozenset[str]) -> bool:
    """True if `name` is the outlet's name, a part of it, its initials, a domain, or a name for its editors."""
    plain = _plain(_EDITORS.sub("", name))
    if not plain or _DOMAIN.fullmatch(name.strip()):
        return True
    are_initials = name.isupper() and len(plain) > 1
    return any(
        plain == known
        or (are_initials and known.startswith(plain))
        or (len(plain) >= _LEAST and plain in known)
        or (len(known) >= _LEAST and known in plain)
        for known in outlets
    )


def are_own(people: Iterable[Table], outlets: frozenset[str]) -> bool:
    """True if all of `people` are the outlet, even if its name was split into several."""
    named = [str(person["name"]) for person in people if "name" in person]
    return all(is_own(name, outlets) for name in named) or (len(named) > 1 and _plain("".join(named)) in outlets)


def _labels(addresses: Iterable[str]) -> Iterable[str]:
    """The names within hosts: `quaypost` of `https://www.quay-post.example/…`."""
    for address in addresses:
        try:
            host = urlsplit(address if "//" in address else f"//{address}").hostname or ""
        except ValueError:
            continue
        yield _plain(host.removeprefix("www."))
        yield _plain(host.removeprefix("www.").rpartition(".")[0].rpartition(".")[2])


def _plain(name: str) -> str:
    return _SIGNS.sub("", name.casefold())
