"""Recovers the identities of the articles from a damaged database: ids, keys, dates, and the state readers have seen.

Everything else is made again from the files. All rows that can be found are read; an inconsistent row is left out, and
its article gets the id that its file gives.
"""

import re
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

import msgspec

from feedsvc.model import codec
from feedsvc.model.article import ArticleCopy
from feedsvc.model.codec import FOREVER
from feedsvc.model.identity import normalised_id
from feedsvc.store import ledger_transfer
from feedsvc.store.schema import articles
from feedsvc.store.sqlite.engine import PAGE
from feedsvc.store.sqlite.migration import TABLES
from feedsvc.store.sqlite.pages import RawRow, rows_on_pages
from feedsvc.store.table_changes import RENAMED
from feedsvc.store.transaction import Transaction

BATCH = 500
MOST_FAULTS = 2_000
"""The most attempts to find the next row after pages that cannot be read."""
_LATEST = 2**33
"""Seconds since 1970; this program writes no later date."""
_KEY = re.compile(r"[a-z2-7]{12}", re.ASCII)
_HEX = re.compile(r"[0-9a-f]*", re.ASCII)
_ROWS = "SELECT {} FROM articles WHERE number > ? ORDER BY number"

_IDENTITY = ("link", "published", "file_date")


class _Row(NamedTuple):
    """A row of `articles`, with texts as bytes."""

    number: Any
    id: Any
    normalised_id: Any
    key: Any
    path: Any
    slug: Any
    first_seen: Any
    published: Any
    available: Any
    updated: Any
    revision: Any
    fingerprint: Any
    digest: Any
    opens: Any
    shown: Any
    withdrawn: Any
    encoded_copy: Any
    last_path: Any


class _Found(NamedTuple):
    """An article for the new ledger: its columns, a copy with only its title, and its adopted identity or None."""

    columns: dict[str, object]
    copy: ArticleCopy
    adopted: tuple[str, int | None, int | None] | None


def salvage(transaction: Transaction, damaged: Path) -> int:
    """Adds the articles of the database at `damaged` to an empty ledger, and returns their number. The next scan reads
    their files."""
    count, found = 0, _articles(damaged)
    while batch := list(islice(found, BATCH)):
        first = ledger_transfer.last_number(transaction) + 1
        ledger_transfer.insert_unread(transaction, [(each.columns, each.copy) for each in batch])
        for number, each in enumerate(batch, first):
            if each.adopted:
                ledger_transfer.adopt(transaction, number, *each.adopted)
        count += len(batch)
    return count


def _articles(damaged: Path) -> Iterator[_Found]:
    """The articles of the file that can be read and are consistent; no two with the same number, id, key or path. Rows
    that SQLite itself finds come first, then rows that are only found on the pages."""
    seen: set[tuple[str, object]] = set()
    with suppress(sqlite3.Error, UnicodeError), closing(_open(damaged)) as connection:
        query = _adopted_query(connection)
        for row, columns in _readable(_rows(connection), seen):
            yield _Found(columns, _title(row), _adopted(connection, query, row.number))
    for row, columns in _readable(_rows_on_pages(damaged), seen):
        yield _Found(columns, _title(row), None)


def _readable(rows: Iterable[_Row], seen: set[tuple[str, object]]) -> Iterator[tuple[_Row, dict[str, object]]]:
    """The rows that this program can have written, with their columns. Rows with a number, id, key or path in `seen`
    are left out; those of the others are added to `seen`."""
    for row in rows:
        try:
            columns = _columns(row)
        except (AttributeError, TypeError, ValueError):
            continue
        names = {(name, columns[name]) for name in ("normalised_id", "key", "path") if columns[name] is not None}
        names.add(("number", row.number))
        if not names & seen:
            seen |= names
            yield row, columns


def _rows_on_pages(damaged: Path) -> list[_Row]:
    """The rows on the pages of the file, whether its trees lead there or not; for each number the latest."""
    newest: dict[int, _Row] = {}
    for raw in rows_on_pages(damaged, PAGE, len(_FIRST) + 3):
        row, known = _of_raw(raw), newest.get(raw.number)
        if (
            row
            and _is_plausible(row)
            and (known is None or (row.revision, row.updated) > (known.revision, known.updated))
        ):
            newest[raw.number] = row
    return [newest[number] for number in sorted(newest)]


_FIRST = [column.name for column in articles.c][: articles.c.keys().index("shown") + 1]
"""The first columns of the table in every version. After them come `withdrawn` and the blob `copy` at some place, then
the body, and from version 11 on `last_path` as the last one."""
_TO_LAST_PATH = 3
"""The number of columns from `copy` to `last_path`, if no migration has added others between them."""


def _of_raw(raw: RawRow) -> _Row | None:
    """The row of an article; None if `raw` does not have the shape of one."""
    copy = raw.first_blob
    if not len(_FIRST) < copy < len(raw.values):
        return None
    values = dict(zip(_FIRST, raw.values, strict=False))
    values |= {"number": raw.number, "withdrawn": raw.values[copy - 1], "encoded_copy": raw.values[copy]}
    values["last_path"] = raw.values[-1] if len(raw.values) > copy + _TO_LAST_PATH else None
    return _Row(**{name: values[name] for name in _Row._fields})


def _is_plausible(row: _Row) -> bool:
    try:
        _columns(row)
    except (AttributeError, TypeError, ValueError):
        return False
    return True


def _open(damaged: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(f"file:{quote(bytes(damaged))}?mode=ro", uri=True)
    connection.text_factory = bytes  # a text that is not UTF-8 costs its row, not the query
    return connection


def _rows(connection: sqlite3.Connection) -> Iterator[_Row]:
    """The rows in the order of their numbers. After a row that cannot be read, the next one is searched for in growing
    steps."""
    query = _ROWS.format(", ".join(_names(connection)))
    last, step = 0, 1
    for _ in range(MOST_FAULTS):
        try:
            for row in connection.execute(query, (last,)):
                last, step = max(last, int(row[0])), 1
                yield _Row(*row)
        except (sqlite3.Error, TypeError, ValueError):
            last, step = last + step, 2 * step
            if last >= FOREVER:
                return
        else:
            return


def _names(connection: sqlite3.Connection) -> list[str]:
    """The expressions for the fields of a row: the columns of the same names, or null if the file does not have one."""
    return _expressions(connection, "articles", _Row._fields)


def _expressions(connection: sqlite3.Connection, table: str, columns: Iterable[str]) -> list[str]:
    """The expressions for `columns` of `table` in a file of any version: the present or former name, or null."""
    there = {bytes(row[1]).decode() for row in connection.execute(f"PRAGMA table_info({table})")}
    present = TABLES.get(table, table)
    former = {name: before for (where, before), name in RENAMED.items() if where == present and before in there}
    return [name if name in there else former.get(name, "NULL") for name in columns]


def _columns(row: _Row) -> dict[str, object]:
    """The columns of a row. Raises AttributeError, TypeError or ValueError for one that this program has not
    written."""
    columns: dict[str, object] = {
        "id": _text(row.id),
        "normalised_id": _text(row.normalised_id),
        "key": _key(row.key),
        "path": None if row.path is None else _text(row.path),
        "slug": _text(row.slug),
        "first_seen": _instant(row.first_seen),
        "published": _instant(row.published),
        "available": _instant(row.available),
        "updated": _instant(row.updated),
        "revision": _instant(row.revision),
        "shown": bool(row.shown or row.opens < FOREVER),
        "fingerprint": _hex(row.fingerprint),
        "digest": _hex(row.digest),  # an unknown one is that of no file
        "withdrawn": None if row.withdrawn is None else _instant(row.withdrawn),
        "last_path": None if row.path is not None else _last_path(row.last_path),
    }
    if not _belong_together(_text(row.id), _text(row.normalised_id)):
        raise ValueError
    return columns


def _text(value: bytes) -> str:
    text = value.decode()
    if not text:
        raise ValueError
    return text


def _last_path(value: object) -> str | None:
    """The path; None if there is none, or it cannot be read, for which the article is not given up."""
    try:
        return value.decode() if isinstance(value, bytes) and value else None
    except UnicodeError:
        return None


def _key(value: bytes) -> str:
    text = value.decode()
    if not _KEY.fullmatch(text):
        raise ValueError
    return text


def _hex(value: object) -> str:
    """The hash; empty (`ledger_transfer.UNKNOWN`) if it cannot be read, for which the article is not given up."""
    text = value.decode(errors="replace") if isinstance(value, bytes) else ""
    return text if _HEX.fullmatch(text) else ledger_transfer.UNKNOWN


def _instant(value: int) -> int:
    if not -_LATEST < value < _LATEST:
        raise ValueError
    return value


def _belong_together(given: str, normalised: str) -> bool:
    """True if `normalised` is the normalised form of the id `given` under some authority."""
    return normalised.endswith(normalised_id("", given).removeprefix("tag:"))


def _title(row: _Row) -> ArticleCopy:
    """A copy with only the title, for people who look into the ledger before the file is read."""
    try:
        return ArticleCopy(title=codec.decode(row.encoded_copy).title)
    except (msgspec.MsgspecError, TypeError, ValueError):
        return ArticleCopy(title=_text(row.slug))


def _adopted_query(connection: sqlite3.Connection) -> str:
    """The query for the adopted identity of an article, in a file of any version."""
    is_former = connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'adopted'").fetchone() is not None
    table = "adopted" if is_former else "adopted_identities"
    columns = ", ".join(_expressions(connection, table, _IDENTITY))
    return f"SELECT {columns} FROM {table} WHERE article = ?"  # noqa: S608 - our own names


def _adopted(connection: sqlite3.Connection, query: str, number: int) -> tuple[str, int | None, int | None] | None:
    with suppress(sqlite3.Error, UnicodeError, TypeError, ValueError):
        if row := connection.execute(query, (number,)).fetchone():
            published, file_date = (None if each is None else _instant(each) for each in row[1:])
            return row[0].decode(), published, file_date
    return None
