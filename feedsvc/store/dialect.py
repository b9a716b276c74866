"""The form in which the store's statements are written: SQLite's, so that each is written and built only once.

`postgresql/dialect.py` translates what PostgreSQL writes differently.
"""

from collections.abc import Sequence

from sqlalchemy import Dialect
from sqlalchemy.dialects.sqlite import Insert as Insert
from sqlalchemy.dialects.sqlite import insert as insert

ALL = 2**62
"""A limit that is never reached. For no limit, SQLite would take -1 and PostgreSQL NULL, but neither takes both."""


def compiled(statement: Insert, dialect: Dialect, columns: Sequence[str] | None = None) -> str:
    """The text of `statement` for the driver of `dialect`, with only `columns` if they are given."""
    return str(statement.compile(dialect=dialect, column_keys=columns and [*columns]))
