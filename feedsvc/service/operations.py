"""Operators' publications: they are made here, or by the running publisher if there is one."""

import time
from contextlib import suppress
from typing import NamedTuple

from msgspec.structs import replace

from feedsvc.config import Config
from feedsvc.model.problem import Problem
from feedsvc.model.progress import ProgressCallback
from feedsvc.model.report import Report
from feedsvc.service.exclusive import BUSY, PAUSE, STORE, Busy, claim, retry_while_busy
from feedsvc.service.progress_bar import progress_bar
from feedsvc.service.regeneration import Regeneration, RegenerationOptions
from feedsvc.service.settings import now
from feedsvc.service.stores import prepare_ledger
from feedsvc.service.wiring import make_regeneration
from feedsvc.store import requests
from feedsvc.store.errors import StoreDamaged, StoreError
from feedsvc.store.lease import Lease, LeaseLost, held_by, new_holder, release
from feedsvc.store.port import Store
from feedsvc.store.problems import all_problems, replace_problems
from feedsvc.store.requests import PublishRequest

RESPONSE = 60.0
"""Seconds to wait for the response of a running publisher."""


class NotPublished(Exception):
    """Raised if there was no publication; the message gives the reason."""


class Published(NamedTuple):
    """A publication, and all problems that exist after it."""

    report: Report
    problems: tuple[Problem, ...]


class Asked(NamedTuple):
    """The result if another process, the `publisher`, was asked for a publication."""

    publisher: str


def publish_once(settings: Config, *, accept_removals: bool) -> Published:
    """Regenerates once, in the running publisher if there is one.

    Raises StoreError if the store cannot be used, and NotPublished if the regeneration fails or is not made in time.
    """
    request = PublishRequest(token=new_holder(), accept_removals=accept_removals)
    try:
        result = retry_while_busy(lambda: _publish_or_ask(settings, request), BUSY)
    except StoreDamaged:  # found under way; the store is rebuilt when it is opened
        result = retry_while_busy(lambda: _publish_or_ask(settings, request), BUSY)
    if isinstance(result, Busy):
        raise NotPublished(f"nothing could be published for {BUSY:.0f} s: {result.reason}; see that publisher's log")
    return result


def _publish_or_ask(settings: Config, request: PublishRequest) -> Published | Busy:
    """The result of one attempt; Busy if another process took the lease, or if the publisher that was asked ended
    without a response."""
    store, problems = prepare_ledger(settings)
    try:
        claimed = _claim_or_ask(store, request)
        if isinstance(claimed, Asked):
            return _wait_for_response(store, request, claimed)
        with store.write() as transaction:
            replace_problems(transaction, STORE, problems)
        return _publish_for_all(settings, store, claimed, request)
    except LeaseLost as loss:
        return Busy(str(loss))
    finally:
        store.close_for_good()


def _claim_or_ask(store: Store, request: PublishRequest) -> Lease | Asked:
    """The lease; Asked if another process holds it, after `request` was stored for that process."""
    with store.write_lease() as transaction:
        claimed = claim(transaction)
        publisher = held_by(transaction, now())
    if isinstance(claimed, Lease):
        return claimed
    with store.write() as transaction:
        if request not in requests.wishes(transaction):
            requests.ask(transaction, request)
    return Asked(publisher)


def _publish_for_all(settings: Config, store: Store, lease: Lease, request: PublishRequest) -> Published:
    """Publishes in this process, and answers all waiting requests with the result. Raises LeaseLost."""
    try:
        with store.read() as transaction:
            granted = {request, *requests.wishes(transaction)}
        accept_removals = any(each.accept_removals for each in granted)
        report = regenerate_fully(make_regeneration(settings, store), lease, accept_removals=accept_removals)
        with store.write() as transaction:
            requests.answer(transaction, tuple(granted), report)
        return Published(report, _problems(store))
    finally:
        with suppress(StoreError, LeaseLost), store.write_lease() as transaction:
            release(transaction, lease)


def _wait_for_response(store: Store, request: PublishRequest, asked: Asked) -> Published | Busy:
    """The publication that was asked for; Busy if the publisher has ended. Raises NotPublished if the regeneration
    failed, or after RESPONSE seconds without a response."""
    holder, deadline = asked.publisher, time.monotonic() + RESPONSE
    while time.monotonic() < deadline:
        time.sleep(PAUSE)
        with store.read() as transaction:
            response, holder = requests.answer_to(transaction, request), held_by(transaction, now())
        if response is not None and response.report is not None:
            return Published(response.report, _problems(store))
        if response is not None:
            raise NotPublished(f"the regeneration failed: {response.trouble}")
        if not holder:
            return Busy("the publisher that was asked has ended")
    with store.write() as transaction:
        requests.cancel(transaction, request)
    raise NotPublished(f"{holder} publishes, but did not respond within {RESPONSE:.0f} s; see its log")


def regenerate_fully(regeneration: Regeneration, lease: Lease, *, accept_removals: bool) -> Report:
    """The report of a complete regeneration, including the backlog and all queued pages."""
    options = RegenerationOptions(wait_for_writers=False, accept_removals=accept_removals)
    with progress_bar() as tick:
        report = regeneration.run(lease, now, options, tick)
        if report.backlog_remaining:
            first, report = report, regeneration.run(lease, now, options._replace(accept_removals=False), tick)
            report = replace(report, read=first.read + report.read, documents=first.documents + report.documents)
        return _publish_pending(regeneration, lease, report, tick)


def _publish_pending(regeneration: Regeneration, lease: Lease, report: Report, tick: ProgressCallback) -> Report:
    """Publishes the pages that are still queued after `report`. Returns the report on everything."""
    documents, total = report.documents, report.pending_pages
    while report.pending_pages:
        last = regeneration.publish_pending(lease, now)
        documents += last.documents
        report = replace(report, edition=last.edition, finished=last.finished, pending_pages=last.pending_pages)
        tick("pages printed", total - report.pending_pages, total)
    return replace(report, documents=documents)


def _problems(store: Store) -> tuple[Problem, ...]:
    with store.read() as transaction:
        return all_problems(transaction)
