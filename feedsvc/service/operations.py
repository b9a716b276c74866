"""What is done once, at an operator's word: a publication, a check, a look at the status."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from msgspec.structs import replace
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError
from tqdm import tqdm

from feedsvc.config import Config
from feedsvc.model.explanation import Explanation
from feedsvc.model.problem import Problem
from feedsvc.model.progress import ProgressCallback
from feedsvc.model.report import Report
from feedsvc.publisher.explain import explain
from feedsvc.publisher.preflight import PreflightReport, preflight
from feedsvc.publisher.publisher import Publisher
from feedsvc.service.app import site
from feedsvc.service.settings import host_of, interval, now
from feedsvc.service.wiring import formats_of, make_plan, make_publisher
from feedsvc.store import requests
from feedsvc.store.lease import Lease, LeaseLost, acquire, held_by, new_holder, release
from feedsvc.store.problems import all_problems, replace_problems
from feedsvc.store.requests import PublishRequest
from feedsvc.store.sqlite.database import Store, StoreError, open_store, prepare_store
from feedsvc.store.status import Status, read_status
from feedsvc.web import export
from feedsvc.web.export import Written

Outcome = tuple[Report, tuple[Problem, ...]]
ANSWER = 60.0
"""Seconds to wait for a running publisher to do what it was asked, when it is not busy."""
BUSY = 600.0
"""Seconds to wait for the end of what another publisher is doing."""
PAUSE = 0.1


class NotPublished(Exception):
    """There was no publication; says why."""


def publish_once(settings: Config, *, accept_removals: bool) -> Outcome:
    """One regeneration, by the publisher that is running if there is one.

    Raises StoreError where the state cannot be kept, NotPublished where a publication fails or is not to be had.
    """
    wish = PublishRequest(token=new_holder(), accept_removals=accept_removals)
    deadline = time.monotonic() + BUSY
    while True:
        try:
            return _publish_or_ask(settings, wish)
        except (StoreError, SQLAlchemyError) as error:
            if isinstance(error, StoreError) and not is_busy(error):
                raise
            if not is_busy(error):
                raise NotPublished(f"the store cannot be used: {_reason(error)}; what was published stays") from error
            if time.monotonic() > deadline:
                raise NotPublished(f"another publisher has been busy for {BUSY:.0f} s; see its log") from error
        except LeaseLost as lost:  # the one that was asked is gone, or another was faster
            if time.monotonic() > deadline:
                raise NotPublished(str(lost)) from lost
        time.sleep(PAUSE)


def _publish_or_ask(settings: Config, wish: PublishRequest) -> Outcome:
    store, found = prepare_store(settings.state.path)
    try:
        with store.write() as connection:
            lease = _acquire_or_ask(connection, wish)
            if lease is not None:
                replace_problems(connection, "the store", found)
        return _hear(store, wish) if lease is None else _publish_here(settings, store, lease, wish)
    finally:
        store.close_for_good()


def _acquire_or_ask(connection: Connection, wish: PublishRequest) -> Lease | None:
    try:
        return acquire(connection, new_holder(), now())
    except LeaseLost:
        if wish not in requests.wishes(connection):
            requests.ask(connection, wish)
        return None


def _publish_here(settings: Config, store: Store, lease: Lease, wish: PublishRequest) -> Outcome:
    """Publish, for all who wait for it."""
    try:
        with store.read() as connection:
            granted = {wish, *requests.wishes(connection)}
        accepted = any(each.accept_removals for each in granted)
        report = _publish(make_publisher(settings, store), lease, accept_removals=accepted)
        with store.write() as connection:
            requests.answer(connection, tuple(granted), report)
        return report, _problems(store)
    finally:
        with suppress(SQLAlchemyError, LeaseLost), store.write() as connection:
            release(connection, lease, now())


def _hear(store: Store, wish: PublishRequest) -> Outcome:
    """Wait for the answer. Raises LeaseLost as soon as there is nobody any more who could give it."""
    deadline = time.monotonic() + ANSWER
    while time.monotonic() < deadline:
        time.sleep(PAUSE)
        with store.read() as connection:
            heard, holder = requests.answer_to(connection, wish), held_by(connection, now())
        if heard is not None and heard.report is not None:
            return heard.report, _problems(store)
        if heard is not None:
            raise NotPublished(f"the regeneration failed: {heard.trouble}")
        if not holder:
            raise LeaseLost("nobody publishes")
    with store.write() as connection:
        requests.cancel(connection, wish)
    raise NotPublished(f"{holder} publishes, but did not answer within {ANSWER:.0f} s; see its log")


def write_files(settings: Config, folder: Path) -> Written:
    """The current Edition as files in `folder`. Raises StoreError and StaticError."""
    store = open_store(settings.state.path)
    try:
        about = site(settings)
        hosts = tuple(map(host_of, (settings.site.url, *settings.site.mirrors)))
        return export.write(store, about.articles, hosts, folder, about.redirects, about.title, about.language)
    finally:
        store.close()


def check_once(settings: Config) -> Outcome:
    """Read and render all there is into a store that is thrown away."""
    with TemporaryDirectory(prefix="feedsvc-check-") as folder:
        store, _ = prepare_store(Path(folder))
        try:
            with store.write() as connection:
                lease = acquire(connection, new_holder(), now())
            report = _publish(make_publisher(settings, store), lease, accept_removals=True)
            return report, _problems(store)
        finally:
            store.close()


def current_status(settings: Config) -> Status:
    """Raises StoreError while nothing was ever published."""
    with open_for_reading(settings) as connection:
        return read_status(connection, now(), interval(settings))


def try_once(settings: Config, feed: str) -> PreflightReport:
    """Raises StoreError while nothing was ever published, Unknown for a feed that there is not."""
    with open_for_reading(settings) as connection:
        return preflight(connection, make_plan(settings), formats_of(settings), now(), feed=feed)


def explain_once(settings: Config, article: str, feed: str) -> Explanation:
    """Raises StoreError while nothing was ever published, Unknown for what there is not."""
    with open_for_reading(settings) as connection:
        return explain(connection, make_plan(settings), formats_of(settings), now(), article=article, feed=feed)


@contextmanager
def open_for_reading(settings: Config) -> Iterator[Connection]:
    """The store as it stands. Raises StoreError while nothing was ever published, or where it cannot be read."""
    store = open_store(settings.state.path)
    try:
        with store.read() as connection:
            yield connection
    except SQLAlchemyError as error:
        raise StoreError(f"{store.path} cannot be read: {_reason(error)}") from error
    finally:
        store.close()


def _publish(publisher: Publisher, lease: Lease, *, accept_removals: bool) -> Report:
    with _progress() as tick:
        report = publisher.publish(lease, now, patient=False, accept_removals=accept_removals, tick=tick)
        if report.backlog_remaining:
            first, report = report, publisher.publish(lease, now, patient=False, tick=tick)
            report = replace(report, read=first.read + report.read, documents=first.documents + report.documents)
        return _print_the_rest(publisher, lease, report, tick)


def _print_the_rest(publisher: Publisher, lease: Lease, report: Report, tick: ProgressCallback) -> Report:
    """The pages that wait, until none does; the report on it all."""
    documents, waiting = report.documents, report.pending_pages
    while report.pending_pages:
        last = publisher.publish_backlog(lease, now)
        documents += last.documents
        report = replace(report, edition=last.edition, finished=last.finished, waiting=last.pending_pages)
        tick("pages printed", waiting - report.pending_pages, waiting)
    return replace(report, documents=documents)


def _problems(store: Store) -> tuple[Problem, ...]:
    with store.read() as connection:
        return all_problems(connection)


def _reason(error: Exception) -> str:
    return str(getattr(error, "orig", error))


def is_busy(error: BaseException) -> bool:
    """Whether `error` comes from another's writing transaction."""
    cause: BaseException | None = error
    while cause is not None:
        original = getattr(cause, "orig", cause)
        if isinstance(original, sqlite3.OperationalError) and original.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY:
            return True
        cause = cause.__cause__
    return False


@contextmanager
def _progress() -> Iterator[ProgressCallback]:
    """A bar on a terminal, nothing in a pipe."""
    doing = ""
    with tqdm(disable=None, leave=False) as bar:

        def tick(what: str, done: int, of: int) -> None:
            nonlocal doing
            if what != doing:
                doing = what
                bar.unit = f" {what}"
                bar.reset()
            bar.total = of or None
            bar.update(done - bar.n)

        yield tick
