"""A clock that is ahead takes no item from readers, and once it is right nothing says that future any more."""

import json
import os
import time
from datetime import UTC, datetime, timedelta
from email.utils import formatdate
from pathlib import Path

import pytest
from msgspec.structs import replace
from newsroom import NOON, PLAN, TERMS, Newsroom, own_feed, story
from werkzeug.http import parse_date

from feedsvc.model.selection import Selection
from feedsvc.web import export
from feedsvc.web.front import known
from feedsvc.web.table import Held, Variant, dated

LONG_AGO = datetime(1970, 1, 1, 0, 10, tzinfo=UTC)
YEARS = datetime(2050, 1, 1, tzinfo=UTC)
AHEAD = pytest.mark.parametrize("ahead", [NOON + timedelta(days=2), YEARS], ids=str)


@pytest.fixture
def room(tmp_path: Path) -> Newsroom:
    made = Newsroom(tmp_path)
    made.write("dated.md", story("Dated"))
    made.write("undated.md", story("Undated", date=""))
    made.write("later.md", story("Later", embargo=(NOON + timedelta(days=1)).isoformat()))
    made.write("expires.md", story("Expires", expires=(NOON + timedelta(days=1)).isoformat()))
    made.publish(minutes=0)
    return made


def published(room: Newsroom) -> dict[str, str]:
    return {item["title"]: item["date_published"] for item in room.feed()["items"]}


@AHEAD
def test_no_item_leaves_but_what_its_own_file_ends_and_that_comes_back(room: Newsroom, ahead: datetime) -> None:
    before = published(room)
    room.now = ahead
    room.write("new.md", story("New", date=""), age=0)
    room.publish(minutes=5)
    there = published(room)
    assert there.items() >= {title: date for title, date in before.items() if title != "Expires"}.items()
    room.now = NOON
    room.publish(minutes=5)
    after = published(room)
    assert after.items() >= before.items()
    assert after.items() >= there.items(), "what readers have seen stays, also what a wrong clock showed them"


@AHEAD
def test_once_the_clock_is_right_no_feed_is_of_that_future(room: Newsroom, ahead: datetime) -> None:
    room.now = ahead
    room.write("dated.md", story("Dated", "Edited."), age=0)
    room.publish(minutes=5)
    room.now = NOON
    for number in range(3):
        room.write("undated.md", story("Undated", f"Edited {number}.", date=""), age=0)
        room.publish(minutes=5)
        assert f"<updated>{ahead.year}-{ahead.month:02}-{ahead.day:02}".encode() not in head(room, b"<entry>")
        assert formatdate(room.now.timestamp())[5:16].encode() in head(room, b"<item>", "/rss.xml")
    assert not any("the clock" in each for each in room.problems())


def test_what_it_made_too_old_for_a_feed_is_back_once_it_is_right(tmp_path: Path) -> None:
    room = Newsroom(tmp_path, replace(PLAN, defaults=replace(TERMS, max_age=7 * 86_400)))
    for name in "ABC":
        room.write(f"{name}.md", story(name))
        room.publish()
    room.now = YEARS
    room.publish()
    assert room.titles() == []
    room.now = NOON + timedelta(hours=1)
    room.publish()
    assert room.titles() == ["C", "B", "A"]


def test_a_partner_that_takes_young_articles_only_has_them_again_once_it_is_right(tmp_path: Path) -> None:
    terms, options = replace(TERMS, formats=("news-sitemap",)), {"name": "The Lantern"}
    sitemap = replace(own_feed("/news-sitemap.xml", Selection()), policy=terms, options=options)
    room = Newsroom(tmp_path, replace(PLAN, feeds=(sitemap,)))
    room.write("a.md", story("A"))
    room.publish()
    before = room.body("/news-sitemap.xml")
    assert b"<url>" in before
    for wrong in (LONG_AGO, NOON - timedelta(days=9)):
        room.now = wrong
        room.write("old.md", story("Old", date="2026-10-01"))
        room.publish()
        assert room.body("/news-sitemap.xml") == before, "what is too old stays too old"
    room.now = YEARS
    room.publish()
    assert b"<url>" not in room.body("/news-sitemap.xml")
    room.now = NOON + timedelta(hours=1)
    room.publish()
    assert room.body("/news-sitemap.xml") == before


def head(room: Newsroom, item: bytes, path: str = "/atom.xml") -> bytes:
    """A feed up to its first item."""
    return room.body(path).partition(item)[0]


@AHEAD
def test_an_edit_after_it_is_dated_by_the_clock_that_is_right(room: Newsroom, ahead: datetime) -> None:
    room.now = ahead
    room.write("dated.md", story("Dated", "Edited."), age=0)
    room.publish(minutes=5)
    room.now = NOON
    room.write("dated.md", story("Dated", "Edited again."), age=0)
    room.publish(minutes=5)
    assert room.item("Dated")["date_modified"] <= room.now.isoformat().replace("+00:00", "Z")


# --- Last-Modified ----------------------------------------------------------------------------------------------------

NOW = 1_700_000_000


def held(modified: int) -> Held:
    date = formatdate(modified, usegmt=True)
    variant = Variant('"x"', [("Last-Modified", date), ("ETag", '"x"')], [("ETag", '"x"')])
    return Held(1, modified, date, False, "", {"identity": variant})


@pytest.mark.parametrize("ahead", [1, 60, 10**9])
def test_last_modified_is_never_after_the_answer(ahead: int) -> None:
    """RFC 9110 section 8.8.2.1."""
    found = dict(dated(held(NOW + ahead).variants["identity"].fresh, held(NOW + ahead), NOW + 0.7))
    assert found == {"Last-Modified": formatdate(NOW, usegmt=True), "ETag": '"x"'}
    told = dict(dated(held(NOW - 1).variants["identity"].fresh, held(NOW - 1), NOW + 0.7))
    assert parse_date(told["Last-Modified"]) == datetime.fromtimestamp(NOW - 1, UTC)


def test_who_has_a_date_of_that_future_gets_what_has_changed_since() -> None:
    def asks(document: Held, since: int) -> Variant | None:
        return known(document, ("identity",), {"HTTP_IF_MODIFIED_SINCE": formatdate(since, usegmt=True)})

    assert asks(held(NOW + 60), NOW + 60) is not None
    assert asks(held(NOW + 61), NOW + 60) is None
    assert asks(held(NOW + 61), NOW) is None, "it was told another date than the document has"


def test_files_for_a_static_server_lose_the_dates_of_that_future(room: Newsroom, tmp_path: Path) -> None:
    public, future = tmp_path / "public", time.time() + 10**9

    def write() -> list[Path]:
        export.write(room.store, room.articles, ("news.example", "mirror.example.net"), public, {}, "T", "en")
        return [path for path in public.glob("*/**/*.json") if not path.name.startswith(".")]

    files = write()
    assert files
    for path in files:
        os.utime(path, (future, future))
    assert json.loads((files[0]).read_bytes())
    for path in write():
        assert path.stat().st_mtime <= time.time()
