"""Inserts many rows at once. SQLAlchemy makes the parameters of each row anew, which costs more than to insert it."""

from collections.abc import Iterable
from typing import Any

from feedsvc.store.dialect import Insert, compiled
from feedsvc.store.transaction import Transaction


class Bulk:
    """Runs `statement`, which inserts whole rows of its table: tuples of all columns, in the order of the table."""

    def __init__(self, statement: Insert) -> None:
        self._text = compiled(statement)

    def execute(self, transaction: Transaction, rows: Iterable[tuple[Any, ...]]) -> None:
        transaction.insert_rows(self._text, rows)
