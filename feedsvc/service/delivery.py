"""Keeps one destination of `[[publish]]` at the current Edition, even if single attempts fail."""

import logging
import time
from collections.abc import Callable
from contextlib import closing, suppress
from functools import partial
from pathlib import Path
from threading import Event
from typing import NamedTuple

from feedsvc.model.problem import Problem
from feedsvc.service.follow_ups import disk_retry_delay, retry_delay
from feedsvc.service.settings import now
from feedsvc.service.watchdog import Watchdog
from feedsvc.store import destinations, state
from feedsvc.store.errors import StoreError
from feedsvc.store.port import Store
from feedsvc.store.sqlite.database import open_store
from feedsvc.store.sqlite.file_identity import FileIdentity, identify
from feedsvc.store.transaction import Transaction
from feedsvc.web.export import BeingWritten, StaticError, Superseded, Written

log = logging.getLogger(__name__)

POLL = 0.5
"""Seconds between two checks of the number of the Edition."""
_UNFORESEEN = (ArithmeticError, AttributeError, LookupError, MemoryError, RuntimeError, TypeError, ValueError)
"""Errors in this program: they affect neither the other destinations nor the next attempt."""
_REMEDY = "it is tried again; if it lasts, report this with the log"
Write = Callable[[], Written]
"""Writes the current Edition to the destination. Raises StaticError and StoreError."""
Tell = Callable[[Transaction], None]


class Attempt(NamedTuple):
    """The outcome of one check: what was written, the problem, or None if there was nothing to do; the seconds until
    the next check; a function that stores the outcome, if it must be stored; and lines for the log, each with its
    level."""

    outcome: Written | Problem | None = None
    pause: float = POLL
    tell: Tell | None = None
    lines: tuple[tuple[int, str], ...] = ()


class Delivery:
    """Writes each new Edition of the store in `folder` to the destination `name` with `write`, until `stop` is set.

    `open_ledger` opens the store in which outcomes are noted, if that is a different one. `is_ours` returns False if
    another node has to write the Edition. `place` is the destination if it is a folder: it is written again when
    another folder is there, as after a disk was mounted, and attempts that fail at once are repeated soon.
    """

    def __init__(
        self,
        name: str,
        folder: Path,
        write: Write,
        stop: Event,
        open_ledger: Callable[[], Store] | None = None,
        is_ours: Callable[[Transaction], bool] = lambda _transaction: True,
        place: Path | None = None,
    ) -> None:
        self.name = name
        self._folder = folder
        self._open_ledger = open_ledger or partial(open_store, folder)
        self._is_ours = is_ours
        self._write = write
        self._stop = stop
        self._delivered = 0
        """The Edition that was written last; 0 before the first attempt, and after one that failed: the next one
        compares everything."""
        self._place = place
        self._written_to: FileIdentity | None = None
        """The folder to which it was written; None for a bucket."""
        self._failures = 0
        self._reason = ""
        """The reason that was logged last, while attempts fail; empty after a success."""
        self._problems: tuple[Problem, ...] = ()
        """The problems of the Edition that was written last."""
        self._untold: Tell | None = None
        """Stores the outcome that could not be stored yet; None if there is none."""
        self.watchdog = Watchdog()
        """Watches the current attempt."""

    def run(self) -> None:
        """Returns once `stop` is set."""
        while not self._stop.is_set():
            self._stop.wait(self.step().pause)

    def step(self) -> Attempt:
        """Makes an attempt, and logs its lines."""
        attempt = self.attempt()
        for level, line in attempt.lines:
            log.log(level, "%s", line)
        return attempt

    def attempt(self) -> Attempt:
        """Checks for a new Edition, writes it if there is one, and stores the outcome."""
        attempt = self._look()
        self._untold = attempt.tell or self._untold
        self._tell()
        return attempt

    def _look(self) -> Attempt:
        edition = self._current_edition()
        if edition == 0 or (edition == self._delivered and self._found() == self._written_to):
            return Attempt()
        begun, used = time.monotonic(), time.thread_time()
        try:
            with self.watchdog:
                written = self._write()
        except BeingWritten:  # by `feedsvc publish`, or by the service
            return Attempt(pause=retry_delay(1))
        except StaticError as error:
            if isinstance(error, Superseded) and self._current_edition() != edition:
                return Attempt()
            return self._failed(Problem(place=error.place, reason=error.reason, remedy=error.remedy), used)
        except (StoreError, OSError) as error:
            return self._failed(Problem(place=self.name, reason=str(error), remedy="it is tried again"), used)
        except _UNFORESEEN as error:
            return self._failed(Problem(place=self.name, reason=repr(error), remedy=_REMEDY), used)
        self._delivered, self._written_to = edition, self._found()
        # Pause for as long as the attempt took: comparing a large folder must not keep the disk busy all the time.
        return self._succeeded(edition, written)._replace(pause=max(POLL, time.monotonic() - begun))

    def _found(self) -> FileIdentity | None:
        """The folder that is at the destination now; None for a bucket, if there is none, or if its disk fails."""
        with self.watchdog, suppress(OSError):
            return identify(self._place) if self._place else None
        return None

    def _current_edition(self) -> int:
        """The number of the current Edition; 0 if there is none, if another node publishes, or if the store cannot be
        read (the publisher reports why)."""
        try:
            with closing(open_store(self._folder)) as store, store.read() as transaction:
                return state.current_edition(transaction) if self._is_ours(transaction) else 0
        except StoreError as error:
            log.debug("the number of the Edition cannot be read: %s", error)
            return 0

    def _succeeded(self, edition: int, written: Written) -> Attempt:
        lines = [(logging.WARNING, str(each)) for each in sorted(set(written.problems) - set(self._problems))]
        if self._reason or written.written or written.removed:
            counts = f"{written.written} written, {written.removed} removed"
            lines.append((logging.INFO, f"{self.name} has edition {edition}: {counts}"))
        self._failures, self._reason, self._problems = 0, "", written.problems
        at = now()

        def tell(transaction: Transaction) -> None:
            destinations.put(transaction, self.name, edition, at, written.problems)

        return Attempt(written, POLL, tell, tuple(lines))

    def _failed(self, problem: Problem, used: float) -> Attempt:
        """The outcome of a failed attempt, which began when this thread had used `used` seconds of processor time. The
        next attempt continues from what was written so far."""
        self._failures, self._delivered = self._failures + 1, 0
        pause = retry_delay(self._failures)
        if self._place is not None:
            pause = disk_retry_delay(self._failures, time.thread_time() - used)
        if problem.reason == self._reason:
            return Attempt(problem, pause)
        self._reason = problem.reason
        at = now()

        def tell(transaction: Transaction) -> None:
            destinations.put_failure(transaction, self.name, at, problem)

        line = f"{problem}; the next attempt comes in {pause:.0f} s"
        return Attempt(problem, pause, tell, ((logging.WARNING, line),))

    def _tell(self) -> None:
        """Stores the outcome, for the status. If the store is busy, this is repeated after the next check."""
        if self._untold is None:
            return
        try:
            with closing(self._open_ledger()) as store, store.write() as transaction:
                self._untold(transaction)
        except StoreError as error:
            log.debug("what became of %s could not be stored yet: %s", self.name, error)
        else:
            self._untold = None
