"""Before a first Edition who watches the service is answered at once, and readers wait a little or come back."""

import time
from pathlib import Path
from threading import Event, Thread

import pytest
from edition import SMALL, Newsroom, ask

from feedsvc.config import load
from feedsvc.service.app import serving_app
from feedsvc.web import first_edition


def test_health_is_answered_at_once_and_readiness_says_why(tmp_path: Path) -> None:
    app = serving_app(load(Newsroom(tmp_path, SMALL).config))
    begun = time.monotonic()
    assert ask(app, "/-/health").code == 200
    ready = ask(app, "/-/ready")
    assert time.monotonic() - begun < 1
    assert (ready.code, ready.headers["retry-after"], ready.headers["cache-control"]) == (503, "2", "no-store")
    assert ready.body.startswith(b"nothing has been published yet")


def test_a_document_is_503_with_retry_after_if_there_is_none_for_too_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(first_edition, "WAIT", 0.2)
    app = serving_app(load(Newsroom(tmp_path, SMALL).config))
    answer = ask(app, "/rss.xml")
    assert (answer.code, answer.headers["retry-after"]) == (503, "2")


def test_a_first_reader_waits_for_it_and_no_more_of_them_than_leave_room_for_others(tmp_path: Path) -> None:
    newsroom = Newsroom(tmp_path, SMALL)
    app = serving_app(load(newsroom.config))
    codes: list[int] = []
    readers = [Thread(target=lambda: codes.append(ask(app, "/rss.xml").code)) for _ in range(first_edition.AT_ONCE)]
    for reader in readers:
        reader.start()
    Event().wait(0.2)
    begun = time.monotonic()
    assert ask(app, "/rss.xml").code == 503
    assert ask(app, "/-/health").code == 200
    assert time.monotonic() - begun < 1
    newsroom.publish()
    for reader in readers:
        reader.join()
    assert codes == [200] * first_edition.AT_ONCE
