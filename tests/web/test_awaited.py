"""What is still to be printed is not said to be missing: who asks for it is asked to come back."""

from pathlib import Path

import pytest
from edition import NOON, SMALL, Newsroom, Served, ask, served, story

from feedsvc.library import bootstrap
from feedsvc.model.identity import key_of
from feedsvc.publisher import article_pages

OWN = """
[[feeds]]
path = "/partners/ferry.xml"
format = "rss"
tags = ["ferry"]

[[sections]]
path = "harbour"
limit = 3
"""
FEED, UNKNOWN = "/partners/ferry.xml", "/articles/aaaaaaaaaaaa/never"


@pytest.fixture
def newsroom(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Newsroom:
    """One of which a few articles go ahead, and of which few pages are printed at a time."""
    monkeypatch.setattr(bootstrap, "LARGE", 10)
    monkeypatch.setattr(bootstrap, "SHARE", 0.9)
    monkeypatch.setattr(article_pages, "SLICE", 5)
    room = Newsroom(tmp_path, f"{SMALL}limit = 3\n{OWN}")
    for number in range(40):
        told = {"date": f"2026-10-{1 + number % 30:02}T07:52:00Z", "section": "Harbour", "tags": "ferry"}
        room.write(f"harbour/{number:02}.md", story(f"Ferry {number}", slug=f"ferry-{number}", **told))
    return room


def codes(side: Served, *paths: str) -> list[int]:
    return [ask(side.app, path).code for path in paths]


def page(number: int) -> str:
    return f"/articles/{key_of(f'harbour/{number:02}.md')}/ferry-{number}"


def test_until_the_rest_of_a_large_archive_is_there_what_may_be_in_it_is_awaited(newsroom: Newsroom) -> None:
    assert newsroom.publish(NOON).backlog_remaining
    with served(newsroom) as side:
        assert codes(side, "/harbour/rss.xml", page(29)) == [200, 200]
        assert codes(side, FEED, page(30), UNKNOWN, "/media/old.png") == [503] * 4
        assert codes(side, "/nothing/rss.xml", "/partners/other.xml") == [404, 404]
        answer = ask(side.app, FEED)
        assert (answer.headers["cache-control"], answer.headers["retry-after"]) == ("no-store", "2")
        newsroom.publish(NOON)
        side.view.follow()
        assert codes(side, FEED, UNKNOWN, "/media/old.png") == [200, 404, 404]
        assert b"Ferry 29" in ask(side.app, FEED).body


def test_the_page_of_an_article_is_awaited_until_its_turn(newsroom: Newsroom) -> None:
    newsroom.publish(NOON)
    newsroom.publish(NOON)
    with served(newsroom) as side:
        waiting = [number for number in range(40) if codes(side, page(number)) == [503]]
        assert len(waiting) > 20
        assert all(codes(side, page(number)) == [200] for number in range(40) if number not in waiting)
        while newsroom.go_on().pending_pages:
            pass
        side.view.follow()
        assert codes(side, UNKNOWN, *map(page, range(40))) == [404] + [200] * 40
