"""The loop that watches the service and sends alarms. It publishes nothing, and nothing waits for it.

The state of the alarms is kept in memory, and written to the store as soon as that is possible: a full disk does not
prevent an alarm.
"""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from msgspec.structs import replace

from feedsvc.alerts.changes import Judged, advance
from feedsvc.alerts.readings import Reader
from feedsvc.alerts.rules import Reading, Rule, Sign, judge
from feedsvc.config import Config
from feedsvc.model import codec
from feedsvc.model.alerts import AlertRecord
from feedsvc.push.outcome import Outcome, Request, outcome_of
from feedsvc.service.alert_sending import Client, Sender, settle
from feedsvc.service.alert_wiring import ALIVE, rules_of
from feedsvc.service.store_watch import StoreWatch, watch_store
from feedsvc.service.stores import open_ledger
from feedsvc.store import alerts
from feedsvc.store.errors import StoreError
from feedsvc.store.port import Store

log = logging.getLogger(__name__)

TICK, EAGER = 5.0, 1.0
"""Seconds between two readings; EAGER until the record has been read from the store."""
SAVING = 2.0
"""Seconds for which a new message waits to be stored before it is sent, so that it is not sent again after a
restart."""
LAST = 2.0
"""Seconds for which the end of the loop waits for messages that are being sent."""
STEP, BACK = timedelta(seconds=60), timedelta(seconds=-1)
"""A step between two readings that is longer than STEP, or goes further back than BACK, means that the clock was set or
the machine slept."""


class AlarmLoop:
    """Watches the service of `settings` with `reader`, sends alarms with `sender`, and calls the URL of [alive] with
    `client`. `clock` returns the current time, `chance` a random number from 0 to 1."""

    def __init__(
        self,
        settings: Config,
        reader: Reader,
        sender: Sender,
        client: Client,
        clock: Callable[[], datetime],
        chance: Callable[[], float],
        tick: float = TICK,
    ) -> None:
        self._settings = settings
        self._rules = rules_of(settings)
        self._reader = reader
        self._sender = sender
        self._client = client
        self._clock = clock
        self._chance = chance
        self._tick = tick
        self._store: tuple[Store, StoreWatch] | None = None
        self._record = AlertRecord()
        self._saved: AlertRecord | None = None
        """The record in the store; None before it was read."""
        self._started = clock()
        self._before: datetime | None = None
        """The instant of the last reading."""
        self._signs: dict[str, Sign] = {}
        """The signs of the last reading, by the key of the rule."""
        self._call: asyncio.Task[None] | None = None
        self._called: datetime | None = None
        self._is_missed = False

    async def run(self, stop: asyncio.Event) -> None:
        """Watches until `stop` is set."""
        with ThreadPoolExecutor(1, "alarms") as pool:
            loop, saving = asyncio.get_running_loop(), None
            while not stop.is_set():
                self._judge(await loop.run_in_executor(pool, self._read))
                if self._record != self._saved and (saving is None or saving.done()):
                    saving = loop.run_in_executor(pool, self._save, self._record)
                    await asyncio.wait({saving}, timeout=SAVING)
                now = self._clock()
                self._sender.start(self._record, codec.seconds(now))
                self._call_if_well(now)
                await self._pause(stop)
            await self._sender.wait(LAST)
            self._take_ended()
            self._sender.cancel()
            await loop.run_in_executor(pool, self._save, self._record)
            self._close()

    async def _pause(self, stop: asyncio.Event) -> None:
        """Waits until the next reading is due, `stop` is set, or an attempt to send has ended; then records the
        outcomes."""
        waits = [asyncio.create_task(each.wait()) for each in (stop, self._sender.has_ended)]
        tick = self._tick if self._saved is not None else min(self._tick, EAGER)
        await asyncio.wait(waits, timeout=tick, return_when=asyncio.FIRST_COMPLETED)
        for task in waits:
            task.cancel()
        self._take_ended()

    def _take_ended(self) -> None:
        sent = self._sender.take_ended()
        for _, message, result in sent:
            how = "sent" if outcome_of(result) is Outcome.DONE else f"not sent yet: {result}"
            log.info("alarm %s %s %s: %s", message.kind, message.subject or "of the site", message.event, how)
        if sent:
            self._record = settle(self._record, sent, codec.seconds(self._clock()), self._chance())

    def _read(self) -> tuple[Reading, AlertRecord | None]:
        """The reading of this instant, and the record in the store; None for the record if it was read before or cannot
        be read. Runs in a thread."""
        now = self._clock()
        if self._before is None or not BACK <= now - self._before <= STEP:
            self._started = now
        self._before = now
        store = self._opened()
        kept = None
        if store is not None and self._saved is None:
            with suppress(StoreError), store.read() as transaction:
                kept = alerts.RECORD.get(transaction)
        return self._reader.read(store, now, self._started), kept

    def _opened(self) -> Store | None:
        """The current store; None if there is none, or it cannot be opened."""
        if self._store is not None and self._store[1].is_replaced():
            self._close()
        if self._store is None:
            with suppress(StoreError):
                store = open_ledger(self._settings)
                self._store, self._saved = (store, watch_store(store)), None
        return self._store[0] if self._store else None

    def _close(self) -> None:
        if self._store is not None:
            self._store[0].close()
        self._store = None

    def _judge(self, found: tuple[Reading, AlertRecord | None]) -> None:
        """Updates the record from a reading and, if it was just read, the stored record."""
        reading, kept = found
        if kept is not None:
            self._saved, states = kept, kept.states | self._record.states
            self._record = AlertRecord(states=states, messages=kept.messages | self._record.messages)
        if reading.at == reading.started:  # at the start, or after the clock was set: all messages are due at once
            waiting = {key: replace(each, due=reading.at) for key, each in self._record.messages.items()}
            self._record = replace(self._record, messages=waiting)
        zone = self._settings.articles.timezone
        judged = [Judged(rule, judge(rule, reading, zone)) for rule in self._rules]
        self._signs = {rule.key: verdict.sign for rule, verdict in judged}
        after = advance(self._record, judged, reading.at)
        told = {key: each for key, each in after.messages.items() if each.to != ALIVE}
        self._record = replace(after, messages=told)

    def _save(self, record: AlertRecord) -> None:
        """Writes `record` to the store. If that fails, it is tried again at the next reading. Runs in a thread."""
        if self._store is None or self._saved is None or record == self._saved:
            return
        try:
            with self._store[0].write() as transaction:
                alerts.RECORD.put(transaction, record)
        except StoreError as error:
            log.debug("the state of the alarms is not stored yet: %s", error)
        else:
            self._saved = record

    # --- the sign that all is well ------------------------------------------------------------------------------------

    def _call_if_well(self, now: datetime) -> None:
        alive = self._settings.alive
        is_due = self._called is None or not timedelta(0) <= now - self._called < timedelta(seconds=alive.every)
        if not alive.url or not is_due or not self._is_well() or (self._call and not self._call.done()):
            return
        self._called = now
        self._call = asyncio.create_task(self._tell_alive(alive.url))

    def _is_well(self) -> bool:
        """True if the store can be read, and every rule of [alive] is well."""
        return self._saved is not None and all(map(self._is_rule_well, (r for r in self._rules if r.to == ALIVE)))

    def _is_rule_well(self, rule: Rule) -> bool:
        """True if the last sign of `rule` is WELL, or if it is UNKNOWN and there was no trouble before. For rules of
        the kind `publication`, UNKNOWN does not count as well."""
        sign, stands = self._signs[rule.key], rule.key in self._record.states
        return sign is Sign.WELL or (sign is Sign.UNKNOWN and rule.kind != "publication" and not stands)

    async def _tell_alive(self, url: str) -> None:
        result = await self._client.send(Request("GET", url))
        missed = outcome_of(result) is not Outcome.DONE
        if missed and not self._is_missed:
            log.warning("the URL of [alive] could not be called: %s", result)
        self._is_missed = missed


def lock_path(folder: Path) -> Path:
    """The lock file of the one process that sends alarms for the state in `folder`."""
    return folder / "alarms.lock"
