"""Limits requests that strangers can cause to one a second for each address, however many names it has."""

from collections.abc import Callable

from cachetools import TTLCache

INTERVAL = 1.0
"""Seconds between two requests to one address."""
PATIENCE = 3.0
"""Maximum seconds that a request waits for its turn; beyond that it is postponed."""
_REMEMBERED = 100_000


class Turns:
    """The turns of addresses. `timer` returns seconds from any origin; `interval` is 0 for no limit."""

    def __init__(self, timer: Callable[[], float], interval: float = INTERVAL) -> None:
        self._timer = timer
        self._interval = interval
        self._next: TTLCache[str, float] = TTLCache(_REMEMBERED, 60.0, timer)

    def take(self, address: str) -> float | None:
        """The seconds until the turn that was taken for `address`; None, and no turn taken, if it would be too long."""
        now = self._timer()
        turn = max(now, self._next.get(address, now))
        if turn - now > PATIENCE:
            return None
        self._next[address] = turn + self._interval
        return turn - now
