"""Media that an article names by the address under which the service itself publishes them.

They are then files below the articles like any other: measured, published, and on a mirror's own address for its
readers. What is not there is left as it was written: a host can have more than one service behind it.
"""

import re
from functools import lru_cache
from html import unescape
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, unquote

from msgspec.structs import replace

from feedsvc.library.media import PUBLISHABLE, stamp
from feedsvc.model.article import ArticleCopy, Media
from feedsvc.model.local_files import is_there
from feedsvc.model.media_types import guess
from feedsvc.model.reader import MediaReference
from feedsvc.model.urls import SITE

_PREFIX = f"{SITE}/media/"
_MOST = 1_000
"""Addresses in one text that are looked for."""
_LINKS = ("url", "thumbnail", "captions")


class Found(NamedTuple):
    """The Copy with its own media as files, and the files that would be some of them if they were there."""

    copy: ArticleCopy
    awaited: frozenset[str]


def resolve_own_links(copy: ArticleCopy, root: Path, hosts: frozenset[str]) -> Found:
    """`hosts` are the site's own names, `root` is the folder of the articles."""
    # A single character is found twenty times as fast as several, and few texts have a slash.
    may_lead = copy.markup != "text" and "/" in copy.body and "/media/" in copy.body
    if not (copy.media or may_lead):  # as with most
        return Found(copy, frozenset())
    search = _Search(root, _addresses(hosts))
    media = tuple(map(search.settled, copy.media))
    body = search.addresses.sub(search.in_text, copy.body, _MOST) if may_lead else copy.body
    if media != copy.media or body != copy.body:
        copy = replace(copy, media=media, body=body)
    return Found(copy, frozenset(search.awaited))


def with_awaited(root: Path, files: tuple[MediaReference, ...], awaited: frozenset[str]) -> tuple[MediaReference, ...]:
    """`files` that an article names, and further ones: when one of these comes, the article is read again."""
    more = sorted(awaited - {named.file for named in files})
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

    def _file(self, url: str) -> str | None:
        """The file at a link that is not said as one, if it is there."""
        if found := self.addresses.match(url):
            return self._first([unquote(found[1])])
        if url.startswith(f"{_PREFIX}media/"):
            file = unquote(url.removeprefix(_PREFIX))
            return self._first([file, file.removeprefix("media/")])
        return None

    def _first(self, files: list[str]) -> str | None:
        shown = [file for file in files if guess(file).startswith(PUBLISHABLE)]
        there = next((file for file in shown if is_there(self._root, file)), None)
        if there is None:
            self.awaited.update(shown)
        return there
