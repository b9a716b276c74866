"""Watches a folder and everything below it for changes (inotify, Linux)."""

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
    """A file was created or written to; the writing may continue."""
    CLOSED = auto()
    """A writer has closed a file."""
    PLACED = auto()
    """A file was renamed to this path, so it is complete."""
    TOUCHED = auto()
    """The times or permissions of a file were set."""
    GONE = auto()
    """A file was removed, or renamed to another path."""
    FOLDER = auto()
    """A folder was added or removed, or its permissions changed."""
    LOST = auto()
    """Some changes were lost; the path is empty."""


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
    """Watches the folder `root` and everything below it until it is closed, except files and folders whose names begin
    with a dot or an underscore. One thread at a time may use it."""

    def __init__(self, root: Path) -> None:
        """Raises OSError if the system cannot watch folders, or if there is no such folder."""
        self._root = root
        self._inotify = Inotify()
        self._paths: dict[int, str] = {}
        """The path of each watched folder, by its number; empty for the root."""
        try:
            self._watch("")
            self._watch_below("")
        except BaseException:
            self.close()
            raise

    def changes(self, seconds: float) -> list[Change]:
        """The changes that were not returned yet. Waits at most `seconds` for the first one; empty if none comes."""
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
        """Watches the folders below `path`, and with `itself` also `path`. A folder that was moved has its new path
        from now on. Changes in them before the watch begins are not lost: `path` is reported, and therefore scanned."""
        waiting = [path]
        while waiting:
            folder = waiting.pop()
            if folder != path or itself:
                try:
                    self._watch(folder)
                except OSError as error:
                    if error.errno == errno.ENOSPC:
                        raise
                    continue  # removed already, or not readable for us: the scan reports it
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
