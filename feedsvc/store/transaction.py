"""One view of the store, or one change of it: the handle that all functions of the store take.

Outside `store/`, a transaction is only passed on; only the modules of the store execute statements with it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, CursorResult, Executable, Row, ScalarResult

Parameters = Mapping[str, Any] | Sequence[Mapping[str, Any]] | None


class Transaction:
    """A connection within a transaction, which `Store.read` and `Store.write` begin and end."""

    __slots__ = ("connection",)

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    @property
    def is_shared(self) -> bool:
        """True for a database that several machines share, each with its own clock."""
        return self.connection.dialect.name != "sqlite"

    def execute(self, statement: Executable, parameters: Parameters = None) -> "CursorResult[*tuple[Any, ...]]":
        """The result of one statement, which runs once for each of a sequence of parameters."""
        return self.connection.execute(statement, parameters)

    def scalar(self, statement: Executable, parameters: Mapping[str, Any] | None = None) -> Any:
        """The first column of the first row; None if there is no row."""
        return self.connection.scalar(statement, parameters)

    def scalars(self, statement: Executable, parameters: Mapping[str, Any] | None = None) -> ScalarResult[Any]:
        """The first column of each row."""
        return self.connection.scalars(statement, parameters)

    def stream(
        self, statement: Executable, parameters: Parameters = None, *, rows: int = 500
    ) -> "Iterator[Row[*tuple[Any, ...]]]":
        """The rows of a long result, fetched `rows` at a time. No other statement may change them meanwhile."""
        with self.connection.execute(statement, parameters, execution_options={"yield_per": rows}) as result:
            yield from result

    def insert_rows(self, statement: str, rows: Iterable[tuple[Any, ...]]) -> None:
        """Runs `statement`, compiled for the driver, once for each tuple of `rows`; does nothing if there are none."""
        if rows := list(rows):
            self.connection.exec_driver_sql(statement, rows)

    def run_sql(self, statement: str) -> "CursorResult[*tuple[Any, ...]]":
        """The result of a statement that is specific to the database, such as DDL or a PRAGMA."""
        return self.connection.exec_driver_sql(statement)
