"""The costs from which `scale.py` reckons, measured within seconds on this machine: per poll, per edit, per follower.

The newsroom is a small one with three levels of sections, and all is on SQLite in this process. So an edit has the
statements and the documents that it has anywhere, and the time of a database on another machine is not in it.
"""

import random
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from itertools import islice
from pathlib import Path
from statistics import median
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1] / "web"))

from edition import Newsroom, Served
from front import environ, microseconds, poll
from sqlalchemy import event, func, select

from feedsvc.service.regeneration import RegenerationOptions
from feedsvc.service.scan_request import Scan, ScanRequest
from feedsvc.service.settings import now
from feedsvc.service.wiring import make_regeneration
from feedsvc.store import edition_copy, state
from feedsvc.store.edition_schema import bodies, documents
from feedsvc.store.lease import acquire, new_holder
from feedsvc.store.sqlite.database import Store, prepare_store

CONFIG = '[site]\ntitle = "The Lantern"\nurl = "https://news.example"\n'
FOLDER, PARAGRAPHS = "/desk-0/beat-0/place-0/", 8
PATH = f"{FOLDER}rss.xml"


class Costs(NamedTuple):
    """Times are seconds of processor."""

    poll_304: float
    poll_200: float
    feed_bytes: int
    """Bytes of a full feed in gzip."""
    plain_bytes: int
    """Bytes of the same feed without a coding, as it is pushed."""
    head_bytes: int
    """Bytes of the headers of an answer with a body."""
    edit: float
    """Publishing one edit, in a publisher that stays."""
    edit_documents: int
    edit_bytes: int
    """Bytes of its documents, in all codings that are kept."""
    edit_statements: int
    copy: float
    """Taking one edit over to a node's copy, on the node."""
    follow: float
    """Taking one edit over from the copy to a serving process."""
    section_bytes: int
    """Bytes of the documents of a section, in all codings that are kept."""
    article_bytes: int
    """The same of the page of an article."""


_SOURCE = random.Random(7)
_STOCK = ["".join(_SOURCE.choices("etaoinshrdlucmfwypvbgk", k=_SOURCE.randint(2, 9))) for _ in range(1500)]
_WEIGHTS = [1 / rank for rank in range(1, len(_STOCK) + 1)]


def story(number: int) -> str:
    """A story of some five hundred words that compress about as prose does: few are common, most are rare."""
    words = iter(_SOURCE.choices(_STOCK, _WEIGHTS, k=57 * PARAGRAPHS))
    text = "\n\n".join(" ".join(islice(words, 57)) for _ in range(PARAGRAPHS))
    section = f"Desk 0 / Beat 0 / Place {number % 2}"
    return f"---\ntitle: Story {number}\ndate: 2026-11-15T07:52:00Z\nsection: {section}\n---\n\n{text}\n"


def measure(articles: int, rounds: int, calls: int) -> Costs:
    """The medians of so many rounds: edits of a newsroom of so many articles, and polls of it."""
    with tempfile.TemporaryDirectory(prefix="feedsvc-scale-") as folder, ExitStack() as stack:
        room = Newsroom(Path(folder), CONFIG)
        for number in range(articles):
            room.write(f"{number}.md", story(number))
        settings = room.settings
        stores = [prepare_store(path)[0] for path in (settings.state.path, settings.state.path / "copy")]
        for each in stores:
            stack.callback(each.close)
        return _measure(room, stores[0], stores[1], rounds, calls)


def _measure(room: Newsroom, store: Store, copy: Store, rounds: int, calls: int) -> Costs:
    with store.write() as transaction:
        lease = acquire(transaction, new_holder(), now())
    regeneration = make_regeneration(room.settings, store)

    def publish(scan: ScanRequest) -> None:
        report = regeneration.run(lease, now, RegenerationOptions(scan, wait_for_writers=False))
        if report.backlog_remaining:
            publish(scan)
        while report.pending_pages:
            report = regeneration.publish_pending(lease, now)

    publish(Scan.FULL)
    _take_over(store, copy, 0)
    side = Served(room)
    side.view.follow()
    counted = _count_statements(store)
    times: dict[str, list[float]] = {}
    sizes: list[tuple[int, int, int]] = []
    for _ in range(rounds):
        before = side.view.edition.number
        room.write("0.md", story(0))
        begun = len(counted)
        times.setdefault("edit", []).append(_used(lambda: publish(frozenset({"0.md"}))))
        sizes.append((*_changed(store, before), len(counted) - begun))
        times.setdefault("copy", []).append(_used(partial(_take_over, store, copy, before)))
        times.setdefault("follow", []).append(_used(side.view.follow))
    polls = _polls(side, rounds, calls)
    side.store.close()
    found = {name: median(each) for name, each in times.items()}
    documents, size, statements = (int(median(each)) for each in zip(*sizes, strict=True))
    return Costs(
        *polls,
        edit=found["edit"],
        edit_documents=documents,
        edit_bytes=size,
        edit_statements=statements,
        copy=found["copy"],
        follow=found["follow"],
        section_bytes=_stored(store, f"{FOLDER}%"),
        article_bytes=_stored(store, "/articles/%") // len([*room.articles.iterdir()]),
    )


def _used(work: Callable[[], object]) -> float:
    """The seconds of processor that `work` takes."""
    begun = time.process_time()
    work()
    return time.process_time() - begun


def _count_statements(store: Store) -> list[str]:
    """A list to which each statement is added that is sent to `store`."""
    sent: list[str] = []
    event.listen(store._engine, "before_cursor_execute", lambda *arguments: sent.append(arguments[2]))
    return sent


def _take_over(store: Store, copy: Store, since: int) -> None:
    with store.read() as source, copy.write() as transaction:
        edition_copy.copy_changes(source, transaction, since, state.current_edition(source))
        edition_copy.put_signs(transaction, edition_copy.signs(source))


_LENGTHS = select(documents.c.number, func.length(bodies.c.body)).join(bodies, documents.c.number == bodies.c.document)


def _changed(store: Store, since: int) -> tuple[int, int]:
    """The documents that changed since an Edition, and the bytes of their bodies."""
    with store.read() as transaction:
        rows = transaction.execute(_LENGTHS.where(documents.c.edition > since)).all()
    return len({number for number, _ in rows}), sum(size or 0 for _, size in rows)


def _stored(store: Store, paths: str) -> int:
    """The bytes of the bodies at paths that are LIKE `paths`."""
    with store.read() as transaction:
        rows = transaction.execute(_LENGTHS.where(documents.c.path.like(paths))).all()
    return sum(size or 0 for _, size in rows)


def _polls(side: Served, rounds: int, calls: int) -> tuple[float, float, int, int, int]:
    """The first fields of Costs: the seconds of a 304 and of a 200, and the bytes of the latter."""
    answer = side.client.get(PATH, headers={"Accept-Encoding": "gzip"})
    assert answer.status_code == 200, answer.status
    asked = environ(PATH_INFO=PATH, HTTP_ACCEPT_ENCODING="gzip")
    kinds = (asked | {"HTTP_IF_NONE_MATCH": answer.headers["ETag"]}, asked)
    found: list[list[float]] = [[], []]
    for _ in range(rounds):
        for times, request in zip(found, kinds, strict=True):
            times.append(microseconds(poll(side.app.wsgi_app, request), calls) / 1e6)
    heads = sum(len(f"{name}: {value}\r\n") for name, value in answer.headers)
    plain = side.client.get(PATH, headers={"Accept-Encoding": "identity"})
    return median(found[0]), median(found[1]), len(answer.data), len(plain.data), heads
