"""Watches the articles folder for changes. The only importer of watchfiles.

Events are hints: where they do not come (network disks), or the watcher fails, the schedule finds every change.
"""

import logging
from collections.abc import Callable, Iterable
from pathlib import Path
from threading import Event

from watchfiles import Change, watch

from feedsvc.service.scan_request import Scan, ScanRequest, at_paths

log = logging.getLogger(__name__)

AGAIN, AFTER_FAILURE = 1.0, 30.0
"""Seconds until the folder is watched again: after it was replaced or while it is not there, and after a failure."""
_CHECK_MS = 1000
"""Milliseconds between two checks whether the folder is still the same."""


class FolderWatcher:
    """Calls `request` with the paths below `root` at which something changed."""

    def __init__(self, root: Path, request: Callable[[ScanRequest], None]) -> None:
        self._root = root
        self._request = request

    def run(self, stop: Event) -> None:
        """Watches until `stop` is set; waits for a folder that does not exist yet."""
        while not stop.is_set():
            try:
                self._watch(stop)
            except (OSError, RuntimeError, UnicodeError) as error:
                if self._root.exists():
                    log.warning("changes below %s are seen only on the schedule: %s", self._root, error)
                    stop.wait(AFTER_FAILURE)
            stop.wait(AGAIN)

    def _watch(self, stop: Event) -> None:
        """Returns when the folder is another one: one that was moved, or mounted over, sends no more events."""
        identity = _identity(self._root)
        begun = False
        for changes in watch(
            self._root,
            watch_filter=_visible(self._root),
            debounce=200,
            step=25,
            stop_event=stop,
            rust_timeout=_CHECK_MS,
            yield_on_timeout=True,
            raise_interrupt=False,
        ):
            if not begun:  # something may have changed just before watching began
                self._request(Scan.FULL)
            elif changes:
                self._request(scan_request(self._root, changes))
            begun = True
            if _identity(self._root) != identity:
                return


def scan_request(root: Path, changes: Iterable[tuple[Change, str]]) -> ScanRequest:
    """The paths of `changes` below `root`; Scan.FULL if one of them lies elsewhere, or its name is not Unicode."""
    base = f"{root}/"
    names = {path for _, path in changes}
    if all(name.startswith(base) and _is_text(name) for name in names):
        return at_paths(name.removeprefix(base) for name in names)
    return Scan.FULL


def _is_text(path: str) -> bool:
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


def _identity(root: Path) -> tuple[int, int] | None:
    """Device and inode; None if there is no such folder."""
    try:
        status = root.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _visible(root: Path) -> Callable[[Change, str], bool]:
    """A filter that leaves out hidden files and those of editors and tools; the library ignores them, too."""

    def visible(_change: Change, path: str) -> bool:
        place = Path(path)
        parts = place.relative_to(root).parts if place.is_relative_to(root) else ()
        return not any(part.startswith((".", "_")) for part in parts)

    return visible
