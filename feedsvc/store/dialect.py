"""The database's own dialect of SQL: the only module of the store, beside `sqlite/`, that knows which one it is."""

from sqlalchemy import Dialect
from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.sqlite import Insert as Insert
from sqlalchemy.dialects.sqlite import insert as insert

DRIVER: Dialect = sqlite.dialect(paramstyle="qmark")


def compiled(statement: Insert) -> str:
    """The text of `statement` as the driver takes it."""
    return str(statement.compile(dialect=DRIVER))
