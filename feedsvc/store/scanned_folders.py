"""Folders that are as `sources` has them: by its digest the next look tells that nothing in such a folder has changed.

A digest stands here only while the rows of its folder are those that were compared with what it was made of: the
database itself takes it out as soon as one of them is written, whoever writes it.
"""

from collections.abc import Mapping
from hashlib import blake2b
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, delete, select
from sqlalchemy.dialects.sqlite import insert

from feedsvc.store.schema import folders, sources


class FolderState(NamedTuple):
    """What a look saw in a folder: the folder's own digest, empty if it can have none, and one of the rows that would
    say the same."""

    digest: bytes = b""
    rows: bytes = b""


def create_triggers(connection: Connection) -> None:
    """Let a digest go with every change of `sources`."""
    for what, row in (("INSERT", "NEW"), ("UPDATE", "NEW"), ("DELETE", "OLD")):
        connection.exec_driver_sql(_GUARD.format(what=what, row=row))


_GUARD = """CREATE TRIGGER IF NOT EXISTS after_{what} AFTER {what} ON sources
BEGIN DELETE FROM folders WHERE path = {row}.folder; END"""


def known(connection: Connection) -> dict[str, bytes]:
    """Path to digest."""
    return {row.path: row.digest for row in connection.execute(_KNOWN)}


def keep(connection: Connection, seen: Mapping[str, FolderState]) -> None:
    """Keep the digest of each folder in which all that was seen is entered by now, and of no other one in `seen`."""
    for path, sight in seen.items():
        if sight.digest and _entered(connection, path) == sight.rows:
            connection.execute(_KEEP, {"path": path, "digest": sight.digest})
        else:
            connection.execute(_DROP, {"gone": path})


def _entered(connection: Connection, folder: str) -> bytes:
    rows = Rows()
    for path, stamp in connection.execute(_ROWS, {"folder": folder}):
        rows.add(path, stamp)
    return rows.digest


class Rows:
    """A digest of rows of `sources`, which are added in the order of their paths."""

    def __init__(self) -> None:
        self._sum = blake2b(digest_size=16)

    def add(self, path: str, stamp: str) -> None:
        self._sum.update(f"{path}\0{stamp}\0".encode())

    @property
    def digest(self) -> bytes:
        return self._sum.digest()


_KNOWN = select(folders.c.path, folders.c.digest)
_ROWS = select(sources.c.path, sources.c.stamp).where(sources.c.folder == bindparam("folder")).order_by(sources.c.path)
_KEEP = insert(folders)
_KEEP = _KEEP.on_conflict_do_update(index_elements=["path"], set_={"digest": _KEEP.excluded.digest})
_DROP = delete(folders).where(folders.c.path == bindparam("gone"))
