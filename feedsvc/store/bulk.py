"""Inserts many rows at once. SQLAlchemy makes the parameters of each row anew, which costs more than to insert it."""

from collections.abc import Iterable, Sequence
from typing import Any

from feedsvc.store.dialect import Insert, compiled
from feedsvc.store.transaction import Transaction


class Bulk:
    """Runs `statement`, which inserts whole rows of its table: tuples of all columns, in the order of the table; or
    only of `columns`."""

    def __init__(self, statement: Insert, columns: Sequence[str] | None = None) -> None:
        self._statement = statement
        self._columns = columns
        self._texts: dict[str, str] = {}
        """The text of the statement as each driver takes it, by the name of the database."""

    def execute(self, transaction: Transaction, rows: Iterable[tuple[Any, ...]]) -> None:
        """Inserts `rows`; nothing happens if there are none."""
        dialect = transaction.connection.dialect
        text = self._texts.get(dialect.name)
        if text is None:
            text = self._texts[dialect.name] = compiled(self._statement, dialect, self._columns)
        transaction.insert_rows(text, rows)
