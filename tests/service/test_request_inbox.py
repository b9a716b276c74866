"""Each request is answered by the publication that took it, and one that comes meanwhile by the next."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from feedsvc.model.report import Report
from feedsvc.service.request_inbox import RequestInbox
from feedsvc.store import requests
from feedsvc.store.requests import PublishRequest
from feedsvc.store.sqlite.database import Store, prepare_store

ONE, TWO = PublishRequest(token="one"), PublishRequest(token="two", accept_removals=True)
REPORT = Report(edition=3, finished=datetime(2026, 11, 20, 12, tzinfo=UTC))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened, _ = prepare_store(tmp_path)
    yield opened
    opened.close()


def ask(store: Store, request: PublishRequest) -> None:
    with store.write() as transaction:
        requests.ask(transaction, request)


def answers(store: Store) -> dict[str, tuple[Report | None, str]]:
    with store.read() as transaction:
        found = (requests.answer_to(transaction, request) for request in (ONE, TWO))
        return {response.token: (response.report, response.trouble) for response in found if response}


def test_a_request_is_new_until_it_is_taken(store: Store) -> None:
    inbox = RequestInbox(store)
    assert not inbox.has_new()
    ask(store, ONE)
    assert inbox.has_new()
    assert inbox.take() == {ONE}
    assert not inbox.has_new()


def test_only_what_was_taken_is_answered(store: Store) -> None:
    inbox = RequestInbox(store)
    ask(store, ONE)
    inbox.take()
    ask(store, TWO)
    assert inbox.has_new()
    inbox.answer(REPORT)
    assert answers(store) == {"one": (REPORT, "")}
    assert inbox.has_new()
    assert inbox.take() == {TWO}


def test_a_failure_is_an_answer(store: Store) -> None:
    inbox = RequestInbox(store)
    ask(store, ONE)
    inbox.take()
    inbox.answer(None, "ValueError: no way")
    assert answers(store) == {"one": (None, "ValueError: no way")}
    assert inbox.take() == frozenset()


def test_a_publication_that_does_not_answer_leaves_its_requests_to_the_next(store: Store) -> None:
    inbox = RequestInbox(store)
    ask(store, ONE)
    assert inbox.take() == inbox.take() == {ONE}


def test_where_nobody_asked_nothing_is_written(store: Store) -> None:
    inbox = RequestInbox(store)
    inbox.take()
    with store.write():  # while another writes
        inbox.answer(REPORT)
    assert answers(store) == {}
