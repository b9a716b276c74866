"""The notice of a new Edition: it wakes the processes that serve, so that they need not look so often.

The publisher sets the time of the state folder once the Edition can be seen, and whoever serves watches the folder:
under `feedsvc serve`, under gunicorn or on its own, before a restart of either side and after it. A notice says nothing
but that a look is worth while, and a lost one costs nothing but the time until the next look: where the system has no
such watches, all looks are made by the clock.
"""

import os
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from feedsvc.service.inotify import Inotify

AGAIN = 1.0
"""Seconds until the folder is watched again, if it cannot be."""


def give_notice(folder: Path) -> None:
    """Tells those who wait for a notice in `folder` that there is a new Edition. What prevents it is ignored."""
    with suppress(OSError):
        os.utime(folder)


class EditionNotices:
    """Waits for the notices in `folder`. One thread at a time may wait; a forked child waits on its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._watch: Inotify | None = None
        self._process = 0
        """The process that the watch is of: a child must not read what its parent waits for."""
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
            # Of the files in it only changes of rights and times would be told: nobody makes such while it is served.
            watch.watch(self._folder, inotify.ATTRIB | inotify.MOVE_SELF | inotify.DELETE_SELF | inotify.ONLY_FOLDERS)
        except OSError:
            watch.close()
            raise
        self._watch = watch

    def _end(self) -> None:
        """Ends the watch of a folder that is another one by now, or gone."""
        if self._watch is not None:
            self._watch.close()
        self._watch, self._again = None, 0.0
