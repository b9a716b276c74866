"""Watches the articles folder for changes.

The reported changes are only hints: if none come (network disks), or if the watch fails, the regular scans find every
change.
"""

import errno
import logging
import os
import stat
import time
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path
from threading import Event
from typing import NamedTuple

from feedsvc.library.settling import CompleteFiles
from feedsvc.service import inotify
from feedsvc.service.mounts import mounts_below
from feedsvc.service.saves import FirstSave, Saves
from feedsvc.service.scan_request import Scan, ScanRequest, at_paths
from feedsvc.service.tree_watch import TreeWatch

log = logging.getLogger(__name__)

AGAIN, AFTER_FAILURE = 1.0, 30.0
"""Seconds until the folder is watched again: AGAIN after it was replaced, or while it does not exist or its disk fails;
AFTER_FAILURE more if this system cannot watch it. So long is the log silent too."""
_LIMITS = (errno.ENOSPC, errno.EMFILE, errno.ENFILE, errno.ENOMEM)
"""The errors by which the system tells that it watches no more folders."""
CHECK = 1.0
"""Seconds between two checks whether the folder is still the same."""
STOP = 0.25
"""Seconds between two checks whether `stop` is set."""
PAUSE = 0.003
"""Seconds to wait after a change, so that further ones are handled together with it."""


class _Place(NamedTuple):
    """A folder as it is mounted."""

    identity: tuple[int, int] | None
    """Device and inode; None if there is no such folder."""
    mounts: tuple[bytes, ...]


class FolderWatcher:
    """Calls `request` with the paths below `root` at which something changed, and adds the files that are known to be
    complete to `complete`."""

    def __init__(
        self,
        root: Path,
        request: Callable[[ScanRequest], None],
        complete: CompleteFiles | None = None,
        first_save: FirstSave | None = None,
    ) -> None:
        self._root = root
        self._request = request
        self._complete = complete or CompleteFiles()
        self._first_save = first_save or FirstSave()

    def run(self, stop: Event) -> None:
        """Watches until `stop` is set; waits for a folder that does not exist yet, or whose disk fails."""
        told = -AFTER_FAILURE
        while not stop.is_set():
            try:
                self._watch(stop)
            except (OSError, RuntimeError, UnicodeError) as error:
                if _look_at(self._root).identity is not None and time.monotonic() >= told + AFTER_FAILURE:
                    log.warning("changes below %s are seen only on the schedule: %s", self._root, error)
                    told = time.monotonic()
                if not isinstance(error, OSError) or error.errno in _LIMITS:
                    stop.wait(AFTER_FAILURE)
            stop.wait(AGAIN)

    def _watch(self, stop: Event) -> None:
        """Watches until `stop` is set, the folder was replaced, or a disk in it was mounted or unmounted: for a folder
        that was moved or mounted over, no more events come."""
        place = _look_at(self._root)
        if inotify.is_there():
            with closing(TreeWatch(self._root)) as tree:
                self._watch_tree(tree, place, stop)
        else:
            self._watch_changes(place, stop)

    def _watch_tree(self, tree: TreeWatch, place: _Place, stop: Event) -> None:
        self._request(Scan.FULL)  # something may have changed just before watching began
        saves, check = Saves(), time.monotonic() + CHECK
        while not stop.is_set():
            if changes := tree.changes(saves.next_look(time.monotonic(), STOP)):
                saves.note(changes, time.monotonic())
                time.sleep(PAUSE)
            if due := saves.take(time.monotonic()):
                note_complete(self._root, self._complete, due.whole)
                self._first_save.note(due.since)
                self._request(Scan.FULL if due.everything else request_at(due.paths))
            if time.monotonic() >= check:
                check = time.monotonic() + CHECK
                if _look_at(self._root) != place:
                    return

    def _watch_changes(self, place: _Place, stop: Event) -> None:
        from feedsvc.service.folder_changes import changed_paths

        begun = False
        for paths in changed_paths(self._root, stop):
            if not begun:  # something may have changed just before watching began
                self._request(Scan.FULL)
            elif paths:
                self._request(scan_request(self._root, paths))
            begun = True
            if _look_at(self._root) != place:
                return


def note_complete(root: Path, complete: CompleteFiles, paths: Iterable[str]) -> None:
    """Adds those of `paths` below `root` that are regular files to `complete`, in their current state."""
    for path in paths:
        try:
            status = os.lstat(root / path)
        except OSError:
            continue
        if stat.S_ISREG(status.st_mode):  # the target of a link may be incomplete
            complete.add(path, status)


def scan_request(root: Path, names: Iterable[str]) -> ScanRequest:
    """A request to scan `names`, made relative to `root`; Scan.FULL if one lies elsewhere or is not valid Unicode."""
    base, names = f"{root}/", set(names)
    if all(name.startswith(base) for name in names):
        return request_at(name.removeprefix(base) for name in names)
    return Scan.FULL


def request_at(paths: Iterable[str]) -> ScanRequest:
    """A request to scan `paths` below the folder; Scan.FULL if one of them is not valid Unicode."""
    paths = set(paths)
    return at_paths(paths) if all(map(_is_text, paths)) else Scan.FULL


def _is_text(path: str) -> bool:
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


def _look_at(root: Path) -> _Place:
    try:
        status = root.stat()
    except OSError:
        return _Place(None, ())
    return _Place((status.st_dev, status.st_ino), mounts_below(root))
