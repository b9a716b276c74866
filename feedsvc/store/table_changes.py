"""The columns that earlier versions of the tables call otherwise or lack, and how these become those of `schema`.

The statements are the same for every database. A version before is brought up to date whichever it is: what has its
present name already is left alone.
"""

from sqlalchemy import Column, inspect
from sqlalchemy.schema import CreateColumn

from feedsvc.store.edition_schema import documents
from feedsvc.store.schema import articles
from feedsvc.store.transaction import Transaction

RENAMED = {
    ("archives", "stale"): "print_state",
    ("feed_contents", "held"): "entries",
    ("item_counts", "length"): "item_count",
    ("windows", "terms"): "policy",
    ("windows", "turns"): "expires_at",
}
"""Table and former name of a column, and its present name. The table has its present name."""
ADDED: tuple[Column[object], ...] = (documents.c.topic, articles.c.phase, articles.c.last_path)
"""Columns that not every version has; each may be empty, or has a default."""


def rename_columns(transaction: Transaction) -> None:
    """Gives every column its present name."""
    for (table, former), name in RENAMED.items():
        if former in _columns(transaction, table):
            transaction.run_sql(f"ALTER TABLE {table} RENAME COLUMN {former} TO {name}")


def add_columns(transaction: Transaction) -> set[Column[object]]:
    """Adds the columns that are missing, and returns them."""
    missing = {column for column in ADDED if column.name not in _columns(transaction, column.table.name)}
    for column in missing:
        made = CreateColumn(column).compile(dialect=transaction.connection.dialect)
        transaction.run_sql(f"ALTER TABLE {column.table.name} ADD COLUMN {made}")
    return missing


def _columns(transaction: Transaction, table: str) -> set[str]:
    return {each["name"] for each in inspect(transaction.connection).get_columns(table)}
