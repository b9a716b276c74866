"""Makes a few requests for documents wait for the first Edition; all others are answered 503 at once."""

import time
from collections.abc import Callable, Iterable
from threading import BoundedSemaphore
from typing import Any

from feedsvc.model.urls import OPERATORS
from feedsvc.web.view import View

WAIT = 4.0
"""Seconds for which such a request waits: a small newsroom is published in one or two."""
AT_ONCE = 3
"""Maximum requests that wait at the same time: the other threads of the server stay free."""
_LOOK = 0.05
Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def wait_for_first_edition(view: View, seconds: float) -> None:
    """Returns when `view` has an Edition, or after `seconds`."""
    deadline = time.monotonic() + seconds
    while not view.edition.number and time.monotonic() < deadline:
        time.sleep(_LOOK)


class FirstEdition:
    """A WSGI application that passes requests on to `behind`; those for documents wait until `view` has an Edition."""

    def __init__(self, view: View, behind: Wsgi) -> None:
        self._view = view
        self._behind = behind
        self._room = BoundedSemaphore(AT_ONCE)

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        if not self._view.edition.number and not environ.get("PATH_INFO", "").startswith(OPERATORS):
            self._wait()
        return self._behind(environ, start)

    def _wait(self) -> None:
        if self._room.acquire(blocking=False):
            try:
                wait_for_first_edition(self._view, WAIT)
            finally:
                self._room.release()
