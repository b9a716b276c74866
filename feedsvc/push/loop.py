"""The loop that sends what is due: in one event loop, with at most so many requests to each host at a time.

Everything that lasts is in the store. What was under way when the process was killed is sent again: at least once, and
never an older state after a newer one, since each request carries the state of the moment at which it is made, and
there is one at a time for each topic and target.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple, Protocol

import msgspec

from feedsvc.push.adapter import Adapter, Attempt, Prepared
from feedsvc.push.clock_steps import apply_step, step_between
from feedsvc.push.outcome import Outcome, Request, Result, outcome_of
from feedsvc.push.retry import room_at
from feedsvc.push.settling import settle
from feedsvc.push.upkeep import Upkeep
from feedsvc.store import push_tasks
from feedsvc.store.errors import StoreError
from feedsvc.store.port import Store
from feedsvc.store.push_log import LogEntry
from feedsvc.store.push_tasks import Task
from feedsvc.store.transaction import Transaction

log = logging.getLogger(__name__)

AT_ONCE = 256
"""Requests that are under way at the same time."""
PAUSE, BREATH, TROUBLE = 0.1, 0.01, 1.0
"""Seconds between two looks at the store: while there is nothing to do, while there is, and after it failed."""
LAST = 2.0
"""Seconds that requests under way are given at the end."""


class Client(Protocol):
    """Sends requests."""

    async def send(self, request: Request, /) -> Result:
        """The result; never raises."""
        ...


class Ended(NamedTuple):
    """A request that has ended, with its result and its entry for the log."""

    attempt: Attempt
    result: Result
    entry: LogEntry


class _Job(NamedTuple):
    task: Task
    prepared: Prepared


class DeliveryLoop:
    """Sends by `client` what the tasks in `store` ask for. `clock` is in milliseconds; `chance` returns random numbers
    from 0 to 1."""

    def __init__(
        self,
        store: Store,
        adapters: Mapping[str, Adapter],
        client: Client,
        clock: Callable[[], int],
        chance: Callable[[], float],
    ) -> None:
        self._store = store
        self._adapters = adapters
        self._client = client
        self._clock = clock
        self._chance = chance
        self._upkeep = Upkeep()
        self._ended: list[Ended] = []
        self._under_way: dict[int, Task] = {}
        """By number."""
        self._requests: set[asyncio.Task[None]] = set()
        self._wake = asyncio.Event()
        self._before: int | None = None

    @property
    def is_idle(self) -> bool:
        """True if nothing is under way, and all that has ended is written down."""
        return not self._under_way and not self._ended

    async def run(self, stop: asyncio.Event) -> None:
        """Returns once `stop` is set; requests under way are given LAST seconds. Trouble with the store is logged, and
        what could not be written down is kept for the next attempt."""
        failures = 0
        with ThreadPoolExecutor(1, "push store") as pool:
            while not stop.is_set():
                try:
                    started = await self._turn(pool)
                    failures = 0
                except StoreError as error:
                    failures += 1
                    if failures == 2:  # the first time a publication may be long
                        log.warning("the outbox cannot be read or written, and is tried again: %s", error)
                    await asyncio.sleep(TROUBLE)
                    continue
                await self._pause(idle=not started)
            await self._finish(pool)

    async def _turn(self, pool: ThreadPoolExecutor) -> int:
        """Writes down what has ended, and starts what is due. Returns the number of requests that were started."""
        ended, self._ended = self._ended, []
        under_way = dict(self._under_way)
        for each in ended:  # they are settled before anything is looked for
            under_way.pop(each.attempt.task.number, None)
        loop = asyncio.get_running_loop()
        try:
            jobs = await loop.run_in_executor(pool, self._exchange, ended, under_way)
        except BaseException:
            self._ended = ended + self._ended
            raise
        for each in ended:
            self._under_way.pop(each.attempt.task.number, None)
        for job in jobs:
            self._start(job)
        return len(jobs)

    def _start(self, job: _Job) -> None:
        self._under_way[job.task.number] = job.task
        request = asyncio.get_running_loop().create_task(self._send(job))
        self._requests.add(request)
        request.add_done_callback(self._requests.discard)

    async def _send(self, job: _Job) -> None:
        begun = self._clock()
        result = await self._client.send(job.prepared.request)
        now = self._clock()
        outcome = outcome_of(result)
        if outcome is Outcome.DONE and job.prepared.expected and result.body != job.prepared.expected:
            outcome, result = Outcome.REFUSED, result._replace(error="another answer than the challenge")
        attempt = Attempt(job.task, job.prepared, outcome, now, self._chance())
        self._ended.append(Ended(attempt, result, _entry(attempt, result, max(0, now - begun))))
        self._wake.set()

    def _exchange(self, ended: list[Ended], under_way: dict[int, Task]) -> list[_Job]:
        """Writes down what has `ended`, and returns the jobs that are due. Runs in a thread of its own."""
        now = self._clock()
        step = step_between(self._before, now) if self._before is not None else 0
        self._before = now
        if ended or step or self._upkeep.is_due(now):
            with self._store.write() as transaction:
                apply_step(transaction, step or self._upkeep.step_at_start(transaction, now))
                settle(transaction, self._adapters, ended)
                self._upkeep.run(transaction, now)
        with self._store.read() as transaction:
            jobs, pointless = self._due(transaction, now, under_way)
        if pointless:
            with self._store.write() as transaction:
                for task in pointless:
                    self._adapters[task.kind].discard(transaction, task, now)
        return jobs

    def _due(self, transaction: Transaction, now: int, under_way: dict[int, Task]) -> tuple[list[_Job], list[Task]]:
        """The jobs that can be started at `now`, and the tasks that have become pointless."""
        load = Counter(task.host for task in under_way.values())
        busy = {task.host for task in under_way.values() if load[task.host] >= room_at(task.host_failures)}
        room = AT_ONCE - len(under_way)
        jobs, pointless = list[_Job](), list[Task]()
        for task in push_tasks.due(transaction, now, room, under_way.keys(), busy) if room > 0 else ():
            if load[task.host] >= room_at(task.host_failures):
                continue
            prepared = self._prepare(transaction, task, now)
            if prepared is None:
                pointless.append(task)
            else:
                jobs.append(_Job(task, prepared))
                load[task.host] += 1
        return jobs, pointless

    def _prepare(self, transaction: Transaction, task: Task, now: int) -> Prepared | None:
        """The request of a task; None if it has become pointless, or is not as it was written."""
        try:
            return self._adapters[task.kind].prepare(transaction, task, now)
        except (ValueError, msgspec.MsgspecError):
            log.exception("the task %d (%s) cannot be read and is left out", task.number, task.kind)
            return None

    async def _pause(self, *, idle: bool) -> None:
        """Waits until something has ended, or something may be due."""
        await asyncio.sleep(BREATH)
        if idle and not self._ended:
            self._wake.clear()
            try:
                await asyncio.wait_for(self._wake.wait(), PAUSE)
            except TimeoutError:
                return

    async def _finish(self, pool: ThreadPoolExecutor) -> None:
        """Gives requests under way a little time, and writes down what has ended."""
        if self._requests:
            await asyncio.wait(self._requests, timeout=LAST)
        for request in self._requests:
            request.cancel()
        try:
            await asyncio.get_running_loop().run_in_executor(pool, self._note_ended)
        except StoreError as error:
            log.warning("the last deliveries cannot be written down, and will be repeated: %s", error)

    def _note_ended(self) -> None:
        with self._store.write() as transaction:
            settle(transaction, self._adapters, self._ended)
            self._upkeep.run(transaction, self._clock())


def _entry(attempt: Attempt, result: Result, took: int) -> LogEntry:
    task = attempt.task
    edition = attempt.prepared.edition
    said = f"{result.status}: {result.error}" if result.status and result.error else str(result)
    return LogEntry(attempt.ended, task.kind, task.target, task.topic, edition, task.attempts + 1, took, said)
