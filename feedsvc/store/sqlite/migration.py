"""Migrates the tables of an older version to `schema.VERSION`, within the transaction that opens the store.

Versions 4 to 6 differ from 7 only in the names of tables and columns, and in notes that became the table
`custom_feeds`; tables that they lack are made afterwards, with the others. Version 8 adds the phase of each article,
version 9 the topics, the tables of push, and `former_paths`, which is filled when the new program reads the files
again. Version 10 adds `left_sections`, which need not be filled: a new program publishes everything again. Version 11
adds the last paths of articles, for files that go from then on, and the checksums of the contents of articles, for
those written from then on.
"""

import msgspec
from sqlalchemy import text

from feedsvc.store import custom_feeds, ledger, state
from feedsvc.store.edition_schema import custom_feeds as custom_feeds_table
from feedsvc.store.table_changes import add_columns, rename_columns
from feedsvc.store.transaction import Transaction

TABLES = {
    "adopted": "adopted_identities",
    "archived": "archive_items",
    "contents": "feed_contents",
    "dirty": "changed_articles",
    "feeds": "item_counts",
    "folders": "scanned_folders",
    "former": "article_versions",
    "issued": "editions",
    "named_files": "media_references",
    "pinned": "pinned_versions",
    "sources": "scanned_files",
    "stale": "changed_sections",
    "unprinted": "pending_pages",
}
_FORMER_INDEXES = (*(f"ix_{table}_" for table in TABLES), "ix_archives_stale", "ix_windows_turns")
_KINDS = {"judged": "judged", "members": "accepted", "parts": "documents"}
"""The field that each note of a custom feed became, by the first word of the note's name."""


def migrate(transaction: Transaction) -> None:
    """Renames tables and columns of versions before 7, and adds new columns. All data is kept. Missing tables are made
    later by the caller."""
    for trigger in _names(transaction, "trigger"):  # they contain names of tables, and are made again
        transaction.run_sql(f"DROP TRIGGER {trigger}")
    there = _names(transaction, "table")
    for former, name in TABLES.items():
        if former in there:
            transaction.run_sql(f"ALTER TABLE {former} RENAME TO {name}")
    rename_columns(transaction)
    for index in _names(transaction, "index"):
        if index.startswith(_FORMER_INDEXES):  # indexes named after tables or columns that were renamed
            transaction.run_sql(f"DROP INDEX {index}")
    _move_notes(transaction)
    added = add_columns(transaction)
    if "phase" in added:  # articles had opened or closed by the last publication
        ledger.note_phases(transaction, 0, state.LAST_TICK.get(transaction))


def present_names(transaction: Transaction) -> set[str]:
    """The names that all tables have after `migrate`."""
    return {TABLES.get(name, name) for name in _names(transaction, "table")}


def _names(transaction: Transaction, kind: str) -> list[str]:
    """The names of the tables, indexes or triggers that were made by this program, not by SQLite itself."""
    query = text("SELECT name FROM sqlite_schema WHERE type = :kind AND sql IS NOT NULL ORDER BY name")
    return list(transaction.scalars(query, {"kind": kind}))


def _move_notes(transaction: Transaction) -> None:
    """Converts the notes on custom feeds into rows of `custom_feeds`."""
    custom_feeds_table.create(transaction.connection, checkfirst=True)
    found: dict[str, dict[str, list[object]]] = {}
    for name, value in transaction.execute(text("SELECT name, value FROM notes")).all():
        kind, _, path = name.partition(" ")
        if kind in _KINDS and path.startswith("/"):
            found.setdefault(path, {})[_KINDS[kind]] = msgspec.json.decode(value)
            transaction.execute(text("DELETE FROM notes WHERE name = :name"), {"name": name})
    for path, values in found.items():
        state = msgspec.convert(values, custom_feeds.CustomFeedState)
        custom_feeds.put(transaction, path, state.judged, state.accepted, state.documents)
