"""From a file to a Draft: all that can be told of an article without the ledger, so on any processor.

Nothing here raises for a file's sake but Unreadable.
"""

import os
from collections.abc import Callable
from contextlib import suppress
from copy import copy as shallow
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

import msgspec
from msgspec.structs import force_setattr, replace

from feedsvc import dating, ownmedia
from feedsvc.identity import Minted, key_of, mint
from feedsvc.media import is_there, measure
from feedsvc.model import SITE, Copy, Problem
from feedsvc.ports import NamedFile, Reading, Rules, Source, Unreadable
from feedsvc.sections import folder_chain, is_page_of_folder, opening, section_folder, section_names
from feedsvc.stamps import Change
from feedsvc.store import notation
from feedsvc.text import slugify

LARGEST = 5 * 2**20
"""Bytes of an article's file; more is no article."""
_PIECE = 2**16
"""Bytes that are read at first: nearly all files whole. To make room for the largest costs more than to read them."""
PICTURES = (".jpg", ".jpeg", ".png", ".webp", ".gif", ".avif", ".svg")
"""What a picture beside an article may be called."""


class ForNow(Unreadable):
    """What may pass without a change of the file: it is tried again at every look."""


class Reads(NamedTuple):
    """The readers' room: what makes a Copy of a file, what makes HTML of its body, and the suffixes of articles.

    Both raise Unreadable; `to_html` takes a Copy and the folder of its file. It is called ahead only for a Copy that
    `leads_somewhere`. `glance` makes a Copy that tells no more than where the article stands. Functions of modules, so
    that other processes can have them too.
    """

    read: Callable[[Source, Rules], Reading]
    to_html: Callable[[Copy, str], str]
    leads_somewhere: Callable[[Copy], bool]
    suffixes: frozenset[str]
    glance: Callable[[Source, Rules], Copy]


class First(NamedTuple):
    """The instants of an article that is new, as the ledger keeps them (seconds)."""

    published: int
    updated: int
    opens: int
    closes: int


class Draft(NamedTuple):
    """A file that was read: where it lies, what it says, and who it would be if it were new.

    What it says is kept as bytes, since hardly anybody asks, and bytes go cheaply from process to process.
    """

    path: str
    entry: str
    """Size, time and inode: a file that is renamed keeps all three."""
    digest: str
    """SHA-256 of its bytes."""
    modified: datetime
    """The newest time of the file and of all that belongs to it, never in the future."""
    kept: bytes
    """The Copy as the ledger keeps it, without its body: in the section of its folder if it names none, its media
    measured."""
    body: str
    paged: bool
    """Its page may be one of ours: it names no other."""
    files: tuple[NamedFile, ...]
    """Those below the articles to which its readers are sent."""
    problems: tuple[Problem, ...]
    key: str
    id: str
    fold: str
    """Of the id that it gives; both are empty if it gives none."""
    fingerprint: str
    slug: str
    sections: dict[str, str]
    """Path to name of every section that it belongs to, the whole site (empty path and name) among them."""
    first: First
    minted: Minted
    """What it would be called first."""
    edited: bool = True
    """The newsroom touched it; else it is only read anew, by another program or under another configuration."""

    @property
    def copy(self) -> Copy:
        return replace(notation.decode(self.kept), body=self.body)


class Drafting(NamedTuple):
    """What makes Drafts of the files below `root`; a value, which other processes can have too.

    `authority` is the `host,year` of ids that are minted here, `hosts` are the site's own names, all of them.
    """

    root: Path
    rules: Rules
    reads: Reads
    authority: str
    hosts: frozenset[str]

    def draft(self, change: Change, now: datetime) -> Draft:
        """Raises Unreadable for whatever is wrong with the file."""
        source = self.load(change)
        try:
            reading = self.reads.read(source, self.rules)
            copy, awaited = ownmedia.find(reading.copy, self.root, self.hosts, source.folder, self._address_of)
            content = self.reads.to_html(copy, source.folder) if self.reads.leads_somewhere(copy) else ""
        except Unreadable:
            raise
        except Exception as error:  # whatever a reader stumbles over must not cost the other files
            raise Unreadable(f"cannot be read: {error!r}", "look for odd values in it; report this") from error
        draft = self._told(change, source, Reading(copy, reading.problems), content, now)
        return draft._replace(files=ownmedia.with_awaited(self.root, draft.files, awaited)) if awaited else draft

    def _told(self, change: Change, source: Source, reading: Reading, content: str, now: datetime) -> Draft:
        chains, places = standing(reading.copy, section_folder(source.path))
        copy = reading.copy if chains == reading.copy.sections else replace(reading.copy, sections=chains)
        copy, files, problems = measure(self.root, copy, content, change.path)
        strangers = [_unknown_address(change.path, host) for host in copy.alternates if host not in self.hosts]
        modified = moment(change.newest, now)
        minted = mint(self.authority, change.path, copy.id)
        return Draft(
            path=change.path,
            entry=change.entry,
            digest=sha256(source.data).hexdigest(),
            modified=modified,
            kept=msgspec.json.encode(_without_body(copy)),
            body=copy.body,
            paged=not copy.url or "/articles/" in copy.url,
            files=files,
            problems=(*reading.problems, *problems, *strangers),
            key=key_of(change.path),
            id=copy.id,
            fold=minted.fold if copy.id else "",
            fingerprint=dating.fingerprint(copy),
            slug=slugify(copy.slug or copy.title) or "article",
            sections={"": "", **places},
            first=_first(copy, modified, now),
            minted=minted,
            edited=change.edited,
        )

    def load(self, change: Change) -> Source:
        """The file with what belongs to it. Raises Unreadable."""
        data = self._bytes(change.path)
        if not change.companions:  # as with most
            return Source(path=change.path, data=data)
        sidecar = next((name for name in change.companions if name.lower().endswith(".toml")), None)
        picture = next((name for name in change.companions if name.lower().endswith(PICTURES)), "")
        folder = change.path.rpartition("/")[0]
        return Source(
            path=change.path,
            data=data,
            sidecar=self._bytes(f"{folder}/{sidecar}" if folder else sidecar) if sidecar else None,
            picture=f"{folder}/{picture}" if folder and picture else picture,
        )

    def _address_of(self, path: str) -> str:
        """Where the article in the file at `path` is read; empty if there is none.

        Its page here is named by its file: that leads to the page of its headline, which may not be known yet.
        """
        stem, _, suffix = path.rpartition(".")
        is_hidden = any(part.startswith(("_", ".")) for part in path.split("/"))
        if is_hidden or f".{suffix.lower()}" not in self.reads.suffixes or not is_there(self.root, path):
            return ""
        sidecar = (f"{stem.rpartition('/')[2]}.toml",) if is_there(self.root, f"{stem}.toml") else ()
        with suppress(Exception):  # whatever is wrong with that file is said of it, and not of those that lead to it
            copy = self.reads.glance(self.load(Change(path, "", "", 0, sidecar)), self.rules)
            name = (stem.rpartition("/")[0] if is_page_of_folder(path) else stem).rpartition("/")[2]
            key = mint(self.authority, path, copy.id).key
            return copy.url or f"{SITE}/articles/{key}/{quote(slugify(name) or 'article')}"
        return ""

    def _bytes(self, path: str) -> bytes:
        try:
            data = _content(f"{self.root}/{path}")
        except OSError as error:
            raise ForNow(f"cannot be read: {error.strerror}", "let the service's user read it") from error
        if len(data) > LARGEST:
            raise Unreadable(f"is larger than {LARGEST // 2**20} MiB", "an article is text; move the rest elsewhere")
        return data


def _content(path: str) -> bytes:
    """The bytes of a file; of one that is too large, as many as show that. Raises OSError."""
    file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)  # `open` puts twice as many questions to the system
    try:
        content = os.read(file, _PIECE)
        while len(content) <= LARGEST and (more := os.read(file, len(content))):
            content += more
        return content
    finally:
        os.close(file)


def _without_body(copy: Copy) -> Copy:
    bare = shallow(copy)  # not `replace`, which would clean all of it again
    force_setattr(bare, "body", "")
    return bare


def standing(copy: Copy, folder: str) -> tuple[tuple[tuple[str, ...], ...], dict[str, str]]:
    """The chains of `copy`, or that of the `folder` of its file if it names no section; path to name of each section
    on the way down them."""
    places = section_names(copy.sections)
    if not places and (chain := folder_chain(folder)):
        return (chain,), section_names((chain,))
    return copy.sections, places


def _first(copy: Copy, modified: datetime, now: datetime) -> First:
    published = dating.published(copy, None, modified, now)
    updated = dating.first_updated(copy, published, now)
    said = notation.seconds(published)
    changed = said if updated is published else notation.seconds(updated)
    span = notation.span(opening(copy, published))
    return First(said, changed, span["opens"], span["closes"])


def moment(nanoseconds: int, now: datetime) -> datetime:
    """The time of a file, kept between 1970 and `now`: file systems hold any number."""
    seconds = nanoseconds / 1e9
    return datetime.fromtimestamp(max(seconds, 0), UTC) if seconds < now.timestamp() else now


def _unknown_address(path: str, host: str) -> Problem:
    reason = f"it names the alternate address {host}, which config.toml does not have"
    return Problem(place=path, reason=reason, remedy=f'add "https://{host}" to [site] mirrors', warning=True)
