"""The folder of the state, which may lie on a disk that goes away: then no new store is made where it was mounted, for
articles that were moved would get other ids in it."""

import os
from pathlib import Path

from feedsvc.store.errors import StoreError
from feedsvc.store.sqlite.store import store_path


class StateFolder:
    """`folder`, as it was when a store was last found in it or made."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: tuple[int, int] | None = None
        """Device and inode; None before there was a store."""

    def note(self) -> None:
        """Takes note of the folder as it is: there is a store in it."""
        status = self._folder.stat()
        self._known = (status.st_dev, status.st_ino)

    def check(self) -> None:
        """Raises StoreError if the store is gone because its disk is. An operator who deletes the store, or the folder
        with it, means it."""
        try:
            if self._known is None or store_path(self._folder).exists() or self._is_emptied(*self._known):
                return
        except OSError:  # nor can a store be made there
            return
        raise StoreError(
            f"{self._folder}: is not the folder any more that had the store; mount its disk, or restart the service to "
            "begin with an empty store; what was published stays"
        )

    def _is_emptied(self, device: int, inode: int) -> bool:
        """True if the folder is the known one, or was deleted from its disk, which is still there."""
        try:
            status = self._folder.stat()
        except FileNotFoundError:
            return _nearest(self._folder.parent).st_dev == device
        return (status.st_dev, status.st_ino) == (device, inode)


def _nearest(folder: Path) -> os.stat_result:
    """The status of `folder`, or of the nearest one above it that exists."""
    return next(each for each in (folder, *folder.parents) if each.exists()).stat()
