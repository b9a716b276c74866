"""Media and articles that an article names by the address under which the service itself publishes them, or by a path
below the articles.

They are then files below the articles like any other: measured, published, and on a mirror's own address for its
readers. What is not there is left as it was written: a host can have more than one service behind it.
"""

import posixpath
import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from html import unescape
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, unquote

from msgspec.structs import replace

from feedsvc.media import SHOWN, is_there, stamp
from feedsvc.mediatypes import guess
from feedsvc.model import SITE, Copy, Media
from feedsvc.ports import NamedFile

_PREFIX = f"{SITE}/media/"
_MOST = 1_000
"""Addresses in one text that are looked for."""
# In Markdown and in HTML: what begins the link, the path, and the query or fragment behind it.
_PATHS = re.compile(
    r"""(\]\(\s*<?|^[ ]{0,3}\[[^\]\n]{1,300}\]:[ \t]*<?|\b(?:href|src|poster)\s*=\s*["']?)
    (?![a-zA-Z][a-zA-Z0-9+.-]*:|//|\#) ([^\s"'<>()?\#]{1,1000}) ([^\s"'<>()]{0,1000})""",
    re.MULTILINE | re.VERBOSE,
)
_LINKS = ("url", "thumbnail", "captions")


class Found(NamedTuple):
    """The Copy with its own media as files, and further files on which it depends: those that would be media if they
    were there, and those of the articles to which it leads."""

    copy: Copy
    awaited: frozenset[str]


def find(copy: Copy, root: Path, hosts: frozenset[str], folder: str, address_of: Callable[[str], str]) -> Found:
    """`hosts` are the site's own names, `root` is the folder of the articles, and `folder` that of the article.

    `address_of` tells where the article in a file below `root` is read; empty if the file is none.
    """
    # A single character is found twenty times as fast as several, and few texts have a slash.
    may_lead = copy.markup != "text" and "/" in copy.body and "/media/" in copy.body
    may_link = copy.markup != "text" and _may_link(copy.body)
    if not (copy.media or may_lead or may_link):  # as with most
        return Found(copy, frozenset())
    search = _Search(root, _addresses(hosts), folder, address_of)
    media = tuple(map(search.settled, copy.media))
    body = search.addresses.sub(search.in_text, copy.body, _MOST) if may_lead else copy.body
    body = _PATHS.sub(search.by_path, body, _MOST) if may_link else body
    if media != copy.media or body != copy.body:
        copy = replace(copy, media=media, body=body)
    return Found(copy, frozenset(search.awaited))


def with_awaited(root: Path, files: tuple[NamedFile, ...], awaited: frozenset[str]) -> tuple[NamedFile, ...]:
    """`files` that an article names, and further ones: when one of these comes, the article is read again."""
    more = sorted(awaited - {named.file for named in files})
    return (*files, *(NamedFile(file, "", stamp(root, file)[0]) for file in more))


def _articles_at(file: str) -> Iterator[str]:
    """The files whose article may be meant by the path `file`: that itself, or the one whose page it would be."""
    name = posixpath.basename(file)
    if "." in name and not name.startswith("."):
        yield file
        return
    for suffix in ("md", "markdown", "html"):
        yield f"{file}.{suffix}"
        yield f"{file}/index.{suffix}"


def _may_link(body: str) -> bool:
    """False for a body in which surely no link or picture begins."""
    return "<" in body or ("]" in body and ("](" in body or "]:" in body))


@lru_cache(maxsize=8)
def _addresses(hosts: frozenset[str]) -> re.Pattern[str]:
    names = "|".join(map(re.escape, sorted(hosts)))
    sign = r"[^\s\"'<>()\[\]?#]"
    return re.compile(rf"https?://(?:{names})\.?(?::\d+)?/media/({sign}*(?![.,;:!]){sign})", re.IGNORECASE)


class _Search:
    def __init__(self, root: Path, addresses: re.Pattern[str], folder: str, address_of: Callable[[str], str]) -> None:
        self._root = root
        self.addresses = addresses
        self._folder = folder
        self._address_of = address_of
        self.awaited: set[str] = set()

    def settled(self, medium: Media) -> Media:
        """Of a feed's picture and its like, also `/media/x.png`: below the articles it may be `media/x.png` or, as
        within a text, `x.png`."""
        told: dict[str, str] = {}
        for name in _LINKS:
            if (file := self._file(getattr(medium, name))) is not None:
                told[name] = f"{_PREFIX}{quote(file)}"
                if name == "url":
                    told["file"] = file
        return replace(medium, **told) if told else medium

    def in_text(self, found: re.Match[str]) -> str:
        file = self._first([unquote(unescape(found[1]))])
        return found[0] if file is None else f"{_PREFIX}{found[1]}"

    def by_path(self, found: re.Match[str]) -> str:
        """A link by path with the address of the article that lies there, or of the medium if the path is seen from the
        root: one that is seen from the article's folder leads to its file anyway."""
        path, rest = found[2], found[3]
        plain = unquote(unescape(path))
        file = posixpath.normpath(posixpath.join("" if plain.startswith("/") else self._folder, plain.lstrip("/")))
        if file in (".", "..") or file.startswith("../") or plain.startswith(("//", "/media/")):
            return found[0]
        if plain.startswith("/") and guess(file).startswith(SHOWN):
            if is_there(self._root, file):
                return f"{found[1]}{_PREFIX}{quote(file)}{rest}"
            self.awaited.add(file)
            return found[0]
        for article in _articles_at(file):
            if address := self._address_of(article):
                self.awaited.add(article)
                return f"{found[1]}{address}{rest}"
        return found[0]

    def _file(self, url: str) -> str | None:
        """The file at a link that is not said as one, if it is there."""
        if found := self.addresses.match(url):
            return self._first([unquote(found[1])])
        if url.startswith(f"{_PREFIX}media/"):
            file = unquote(url.removeprefix(_PREFIX))
            return self._first([file, file.removeprefix("media/")])
        return None

    def _first(self, files: list[str]) -> str | None:
        shown = [file for file in files if guess(file).startswith(SHOWN)]
        there = next((file for file in shown if is_there(self._root, file)), None)
        if there is None:
            self.awaited.update(shown)
        return there
