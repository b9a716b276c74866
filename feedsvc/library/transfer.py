"""The ledger to a file and back: a newsroom moves machines with it, and every article stays who it is."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, BinaryIO, NamedTuple

import msgspec
from sqlalchemy import Connection, Row

from feedsvc.library.dates import fingerprint
from feedsvc.library.ledger_file import Adopted, Header, Line, decode, opened
from feedsvc.model.article import ArticleCopy, Person
from feedsvc.model.identity import normalised_id
from feedsvc.model.problem import Problem
from feedsvc.store import ledger, ledger_transfer

BATCH = 1_000
LONGEST_TITLE = 300
"""Characters; it is there for people who look into the file."""
_EXAMPLE = ArticleCopy(
    title="An example", body="It tells whether two programs see the same.", authors=(Person(name="A"),)
)
_CONFLICT = "look which of the two readers should go on with; --skip-conflicts takes over all others"


class ImportResult(NamedTuple):
    """What an import did: articles that are new here, that are told more of now, and that were known as well."""

    new: int = 0
    told: int = 0
    known: int = 0
    problems: tuple[Problem, ...] = ()


def export_lines(connection: Connection, authority: str, now: datetime) -> Iterator[bytes]:
    """The whole ledger, each line with its end."""
    encode = msgspec.json.Encoder().encode
    yield (
        encode(Header(authority=authority, look=fingerprint(_EXAMPLE), articles=ledger_transfer.count(connection)))
        + b"\n"
    )
    for row in ledger_transfer.all_identities(connection):
        yield encode(_line(row, ledger.seconds(now))) + b"\n"


def _line(row: Row[Any], now: int) -> Line:
    return Line(
        id=row.id,
        key=row.key,
        path=row.path,
        title=ledger.copy_of(row).title[:LONGEST_TITLE],
        slug=row.slug,
        first_seen=ledger.instant(row.first_seen),
        published=ledger.instant(row.published),
        available=ledger.instant(row.available),
        updated=ledger.instant(row.updated),
        revision=row.revision,
        shown=bool(row.shown or row.opens <= now),
        fingerprint=row.fingerprint,
        digest=row.digest,
        withdrawn=_instant(row.withdrawn),
        adopted=Adopted(link=row.link, dated=_instant(row.dated), said=_instant(row.said))
        if row.link is not None
        else None,
    )


def _instant(value: int | None) -> datetime | None:
    return None if value is None else ledger.instant(value)


def _seconds(value: datetime | None) -> int | None:
    return None if value is None else ledger.seconds(value)


def import_lines(connection: Connection, file: BinaryIO, name: str, authority: str) -> ImportResult:
    """Enter an examined `file` into the ledger. What cannot be is a Problem: then the caller undoes it all, or not.

    An id that readers have seen here never changes. Where both know an article, the older memory is right.
    """
    header, rest = opened(file, name)
    known_looks = header.look == fingerprint(_EXAMPLE)
    clerk = _Clerk(connection, authority, known_looks)
    problems = [
        Problem(place=f"{name}, line {number}", reason=reason, remedy=_CONFLICT)
        for number, line in rest
        if (reason := clerk.take(decode(line)))
    ]
    clerk.flush()
    return ImportResult(clerk.new, clerk.told, clerk.known, tuple(problems))


class _Clerk:
    """Takes over line by line; what is new waits for its batch."""

    def __init__(self, connection: Connection, authority: str, known_looks: bool) -> None:
        self._connection = connection
        self._authority = authority
        self._known_looks = known_looks
        self._empty = ledger_transfer.count(connection) == 0
        self._waiting: list[Line] = []
        self.new = self.told = self.known = 0

    def take(self, line: Line) -> str:
        """Why the line cannot be taken over; else empty."""
        rows = [] if self._empty else self._alike(line)
        mine = normalised_id(self._authority, line.id)
        same = next((row for row in rows if row.fold == mine), None)
        if same is not None:
            return self._tell(line, same)
        seen = next((row for row in rows if not ledger_transfer.is_unseen(self._connection, row)), None)
        if seen is not None:
            return f"readers know {seen.path or 'an article without a file'} as {seen.id!r} here, not as {line.id!r}"
        if len(rows) > 1:
            return f"{line.id!r} would be two articles here: {' and '.join(str(row.path) for row in rows)}"
        if rows:
            return self._call(line, rows[0])
        self.new += 1
        self._waiting.append(line)
        if len(self._waiting) >= BATCH:
            self.flush()
        return ""

    def flush(self) -> None:
        waiting, self._waiting = self._waiting, []
        first = ledger_transfer.last_number(self._connection) + 1
        rows = [({"path": line.path, **self._values(line)}, ArticleCopy(title=line.title)) for line in waiting]
        ledger_transfer.insert_unread(self._connection, rows)
        for number, line in enumerate(waiting, first):
            self._adopt(number, line)

    def _alike(self, line: Line) -> list[Row[Any]]:
        return ledger_transfer.conflicts(self._connection, normalised_id(self._authority, line.id), line.key, line.path)

    def _tell(self, line: Line, row: Row[Any]) -> str:
        """The article is known by this id already. The one who saw it first knows best since when, and how often."""
        if row.id != line.id or (row.key != line.key and not ledger_transfer.is_unseen(self._connection, row)):
            return f"readers know {row.id!r} with the key {row.key} here, not {line.id!r} with the key {line.key}"
        if row.first_seen <= ledger.seconds(line.first_seen):
            self.known += 1
            return ""
        values = self._values(line) | {"withdrawn": row.withdrawn}
        values["updated"] = max(row.updated, ledger.seconds(line.updated))
        values["revision"] = max(row.revision, line.revision)
        values["shown"] = row.shown or line.shown
        return self._write(line, row, values)

    def _call(self, line: Line, row: Row[Any]) -> str:
        """No reader has seen what lies there: it may still be called as it was elsewhere."""
        return self._write(line, row, self._values(line))

    def _write(self, line: Line, row: Row[Any], values: dict[str, object]) -> str:
        self.told += 1
        ledger_transfer.rename(self._connection, row.number, values)
        if row.path is not None:
            ledger_transfer.read_again(self._connection, [(row.path, row.number)])
        self._adopt(row.number, line)
        return ""

    def _adopt(self, number: int, line: Line) -> None:
        if line.adopted:
            dated, said = _seconds(line.adopted.dated), _seconds(line.adopted.said)
            ledger_transfer.adopt(self._connection, number, line.adopted.link, dated, said)

    def _values(self, line: Line) -> dict[str, object]:
        return {
            "id": line.id,
            "fold": normalised_id(self._authority, line.id),
            "key": line.key,
            "slug": line.slug,
            "first_seen": ledger.seconds(line.first_seen),
            "published": ledger.seconds(line.published),
            "available": ledger.seconds(line.available),
            "updated": ledger.seconds(line.updated),
            "revision": line.revision,
            "shown": line.shown,
            "fingerprint": line.fingerprint if self._known_looks else ledger_transfer.UNKNOWN,
            "digest": line.digest,
            "withdrawn": _seconds(line.withdrawn),
        }
