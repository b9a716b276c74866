"""Checks a whole database: its pages, its tables, the types of its values, and their consistency.

SQLite itself checks only pages and indexes. Each check returns the fault in a few words, which do not quote stored
data; empty if there is none.
"""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import msgspec
from sqlalchemy import Table, create_engine, func, select, text
from sqlalchemy.exc import SQLAlchemyError

from feedsvc.model import codec
from feedsvc.model.codec import FOREVER
from feedsvc.store import history, notes, state
from feedsvc.store.coding import etag
from feedsvc.store.custom_feeds import CustomFeedState
from feedsvc.store.documents import LIVE
from feedsvc.store.edition_schema import (
    article_versions,
    bodies,
    custom_feeds,
    documents,
    editions,
    feed_contents,
    pinned_versions,
)
from feedsvc.store.entries import checksum
from feedsvc.store.errors import StoreDamaged
from feedsvc.store.schema import articles, memberships, metadata, scanned_files
from feedsvc.store.sqlite.error_codes import store_error
from feedsvc.store.transaction import Transaction

UNFORESEEN = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""The errors that code may raise for values that it has not written."""
Check = Callable[[Transaction], str]


def check_all(transaction: Transaction, path: Path) -> None:
    """Raises StoreDamaged for the first fault of the database at `path`."""
    run(check_pages, transaction, path)
    check_contents(transaction, path)


def check_contents(transaction: Transaction, path: Path) -> None:
    """Raises StoreDamaged for the first fault in tables and values, without checking pages and indexes."""
    for check in (
        check_tables,
        _check_references,
        _check_types,
        _check_texts,
        _check_values,
        _check_articles,
        _check_edition,
    ):
        run(check, transaction, path)
    run(_check_bodies, transaction, path)


def run(check: Check, transaction: Transaction, path: Path) -> None:
    """Raises StoreDamaged if `check` finds a fault, or fails because of one; StoreError for other database errors."""
    try:
        fault = check(transaction)
    except SQLAlchemyError as error:
        raise store_error(error, path) from None
    except (msgspec.MsgspecError, *UNFORESEEN) as error:
        raise StoreDamaged(path, f"a value in it cannot be read: {type(error).__name__}") from None
    if fault:
        raise StoreDamaged(path, fault)


def check_pages(transaction: Transaction) -> str:
    """Checks every page, and that each index agrees with its table, which also reveals a flipped bit in an id."""
    faults = list(transaction.scalars(text("PRAGMA integrity_check(1)")))
    return "" if faults == ["ok"] else "; ".join(faults)


# --- tables -----------------------------------------------------------------------------------------------------------


def check_tables(transaction: Transaction) -> str:
    """Checks that every table has its columns, of their types, and its keys."""
    there = _shapes(transaction)
    for name, wanted in _wanted_shapes().items():
        if name not in there:
            return f"the table {name} is missing"
        if there[name] != wanted:
            return f"the table {name} is not as it was made"
    return ""


Shape = tuple[frozenset[tuple[object, ...]], frozenset[tuple[object, ...]]]
"""The columns of a table (name, type, may not be null, place in the key), and its unique keys."""


_COLUMNS = """SELECT made.name, its.name, its.type, its."notnull", its.pk
    FROM sqlite_schema AS made JOIN pragma_table_info(made.name) AS its WHERE made.type = 'table'"""
_KEYS = """SELECT made.name, its.name, place.name
    FROM sqlite_schema AS made JOIN pragma_index_list(made.name) AS its JOIN pragma_index_info(its.name) AS place
    WHERE made.type = 'table' AND its."unique" ORDER BY made.name, its.name, place.seqno"""
"""The columns of the unique indexes. Other indexes are made again if they are missing."""


def _shapes(transaction: Transaction) -> dict[str, Shape]:
    """The shapes of all tables of ours that are there, by two statements: a hundred would take ten times as long."""
    columns: dict[str, list[tuple[object, ...]]] = {}
    for table, *column in transaction.run_sql(_COLUMNS):
        columns.setdefault(table, []).append(tuple(column))
    keys: dict[str, dict[str, tuple[object, ...]]] = {}
    for table, index, column in transaction.run_sql(_KEYS):
        found = keys.setdefault(table, {})
        found[index] = (*found.get(index, ()), column)
    return {
        name: (frozenset(columns[name]), frozenset(keys.get(name, {}).values()))
        for name in metadata.tables.keys() & columns.keys()
    }


@cache
def _wanted_shapes() -> dict[str, Shape]:
    """The shapes as this program makes them."""
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        metadata.create_all(connection)
        return _shapes(Transaction(connection))


# --- values -----------------------------------------------------------------------------------------------------------


def _check_references(transaction: Transaction) -> str:
    row = transaction.run_sql("PRAGMA foreign_key_check").first()
    if row:
        return f"the table {row[0]} names rows of {row[2]} that are missing"
    same = select(memberships.c.id).join(articles, articles.c.number == memberships.c.article)
    if transaction.scalar(same.where(memberships.c.id != articles.c.id).limit(1)):
        return "an article has two ids"
    for path, folder in transaction.stream(select(scanned_files.c.path, scanned_files.c.folder)):
        if path.rpartition("/")[0] != folder:
            return "a file is in two folders"
    return ""


_LARGEST = 253_402_300_800
"""The first second of the year 10000. All numbers in the store are smaller, except for FOREVER and the milliseconds of
push."""
_WRONG = {
    "VARCHAR": "typeof({0}) NOT IN ('text', 'null')",
    "BLOB": "typeof({0}) NOT IN ('blob', 'null')",
    "BOOLEAN": "{0} NOT IN (0, 1)",
    "INTEGER": "typeof({0}) NOT IN ('integer', 'null')"
    f" OR ({{0}} NOT BETWEEN -{{1}} AND {{1}} AND abs({{0}}) <> {FOREVER})",
}
"""The condition for a wrong value, by the type of the column; its parameters are the column and the largest number."""


def _check_types(transaction: Transaction) -> str:
    """Checks the type of every value, and that numbers are in range: SQLite stores anything in any column."""
    for table in metadata.tables.values():
        types = dict(_declared(table))
        largest = _LARGEST * (1_000 if table.name.startswith("push_") else 1)
        wrong = " OR ".join(_WRONG[kind].format(name, largest) for name, kind in types.items())
        if transaction.run_sql(f"SELECT 1 FROM {table.name} WHERE {wrong} LIMIT 1").first():  # noqa: S608
            return f"a value in the table {table.name} has a wrong type"
    return ""


def _check_texts(transaction: Transaction) -> str:
    """Reads every text; the driver raises an error for one that is not UTF-8."""
    for table in metadata.tables.values():
        if texts := [table.c[name] for name, kind in _declared(table) if kind == "VARCHAR"]:
            for _ in transaction.stream(select(*texts)):
                pass
    return ""


def _declared(table: Table) -> list[tuple[str, str]]:
    """The names of the columns of `table`, and their types as the database has them."""
    return sorted((str(name), str(kind)) for name, kind, *_ in _wanted_shapes()[table.name][0])


def _check_values(transaction: Transaction) -> str:
    """Decodes everything that is stored as JSON."""
    notes.check_all(transaction)
    for column in (articles.c.encoded_copy, article_versions.c.encoded_copy, pinned_versions.c.encoded_copy):
        for row in transaction.stream(select(column).where(column.is_not(None))):
            codec.decode(row[0])
    for column, kind in ((custom_feeds.c.state, CustomFeedState), (feed_contents.c.entries, history.Items)):
        decoder = msgspec.json.Decoder(kind)
        for row in transaction.stream(select(column)):
            decoder.decode(row[0])
    return ""


def _check_articles(transaction: Transaction) -> str:
    """Checks that the content of every article matches its checksum, if it has one."""
    for number, encoded, body, known in transaction.stream(_WRITTEN, rows=50):
        if checksum(encoded, body) != known:
            return f"what article {number} says is not as it was written"
    return ""


_WRITTEN = select(articles.c.number, articles.c.encoded_copy, articles.c.body, articles.c.checksum).where(
    articles.c.checksum.is_not(None)
)


# --- the Edition ------------------------------------------------------------------------------------------------------

_OF_EACH_PUBLICATION = (state.EDITION, state.CONFIGURATION, state.LAST_TICK, state.LAST_REPORT)


def _check_edition(transaction: Transaction) -> str:
    """Checks that the Edition has everything that each publication writes."""
    if recorded := transaction.scalar(select(func.max(editions.c.edition))):
        there = notes.names(transaction)
        if lacking := [note.name for note in _OF_EACH_PUBLICATION if note.name not in there]:
            return f"the note {lacking[0]!r} is missing"
        newest = transaction.scalar(select(func.max(documents.c.edition))) or 0
        if state.current_edition(transaction) < max(recorded, newest):
            return "the number of its Edition is too low"
    plain = (bodies.c.document == documents.c.number) & (bodies.c.coding == "identity")
    unserved = select(documents.c.number).join(bodies, plain, isouter=True)
    if transaction.scalar(unserved.where(documents.c.status == LIVE, bodies.c.etag.is_(None)).limit(1)):
        return "a document has no body"
    return ""


_BODIES = (
    select(documents.c.file, bodies.c.document, bodies.c.coding, bodies.c.etag, bodies.c.body)
    .join(documents, documents.c.number == bodies.c.document)
    .order_by(bodies.c.document, bodies.c.coding)
)


def _check_bodies(transaction: Transaction) -> str:
    """Checks that every body matches its ETag. A missing body must be a file, or an identity body with one in gzip."""
    packed = -1  # the document of the last row if that was gzip, which comes before identity
    for file, document, coding, tag, body in transaction.stream(_BODIES, rows=50):
        if body is None:
            if not (file or (coding == "identity" and packed == document)):
                return "a document has no body"
        elif etag(body) != tag:
            return "a body is not as it was written"
        packed = document if coding == "gzip" and body is not None else packed
    return ""
