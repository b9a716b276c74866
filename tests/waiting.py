"""Waiting for what another thread or process does."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
LONG = 30.0
"""Seconds after which what a test waits for will not come."""


def wait_for(look: Callable[[], T | None], what: str, patience: float = LONG) -> T:
    """The first true result of `look`."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        if found := look():
            return found
        time.sleep(0.02)
    raise AssertionError(f"waited {patience} s in vain: {what}")
