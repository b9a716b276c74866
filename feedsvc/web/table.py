"""The documents of one address. There may be very many: each takes a few hundred bytes, all that an answer needs."""

from collections.abc import Iterator, Mapping
from email.utils import formatdate
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import quote

import msgspec

from feedsvc.store.document_index import IndexEntry, read_record
from feedsvc.store.errors import StoreError
from feedsvc.web.headers import SANDBOX, SHARED, cache_control, content_security_policy
from feedsvc.web.topics import TopicLinks

READY = 2_000
"""Maximum documents whose headers stay in memory; those of the others are built again for each request."""
Headers = list[tuple[str, str]]


class RecordDamaged(StoreError):
    """The record of a document is not one that the store can have written."""

    def __init__(self) -> None:
        super().__init__("a document's record in the store cannot be read")


class Variant(NamedTuple):
    """One representation: its ETag, and the headers of the answers 200 and 304."""

    etag: str
    fresh: Headers
    same: Headers


class Held(NamedTuple):
    """One live document by content coding; `file` is its path below the articles folder if its body is a file."""

    number: int
    modified: int
    date: str
    """`modified` in the form of Last-Modified."""
    shared_second: bool
    file: str
    variants: dict[str, Variant]

    def best(self, order: tuple[str, ...]) -> Variant:
        return self.accepted(order)[0]

    def accepted(self, order: tuple[str, ...]) -> list[Variant]:
        """The variants in the codings of `order`; `identity` if there are none."""
        return [self.variants[each] for each in order if each in self.variants] or [self.variants["identity"]]


class Table(Mapping[str, Held]):
    """The documents by WSGI path: UTF-8 bytes read as Latin-1 (PEP 3333). Immutable.

    A document is kept as its `record` in the store, a single string: objects would need ten times the memory, and
    garbage collection would visit each. Requested documents are decoded and cached, up to `READY` of them.
    """

    def __init__(
        self, records: Mapping[str, str], former: "Table | None" = None, links: TopicLinks | None = None
    ) -> None:
        """Takes over the decoded documents of `former` whose record is the same. `links` has the hubs of topics."""
        self.records = records
        self._links = links
        ready: dict[str, Held] = former._ready.copy() if former else {}  # a copy, since requests add to it meanwhile
        self._ready: dict[str, Held] = {
            path: held for path, held in ready.items() if former and records.get(path) is former.records[path]
        }

    def __getitem__(self, path: str) -> Held:
        held = self._ready.get(path)
        if held is None:
            held = hold(self.records[path], path, self._links)
            if len(self._ready) >= READY:
                self._ready.clear()
            self._ready[path] = held
        return held

    def find(self, path: str) -> Held | None:
        """The document at `path`, or None. Cheaper than `get` if there is none."""
        return self._ready.get(path) or (self[path] if path in self.records else None)

    def __contains__(self, path: object) -> bool:
        return path in self.records

    def __iter__(self) -> Iterator[str]:
        return iter(self.records)

    def __len__(self) -> int:
        return len(self.records)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Table) and self.records == other.records

    __hash__ = None  # type: ignore[assignment]  # as for every mapping


def hold(record: str, path: str = "", links: TopicLinks | None = None) -> Held:
    """The document of `record`. `path` and `links` are used for the Link header if it is a topic. Raises
    RecordDamaged."""
    try:
        read = read_record(record)
    except msgspec.MsgspecError:
        raise RecordDamaged from None
    if all(coding != "identity" for coding, *_ in read.coded):
        raise RecordDamaged
    date = _date(read.modified)
    link = (("Link", links.header(quote(path.encode("latin-1")))),) if links and read.topic else ()
    return Held(
        number=read.number,
        modified=read.modified,
        date=date,
        shared_second=bool(read.shared_second),
        file=read.file,
        variants={coding: _variant(read, date, coding, etag, length, link) for coding, etag, length in read.coded},
    )


def dated(headers: Headers, held: Held, now: float) -> Headers:
    """A copy of `headers`, those of an answer with `held`, in which Last-Modified is not later than `now` (seconds),
    even if the publisher's clock was ahead (RFC 9110 section 8.8.2.1)."""
    if held.modified <= now:
        return headers.copy()
    return [(name, _date(int(now)) if name == "Last-Modified" else value) for name, value in headers]


@lru_cache(maxsize=1024)
def _date(modified: int) -> str:
    return formatdate(modified, usegmt=True)


def _variant(
    read: IndexEntry, date: str, coding: str, etag: str, length: int, link: tuple[tuple[str, str], ...]
) -> Variant:
    """The variant with the headers of both answers. A 304 has the headers of RFC 9110 section 15.4.5, and those that
    browsers need across origins."""
    same = [("ETag", etag), *_standing(read.max_age, bool(read.file)), *link]
    coded = [("Content-Encoding", coding)] if coding != "identity" else []
    fresh = [
        *_of_type(read.type, SANDBOX if read.file else content_security_policy(read.type)),
        ("Content-Length", str(length)),
        ("Last-Modified", date),
    ]
    return Variant(etag, fresh + same + coded, same)


@lru_cache(maxsize=256)
def _standing(max_age: int, is_file: bool) -> tuple[tuple[str, str], ...]:
    """The headers that many answers share. A file has only one representation, so it needs no Vary."""
    vary = () if is_file else (("Vary", "Accept-Encoding"),)
    return (("Cache-Control", cache_control(max_age)), *vary, *SHARED)


@lru_cache(maxsize=256)
def _of_type(kind: str, policy: str) -> tuple[tuple[str, str], ...]:
    secured = (("Content-Security-Policy", policy),) if policy else ()
    return (("Content-Type", kind), ("X-Content-Type-Options", "nosniff"), *secured)
