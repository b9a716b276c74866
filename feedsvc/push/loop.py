"""The loop that sends due requests: one event loop, with a limited number of requests to each host at a time.

All lasting state is in the store. Requests under way when the process is killed are sent again: delivery is at least
once. A newer state is never followed by an older one, since each request carries the state at the moment at which it is
made, and there is one at a time for each topic and target.
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
"""Maximum requests under way at the same time."""
PAUSE, BREATH, TROUBLE = 0.1, 0.01, 1.0
"""Seconds until the next turn: when idle, when busy, and after an error of the store."""
LAST = 2.0
"""Seconds that requests under way are given at the end."""


class Client(Protocol):
    """Sends requests."""

    async def send(self, request: Request, /) -> Result:
        """The result; never raises."""
        ...


class Ended(NamedTuple):
    """A finished request, with its result and its log entry."""

    attempt: Attempt
    result: Result
    entry: LogEntry


class _Job(NamedTuple):
    task: Task
    prepared: Prepared


class DeliveryLoop:
    """Sends the requests for the tasks in `store` through `client`. `clock` is in milliseconds; `chance` returns random
    numbers from 0 to 1."""

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
        """Tasks by number."""
        self._requests: set[asyncio.Task[None]] = set()
        self._wake = asyncio.Event()
        self._before: int | None = None

    @property
    def is_idle(self) -> bool:
        """True if no request is under way, and all results are stored."""
        return not self._under_way and not self._ended

    async def run(self, stop: asyncio.Event) -> None:
        """Runs until `stop` is set; requests under way are then given LAST seconds. An error of the store is logged,
        and results that could not be stored are kept for the next attempt."""
        failures = 0
        with ThreadPoolExecutor(1, "push store") as pool:
            while not stop.is_set():
                try:
                    started = await self._turn(pool)
                    failures = 0
                except StoreError as error:
                    failures += 1
                    if failures == 2:  # the first error may come from a long publication
                        log.warning("the outbox cannot be read or written, and is tried again: %s", error)
                    await asyncio.sleep(TROUBLE)
                    continue
                await self._pause(idle=not started)
            await self._finish(pool)

    async def _turn(self, pool: ThreadPoolExecutor) -> int:
        """Stores the results, and starts requests that are due. Returns the number of requests started."""
        ended, self._ended = self._ended, []
        under_way = dict(self._under_way)
        for each in ended:  # these are settled before due tasks are read
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
        """Stores the results in `ended`, and returns the jobs that are due. Runs in a thread of its own."""
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
        """The jobs that can be started at `now`, and the obsolete tasks."""
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
        """The request for a task; None if the task is obsolete or its stored data is invalid."""
        try:
            return self._adapters[task.kind].prepare(transaction, task, now)
        except (ValueError, msgspec.MsgspecError):
            log.exception("the task %d (%s) cannot be read and is left out", task.number, task.kind)
            return None

    async def _pause(self, *, idle: bool) -> None:
        """Waits until a request has ended, or another may be due."""
        await asyncio.sleep(BREATH)
        if idle and not self._ended:
            self._wake.clear()
            try:
                await asyncio.wait_for(self._wake.wait(), PAUSE)
            except TimeoutError:
                return

    async def _finish(self, pool: ThreadPoolExecutor) -> None:
        """Gives requests under way LAST seconds, and stores the results."""
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
