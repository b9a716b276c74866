"""Parses a file into a ParsedFile: everything about an article that needs no ledger, so that any process can do it.

The only exception that a file can cause is Unreadable.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

import msgspec
from msgspec.structs import replace

from feedsvc.library import dates, media_links
from feedsvc.library.fingerprint import FieldHashes, fingerprint, hash_fields
from feedsvc.library.media import measure
from feedsvc.library.signature import FileChange
from feedsvc.model import codec
from feedsvc.model.article import ArticleCopy
from feedsvc.model.clock import EARLIEST
from feedsvc.model.identity import Identity, key_of, mint
from feedsvc.model.local_files import is_there
from feedsvc.model.problem import Problem
from feedsvc.model.reader import MediaReference, ReaderOptions, Reading, Source, Unreadable
from feedsvc.model.selection import folder_chain, is_page_of_folder, section_folder, section_names, visibility_span
from feedsvc.model.text import slugify
from feedsvc.model.urls import SITE

LARGEST = 5 * 2**20
"""Bytes of an article's file; a larger one is no article."""
_PIECE = 2**16
"""Bytes of the first read, which covers nearly all files. A buffer for the largest would cost more than the read."""
_LATEST = int(datetime(2200, 1, 1, tzinfo=UTC).timestamp())
PICTURES = (".jpg", ".jpeg", ".png", ".webp", ".gif", ".avif", ".svg")
"""Suffixes of a picture beside an article."""


class TemporarilyUnreadable(Unreadable):
    """A file that may become readable without a change of its own; every update tries it again."""


class ReaderSet(NamedTuple):
    """The functions of the readers. All are module-level functions, so that they can be sent to other processes.

    `read` and `parse_header` make an ArticleCopy of a file; that of `parse_header` has only the fields that place the
    article. `to_html` takes a copy and the folder of its file. These three raise Unreadable. `may_have_links` returns
    True if the HTML of a copy must be searched for links to files. `suffixes` are those of articles.
    """

    read: Callable[[Source, ReaderOptions], Reading]
    to_html: Callable[[ArticleCopy, str], str]
    may_have_links: Callable[[ArticleCopy], bool]
    suffixes: frozenset[str]
    parse_header: Callable[[Source, ReaderOptions], ArticleCopy]


class InitialDates(NamedTuple):
    """The instants of an article if it is new, in seconds."""

    published: int
    updated: int
    opens: int
    closes: int


class ParsedFile(NamedTuple):
    """One parsed file: its path, its content, and the identity of its article if that is new.

    The copy is kept encoded: it is rarely needed, and bytes pass cheaply between processes.
    """

    path: str
    identity_signature: str
    digest: str
    """SHA-256 of its bytes."""
    modified: datetime
    """The newest modification time of the file and all that belongs to it, never in the future."""
    encoded_copy: bytes
    """The ArticleCopy without its body, with resolved sections and measured media."""
    body: str
    has_own_page: bool
    """True if the service may publish a page of its own for it: the file names no other address."""
    media: tuple[MediaReference, ...]
    """The files below the articles folder to which the article links."""
    problems: tuple[Problem, ...]
    key: str
    id: str
    normalised_id: str
    """The normalised `id`. Both are empty if the file gives no id."""
    fingerprint: str
    slug: str
    sections: dict[str, str]
    """Path to name of each section of the article; the whole site (empty path and name) is one of them."""
    initial_dates: InitialDates
    identity: Identity
    """The preferred identity of the article if it is new."""
    aliases: tuple[str, ...] = ()
    """The former paths of the article on this site."""
    version: str = ""
    """The version of the item; empty if the file gives none."""
    has_title: bool = True
    """False only for a withdrawal that gives no more than the id of its item."""
    edited: bool = True
    """False if the file is read again only because the program or configuration changed."""
    hashes: FieldHashes | None = None
    """The hashes of the visible fields. Made only for an edit of a known file; None for others."""

    @property
    def copy(self) -> ArticleCopy:
        """The whole ArticleCopy. Decoded at each call."""
        return replace(codec.decode(self.encoded_copy), body=self.body)


@contextmanager
def unreadable_if_it_fails() -> Iterator[None]:
    """Raises Unreadable in place of any other exception of a reader."""
    try:
        yield
    except (Unreadable, KeyboardInterrupt):
        raise
    except BaseException as error:  # a panic of a Rust library is one, and must not cost the other files
        kind = TemporarilyUnreadable if isinstance(error, OSError) else Unreadable
        raise kind(f"cannot be read: {error!r}", "look for odd values in it; report this") from error


class FileParser(NamedTuple):
    """Parses files below `root`. A value, so that it can be sent to other processes.

    `authority` is the `host,year` of the tag URIs that are minted here (RFC 4151); `hosts` are all of the site's own.
    """

    root: Path
    options: ReaderOptions
    readers: ReaderSet
    authority: str
    hosts: frozenset[str]

    def parse(self, change: FileChange, now: datetime) -> ParsedFile:
        """The parsed file. Raises Unreadable for any error in it."""
        source = self.load(change)
        with unreadable_if_it_fails():
            return self._read(change, source, now)

    def _read(self, change: FileChange, source: Source, now: datetime) -> ParsedFile:
        compare = bool(change.former_signature) and change.edited
        reading = self.readers.read(source, self.options)
        copy, further = media_links.resolve_own_links(
            reading.copy, self.root, self.hosts, source.folder, self._address_of
        )
        wanted = compare or self.readers.may_have_links(copy)
        content = self.readers.to_html(copy, source.folder) if wanted else ""
        measured = measure(self.root, _with_sections(copy, section_folder(source.path)), content, change.path)
        return self._parsed(change, source, measured.copy, now)._replace(
            media=media_links.with_further(self.root, measured.files, further),
            problems=(*reading.problems, *measured.problems, *self._unknown_hosts(change.path, copy)),
            hashes=hash_fields(measured.copy, content) if compare else None,
        )

    def _parsed(self, change: FileChange, source: Source, copy: ArticleCopy, now: datetime) -> ParsedFile:
        modified = file_time(change.newest, now)
        identity = mint(self.authority, change.path, copy.id)
        return ParsedFile(
            path=change.path,
            identity_signature=change.identity_signature,
            digest=sha256(source.data).hexdigest(),
            modified=modified,
            encoded_copy=msgspec.json.encode(replace(copy, body="")),
            body=copy.body,
            has_own_page=not copy.url or "/articles/" in copy.url,
            media=(),
            problems=(),
            key=key_of(change.path),
            id=copy.id,
            normalised_id=identity.normalised_id if copy.id else "",
            fingerprint=fingerprint(copy),
            slug=slugify(copy.slug or copy.title) or "article",
            sections={"": "", **section_names(copy.sections)},
            initial_dates=_initial_dates(copy, modified, now),
            identity=identity,
            aliases=copy.aliases,
            version=copy.version,
            has_title=bool(copy.title),
            edited=change.edited,
        )

    def _unknown_hosts(self, path: str, copy: ArticleCopy) -> list[Problem]:
        return [_unknown_address(path, host) for host in copy.alternates if host not in self.hosts]

    def load(self, change: FileChange) -> Source:
        """The bytes of the file and its sidecar, and the path of its picture. Raises Unreadable."""
        data = self._bytes(change.path)
        if not change.companions:  # the usual case
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
        """The address of the article in the file at `path`; empty if there is none.

        The address of its page here has a slug made of the file's name, since the headline may not be known yet; it
        leads to the page with the slug of the headline.
        """
        stem, _, suffix = path.rpartition(".")
        is_hidden = any(part.startswith(("_", ".")) for part in path.split("/"))
        if is_hidden or f".{suffix.lower()}" not in self.readers.suffixes or not is_there(self.root, path):
            return ""
        sidecar = (f"{stem.rpartition('/')[2]}.toml",) if is_there(self.root, f"{stem}.toml") else ()
        with suppress(Exception):  # an error in that file is reported for it, not for those that link to it
            copy = self.readers.parse_header(self.load(FileChange(path, "", "", 0, sidecar)), self.options)
            name = (stem.rpartition("/")[0] if is_page_of_folder(path) else stem).rpartition("/")[2]
            key = mint(self.authority, path, copy.id).key
            return copy.url or f"{SITE}/articles/{key}/{quote(slugify(name) or 'article')}"
        return ""

    def _bytes(self, path: str) -> bytes:
        try:
            data = _read_file(f"{self.root}/{path}")
        except OSError as error:
            raise TemporarilyUnreadable(
                f"cannot be read: {error.strerror}", "let the service's user read it"
            ) from error
        if len(data) > LARGEST:
            raise Unreadable(f"is larger than {LARGEST // 2**20} MiB", "an article is text; move the rest elsewhere")
        return data


def _read_file(path: str) -> bytes:
    """The bytes of a file; if it is too large, only enough to show that. Raises OSError."""
    file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)  # `open` makes twice as many system calls
    try:
        content = os.read(file, _PIECE)
        while len(content) <= LARGEST and (more := os.read(file, len(content))):
            content += more
        return content
    finally:
        os.close(file)


def _with_sections(copy: ArticleCopy, folder: str) -> ArticleCopy:
    chains, _ = resolve_sections(copy, folder)
    return copy if chains == copy.sections else replace(copy, sections=chains)


def resolve_sections(copy: ArticleCopy, folder: str) -> tuple[tuple[tuple[str, ...], ...], dict[str, str]]:
    """The section chains of `copy`, or the chain of its file's `folder` if it names no section; and path to name of
    every section in these chains."""
    names = section_names(copy.sections)
    if not names and (chain := folder_chain(folder)):
        return (chain,), section_names((chain,))
    return copy.sections, names


def _initial_dates(copy: ArticleCopy, modified: datetime, now: datetime) -> InitialDates:
    published = dates.published(copy, None, modified, now)
    updated = dates.initial_updated(copy, published, now)
    first = codec.seconds(published)
    last = first if updated is published else codec.seconds(updated)
    span = codec.visibility_columns(visibility_span(copy, published))
    return InitialDates(first, last, span["opens"], span["closes"])


def file_time(nanoseconds: int, now: datetime) -> datetime:
    """The time of a file as a date of its article, corrected: file systems may hold any number.

    Never after `now`, unless the clock is certainly wrong. A time that is certainly wrong becomes `now`; if both are,
    the result is EARLIEST, and the article waits for a correct clock.
    """
    seconds, latest = nanoseconds / 1e9, now.timestamp()
    if latest < EARLIEST:
        return datetime.fromtimestamp(seconds if EARLIEST < seconds < _LATEST else EARLIEST, UTC)
    return datetime.fromtimestamp(seconds, UTC) if EARLIEST <= seconds < latest else now


def _unknown_address(path: str, host: str) -> Problem:
    reason = f"it names the alternate address {host}, which config.toml does not have"
    return Problem(place=path, reason=reason, remedy=f'add "https://{host}" to [site] mirrors', warning=True)
