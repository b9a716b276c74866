"""Whoever wants a publication gets it, from a running publisher or by their own doing, or learns why there is none."""

import os
from collections.abc import Iterator
from pathlib import Path
from threading import Timer

import pytest
from waiting import wait_for

from feedsvc.config import Config, load
from feedsvc.service import operations
from feedsvc.service.operations import NotPublished, publish_once
from feedsvc.service.settings import now
from feedsvc.service.trial import check_everything
from feedsvc.store import requests, state
from feedsvc.store.lease import Lease, acquire, held_by, release
from feedsvc.store.requests import PublishRequest
from feedsvc.store.sqlite.database import Store, prepare_store

ARTICLE = "---\ntitle: {}\ndate: 2026-01-05T10:00:00Z\n---\n\nIt was late again.\n"
HOLDER = f"elsewhere:{os.getpid()}:x"


@pytest.fixture
def settings(tmp_path: Path) -> Config:
    (tmp_path / "articles").mkdir()
    for number in range(10):
        (tmp_path / "articles" / f"{number}.md").write_text(ARTICLE.format(number), encoding="utf-8")
    path = tmp_path / "config.toml"
    path.write_text('[site]\ntitle = "Low Mere Gazette"\nurl = "http://a.example"\n')
    return load(path)


@pytest.fixture
def store(settings: Config) -> Iterator[Store]:
    opened, _ = prepare_store(settings.state.path)
    yield opened
    opened.close()


def hold(store: Store) -> Lease:
    with store.write() as transaction:
        return acquire(transaction, HOLDER, now())


def asked(store: Store) -> tuple[PublishRequest, ...]:
    with store.read() as transaction:
        return requests.wishes(transaction)


def test_a_publisher_that_does_not_respond_is_named_and_the_request_withdrawn(
    settings: Config, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(operations, "RESPONSE", 0.5)
    hold(store)
    with pytest.raises(NotPublished, match=f"{HOLDER} publishes, but did not respond within 0 s; see its log"):
        publish_once(settings, accept_removals=False)
    assert asked(store) == ()


def test_the_failure_of_the_publisher_that_was_asked_is_told(settings: Config, store: Store) -> None:
    hold(store)

    def fail() -> None:
        taken = wait_for(lambda: asked(store), "the request")
        with store.write() as transaction:
            requests.answer(transaction, taken, None, "ValueError: no way")

    publisher = Timer(0, fail)
    publisher.start()
    with pytest.raises(NotPublished, match="the regeneration failed: ValueError: no way"):
        publish_once(settings, accept_removals=False)
    publisher.join()


def test_if_the_publisher_that_was_asked_ends_the_publication_is_made_here(settings: Config, store: Store) -> None:
    lease = hold(store)

    def end() -> None:
        wait_for(lambda: asked(store), "the request")
        with store.write() as transaction:
            release(transaction, lease)

    publisher = Timer(0, end)
    publisher.start()
    published = publish_once(settings, accept_removals=False)
    publisher.join()
    assert (published.report.edition, published.report.read, published.problems) == (1, 10, ())
    assert asked(store) == ()
    with store.read() as transaction:
        assert held_by(transaction, now()) == ""


def test_a_publication_answers_all_who_wait_for_one_and_accepts_removals_if_one_of_them_does(
    settings: Config, store: Store
) -> None:
    publish_once(settings, accept_removals=False)
    for number in range(8):
        (settings.articles_folder / f"{number}.md").unlink()
    waiting = PublishRequest(token="another", accept_removals=True)
    with store.write() as transaction:
        requests.ask(transaction, waiting)
    published = publish_once(settings, accept_removals=False)
    assert (published.report.gone, published.problems) == (8, ())
    with store.read() as transaction:
        response = requests.answer_to(transaction, waiting)
    assert response is not None
    assert response.report == published.report


def test_a_check_publishes_nothing_and_needs_no_lease(settings: Config, store: Store) -> None:
    hold(store)
    checked = check_everything(settings)
    assert (checked.report.read, checked.problems) == (10, ())
    assert asked(store) == ()
    with store.read() as transaction:
        assert state.current_edition(transaction) == 0
