"""Many rows at once: SQLAlchemy makes the parameters of each row anew, which costs more than to insert it."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.dialects import sqlite
from sqlalchemy.sql.dml import Insert

_DIALECT = sqlite.dialect(paramstyle="named")


class Bulk:
    """A statement that inserts rows, each a dictionary of the columns `names` as the database has them."""

    def __init__(self, statement: Insert, *names: str) -> None:
        self._text = str(statement.compile(dialect=_DIALECT, column_keys=names))

    def execute(self, connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
        if rows:
            connection.exec_driver_sql(self._text, list(rows))
