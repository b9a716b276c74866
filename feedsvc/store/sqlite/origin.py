"""Tells whose database a file is: this program's, of which version, or another program's, which is never touched."""

from pathlib import Path

from sqlalchemy import text

from feedsvc.store.errors import StoreDamaged, StoreError
from feedsvc.store.schema import MIGRATED, VERSION
from feedsvc.store.transaction import Transaction

MARK = 0x66656564
"""`application_id` less the tables' version: "feed". That the version stands in two places tells another program's
file from a damaged one."""
_MARKS = range(MARK, MARK + 1000)
_TABLES = frozenset(("articles", "memberships", "windows", "notes", "leases"))
"""Tables that each version had: a file with most of them is ours, whatever its header says."""
_MOST = 3


def find_version(transaction: Transaction, path: Path) -> int:
    """The version of the tables of the database at `path`; 0 for a file that is new.

    Raises StoreError for the database of another program or another version of this one, and StoreDamaged for one of
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
