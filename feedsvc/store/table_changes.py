"""Renames and adds columns, to bring the tables of earlier versions up to date with `schema`. Finds lost tables.

The statements are the same for every database and for every earlier version: a column that already has its present
name is left alone. Changes that concern one database only are in `sqlite.migration` and `postgresql.tables`.
"""

from collections.abc import Collection

from sqlalchemy import Column, inspect
from sqlalchemy.schema import CreateColumn

from feedsvc.store.edition_schema import documents
from feedsvc.store.errors import OlderStore
from feedsvc.store.push_schema import metadata
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
    ("leases", "expires"): "expires_at",  # so that the earlier program cannot publish any more
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
"""The present name of each renamed column, by its table (under its present name) and its former name."""
ADDED: tuple[Column[object], ...] = (
    *(documents.c.topic, articles.c.phase, articles.c.checksum),
    articles.c.last_path,  # the last one: `sqlite.salvage` finds it by its place
)
"""The columns that not every version has; each may be null, or has a default."""

ADDED_TABLES = {
    "custom_feeds": 7,
    "field_hashes": 8,
    "former_paths": 9,
    "left_sections": 10,
    "push_hosts": 10,
    "push_log": 10,
    "push_paces": 10,
    "push_subscriptions": 10,
    "push_tasks": 10,
    "scanned_folders": 5,
}
"""The first version in which every store has the table. All other tables are in every version."""


def lost_tables(there: Collection[str], version: int) -> list[str]:
    """The tables that a store of `version` must have and that are not `there`; all by their present names."""
    return sorted(name for name in metadata.tables.keys() - set(there) if ADDED_TABLES.get(name, 0) <= version)


def not_migrated(place: str, version: int) -> OlderStore:
    """The error for a reader of tables of an older `version`, which only a writer brings up to date."""
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
