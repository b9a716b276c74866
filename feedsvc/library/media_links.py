"""Resolves links to the site's own media and articles, by an address on its own hosts or by a path below the articles
folder.

So these media are measured and published like any others, and a mirror links to its own address. A link to a file that
does not exist stays as it was written: another service may share the host.
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

from feedsvc.library.media import stamp
from feedsvc.model.article import ArticleCopy, Media
from feedsvc.model.local_files import is_there
from feedsvc.model.media_types import published
from feedsvc.model.reader import MediaReference
from feedsvc.model.urls import SITE

_PREFIX = f"{SITE}/media/"
_MOST = 1_000
"""Most links in one text that are resolved."""
_PATHS = re.compile(
    r"""(\]\(\s*<?|^[ ]{0,3}\[[^\]\n]{1,300}\]:[ \t]*<?|\b(?:href|src|poster)\s*=\s*["']?)
    (?![a-zA-Z][a-zA-Z0-9+.-]*:|//|\#) ([^\s"'<>()?\#]{1,1000}) ([^\s"'<>()]{0,1000})""",
    re.MULTILINE | re.VERBOSE,
)
"""Links by path in Markdown and in HTML: the beginning of the link, the path, and the query or fragment after it."""
_LINKS = ("url", "thumbnail", "captions")


class Resolved(NamedTuple):
    """The copy whose links to own media are resolved, and further files on which it depends.

    The further files would be some of its media if they existed, or hold the articles to which it links.
    """

    copy: ArticleCopy
    further: frozenset[str]


def resolve_own_links(
    copy: ArticleCopy, root: Path, hosts: frozenset[str], folder: str, address_of: Callable[[str], str]
) -> Resolved:
    """`copy` with its links to media on `hosts`, the site's own, and its links by path resolved to files below `root`.

    `folder` is that of the article. `address_of` returns the address of the article in a file below `root`; empty if
    the file is no article.
    """
    # A single character is found twenty times as fast as several, and few texts have a slash.
    may_lead = copy.markup != "text" and "/" in copy.body and "/media/" in copy.body
    may_link = copy.markup != "text" and _may_link(copy.body)
    if not (copy.media or may_lead or may_link):  # the usual case
        return Resolved(copy, frozenset())
    search = _Search(root, _addresses(hosts), folder, address_of)
    media = tuple(map(search.resolve_medium, copy.media))
    body = search.addresses.sub(search.resolve_in_text, copy.body, _MOST) if may_lead else copy.body
    body = _PATHS.sub(search.resolve_path, body, _MOST) if may_link else body
    if media != copy.media or body != copy.body:
        copy = replace(copy, media=media, body=body)
    return Resolved(copy, frozenset(search.further))


def with_further(root: Path, files: tuple[MediaReference, ...], further: frozenset[str]) -> tuple[MediaReference, ...]:
    """`files` that an article names, and `further` ones whose appearance or change has the article read again."""
    more = sorted(further - {named.file for named in files})
    return (*files, *(MediaReference(file, "", stamp(root, file)[0]) for file in more))


def _articles_at(file: str) -> Iterator[str]:
    """The files to which a link to the path `file` may lead: `file` itself, or the sources of the page at that path."""
    name = posixpath.basename(file)
    if "." in name and not name.startswith("."):
        yield file
        return
    for suffix in ("md", "markdown", "html"):
        yield f"{file}.{suffix}"
        yield f"{file}/index.{suffix}"


def _may_link(body: str) -> bool:
    """False only if `body` has certainly no link and no picture."""
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
        self.further: set[str] = set()

    def resolve_medium(self, medium: Media) -> Media:
        """`medium` with its links resolved. `/media/x.png` may mean `media/x.png` below the articles folder, or
        `x.png`, as it does within a text."""
        resolved: dict[str, str] = {}
        for name in _LINKS:
            if (file := self._file(getattr(medium, name))) is not None:
                resolved[name] = f"{_PREFIX}{quote(file)}"
                if name == "url":
                    resolved["file"] = file
        return replace(medium, **resolved) if resolved else medium

    def resolve_in_text(self, found: re.Match[str]) -> str:
        file = self._first([unquote(unescape(found[1]))])
        return found[0] if file is None else f"{_PREFIX}{found[1]}"

    def resolve_path(self, found: re.Match[str]) -> str:
        """A link by path with the address of the article there, or of the medium if the path begins with a slash. A
        link to a medium relative to the article's folder leads to its file anyway."""
        path, rest = found[2], found[3]
        plain = unquote(unescape(path))
        file = posixpath.normpath(posixpath.join("" if plain.startswith("/") else self._folder, plain.lstrip("/")))
        if file in (".", "..") or file.startswith("../") or plain.startswith("//"):
            return found[0]
        if plain.startswith("/media/") and not self._is_in_media_folder(file):
            return found[0]
        if plain.startswith("/") and published(file):
            if is_there(self._root, file):
                return f"{found[1]}{_PREFIX}{quote(file)}{rest}"
            self.further.add(file)
            return found[0]
        for article in _articles_at(file):
            if address := self._address_of(article):
                self.further.add(article)
                return f"{found[1]}{address}{rest}"
        return found[0]

    def _is_in_media_folder(self, file: str) -> bool:
        """True if `/media/x.png` means `media/x.png` below the articles folder, since no `x.png` is there."""
        other = file.removeprefix("media/")
        if not published(other) or is_there(self._root, other):
            return False
        self.further.add(other)
        return bool(published(file))

    def _file(self, url: str) -> str | None:
        """The file to which a link leads; None if it is not one of the site's own media, or does not exist."""
        if found := self.addresses.match(url):
            return self._first([unquote(found[1])])
        if url.startswith(f"{_PREFIX}media/"):
            file = unquote(url.removeprefix(_PREFIX))
            return self._first([file, file.removeprefix("media/")])
        return None

    def _first(self, files: list[str]) -> str | None:
        shown = [file for file in files if published(file)]
        there = next((file for file in shown if is_there(self._root, file)), None)
        if there is None:
            self.further.update(shown)
        return there
