"""Inserts many rows at once, without SQLAlchemy's processing of each row, which costs more than inserting it."""

from collections.abc import Iterable, Sequence
from typing import Any

from feedsvc.store.dialect import Insert, compiled
from feedsvc.store.transaction import Transaction


class Bulk:
    """Inserts rows by `statement`. A row is a tuple of all columns, in the order of the table; with `columns`, of these
    only."""

    def __init__(self, statement: Insert, columns: Sequence[str] | None = None) -> None:
        self._statement = statement
        self._columns = columns
        self._texts: dict[str, str] = {}
        """The text of the statement for each driver, by the name of the database."""

    def execute(self, transaction: Transaction, rows: Iterable[tuple[Any, ...]]) -> None:
        """Inserts `rows`; nothing happens if there are none."""
        dialect = transaction.connection.dialect
        text = self._texts.get(dialect.name)
        if text is None:
            text = self._texts[dialect.name] = compiled(self._statement, dialect, self._columns)
        transaction.insert_rows(text, rows)
