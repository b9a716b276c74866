"""Decides whether a file is a database of this program, and of which version; those of others are never changed."""

from pathlib import Path

from sqlalchemy import text

from feedsvc.store.errors import StoreDamaged, StoreError
from feedsvc.store.schema import MIGRATED, VERSION
from feedsvc.store.transaction import Transaction

MARK = 0x66656564
"""The `application_id` without the version of the tables: "feed". With the version in two places, a damaged file can be
told from one of another program."""
_MARKS = range(MARK, MARK + 1000)
_TABLES = frozenset(("articles", "memberships", "windows", "notes", "leases"))
"""Tables that every version has: a file with `_MOST` of them is ours, whatever its header says."""
_MOST = 3


def find_version(transaction: Transaction, path: Path) -> int:
    """The version of the tables of the database at `path`; 0 for a new file.

    Raises StoreError for a database of another program or of another version of this one, and StoreDamaged for one of
    ours whose header was changed.
    """
    version = int(transaction.execute(text("PRAGMA user_version")).scalar_one())
    mark = int(transaction.execute(text("PRAGMA application_id")).scalar_one())
    tables = set(transaction.scalars(text("SELECT name FROM sqlite_schema WHERE type = 'table'")))
    if not tables and version == 0 and mark in (0, MARK + VERSION):
        return 0
    if mark not in _MARKS and len(tables & _TABLES) < _MOST:
        raise StoreError(
            f"{path}: is a database of another program, and stays as it is; move it away, or set [state] path to "
            "another folder"
        )
    if mark not in (0, MARK + version) or version == 0:
        raise StoreDamaged(path, f"its header speaks of tables {version}")
    if version not in (*MIGRATED, VERSION):
        raise StoreError(
            f"{path}: was made by another feedsvc (tables {version}, here {VERSION}); use that one, or move the "
            "file away: then it is rebuilt from the articles"
        )
    return version
