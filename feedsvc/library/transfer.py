"""Exports the ledger to a file and imports it, so that every article keeps its id when a newsroom changes machines."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from enum import Enum
from typing import BinaryIO, NamedTuple

import msgspec

from feedsvc.library.dates import was_shown
from feedsvc.library.fingerprint import fingerprint
from feedsvc.library.ledger_file import Adopted, Header, Line, decode, opened
from feedsvc.model import codec
from feedsvc.model.article import ArticleCopy, Person
from feedsvc.model.cleaning import cleaned
from feedsvc.model.identity import normalised_id
from feedsvc.model.problem import Problem
from feedsvc.store import former_paths, ledger, ledger_transfer
from feedsvc.store.entries import AdoptedIdentity, LedgerEntry, LedgerHead
from feedsvc.store.transaction import Transaction

BATCH = 1_000
LONGEST_TITLE = 300
"""Most characters of a title, which is only for people who look into the file."""
_EXAMPLE = ArticleCopy(
    title="An example", body="It tells whether two programs see the same.", authors=(Person(name="A"),)
)
_CONFLICT = "look which of the two readers should go on with; --skip-conflicts takes over all others"


class ImportResult(NamedTuple):
    """The number of articles that are new here, that are better known now, and about which nothing was learned."""

    new: int = 0
    told: int = 0
    known: int = 0
    problems: tuple[Problem, ...] = ()


def export_lines(
    transaction: Transaction, authority: str, now: datetime, wanted: Callable[[LedgerHead], bool] = lambda _head: True
) -> Iterator[bytes]:
    """The lines of the ledger, each with its line end; those of the articles that are `wanted`, by default all."""
    encode = msgspec.json.Encoder().encode
    yield (
        encode(Header(authority=authority, look=fingerprint(_EXAMPLE), articles=ledger_transfer.count(transaction)))
        + b"\n"
    )
    for head, known in ledger_transfer.all_identities(transaction):
        if not wanted(head):
            continue
        paths = former_paths.adopted_paths(transaction, head.number)
        yield encode(_line(head, known, paths, now)) + b"\n"


def _line(row: LedgerHead, known: AdoptedIdentity | None, paths: tuple[str, ...], now: datetime) -> Line:
    return Line(
        id=row.id,
        key=row.key,
        path=row.path,
        title=row.copy.title[:LONGEST_TITLE],
        slug=row.slug,
        first_seen=codec.instant(row.first_seen),
        published=codec.instant(row.published),
        available=codec.instant(row.available),
        updated=codec.instant(row.updated),
        revision=row.revision,
        shown=was_shown(row, now),
        fingerprint=row.fingerprint,
        digest=row.digest,
        withdrawn=_instant(row.withdrawn),
        adopted=Adopted(link=known.link, dated=_instant(known.published), said=_instant(known.file_date))
        if known
        else None,
        former_paths=paths or msgspec.UNSET,
        last_path=row.last_path or msgspec.UNSET,
    )


def _instant(value: int | None) -> datetime | None:
    return None if value is None else codec.instant(value)


def _seconds(value: datetime | None) -> int | None:
    return None if value is None else codec.seconds(value)


def import_lines(transaction: Transaction, file: BinaryIO, name: str, authority: str) -> ImportResult:
    """Imports a validated `file`, which is called `name` in problems, into the ledger.

    A line that cannot be imported becomes a problem; the caller decides whether to undo the rest. An id that readers
    have seen here never changes. If both ledgers know an article, the one that saw it first is right.
    """
    header, rest = opened(file, name)
    known_looks = header.look == fingerprint(_EXAMPLE)
    importer = _Importer(transaction, authority, known_looks, is_empty=ledger_transfer.count(transaction) == 0)
    counts: Counter[_Effect] = Counter()
    problems = []
    for number, line in rest:
        try:
            counts[importer.take(decode(line))] += 1
        except _Conflict as conflict:
            problems.append(Problem(place=f"{name}, line {number}", reason=str(conflict), remedy=_CONFLICT))
    importer.flush()
    return ImportResult(counts[_Effect.NEW], counts[_Effect.MERGED], counts[_Effect.KNOWN], tuple(problems))


class _Effect(Enum):
    """The effect of one line."""

    NEW = "new"
    MERGED = "merged"
    KNOWN = "known"


class _Conflict(Exception):
    """Raised for a line that cannot be imported, with the reason."""


class _Importer:
    """Imports line by line; new articles are inserted in batches."""

    def __init__(self, transaction: Transaction, authority: str, known_looks: bool, *, is_empty: bool) -> None:
        self._transaction = transaction
        self._authority = authority
        self._known_looks = known_looks
        self._is_empty = is_empty
        self._waiting: list[Line] = []

    def take(self, line: Line) -> _Effect:
        """Imports a line. Raises _Conflict."""
        rows = [] if self._is_empty else self._alike(line)
        mine = normalised_id(self._authority, line.id)
        same = next((row for row in rows if row.normalised_id == mine), None)
        if same is not None:
            return self._merge(line, same)
        seen = next((row for row in rows if not ledger_transfer.is_unseen(self._transaction, row)), None)
        if seen is not None:
            path = seen.path or "an article without a file"
            raise _Conflict(f"readers know {path} as {seen.id!r} here, not as {line.id!r}")
        if len(rows) > 1:
            raise _Conflict(f"{line.id!r} would be two articles here: {' and '.join(str(row.path) for row in rows)}")
        if rows:
            # No reader has seen the article here, so it can still get the id that it had elsewhere.
            return self._write(line, rows[0], self._values(line))
        self._waiting.append(line)
        if len(self._waiting) >= BATCH:
            self.flush()
        return _Effect.NEW

    def flush(self) -> None:
        """Inserts the new articles that wait."""
        waiting, self._waiting = self._waiting, []
        first = ledger_transfer.last_number(self._transaction) + 1
        rows = [
            (
                {"path": line.path, "last_path": self._free_last_path(line), **self._values(line)},
                cleaned(ArticleCopy(title=line.title)),
            )
            for line in waiting
        ]
        ledger_transfer.insert_unread(self._transaction, rows)
        for number, line in enumerate(waiting, first):
            self._adopt(number, line)

    def _free_last_path(self, line: Line) -> str | None:
        """The last path of the article; None if it is unknown, or if another article has it, or had it last, here."""
        if not line.last_path or (not self._is_empty and ledger.existing(self._transaction, "path", [line.last_path])):
            return None
        return line.last_path

    def _alike(self, line: Line) -> list[LedgerEntry]:
        return ledger_transfer.conflicts(
            self._transaction, normalised_id(self._authority, line.id), line.key, line.path
        )

    def _merge(self, line: Line, row: LedgerEntry) -> _Effect:
        """Imports an article that is already known by this id. The ledger that saw it first is right."""
        if row.id != line.id or (row.key != line.key and not ledger_transfer.is_unseen(self._transaction, row)):
            known = f"readers know {row.id!r} with the key {row.key} here"
            raise _Conflict(f"{known}, not {line.id!r} with the key {line.key}")
        if row.first_seen <= codec.seconds(line.first_seen):
            return _Effect.KNOWN
        values = self._values(line) | {"withdrawn": row.withdrawn}
        values["updated"] = max(row.updated, codec.seconds(line.updated))
        values["revision"] = max(row.revision, line.revision)
        values["shown"] = row.shown or line.shown
        return self._write(line, row, values)

    def _write(self, line: Line, row: LedgerEntry, values: dict[str, object]) -> _Effect:
        if line.last_path and row.path is None and row.last_path is None:
            values |= {"last_path": self._free_last_path(line)}
        ledger_transfer.rename(self._transaction, row.number, values)
        if row.path is not None:
            ledger_transfer.read_again(self._transaction, [(row.path, row.number)])
        self._adopt(row.number, line)
        return _Effect.MERGED

    def _adopt(self, number: int, line: Line) -> None:
        if line.former_paths:
            former_paths.adopt(self._transaction, number, line.former_paths)
        if line.adopted:
            dated, said = _seconds(line.adopted.dated), _seconds(line.adopted.said)
            ledger_transfer.adopt(self._transaction, number, line.adopted.link, dated, said)

    def _values(self, line: Line) -> dict[str, object]:
        return {
            "id": line.id,
            "normalised_id": normalised_id(self._authority, line.id),
            "key": line.key,
            "slug": line.slug,
            "first_seen": codec.seconds(line.first_seen),
            "published": codec.seconds(line.published),
            "available": codec.seconds(line.available),
            "updated": codec.seconds(line.updated),
            "revision": line.revision,
            "shown": line.shown,
            "fingerprint": line.fingerprint if self._known_looks else ledger_transfer.UNKNOWN,
            "digest": line.digest,
            "withdrawn": _seconds(line.withdrawn),
        }
