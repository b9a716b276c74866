"""Keeps one cache from serving withdrawn or outdated documents, even if single requests fail.

The outbox is the store itself: the Edition up to which the cache was purged, and the Edition of each document. So a
kill loses nothing, and there are never more names waiting than documents; a name that was purged just before a kill may
be purged again.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from datetime import UTC, datetime
from typing import NamedTuple, Protocol, TypeVar

from feedsvc.model.problem import Problem
from feedsvc.push.cache_service import Order
from feedsvc.push.outcome import Outcome, Request, Result, outcome_of, retry_after
from feedsvc.push.purge_plan import GONE, REFUSED, Cache, Pending, Reached, batches, pending
from feedsvc.push.purge_trouble import failed, lacking
from feedsvc.push.retry import DAY, HOUR, RetryPolicy, is_given_up, next_attempt
from feedsvc.store import purges
from feedsvc.store.errors import StoreError
from feedsvc.store.port import Store
from feedsvc.store.transaction import Transaction

log = logging.getLogger(__name__)

POLL, TROUBLE = 0.25, 1.0
"""Seconds until the next step: normally, and after an error of the store."""
ATTEMPTS = RetryPolicy(waits=(2_000, 5_000, 15_000, 60_000, 300_000), longest_rest=HOUR, give_up=DAY)
"""The retry policy. A single URL that is refused is given up after a day; retries after service errors never end."""
_TOLD = 2_000
"""Bytes of an answer that are read."""
_OF_THE_WHOLE = (401, 403, 404, 405)
"""Status codes that do not depend on the URLs: the token, the id or the address is wrong."""
T = TypeVar("T")


class Client(Protocol):
    """Sends requests."""

    async def send(self, request: Request, /) -> Result:
        """The result; never raises."""
        ...


class Step(NamedTuple):
    """The outcome of one step: seconds until the next one, and True if something was sent without trouble."""

    pause: float
    goes_on: bool


_IDLE = Step(POLL, goes_on=False)


class _Sent(NamedTuple):
    batch: list[Pending]
    outcome: Outcome
    result: Result


class Purger:
    """Purges `cache` of changed documents in `store`, through `client`.

    `reached` returns the Edition that the cache can get from its origin; it counts once it has been known for `settles`
    milliseconds. `clock` returns milliseconds, `chance` random numbers from 0 to 1. The store is used in `threads`.
    """

    def __init__(
        self,
        cache: Cache,
        store: Store,
        client: Client,
        reached: Callable[[Transaction], Reached],
        settles: int,
        clock: Callable[[], int],
        chance: Callable[[], float],
        threads: Executor,
    ) -> None:
        self._cache = cache
        self._store = store
        self._client = client
        self._reached = reached
        self._settles = settles
        self._clock = clock
        self._chance = chance
        self._threads = threads
        self._told: deque[tuple[int, int]] = deque()
        """Editions that are not settled yet, and the instant at which each became known."""
        self._target = self._withdrawn = 0
        """The Editions up to which the cache is being purged: for all documents, and for withdrawn ones."""
        self._purged = self._noted = 0
        """The Editions up to which the cache has been purged, for the same two."""
        self._waiting: dict[str, Pending] = {}
        """Names still to be purged, in order."""
        self._done: dict[str, int] = {}
        """The Edition up to which single names were purged, while others wait."""
        self._size = cache.service.size(cache.api)
        self._refused: dict[str, int] = {}
        """The names that were refused on their own, and since when."""
        self._failures = 0
        self._rest = 0
        """The instant before which nothing is sent."""
        self._rests_for_one = False
        """True if only single names were refused: others need not wait."""
        self.problem: Problem | None = None
        """The current problem; None if there is none."""
        self.purged = 0
        """The number of URLs or tags purged so far."""

    async def run(self, stop: asyncio.Event) -> None:
        """Purges until `stop` is set."""
        while not stop.is_set():
            before, after = self.problem, await self.step()
            if self.problem is not None and self.problem != before:
                log.warning("%s; %d wait", self.problem, len(self._waiting))
            try:
                await asyncio.wait_for(stop.wait(), after.pause)
            except TimeoutError:
                continue

    async def finish(self) -> None:
        """Purges until nothing waits, or until there is trouble."""
        while (after := await self.step()).goes_on:
            await asyncio.sleep(after.pause)

    async def step(self) -> Step:
        """Checks the Edition, and sends one group of requests."""
        try:
            has_work = await self._in_thread(self._look)
            if self._cache.missing:
                await self._in_thread(self._complain, lacking(self._cache))
                return _IDLE
            if not has_work:
                return _IDLE
            now = self._clock()
            if now < self._rest <= now + HOUR:
                return _IDLE
            fault = await self._purge()
            await self._in_thread(self._note, fault)
        except StoreError as error:
            log.debug("what %s still has could not be looked up: %s", self._cache.name, error)
            return Step(TROUBLE, goes_on=False)
        return Step(self._cache.service.pause, goes_on=True) if fault is None else _IDLE

    async def _in_thread(self, do: Callable[..., T], *given: object) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, do, *given)

    # --- planning -----------------------------------------------------------------------------------------------------

    def _look(self) -> bool:
        """Loads the changes. Returns True if there is something to purge."""
        with self._store.read() as transaction:
            told, withdrawn = self._reached(transaction)
            kept = purges.everything(transaction).get(self._cache.name)
            before = kept.edition if kept is not None else told
            target = self._settled(told, self._clock())
            withdrawn = max(target, withdrawn)
            is_new = (target > before and target != self._target) or withdrawn > max(before, self._withdrawn)
            changes = purges.changed_since(transaction, before) if is_new else []
        if told and (kept is None or told < before):  # a new cache, or a replaced store
            self._finish(told)
            return False
        if is_new:
            planned = pending(changes, self._cache, Reached(target, withdrawn), self._refused)
            self._waiting = {each.name: each for each in planned if self._done.get(each.name, before) < each.edition}
            self._target, self._withdrawn = target, withdrawn
            if self._rests_for_one:
                self._rest = 0
        self._purged = before
        self._conclude()
        return bool(self._waiting)

    def _settled(self, told: int, now: int) -> int:
        """The newest Edition that has been known for long enough that the origin has it everywhere; 0 for none."""
        if told and (not self._told or told != self._told[-1][0]):
            self._told.append((told, now))
        while len(self._told) > 1 and not 0 <= now - self._told[1][1] < self._settles:
            self._told.popleft()
        edition, since = self._told[0] if self._told else (0, now)
        return 0 if 0 <= now - since < self._settles else edition

    async def _purge(self) -> Problem | None:
        """Sends the next group of requests. Returns the trouble, or None."""
        chosen = batches(self._waiting.values(), self._size, self._cache.service.at_once)
        return self._settle(await asyncio.gather(*map(self._send, chosen)))

    # --- results ------------------------------------------------------------------------------------------------------

    async def _send(self, batch: list[Pending]) -> _Sent:
        cache, now = self._cache, self._clock()
        names = tuple(each.name for each in batch)
        reference = f"{self._target}-{self._withdrawn}-{now // HOUR}"
        order = Order(names, cache.by_tag, cache.api, cache.id, cache.method, cache.secrets, reference, now // 1_000)
        result = await self._client.send(cache.service.request(order)._replace(wanted=_TOLD))
        outcome = Outcome.DONE if result.status in cache.service.absent(cache.api) else outcome_of(result)
        if outcome is Outcome.DONE and any(each in result.body for each in cache.service.fails):
            outcome = Outcome.REFUSED
        elif any(each in result.body for each in cache.service.busy) or outcome is Outcome.POSTPONED:
            outcome = Outcome.HOST_FAILED
        return _Sent(batch, outcome, result)

    def _settle(self, sent: Sequence[_Sent]) -> Problem | None:
        """Processes the results of requests. Returns the trouble, or None."""
        for done in (each for one in sent if one.outcome is Outcome.DONE for each in one.batch):
            self._done[done.name] = done.edition
            self._drop(done.name)
            self.purged += 1
        unwell = [one for one in sent if one.outcome is not Outcome.DONE]
        if not unwell:
            return None
        now = self._clock()
        refused = [one for one in unwell if _is_refused(one)]
        for one in refused:
            self._put_aside(one.batch, now)
        told = [one for one in unwell if one not in refused or len(one.batch) == 1]
        if not told:
            return None
        self._rests_for_one = len(refused) == len(unwell)
        self._failures += 1
        wish = max(retry_after(one.result, now) for one in told)
        self._rest = max(next_attempt(ATTEMPTS, self._failures, now, self._chance()), now + min(wish, HOUR))
        return failed(self._cache, told[0].result)

    def _put_aside(self, batch: list[Pending], now: int) -> None:
        """Reduces the size of requests after a refusal; moves a single refused name behind all others."""
        if len(batch) > 1:
            self._size = max(1, min(self._size, len(batch) // 2))
            return
        alone, name = batch[0], batch[0].name
        since = self._refused.setdefault(name, now)
        del self._waiting[name]
        if is_given_up(ATTEMPTS, since, now):
            log.error("%s does not purge %s, which is given up", self._cache.name, name)
            del self._refused[name]
        else:
            self._waiting[name] = alone._replace(turn=REFUSED)

    def _drop(self, name: str) -> None:
        del self._waiting[name]
        self._refused.pop(name, None)

    def _note(self, fault: Problem | None) -> None:
        """Stores the outcome, for the status and for the next start."""
        if fault is not None:
            self._complain(fault)
        elif not self._refused:
            self._failures = self._rest = 0
        self._conclude()

    def _conclude(self) -> None:
        """Stores the Edition up to which the cache is purged, if that is new."""
        if not self._waiting and self._target > self._purged:
            self._finish(self._target)
        elif self._withdrawn > max(self._purged, self._noted) and not self._has_withdrawn():
            with self._store.write() as transaction:
                purges.put_withdrawn(transaction, self._cache.name, self._withdrawn, self._instant())
            self._noted = self._withdrawn

    def _instant(self) -> datetime:
        """The present instant."""
        return datetime.fromtimestamp(self._clock() / 1_000, UTC)

    def _has_withdrawn(self) -> bool:
        """True while withdrawn documents wait: they come first."""
        first = next(iter(self._waiting.values()), None)
        return first is not None and first.turn == GONE

    def _complain(self, fault: Problem) -> None:
        """Shows `fault` in the status."""
        if fault != self.problem:
            with self._store.write() as transaction:
                purges.put_failure(transaction, self._cache.name, fault)
        self.problem = fault

    def _finish(self, edition: int) -> None:
        """Notes that the cache is purged up to `edition`."""
        with self._store.write() as transaction:
            purges.put(transaction, self._cache.name, edition, self._instant())
        if self.problem is not None or self._done:
            log.info("%s is purged up to edition %d: %d URLs or tags", self._cache.name, edition, len(self._done))
        self.problem = None
        for each in (self._waiting, self._done, self._refused):
            each.clear()
        self._failures = self._rest = 0
        self._size = self._cache.size
        self._target = self._withdrawn = self._purged = self._noted = edition


def _is_refused(sent: _Sent) -> bool:
    """True if the failure may be due to one of the URLs."""
    return sent.outcome is not Outcome.HOST_FAILED and sent.result.status not in _OF_THE_WHOLE
