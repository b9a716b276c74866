"""The notice of a new Edition: it wakes the serving processes, so that they can poll the store less often.

The publisher sets the modification time of the state folder once the Edition is visible, and serving processes watch
the folder. This works under `feedsvc serve`, under gunicorn and standalone, and across restarts of either side. A
notice only says that the store should be checked; if one is lost, or the system has no inotify, the next regular check
finds the Edition.
"""

import os
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from feedsvc.service.inotify import Inotify

AGAIN = 1.0
"""Seconds until the next attempt to watch the folder after one that failed."""


def give_notice(folder: Path) -> None:
    """Wakes the processes that wait for a notice in `folder`. Errors are ignored."""
    with suppress(OSError):
        os.utime(folder)


class EditionNotices:
    """Waits for notices in `folder`. One thread at a time may wait; a forked child makes its own watch."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._watch: Inotify | None = None
        self._process = 0
        """The id of the process that made the watch: a forked child must not read its parent's events."""
        self._again = 0.0

    def wait(self, seconds: float) -> None:
        """Returns at the next notice, after `seconds` at the latest."""
        watch = self._watching()
        if watch is None:
            time.sleep(seconds)
        elif any(event.is_last for event in watch.read(seconds)):
            self._end()

    def _watching(self) -> "Inotify | None":
        """The watch; None if there is none for now."""
        if self._process != os.getpid():
            self._watch, self._process, self._again = None, os.getpid(), 0.0
        if self._watch is None and time.monotonic() >= self._again:
            self._again = time.monotonic() + AGAIN
            with suppress(OSError, ImportError):
                self._begin()
        return self._watch

    def _begin(self) -> None:
        from feedsvc.service import inotify

        watch = inotify.Inotify()
        try:
            # For files in the folder, only changes of rights and times cause events; these do not occur while serving.
            watch.watch(self._folder, inotify.ATTRIB | inotify.MOVE_SELF | inotify.DELETE_SELF | inotify.ONLY_FOLDERS)
        except OSError:
            watch.close()
            raise
        self._watch = watch

    def _end(self) -> None:
        """Ends the watch of a folder that was replaced or removed."""
        if self._watch is not None:
            self._watch.close()
        self._watch, self._again = None, 0.0
