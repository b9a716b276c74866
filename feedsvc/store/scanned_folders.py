"""Folders that are as `scanned_files` has them: by its digest the next scan tells that nothing in one has changed.

A digest stands here only while the rows of its folder are those that were compared with what it was made of: the
database itself takes it out as soon as one of them is written, whoever writes it.
"""

from collections.abc import Mapping
from hashlib import blake2b
from typing import NamedTuple

from sqlalchemy import bindparam, delete, select

from feedsvc.store.dialect import insert
from feedsvc.store.schema import scanned_files, scanned_folders
from feedsvc.store.transaction import Transaction


class FolderState(NamedTuple):
    """A folder as a scan saw it: its digest, empty if it can have none, and the digest of the rows that say the
    same."""

    digest: bytes = b""
    rows: bytes = b""


def create_triggers(transaction: Transaction) -> None:
    """Makes the database remove the digest of a folder whenever a row of its files changes."""
    for what, row in (("INSERT", "NEW"), ("UPDATE", "NEW"), ("DELETE", "OLD")):
        transaction.run_sql(_GUARD.format(what=what, row=row))


_GUARD = """CREATE TRIGGER IF NOT EXISTS after_{what} AFTER {what} ON scanned_files
BEGIN DELETE FROM scanned_folders WHERE path = {row}.folder; END"""


def known(transaction: Transaction) -> dict[str, bytes]:
    """Path to digest of the folders that are as they were last seen."""
    return {row.path: row.digest for row in transaction.execute(_KNOWN)}


def keep(transaction: Transaction, seen: Mapping[str, FolderState]) -> None:
    """Sets the digest of each folder of `seen` whose files are all recorded by now, and removes those of the others."""
    for path, sight in seen.items():
        if sight.digest and _entered(transaction, path) == sight.rows:
            transaction.execute(_KEEP, {"path": path, "digest": sight.digest})
        else:
            transaction.execute(_DROP, {"gone": path})


def _entered(transaction: Transaction, folder: str) -> bytes:
    rows = Rows()
    for path, stamp in transaction.execute(_ROWS, {"folder": folder}):
        rows.add(path, stamp)
    return rows.digest


class Rows:
    """The digest of rows of `scanned_files`, which are added in the order of their paths."""

    def __init__(self) -> None:
        self._sum = blake2b(digest_size=16)

    def add(self, path: str, stamp: str) -> None:
        self._sum.update(f"{path}\0{stamp}\0".encode())

    @property
    def digest(self) -> bytes:
        return self._sum.digest()


_KNOWN = select(scanned_folders.c.path, scanned_folders.c.digest)
_ROWS = (
    select(scanned_files.c.path, scanned_files.c.signature)
    .where(scanned_files.c.folder == bindparam("folder"))
    .order_by(scanned_files.c.path)
)
_KEEP = insert(scanned_folders)
_KEEP = _KEEP.on_conflict_do_update(index_elements=["path"], set_={"digest": _KEEP.excluded.digest})
_DROP = delete(scanned_folders).where(scanned_folders.c.path == bindparam("gone"))
