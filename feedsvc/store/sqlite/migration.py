"""Changes the tables of an older version into those of `schema.VERSION`, within the transaction that opens the store.

Versions 4 to 6 differ from 7 in names of tables and columns only, and in notes that became the table `custom_feeds`;
what they lack is made with the other tables afterwards. Version 8 has the phase of each article, version 9 the topics,
the tables of push, and `former_paths`, which fills as the files are read again under the new program. Version 10 has
`left_sections`, which need not be filled: under a new program everything is published again. Version 11 has the last
paths of articles whose files are gone, as far as they go from now on, and the checksums of what articles say, once that
is written again.
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
"""Notes of a custom feed, by the first word of their names, and the field that they became."""


def migrate(transaction: Transaction) -> None:
    """Renames what a version before 7 called otherwise, and adds columns that are new. What it has is kept; tables that
    it lacks are left to be made."""
    for trigger in _names(transaction, "trigger"):  # they name the tables, and are made anew
        transaction.run_sql(f"DROP TRIGGER {trigger}")
    there = _names(transaction, "table")
    for former, name in TABLES.items():
        if former in there:
            transaction.run_sql(f"ALTER TABLE {former} RENAME TO {name}")
    rename_columns(transaction)
    for index in _names(transaction, "index"):
        if index.startswith(_FORMER_INDEXES):  # those that are called after what has another name now
            transaction.run_sql(f"DROP INDEX {index}")
    _move_notes(transaction)
    added = add_columns(transaction)
    if "phase" in added:  # what opened or closed by the last publication has done so
        ledger.note_phases(transaction, 0, state.LAST_TICK.get(transaction))


def _names(transaction: Transaction, kind: str) -> list[str]:
    """The names of the tables, indexes or triggers that this program made, not SQLite itself."""
    query = text("SELECT name FROM sqlite_schema WHERE type = :kind AND sql IS NOT NULL ORDER BY name")
    return list(transaction.scalars(query, {"kind": kind}))


def _move_notes(transaction: Transaction) -> None:
    """Makes rows of `custom_feeds` of the notes in which each feed was remembered."""
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
