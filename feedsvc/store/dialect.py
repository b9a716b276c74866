"""The form in which statements are written here: SQLite's, which the dialect of PostgreSQL understands as well.

`postgresql/dialect.py` has what PostgreSQL says otherwise. So each statement stands once, and is built once.
"""

from collections.abc import Sequence

from sqlalchemy import Dialect
from sqlalchemy.dialects.sqlite import Insert as Insert
from sqlalchemy.dialects.sqlite import insert as insert

ALL = 2**62
"""A limit that nothing reaches. SQLite also takes -1 for none, PostgreSQL NULL, neither what the other takes."""


def compiled(statement: Insert, dialect: Dialect, columns: Sequence[str] | None = None) -> str:
    """The text of `statement` as the driver behind `dialect` takes it, of `columns` alone if they are given."""
    return str(statement.compile(dialect=dialect, column_keys=columns and [*columns]))
