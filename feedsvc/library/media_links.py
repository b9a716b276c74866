"""Resolves links of articles to media on the site's own hosts: they are files below the articles folder.

So they are measured and published like any other file, on a mirror's own address for its readers. A link to a file
that is not there stays as it was written: more than one service can be behind a host.
"""

import re
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
"""Links in one text that are resolved."""
_LINKS = ("url", "thumbnail", "captions")


class Resolved(NamedTuple):
    """The copy whose own media are files, and the files that would be some of them if they were there."""

    copy: ArticleCopy
    missing: frozenset[str]


def resolve_own_links(copy: ArticleCopy, root: Path, hosts: frozenset[str]) -> Resolved:
    """`copy` with its links to media on `hosts`, the site's own, resolved to files below `root`."""
    # A single character is found twenty times as fast as several, and few texts have a slash.
    may_lead = copy.markup != "text" and "/" in copy.body and "/media/" in copy.body
    if not (copy.media or may_lead):  # the usual case
        return Resolved(copy, frozenset())
    search = _Search(root, _addresses(hosts))
    media = tuple(map(search.resolve_medium, copy.media))
    body = search.addresses.sub(search.resolve_in_text, copy.body, _MOST) if may_lead else copy.body
    if media != copy.media or body != copy.body:
        copy = replace(copy, media=media, body=body)
    return Resolved(copy, frozenset(search.missing))


def with_missing(root: Path, files: tuple[MediaReference, ...], missing: frozenset[str]) -> tuple[MediaReference, ...]:
    """`files` that an article names, and the `missing` ones: when one of these appears, the article is read again."""
    more = sorted(missing - {named.file for named in files})
    return (*files, *(MediaReference(file, "", stamp(root, file)[0]) for file in more))


@lru_cache(maxsize=8)
def _addresses(hosts: frozenset[str]) -> re.Pattern[str]:
    names = "|".join(map(re.escape, sorted(hosts)))
    sign = r"[^\s\"'<>()\[\]?#]"
    return re.compile(rf"https?://(?:{names})\.?(?::\d+)?/media/({sign}*(?![.,;:!]){sign})", re.IGNORECASE)


class _Search:
    def __init__(self, root: Path, addresses: re.Pattern[str]) -> None:
        self._root = root
        self.addresses = addresses
        self.missing: set[str] = set()

    def resolve_medium(self, medium: Media) -> Media:
        """`medium` with its links resolved. `/media/x.png` may be `media/x.png` below the articles folder, or `x.png`
        as it is within a text."""
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

    def _file(self, url: str) -> str | None:
        """The file to which a link leads; None if that is not one of the site's own media, or is not there."""
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
            self.missing.update(shown)
        return there
