"""Many rows at once: SQLAlchemy makes the parameters of each row anew, which costs more than to insert it."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.dialects import sqlite
from sqlalchemy.sql.dml import Insert

_DIALECT = sqlite.dialect(paramstyle="qmark")


class Bulk:
    """`statement`, which inserts whole rows of its table: tuples of all columns, in order, as the database has them."""

    def __init__(self, statement: Insert) -> None:
        self._text = str(statement.compile(dialect=_DIALECT))

    def execute(self, connection: Connection, rows: Iterable[tuple[Any, ...]]) -> None:
        if rows := list(rows):
            connection.exec_driver_sql(self._text, rows)
