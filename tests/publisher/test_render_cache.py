"""A feed that is as it was when it was printed last is not rendered again."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace
from newsroom import PLAN, TERMS, Newsroom, story

from feedsvc.formats import FORMATS
from feedsvc.model.feed import Feed
from feedsvc.model.report import Report
from feedsvc.publisher import render_cache
from feedsvc.publisher.render_cache import RenderCache


class Presses:
    """The formats of sections, which count by format and path how often they render."""

    def __init__(self) -> None:
        self.count: Counter[tuple[str, str]] = Counter()
        self.formats = {
            name: replace(form, render=self._counting(name, form.render)) if form.filename else form
            for name, form in FORMATS.items()
        }

    def _counting(self, name: str, render: Callable[[Feed], bytes]) -> Callable[[Feed], bytes]:
        def counted(feed: Feed) -> bytes:
            self.count[name, feed.path] += 1
            return render(feed)

        return counted

    def since(self) -> dict[tuple[str, str], int]:
        count, self.count = self.count, Counter()
        return dict(count)


@pytest.fixture
def presses() -> Presses:
    return Presses()


@pytest.fixture
def room(tmp_path: Path, presses: Presses) -> Newsroom:
    """Five stories, of which each feed holds the last two; they are published."""
    made = Newsroom(tmp_path, replace(PLAN, defaults=replace(TERMS, limit=2)), presses.formats)
    fill(made)
    made.publish()
    presses.since()
    return made


def fill(room: Newsroom) -> None:
    for number in range(1, 6):
        room.write(f"news/{number}.md", story(f"Story {number}", date=f"2026-11-0{number}"))


def edit(room: Newsroom, number: int) -> Report:
    room.write(f"news/{number}.md", story(f"Story {number}", "Other words.", date=f"2026-11-0{number}"))
    return room.publish()


def test_an_edit_that_no_feed_tells_of_renders_none_and_prints_the_page(room: Newsroom, presses: Presses) -> None:
    assert edit(room, 1).documents == len(PLAN.addresses)
    assert presses.since() == {}


def test_an_edit_that_feeds_tell_of_renders_each_of_them_once(room: Newsroom, presses: Presses) -> None:
    edit(room, 5)
    assert presses.since() == {(name, path): 1 for name in ("rss", "atom", "json") for path in ("/", "/news/")}
    assert "Other words." in room.body("/news/rss.xml").decode()


def test_what_another_has_printed_or_dropped_since_is_printed_again(room: Newsroom) -> None:
    mine, before = room.publisher, room.edition()
    terms = replace(TERMS, limit=2, formats=("rss",))
    room.configure(room.plan, defaults=terms, title="Another Lantern", digest="another")
    room.publish()
    assert room.body("/rss.xml") != before[0, "/rss.xml"]
    assert room.code("/news/feed.json") == 410
    room.publisher = mine
    room.publish()
    assert room.edition() == before


def test_what_a_format_stumbled_over_is_tried_again(tmp_path: Path) -> None:
    good, stumbling = FORMATS["rss"], [True]

    def render(feed: Feed) -> bytes:
        if stumbling[0] and any(article.title == "Story 4" for article in feed.articles):
            raise ValueError
        return good.render(feed)

    plan = replace(PLAN, defaults=replace(TERMS, limit=2))
    room = Newsroom(tmp_path, plan, {**FORMATS, "rss": replace(good, render=render)})
    fill(room)
    room.publish()
    assert "Story 4" not in room.body("/rss.xml").decode()
    assert room.problems() != []
    stumbling[0] = False
    edit(room, 1)
    assert "Story 4" in room.body("/rss.xml").decode()
    assert room.problems() == []


def test_only_so_many_proofs_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(render_cache, "MOST", 2)
    kept = RenderCache()
    for number in range(3):
        kept.keep(f"/{number}", b"origin", ("tag",))
    assert [kept.tags(f"/{number}", b"origin") for number in range(3)] == [(), ("tag",), ("tag",)]
    assert kept.tags("/2", b"another") == ()
