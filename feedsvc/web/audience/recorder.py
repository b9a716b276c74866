"""Turns the notes of a serving process into figures, in a thread of its own, and writes them every ten seconds."""

import logging
import secrets
import time
from collections import deque
from collections.abc import Callable, Iterable
from functools import partial
from itertools import chain
from threading import Lock

from feedsvc.store import custom_feeds, item_counts
from feedsvc.store.audience import counts, deliveries
from feedsvc.store.audience.database import AudienceStore
from feedsvc.store.audience.deliveries import Fetch
from feedsvc.store.errors import StoreError
from feedsvc.store.port import Store
from feedsvc.web.audience.counter import MOST_FETCHES, Counter, Fetched
from feedsvc.web.audience.proof import body_of, fetch_of, prove
from feedsvc.web.audience.tally import DAY, Poll, Tally
from feedsvc.web.background import run_in_background
from feedsvc.web.downloads import client
from feedsvc.web.view import View, plain_path, wsgi_path

PAUSE = 1.0
"""Seconds between two runs. Addresses are kept no longer than this."""
KEEPING = 8.0
"""Minimum seconds between two writes: with the run itself, a process that is killed loses ten at most."""
LEARNING = 20.0
"""Minimum seconds between two reads of the list of feeds: until then new feeds are not counted."""
AGAIN = 3600
"""Seconds in which repeated polls of one client are noted once; divides the day evenly, so that each day starts
afresh."""
MOST_KNOWN = 100_000
"""Maximum clients in `Counter.known`; beyond that, it is cleared early."""
AT_ONCE = 50
"""Polls after which the thread yields to those that answer requests."""
OPEN_DAYS = 1
"""Days before today whose readers are still counted: their key is kept until then."""

log = logging.getLogger(__name__)


class Recorder:
    """Records the notes of `counter`, from `start` to the end of the process, and also in each forked child."""

    def __init__(
        self,
        counter: Counter,
        view: View,
        stores: tuple[Store, AudienceStore],
        custom: Iterable[str],
        clock: Callable[[], float] = time.time,
        *,
        counts_readers: bool = True,
    ) -> None:
        """`custom` are the paths of the custom feeds, whose fetches are recorded."""
        self._counter = counter
        self._view = view
        self._store, self._audience = stores
        self._custom = tuple(custom)
        self._clock = clock
        self._counts_readers = counts_readers
        self._counted = 0, 0.0
        """The Edition whose feeds are counted, and when its feeds were read (seconds)."""
        self._proved = 0
        """The Edition whose custom feeds are known."""
        self._feed_of: dict[str, str] = {}
        """The path of the feed, for each document of a custom feed."""
        self._keys: dict[int, bytes] = {}
        self._tally = Tally(self._key_of)
        self._hour = 0
        self._kept = 0.0
        self._failed = False
        self._turn = Lock()

    def start(self) -> None:
        self.work()
        run_in_background("audience", self._record, self._turn, self._store.close)

    def _record(self) -> None:
        while True:
            time.sleep(PAUSE)
            self.work()

    def finish(self) -> None:
        """Writes all notes at the end of the process."""
        self.work(at_once=True)
        self._store.close()

    def work(self, *, at_once: bool = False) -> None:
        """Processes the notes, and writes the figures if that is due or `at_once`. An error is logged once; it costs
        figures, but no answers."""
        with self._turn:
            try:
                if self._counts_readers:
                    self._follow_feeds()
                if self._custom:
                    self._follow_partners()
                self._prove()
                self._count()
                if at_once or self._clock() - self._kept >= KEEPING or self._clock() < self._kept:
                    self._keep()
                self._failed = False
            except Exception as error:  # noqa: BLE001 - the end of this thread would go unnoticed, and nothing else depends on it
                self._tell(error)

    def _tell(self, error: Exception) -> None:
        if not self._failed:
            reason = error if isinstance(error, StoreError) else type(error).__name__
            log.warning("subscribers and deliveries are not recorded for now: %s", reason)
        self._failed = True

    def _follow_feeds(self) -> None:
        """Reads the paths of all feeds; not after each Edition, since they are many and seldom change."""
        edition, now = self._view.edition, self._clock()
        if edition.number in (0, self._counted[0]) or 0 <= now - self._counted[1] < LEARNING:
            return
        self._store.close()  # the file may have been replaced
        with self._store.read() as transaction:
            feeds = frozenset(wsgi_path(path) for path, _ in item_counts.published(transaction))
        self._counter.feeds = feeds - edition.locked.keys()
        self._counted = edition.number, now

    def _follow_partners(self) -> None:
        """Reads the documents of the custom feeds when there is a new Edition."""
        number = self._view.edition.number
        if number in (0, self._proved):
            return
        self._store.close()  # as above
        with self._store.read() as transaction:
            parts = {path: custom_feeds.get(transaction, path).documents for path in self._custom}
        self._feed_of = {part: path for path, all_ in parts.items() for part in (path, *all_)}
        self._counter.partners = frozenset(map(wsgi_path, self._feed_of))
        self._proved = number

    def _count(self) -> None:
        """Adds the polls to the tally, and discards them."""
        polls, now = self._counter.polls, int(self._clock())
        if now // AGAIN != self._hour or len(self._counter.known) > MOST_KNOWN:
            self._counter.known, self._hour = set(), now // AGAIN
        for number in range(len(polls)):
            path, agent, address, forwarded = polls.popleft()
            who = client({"REMOTE_ADDR": address, "HTTP_X_FORWARDED_FOR": forwarded})
            self._tally.add(Poll(plain_path(path), agent, who), now)
            if number % AT_ONCE == 0:
                time.sleep(0)

    def _key_of(self, day: int) -> bytes:
        """The hash key of a day, which all processes share."""
        key = self._keys.get(day)
        if key is None:
            with self._audience.write() as transaction:
                key = counts.key_of_day(transaction, day, secrets.token_bytes(32))
            self._keys = {day: key}
        return key

    def _keep(self) -> None:
        """Writes the figures, and closes the days that are over."""
        if self._tally.is_empty:
            return
        now, self._kept = int(self._clock()), self._clock()
        if not self._audience.is_full:
            with self._audience.write() as transaction:
                counts.add(transaction, self._tally.reports(), self._tally.registers())
                counts.close_days(transaction, now // DAY - OPEN_DAYS)
                deliveries.forget(transaction, now)
        self._tally = Tally(self._key_of)

    def _prove(self) -> None:
        """Records what partners fetched. If it cannot be written, the notes are kept for the next run, as many as there
        is room for. A note that raises another error is left out alone."""
        fetches = self._counter.fetches
        parts = deque([[fetches.popleft() for _ in range(len(fetches))]])
        try:
            while parts:
                self._prove_or_divide(parts)
        finally:
            notes = list(chain.from_iterable(parts))
            fetches.extendleft(reversed(notes[max(0, len(fetches) + len(notes) - MOST_FETCHES) :]))

    def _prove_or_divide(self, parts: deque[list[Fetched]]) -> None:
        """Takes the first of `parts` out and records it; if one of its notes raises an error, all come one by one."""
        part = parts[0]
        try:
            found = [(note, fetch) for note in part if (fetch := fetch_of(note))]
            if found and not self._audience.is_full:
                self._prove_all(found)
        except StoreError:
            raise
        except Exception as error:  # noqa: BLE001 - it must not cost the other notes, nor be met again in each run
            if len(part) == 1:
                log.warning("a fetch of %s could not be recorded: %s", part[0].path, type(error).__name__)
            else:
                parts.extend([note] for note in part)
        parts.popleft()

    def _prove_all(self, found: list[tuple[Fetched, Fetch]]) -> None:
        with self._audience.write() as audience, self._store.read() as transaction:
            for note, fetch in found:
                feed = self._feed_of.get(fetch.partner.document)
                if feed is None:
                    continue
                before = deliveries.held_by(audience, fetch.partner)
                proof = prove(transaction, fetch, feed, before, partial(self._body, note))
                deliveries.add_fetches(audience, [proof.fetch])
                if proof.holding != before:
                    deliveries.add_deliveries(audience, proof.deliveries)
                    deliveries.put_holding(audience, fetch.partner, proof.holding)

    def _body(self, note: Fetched) -> bytes | None:
        return body_of(note, lambda: self._view.body(note.held, note.held.variants["identity"].etag))
