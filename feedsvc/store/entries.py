"""The entries of the ledger as values, which the store returns and takes in place of rows.

Instants are whole seconds since 1970 in UTC; `opens` and `closes` are `codec.FOREVER` for an article that never does.
"""

from enum import IntEnum
from hashlib import blake2b
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import asdict

from feedsvc.model import codec
from feedsvc.model.article import ArticleCopy


def checksum(encoded_copy: bytes, body: str) -> bytes:
    """The checksum of the content of an article: its copy and its body."""
    return blake2b(encoded_copy + body.encode(), digest_size=8).digest()


class Phase(IntEnum):
    """The phase of its span that an article has reached by the clock of a publication. It does not go back with the
    clock; it changes if the file of the article names another span."""

    AWAITED = 0
    OPENED = 1
    CLOSED = 2


class LedgerHead(Struct, frozen=True, gc=False):
    """One article in the ledger, without its body."""

    number: int
    id: str
    normalised_id: str
    """The id without regard to case and Unicode form."""
    key: str
    """The name of the article in the service's own URLs."""
    path: str | None
    """The path of its file below the articles folder; None once the file is gone."""
    slug: str
    first_seen: int
    published: int
    available: int
    """The instant since which it is available here, by which feeds are ordered; in a section's feed, since which it is
    in the section."""
    updated: int
    revision: int
    fingerprint: str
    """A hash of the parts of the file that readers see."""
    digest: str
    """A hash of the file's bytes, by which a renamed file is recognised."""
    opens: int
    closes: int
    shown: bool
    """True if readers may ever have seen it, whatever its state is now."""
    phase: int
    """A Phase."""
    has_own_page: bool
    """True if its page may be one of the service's own, since the file names no other."""
    withdrawn: int | None
    """The instant of its withdrawal; None if it is not withdrawn, or readers cannot have seen it."""
    encoded_copy: bytes
    """The ArticleCopy as it is stored, without its body."""
    checksum: bytes | None
    """The checksum of the copy and the body as they were written; None if it is not known."""
    last_path: str | None
    """The last path of its file, once that is gone; None also if another article has been at that path since."""

    @property
    def copy(self) -> ArticleCopy:
        """The content of the article's file, without its body. Decoded at each call."""
        return codec.decode(self.encoded_copy)

    def is_open(self, now: int) -> bool:
        """True if readers may see the article at `now` (seconds). The same rule as `ledger.is_open`."""
        begun = self.opens <= now or self.phase >= Phase.OPENED
        return begun and now < self.closes and self.phase < Phase.CLOSED

    def judged_at(self, now: int) -> int:
        """The instant at which its dates are judged: `now`, but not before its opening once that was published."""
        return max(now, self.opens, self.published) if self.phase == Phase.OPENED else now


class ArticleVersion(Struct, frozen=True, gc=False):
    """The part of an entry that readers see, and that a rollback restores."""

    slug: str
    published: int
    updated: int
    revision: int
    fingerprint: str
    opens: int
    closes: int
    has_own_page: bool
    encoded_copy: bytes
    body: str

    def columns(self) -> dict[str, object]:
        """The values, by the names of the ledger's columns."""
        return asdict(self)


class LedgerEntry(LedgerHead, frozen=True, gc=False):
    """One article in the ledger; `body` is in the markup that its copy names."""

    body: str

    def is_as_written(self) -> bool:
        """True if the copy and the body match the checksum, or there is none: a value with a flipped bit may be
        valid."""
        return self.checksum in (None, checksum(self.encoded_copy, self.body))

    @property
    def version(self) -> ArticleVersion:
        """The part of the entry that readers see."""
        return ArticleVersion(*(getattr(self, name) for name in ArticleVersion.__struct_fields__))


class SectionEntry(NamedTuple):
    """A published section. `name` is the name that articles give it; None if only the configuration has it."""

    name: str | None
    title: str


class WindowCandidate(Struct, frozen=True, gc=False):
    """An open article that a feed may hold, with only the fields that feeds select by."""

    number: int
    encoded_copy: bytes
    available: int
    published: int
    id: str
    opens: int = 0
    phase: int = Phase.OPENED

    @property
    def copy(self) -> ArticleCopy:
        """The content of the article's file, without its body. Decoded at each call."""
        return codec.decode(self.encoded_copy)

    def judged_at(self, now: int) -> int:
        """The instant at which its dates are judged, by the rule of `LedgerHead.judged_at`."""
        return max(now, self.opens, self.published) if self.phase == Phase.OPENED else now


class TakenBack(Struct, frozen=True, gc=False):
    """An article that was withdrawn from a feed at `since`, in seconds."""

    entry: LedgerEntry
    since: int


class AdoptedIdentity(Struct, frozen=True, gc=False):
    """The identity of an article in the system that the newsroom left."""

    link: str
    published: int | None
    """The date under which readers know the article, in seconds."""
    file_date: int | None
    """The date in the file at the time of adoption: a different date in the file overrules `published`."""


class PublishedDocument(Struct, frozen=True, gc=False):
    """One representation of one document of the Edition, without its bytes; `coding` is None for a document that is
    gone."""

    number: int
    address: int
    path: str
    edition: int
    status: int
    type: str
    modified: int
    shared_second: bool
    max_age: int
    file: str
    on_demand: bool
    topic: bool
    coding: str | None
    etag: str | None
    length: int | None


class PastEdition(Struct, frozen=True, gc=False):
    """One of the last Editions: its number, when it was published, how many documents it changed, and its note."""

    edition: int
    at: int
    documents: int
    note: str
