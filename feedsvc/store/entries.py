"""The ledger's entries as values: what the store gives and takes in place of rows.

Instants are whole seconds since 1970 in UTC; `opens` and `closes` are `codec.FOREVER` where that never comes.
"""

from enum import IntEnum
from hashlib import blake2b

from msgspec import Struct
from msgspec.structs import asdict

from feedsvc.model import codec
from feedsvc.model.article import ArticleCopy


def checksum(encoded_copy: bytes, body: str) -> bytes:
    """The checksum of what an article says."""
    return blake2b(encoded_copy + body.encode(), digest_size=8).digest()


class Phase(IntEnum):
    """The part of its span that an article has reached by the clock of a publication. It stays there whatever the clock
    says later, until its file names another span."""

    AWAITED = 0
    OPENED = 1
    CLOSED = 2


class LedgerHead(Struct, frozen=True, gc=False):
    """One article as the ledger knows it, without its body."""

    number: int
    id: str
    normalised_id: str
    """The id without regard to case and Unicode form."""
    key: str
    """Names the article in the service's own URLs."""
    path: str | None
    """The path of its file below the articles folder; None once the file is gone."""
    slug: str
    first_seen: int
    published: int
    available: int
    """Since when it can be had here, by which feeds are ordered; of a section's feed, since when it is there."""
    updated: int
    revision: int
    fingerprint: str
    """A hash of what readers see of the file."""
    digest: str
    """A hash of the file's bytes, by which a renamed file is recognised."""
    opens: int
    closes: int
    shown: bool
    """Readers may have seen it once, whatever it is now."""
    phase: int
    """A Phase."""
    has_own_page: bool
    """Its page may be one of the service's own: the file names no other."""
    withdrawn: int | None
    """When it was taken back, if readers may have seen it."""
    encoded_copy: bytes
    """The ArticleCopy as it is stored, without its body."""
    checksum: bytes | None
    """The checksum of the copy and the body as they were written; None if it is not known."""
    last_path: str | None
    """The path at which its file was last, once it is gone; None also where another article was there since."""

    @property
    def copy(self) -> ArticleCopy:
        """The article as its file says it, without its body. Decoded at each call."""
        return codec.decode(self.encoded_copy)

    def is_open(self, now: int) -> bool:
        """True if readers may see the article at `now` (seconds); as `ledger.is_open`."""
        begun = self.opens <= now or self.phase >= Phase.OPENED
        return begun and now < self.closes and self.phase < Phase.CLOSED

    def judged_at(self, now: int) -> int:
        """The instant at which its dates decide whether it is open: not before its opening once that was published."""
        return max(now, self.opens, self.published) if self.phase == Phase.OPENED else now


class ArticleVersion(Struct, frozen=True, gc=False):
    """The part of an entry that readers see, and that a rollback brings back."""

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
        """The values by the names of the ledger's columns."""
        return asdict(self)


class LedgerEntry(LedgerHead, frozen=True, gc=False):
    """One article as the ledger knows it; `body` is in the markup that its copy names."""

    body: str

    def is_as_written(self) -> bool:
        """True unless the copy or the body is another than what was written: a flipped bit is a sound value, too."""
        return self.checksum in (None, checksum(self.encoded_copy, self.body))

    @property
    def version(self) -> ArticleVersion:
        """The part of the entry that readers see."""
        return ArticleVersion(*(getattr(self, name) for name in ArticleVersion.__struct_fields__))


class WindowCandidate(Struct, frozen=True, gc=False):
    """An open article that a feed may hold: only what feeds select by."""

    number: int
    encoded_copy: bytes
    available: int
    published: int
    id: str
    opens: int = 0
    phase: int = Phase.OPENED

    @property
    def copy(self) -> ArticleCopy:
        """The article as its file says it, without its body. Decoded at each call."""
        return codec.decode(self.encoded_copy)

    def judged_at(self, now: int) -> int:
        """The instant by which the entry is judged, as `LedgerHead.judged_at` tells it."""
        return max(now, self.opens, self.published) if self.phase == Phase.OPENED else now


class TakenBack(Struct, frozen=True, gc=False):
    """An article that was taken out of a feed at `since`, seconds."""

    entry: LedgerEntry
    since: int


class AdoptedIdentity(Struct, frozen=True, gc=False):
    """The identity of an article in the system that the newsroom left."""

    link: str
    published: int | None
    """The date that they were told, seconds."""
    file_date: int | None
    """The date in the file at that time: another one there overrules `published`."""


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
    """One of the last Editions: when it was published, how many documents changed, and its note."""

    edition: int
    at: int
    documents: int
    note: str
