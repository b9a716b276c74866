"""Digests of folders that agree with `scanned_files`: if the digest is the same, nothing in the folder has changed.

A digest is kept only while the folder's rows in `scanned_files` are those that were compared with the folder: triggers
of the database remove it as soon as any of these rows is written.
"""

from collections.abc import Mapping
from hashlib import blake2b
from typing import NamedTuple

from sqlalchemy import bindparam, delete, select

from feedsvc.store.dialect import insert
from feedsvc.store.schema import scanned_files, scanned_folders
from feedsvc.store.transaction import Transaction


class FolderState(NamedTuple):
    """A folder as a scan saw it: its digest, empty if it can have none, and the digest of the rows of `scanned_files`
    that correspond to it."""

    digest: bytes = b""
    rows: bytes = b""


def create_triggers(transaction: Transaction) -> None:
    """Makes the database remove the digest of a folder whenever a row of its files changes."""
    for what, row in (("INSERT", "NEW"), ("UPDATE", "NEW"), ("DELETE", "OLD")):
        transaction.run_sql(_GUARD.format(what=what, row=row))


_GUARD = """CREATE TRIGGER IF NOT EXISTS after_{what} AFTER {what} ON scanned_files
BEGIN DELETE FROM scanned_folders WHERE path = {row}.folder; END"""


def known(transaction: Transaction) -> dict[str, bytes]:
    """The digests of the folders that agree with `scanned_files`, by path."""
    return {row.path: row.digest for row in transaction.execute(_KNOWN)}


def keep(transaction: Transaction, seen: Mapping[str, FolderState]) -> None:
    """Sets the digest of each folder of `seen` whose files are all recorded by now, and removes the others' digests."""
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
    """Computes the digest of rows of `scanned_files`, which are added in the order of their paths."""

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
