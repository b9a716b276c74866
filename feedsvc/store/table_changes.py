"""The columns that earlier versions of the tables call otherwise or lack, and how these become those of `schema`.

The statements are the same for every database. A version before is brought up to date whichever it is: what has its
present name already is left alone. What is a matter of one database is in `sqlite.migration` and `postgresql.tables`.
"""

from sqlalchemy import Column, inspect
from sqlalchemy.schema import CreateColumn

from feedsvc.store.edition_schema import documents
from feedsvc.store.errors import OlderStore
from feedsvc.store.schema import VERSION, articles
from feedsvc.store.transaction import Transaction

RENAMED = {
    ("adopted_identities", "dated"): "published",
    ("adopted_identities", "said"): "file_date",
    ("archives", "print_state"): "render_state",
    ("archives", "stale"): "render_state",
    ("article_versions", "copy"): "encoded_copy",
    ("article_versions", "paged"): "has_own_page",
    ("articles", "copy"): "encoded_copy",
    ("articles", "fold"): "normalised_id",
    ("articles", "paged"): "has_own_page",
    ("attachments", "stamp"): "signature",
    ("documents", "shelved"): "on_demand",
    ("feed_contents", "held"): "entries",
    ("item_counts", "length"): "item_count",
    ("leases", "expires"): "expires_at",  # so that whoever has the program of before cannot publish any more
    ("media_references", "stamp"): "signature",
    ("pinned_versions", "copy"): "encoded_copy",
    ("pinned_versions", "paged"): "has_own_page",
    ("push_log", "took"): "duration",
    ("push_tasks", "told"): "acknowledged",
    ("push_tasks", "tried"): "last_attempt",
    ("revisions", "made"): "changed_at",
    ("scanned_files", "stamp"): "signature",
    ("windows", "terms"): "policy",
    ("windows", "turns"): "expires_at",
}
"""Table and former name of a column, and its present name. The table has its present name."""
ADDED: tuple[Column[object], ...] = (
    *(documents.c.topic, articles.c.phase, articles.c.checksum),
    articles.c.last_path,  # as the last one, which is how `sqlite.salvage` finds it
)
"""Columns that not every version has; each may be empty, or has a default."""


def not_migrated(place: str, version: int) -> OlderStore:
    """The error of who only reads tables of an older `version`: who writes brings them up to date."""
    return OlderStore(
        f"{place}: was written by an older feedsvc (tables {version}, here {VERSION}); the next `feedsvc publish` or "
        "`feedsvc serve` brings it up to date"
    )


def rename_columns(transaction: Transaction) -> None:
    """Gives every column its present name."""
    for (table, former), name in RENAMED.items():
        if former in _columns(transaction, table):
            transaction.run_sql(f"ALTER TABLE {table} RENAME COLUMN {former} TO {name}")


def add_columns(transaction: Transaction) -> list[str]:
    """Adds the columns that are missing, and returns their names."""
    missing = [column for column in ADDED if column.name not in _columns(transaction, column.table.name)]
    for column in missing:
        made = CreateColumn(column).compile(dialect=transaction.connection.dialect)
        transaction.run_sql(f"ALTER TABLE {column.table.name} ADD COLUMN {made}")
    return [column.name for column in missing]


def _columns(transaction: Transaction, table: str) -> set[str]:
    """The names of the columns of `table`; empty if it is not there yet."""
    if not inspect(transaction.connection).has_table(table):
        return set()
    return set(transaction.run_sql(f"SELECT * FROM {table} LIMIT 0").keys())  # noqa: S608 - our own name
