"""Answers operators' questions about readers and partners, and imports the logs of other servers."""

import gzip
import io
import secrets
import sys
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from itertools import chain
from pathlib import Path
from typing import BinaryIO, NamedTuple, cast

from feedsvc.config import Config
from feedsvc.config.errors import suggestion
from feedsvc.model.audience import DeliveryReport, FeedAudience
from feedsvc.model.explanation import NotFound
from feedsvc.model.plan import Plan
from feedsvc.publisher.article_lookup import find_article
from feedsvc.publisher.article_search import near_matches, search
from feedsvc.service.queries import open_for_reading
from feedsvc.service.settings import now
from feedsvc.service.wiring import formats_of, make_plan
from feedsvc.store import item_counts, state
from feedsvc.store.audience import counts
from feedsvc.store.audience.database import AudienceStore
from feedsvc.store.transaction import Transaction
from feedsvc.web.audience.access_logs import Request, requests
from feedsvc.web.audience.delivery_report import delivery_report
from feedsvc.web.audience.figures import read_audiences
from feedsvc.web.audience.recorder import OPEN_DAYS
from feedsvc.web.audience.tally import DAY, Poll, Tally
from feedsvc.web.front import METHODS

_COUNTED = (200, 206, 304, 429)
"""Statuses of requests that count as polls of an existing feed."""
_GZIP = b"\x1f\x8b"


class Imported(NamedTuple):
    """The result of an import of logs: the lines that were read, and the polls that were counted."""

    lines: int
    counted: int
    unclear: int
    """Lines that could not be understood."""


def feed_audiences(settings: Config, feed: str = "") -> tuple[FeedAudience, ...]:
    """The subscribers of each feed, or of `feed` alone. Raises StoreError, and NotFound if there is no such feed."""
    if feed:
        with open_for_reading(settings) as transaction:
            known = dict(item_counts.published(transaction))
        if feed not in known:
            raise NotFound(f"there is no feed {feed}; {suggestion(feed, known) or 'feedsvc status lists them'}")
    return read_audiences(AudienceStore(settings.state.path), int(now().timestamp()), [feed] if feed else None)


def import_logs(settings: Config, logs: Iterable[Path]) -> Imported:
    """Counts the polls in all `logs` together. Importing a log of today or yesterday again changes nothing. Raises
    StoreError, and OSError for a log that cannot be read."""
    with open_for_reading(settings) as transaction:
        feeds = {path for path, _ in item_counts.published(transaction)} - state.TOKENS.get(transaction).keys()
    store = AudienceStore(settings.state.path)

    def key_of(day: int) -> bytes:
        with store.write() as transaction:
            return counts.key_of_day(transaction, day, secrets.token_bytes(32))

    tally = Tally(cache(key_of))
    imported = _add_all(tally, chain.from_iterable(map(_requests, logs)), feeds)
    with store.write() as transaction:
        counts.add(transaction, tally.reports(), tally.registers())
        counts.close_days(transaction, int(now().timestamp()) // DAY - OPEN_DAYS)
    return imported


def _add_all(tally: Tally, found: Iterable[Request | None], feeds: Collection[str]) -> Imported:
    """Adds the polls of `feeds` among the requests in `found` to `tally`."""
    lines = counted = unclear = 0
    for request in found:
        lines += 1
        if request is None:
            unclear += 1
        elif request.path in feeds and request.status in _COUNTED and request.method in METHODS:
            counted += 1
            tally.add(Poll(request.path, request.agent, request.address), request.at)
    return Imported(lines, counted, unclear)


def _requests(log: Path) -> Iterator[Request | None]:
    """The requests in `log`, which may be compressed with gzip; `-` is standard input. None for a line that cannot be
    parsed."""
    with _opened(log) as file:
        text = io.TextIOWrapper(file, "utf-8", errors="replace")
        try:
            yield from requests(text)
        finally:
            text.detach()  # `_opened` closes the file


@contextmanager
def _opened(log: Path) -> Iterator[BinaryIO]:
    if str(log) == "-":
        yield sys.stdin.buffer
        return
    with log.open("rb") as file:
        is_compressed = file.read(2) == _GZIP
        file.seek(0)
        yield cast("BinaryIO", gzip.GzipFile(fileobj=file)) if is_compressed else file


def deliveries_of(settings: Config, article: str) -> DeliveryReport:
    """The fetches by partners of each revision of `article`. Raises StoreError, and NotFound for an unknown article."""
    with open_for_reading(settings) as transaction, AudienceStore(settings.state.path).read() as proof:
        return deliveries_by(make_plan(settings, formats_of(settings)), transaction, proof, article)


def deliveries_by(plan: Plan, transaction: Transaction, proof: Transaction | None, article: str) -> DeliveryReport:
    """The fetches as for `deliveries_of`, within the caller's transactions. `proof` is None if no fetches are
    recorded."""
    entry = find_article(transaction, plan, article) or search(transaction, article)
    if entry is None:
        near = near_matches(transaction, article)
        raise NotFound(f"no article has the path, headline, id, key or URL {article}{f'; {near}' if near else ''}")
    return delivery_report(transaction, proof, entry, [feed.path for feed in plan.feeds])
