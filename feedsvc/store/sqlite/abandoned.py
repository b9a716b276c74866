"""Connections that must never be closed.

When SQLite closes the last connection to a database, it deletes the journal by its path, unless the file at the path of
the database has another inode than the one that is open. It does not compare devices. So where a copy of a whole disk
is mounted over the old one, it would delete the journal of the copy, and with it the newest commits.
"""

from threading import Event, Lock, Thread

_lock = Lock()
_held: list[object] = []


def abandon(pool: object) -> None:
    """Keeps `pool`, and thereby its connections, to the very end of this process."""
    with _lock:
        if not _held:
            # Python closes what modules hold when it ends, but not what the stack of such a thread holds.
            Thread(target=_hold, args=(_held,), name="abandoned connections", daemon=True).start()
        _held.append(pool)


def _hold(_held: list[object]) -> None:
    Event().wait()
