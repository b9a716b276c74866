"""The end of a publisher session, with its reason."""

from enum import Enum
from threading import Event, Lock


class End(Enum):
    """The reasons for which a session ends."""

    STOPPED = "stopped"
    """This process is to end."""
    LEASE_LOST = "lease lost"
    """Another process publishes, or the store was replaced."""
    FAILED = "failed"
    """A thread of the session ended by an error; the next session begins with new ones."""
    DAMAGED = "damaged"
    """The store turned out to be damaged; the next session rebuilds it."""


class SessionEnd:
    """The end of a session: any thread may end it; the first reason counts."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._event = Event()
        self._reason = End.STOPPED

    @property
    def event(self) -> Event:
        """Set once the session is over."""
        return self._event

    @property
    def reason(self) -> End:
        """The first reason that was given; STOPPED before that."""
        with self._lock:
            return self._reason

    def end(self, reason: End) -> None:
        """Ends the session, unless it has ended already."""
        with self._lock:
            if not self._event.is_set():
                self._reason = reason
                self._event.set()
