"""Makes a node's own copy of the Edition: everything that serving needs, copied from the store that the nodes share.

`source` and `copy` are transactions: the first reads one Edition, the second publishes it as a whole or not at all. The
copy has no ledger; of articles it has only the keys of those to which former paths lead.
"""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import Boolean, LargeBinary, Table, bindparam, delete, func, or_, select, text

from feedsvc.store import lineage, state
from feedsvc.store.bulk import Bulk
from feedsvc.store.coding import etag
from feedsvc.store.dialect import insert
from feedsvc.store.documents import NOT_FOUND
from feedsvc.store.edition_schema import bodies, documents, item_counts, sections
from feedsvc.store.errors import StoreError
from feedsvc.store.schema import articles, former_paths, leases, notes, problems
from feedsvc.store.transaction import Transaction

TABLES = (sections, item_counts, problems, former_paths)
"""The tables that are copied as a whole. With `former_paths`, the keys of their articles are copied."""
NOTES = (
    *(state.EDITION, state.CONFIGURATION, state.LAST_TICK, state.CLOCK, state.LAST_REPORT, state.NEXT_REGENERATION),
    *(state.TOKENS, state.POSTPONED_FEEDS, state.OLDER_FROM, state.EDITION_CLOSED),
)
"""The notes that serving and the status need."""
_NAMES = (*(note.name for note in NOTES), lineage.NAME, "destinations", "purges")
_MANY = 200


class Damaged(StoreError):
    """A body does not match its hash. Nothing of the Edition is copied."""


class Signs(NamedTuple):
    """The data that changes without a new Edition: the notes by name, and the row of the lease."""

    notes: dict[str, bytes]
    lease: tuple[Any, ...] | None


_NOTES = select(notes.c.name, notes.c.value).where(notes.c.name.in_(_NAMES))
_LEASE = select(leases).where(leases.c.name == "publisher")


def signs(transaction: Transaction) -> Signs:
    """The notes and the lease of the publisher."""
    lease = transaction.execute(_LEASE).one_or_none()
    return Signs({name: bytes(value) for name, value in transaction.execute(_NOTES)}, tuple(lease) if lease else None)


_ADD_LEASE = insert(leases)
_PUT_LEASE = Bulk(
    _ADD_LEASE.on_conflict_do_update(
        index_elements=["name"], set_={each.name: _ADD_LEASE.excluded[each.name] for each in leases.c}
    )
)
_ADD_NOTES = Bulk(insert(notes))
_DROP_NOTES = delete(notes).where(notes.c.name.in_(_NAMES))


def put_signs(copy: Transaction, found: Signs) -> None:
    """Sets the notes and the lease in the copy."""
    copy.execute(_DROP_NOTES)
    _ADD_NOTES.execute(copy, found.notes.items())
    if found.lease is not None:
        _PUT_LEASE.execute(copy, [found.lease])


# --- documents --------------------------------------------------------------------------------------------------------

_DOCUMENT, _BODY = list(documents.c), list(bodies.c)
_BOTH = select(*_DOCUMENT, *_BODY[1:]).join(bodies, bodies.c.document == documents.c.number, isouter=True)
_ORDER = (documents.c.number, bodies.c.coding)
_CHANGED = _BOTH.where(documents.c.edition > bindparam("since"), documents.c.edition <= bindparam("until"))
_CHANGED = _CHANGED.order_by(*_ORDER)
_LENGTH = len(_DOCUMENT)
_ADD_DOCUMENT, _ADD_BODY = Bulk(insert(documents)), Bulk(insert(bodies))
_PLACE = (documents.c.path == bindparam("at_path")) & (documents.c.address == bindparam("at_address"))
_SAME = select(documents.c.number).where(or_(documents.c.number == bindparam("number"), _PLACE))


def copy_changes(source: Transaction, copy: Transaction, since: int, until: int) -> int:
    """Copies the documents that changed after Edition `since` and until Edition `until`, and returns their number.

    Raises Damaged for a body that does not match its hash.
    """
    return _take_over(copy, source.stream(_CHANGED, {"since": since, "until": until}, rows=_MANY))


def _take_over(copy: Transaction, rows: Iterable[Any], edition: int = 0) -> int:
    """Writes documents into the copy, each with all its bodies, and returns their number. An `edition` other than 0
    replaces the Edition of each."""
    count = 0
    for _, group in groupby(rows, key=lambda row: row[0]):
        found = [tuple(row) for row in group]
        _put(copy, found, edition)
        count += 1
    return count


def _put(copy: Transaction, rows: list[tuple[Any, ...]], edition: int) -> None:
    document = dict(zip(documents.c.keys(), rows[0], strict=False))
    document["edition"] = edition or document["edition"]
    packed = [(document["number"], *row[_LENGTH:]) for row in rows if row[_LENGTH] is not None]
    for number, coding, tag, _, body in packed:
        if body is not None and not document["file"] and etag(body) != tag:
            raise Damaged(f"the body of document {number} in {coding} is not what its hash says")
    where = {"number": document["number"], "at_path": document["path"], "at_address": document["address"]}
    _remove(copy, copy.scalars(_SAME, where).all())
    _ADD_DOCUMENT.execute(copy, [tuple(document.values())])
    _ADD_BODY.execute(copy, packed)


_DROP_BODIES = delete(bodies).where(bodies.c.document == bindparam("wanted"))
_DROP_DOCUMENT = delete(documents).where(documents.c.number == bindparam("wanted"))


def _remove(copy: Transaction, numbers: Iterable[int]) -> None:
    if rows := [{"wanted": number} for number in numbers]:
        copy.execute(_DROP_BODIES, rows)
        copy.execute(_DROP_DOCUMENT, rows)


# Everything but the bodies, to compare two copies of a document.
_ABOUT = [column for column in _DOCUMENT if column.name != "edition"]
_HEADS = select(*_ABOUT, bodies.c.coding, bodies.c.etag).join(
    bodies, bodies.c.document == documents.c.number, isouter=True
)
_HEADS = _HEADS.order_by(*_ORDER)
_SOME = _BOTH.where(documents.c.number.in_(bindparam("numbers", expanding=True))).order_by(*_ORDER)


def copy_everything(source: Transaction, copy: Transaction, edition: int) -> int:
    """Makes the documents of the copy equal to those of the source, at `edition`; returns how many were different.

    A document that differs counts as changed by `edition`; one that the source does not have becomes NOT_FOUND. Raises
    Damaged for a body that does not match its hash.
    """
    theirs, mine = _heads(source), _heads(copy)
    others = [number for number, head in theirs.items() if mine.get(number) != head]
    gone = mine.keys() - theirs.keys()
    for number in gone:
        copy.execute(_DROP_BODIES, {"wanted": number})
        values = {"status": NOT_FOUND, "edition": edition}
        copy.execute(documents.update().where(documents.c.number == number).values(**values))
    for start in range(0, len(others), _MANY):
        wanted = others[start : start + _MANY]
        _take_over(copy, source.execute(_SOME, {"numbers": wanted}).all(), edition)
    return len(others) + len(gone)


def _heads(transaction: Transaction) -> dict[int, int]:
    """A hash of everything but the bodies of each document, by number."""
    found = {}
    for number, group in groupby(transaction.stream(_HEADS), key=lambda row: row[0]):
        found[number] = hash(tuple(tuple(row) for row in group))
    return found


# --- small tables -----------------------------------------------------------------------------------------------------


def copy_table(source: Transaction, copy: Transaction, table: Table) -> None:
    """Replaces the rows of `table` in the copy by those of the source."""
    copy.execute(delete(table))
    if table is former_paths:
        _copy_keys(source, copy)
    for rows in _batches(source.stream(select(table))):
        copy.execute(insert(table), [dict(row._mapping) for row in rows])


def _batches(rows: Iterator[Any]) -> Iterator[list[Any]]:
    batch: list[Any] = []
    for row in rows:
        batch.append(row)
        if len(batch) == _MANY:
            yield batch
            batch = []
    if batch:
        yield batch


_KEYS = select(articles.c.number, articles.c.key).where(articles.c.number.in_(select(former_paths.c.article)))


def _copy_keys(source: Transaction, copy: Transaction) -> None:
    """Replaces the articles of the copy by those to which former paths lead, with only their keys."""
    copy.execute(delete(articles))
    empty = {column.name: _empty(column) for column in articles.c if not column.nullable}
    for rows in _batches(source.stream(_KEYS)):
        copy.execute(
            insert(articles),
            [empty | {"number": row.number, "id": row.key, "normalised_id": row.key, "key": row.key} for row in rows],
        )


def _empty(column: Any) -> object:
    if isinstance(column.type, LargeBinary):
        return b""
    if isinstance(column.type, Boolean):
        return False
    return 0 if column.type.python_type is int else ""


def count_documents(transaction: Transaction) -> int:
    """The number of documents."""
    return int(transaction.scalar(select(func.count()).select_from(documents)) or 0)


_SUM = "SELECT count(*) || ' ' || coalesce(sum(hashtextextended(CAST(t AS text), 0)), 0) FROM {table} AS t"


def sums(source: Transaction) -> dict[str, str]:
    """A checksum of the rows of each of TABLES, by name, computed by the database; it changes if any row does."""
    return {table.name: str(source.scalar(text(_SUM.format(table=table.name)))) for table in TABLES}
