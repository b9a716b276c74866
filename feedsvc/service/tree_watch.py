"""The changes below a folder, as the kernel tells them (inotify, Linux)."""

import errno
import os
from collections.abc import Iterator
from enum import Enum, auto
from pathlib import Path
from typing import NamedTuple

from feedsvc.service import inotify
from feedsvc.service.inotify import Event, Inotify

_MASK = (
    inotify.MODIFY
    | inotify.ATTRIB
    | inotify.CLOSE_WRITE
    | inotify.MOVED_FROM
    | inotify.MOVED_TO
    | inotify.CREATE
    | inotify.DELETE
    | inotify.ONLY_FOLDERS
    | inotify.FOLLOW_NO_LINK
)
_LIMIT = "the system watches no more folders for this user (sysctl fs.inotify.max_user_watches)"


class Kind(Enum):
    """The kinds of changes."""

    WRITTEN = auto()
    """A file was made or written to, and may still be."""
    CLOSED = auto()
    """A writer has closed a file."""
    PLACED = auto()
    """A file was renamed to this path: it came whole."""
    TOUCHED = auto()
    """The times or rights of a file were set."""
    GONE = auto()
    """A file was removed, or renamed to another path."""
    FOLDER = auto()
    """A folder came, went, or has other rights."""
    LOST = auto()
    """Some changes were not told; the path is empty."""


class Change(NamedTuple):
    """A change at a path below the watched folder."""

    kind: Kind
    path: str


_KINDS = (
    (inotify.MOVED_TO, Kind.PLACED),
    (inotify.CLOSE_WRITE, Kind.CLOSED),
    (inotify.CREATE | inotify.MODIFY, Kind.WRITTEN),
    (inotify.DELETE | inotify.MOVED_FROM, Kind.GONE),
)


class TreeWatch:
    """Watches the folder `root` and all below it until it is closed, but for hidden files and folders. One thread at a
    time may use it."""

    def __init__(self, root: Path) -> None:
        """Raises OSError where the system cannot, or if there is no such folder."""
        self._root = root
        self._inotify = Inotify()
        self._paths: dict[int, str] = {}
        """The path of each folder that is watched, by its number; that of the root is empty."""
        try:
            self._watch("")
            self._watch_below("")
        except BaseException:
            self.close()
            raise

    def changes(self, seconds: float) -> list[Change]:
        """The changes that are not told yet, for the first of which it waits so long; empty if none comes."""
        return [change for event in self._inotify.read(seconds) for change in self._told(event)]

    def close(self) -> None:
        """Ends the watch."""
        self._inotify.close()

    def _told(self, event: Event) -> Iterator[Change]:
        if event.mask & inotify.OVERFLOW:
            yield Change(Kind.LOST, "")
        elif event.mask & inotify.IGNORED:
            self._paths.pop(event.folder, None)
        elif event.folder in self._paths and event.name and event.name[0] not in "._":
            folder = self._paths[event.folder]
            yield self._change(f"{folder}/{event.name}" if folder else event.name, event.mask)

    def _change(self, path: str, mask: int) -> Change:
        if mask & inotify.IS_FOLDER:
            if mask & (inotify.CREATE | inotify.MOVED_TO):
                self._watch_below(path, itself=True)
            return Change(Kind.FOLDER, path)
        return Change(next((kind for flags, kind in _KINDS if mask & flags), Kind.TOUCHED), path)

    def _watch_below(self, path: str, *, itself: bool = False) -> None:
        """Watches the folders below `path`. A folder that was moved has its new path from here on. What comes in them
        before they are watched is found by whoever looks at the folder, since it is told of."""
        waiting = [path]
        while waiting:
            folder = waiting.pop()
            if folder != path or itself:
                try:
                    self._watch(folder)
                except OSError as error:
                    if error.errno == errno.ENOSPC:
                        raise
                    continue  # gone already, or not ours to look into: the scan says so
            waiting += self._folders_in(folder)

    def _watch(self, folder: str) -> None:
        try:
            self._paths[self._inotify.watch(self._root / folder, _MASK)] = folder
        except OSError as error:
            raise OSError(errno.ENOSPC, _LIMIT) if error.errno == errno.ENOSPC else error from None

    def _folders_in(self, folder: str) -> list[str]:
        try:
            with os.scandir(self._root / folder) as entries:
                names = [each.name for each in entries if each.name[0] not in "._" and _is_folder(each)]
        except OSError:
            return []
        return [f"{folder}/{name}" if folder else name for name in names]


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir(follow_symlinks=False)
    except OSError:
        return False
