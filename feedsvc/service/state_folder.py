"""Checks the state folder, which may lie on a disk that goes away. Then no new store may be made at its mount point,
since articles that were moved would get other ids in it."""

import os
from pathlib import Path

from feedsvc.store.errors import StoreError
from feedsvc.store.sqlite.store import store_path


class StateFolder:
    """`folder`, and its identity when a store was last found or made in it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: tuple[int, int] | None = None
        """Device and inode of the folder; None before there was a store."""

    def note(self) -> None:
        """Records the identity of the folder, now that there is a store in it."""
        status = self._folder.stat()
        self._known = (status.st_dev, status.st_ino)

    def check(self) -> None:
        """Raises StoreError if the store is gone because its disk is gone. If an operator has deleted the store, or the
        folder with it, that is intended and no error."""
        try:
            if self._known is None or store_path(self._folder).exists() or self._is_emptied(*self._known):
                return
        except OSError:  # then no store can be made there either
            return
        raise StoreError(
            f"{self._folder}: is not the folder any more that had the store; mount its disk, or restart the service to "
            "begin with an empty store; what was published stays"
        )

    def _is_emptied(self, device: int, inode: int) -> bool:
        """True if the folder still has this identity, or was deleted from its disk while the disk is still there."""
        try:
            status = self._folder.stat()
        except FileNotFoundError:
            return _nearest(self._folder.parent).st_dev == device
        return (status.st_dev, status.st_ino) == (device, inode)


def _nearest(folder: Path) -> os.stat_result:
    """The status of `folder`, or of the nearest one above it that exists."""
    return next(each for each in (folder, *folder.parents) if each.exists()).stat()
