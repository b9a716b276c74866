"""From one Edition to the next: what changed is published, whole or not at all, and nothing else is touched."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace
from newsroom import NOON, PLAN, TERMS, Newsroom, section, story
from sqlalchemy import event

from feedsvc import pages
from feedsvc.publisher import writer
from feedsvc.service.regeneration import RegenerationOptions
from feedsvc.store import documents, state
from feedsvc.store.lease import LeaseLost, acquire
from feedsvc.store.transaction import Transaction

PICTURE = b"\x89PNG picture"


@pytest.fixture
def room(tmp_path: Path) -> Newsroom:
    return Newsroom(tmp_path)


# --- the same bytes ---------------------------------------------------------------------------------------------------


def fill(room: Newsroom) -> None:
    for number in range(30):
        room.write(f"{number}.md", story(f"Story {number}", section=["News / EU", "Sport", "Nachrichten"][number % 3]))
    room.write("undated.txt", "News   /   EU\n\nUndated\n\nIts text.\n")
    room.write("undated.png", PICTURE)


def test_regenerations_of_unchanged_articles_change_nothing(room: Newsroom) -> None:
    fill(room)
    first = room.publish()
    before = room.edition()
    for _ in range(50):
        report = room.publish(minutes=60 * 24 * 7)
        assert (report.documents, report.edition, report.read) == (0, first.edition, 0)
    assert room.edition() == before


def test_restarts_change_nothing(room: Newsroom) -> None:
    fill(room)
    room.publish()
    before = room.edition()
    for _ in range(20):
        room.close()
        room.open()
        assert room.publish().documents == 0
    assert room.edition() == before


def test_an_empty_ledger_gives_the_same_bytes(room: Newsroom) -> None:
    fill(room)
    room.publish()
    before = room.edition()
    room.rebuild()
    room.publish(minutes=1000)
    assert room.edition() == before


def test_another_folder_and_the_same_history_give_the_same_bytes(room: Newsroom, tmp_path: Path) -> None:
    fill(room)
    other = Newsroom(tmp_path / "other")
    for path in sorted(room.articles.iterdir(), reverse=True):
        written = path.stat().st_mtime_ns
        os.utime(other.write(path.name, path.read_bytes()), ns=(written, written))
    for each in (room, other):
        each.publish()
        each.write("new.md", story("New", date="2026-11-01"))
        each.publish()
        each.remove("3.md")
        each.publish()
    assert other.edition() == room.edition()


def test_a_newsroom_without_articles_has_valid_feeds_without_items(room: Newsroom) -> None:
    assert room.publish().edition == 1
    assert room.titles() == []
    for path in ("/", "/rss.xml", "/atom.xml", "/feeds.opml"):
        assert room.body(path)
    for path in ("/rss.xml", "/atom.xml"):  # a date before 2000 is doubted by validators
        assert b"1970" not in room.body(path)


def test_a_quiet_tick_makes_no_edition_and_writes_a_handful_of_rows(room: Newsroom) -> None:
    fill(room)
    room.publish()
    written: list[str] = []

    def note(*args: object) -> None:
        statement = str(args[2])
        if not statement.startswith(("SELECT", "BEGIN", "PRAGMA")):
            written.append(statement)

    event.listen(room.store._engine, "before_cursor_execute", note)
    assert room.publish().documents == 0
    assert len(written) <= 8


def test_one_edit_reads_one_file_and_prints_its_own_sections_alone(room: Newsroom) -> None:
    fill(room)
    room.publish()
    before = room.edition()
    room.write("0.md", story("Story 0", "Another text.", section="News / EU"))
    assert room.publish().read == 1
    after = room.edition()
    changed = {
        path for (address, path) in after if address == 0 and before.get((address, path)) != after[address, path]
    }
    sections = {path.rpartition("/")[0] for path in changed if not path.startswith("/articles/")}
    assert sections <= {"", "/news", "/news/eu"}
    assert "/news/eu/rss.xml" in changed


def test_articles_cost_statements_in_proportion(room: Newsroom) -> None:
    counts = []
    for batch in range(3):
        for number in range(60):
            room.write(f"{batch}/{number}.md", story(f"Story {batch} {number}", section="News"))
        count = [0]

        def note(*_args: object, count: list[int] = count) -> None:
            count[0] += 1

        event.listen(room.store._engine, "before_cursor_execute", note)
        room.publish()
        event.remove(room.store._engine, "before_cursor_execute", note)
        counts.append(count[0])
    assert max(counts) < 60 * 10
    assert counts[2] < counts[1] * 1.2


# --- mirrors, configuration -------------------------------------------------------------------------------------------


def test_a_mirror_has_its_own_links_and_the_same_ids_dates_and_order(room: Newsroom) -> None:
    fill(room)
    room.publish()
    canonical, mirror = (room.feed("/news/eu/feed.json", address) for address in (0, 1))
    assert mirror["feed_url"] == "https://mirror.example.net/news/eu/feed.json"
    for ours, theirs in zip(canonical["items"], mirror["items"], strict=True):
        assert ours["id"] == theirs["id"]
        assert ours["date_published"] == theirs["date_published"]
        assert theirs["url"] == ours["url"].replace("news.example", "mirror.example.net")
    assert b"news.example/" not in room.body("/news/eu/rss.xml", 1)
    assert b"site.invalid" not in room.body("/rss.xml", 0) + room.body("/rss.xml", 1)


def test_a_mirror_that_is_taken_away_is_forgotten_and_one_that_comes_is_complete(room: Newsroom) -> None:
    fill(room)
    room.publish()
    room.configure(room.plan, addresses=PLAN.addresses[:1], digest="2")
    room.publish()
    assert {address for address, _ in room.edition()} == {0}
    room.configure(room.plan, addresses=(*PLAN.addresses, "https://third.example"), digest="3")
    room.publish()
    paths = [{path for address, path in room.edition() if address == number} for number in range(3)]
    assert paths[0] == paths[1] == paths[2]


def test_another_configuration_or_program_renders_everything_anew(room: Newsroom) -> None:
    fill(room)
    room.publish()
    room.configure(room.plan, title="The Beacon", digest="2")
    assert room.publish().read == 31
    assert room.feed("/sport/feed.json")["title"].startswith("The Beacon")
    assert "The Beacon" in room.body(room.page("Story 1")).decode()


def test_style_and_script_of_a_former_program_stay_for_the_pages_that_name_them(
    room: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(room)
    room.publish()
    style, script = pages.ASSETS
    other = replace(style, path="/style-0123456789abcdef.css", body=b"p { margin: 0 }")
    monkeypatch.setattr(pages, "ASSETS", (other, script))
    room.configure(room.plan, digest="2")
    room.publish()
    room.configure(room.plan, defaults=replace(TERMS, formats=("rss",)), digest="3")
    room.publish()
    for asset in (style, script, other):
        assert [room.body(asset.path, address) for address in range(len(PLAN.addresses))] == [asset.body] * 2


def test_a_format_that_is_taken_away_is_gone(room: Newsroom) -> None:
    fill(room)
    room.publish()
    room.configure(room.plan, defaults=replace(TERMS, formats=("rss",)), digest="2")
    room.publish()
    assert (room.code("/rss.xml"), room.code("/atom.xml"), room.code("/sport/feed.json")) == (200, 410, 410)


# --- one publisher, whole editions ------------------------------------------------------------------------------------


def test_a_publisher_whose_lease_was_taken_over_publishes_nothing(room: Newsroom) -> None:
    room.publish()
    old = room.lease
    with room.store.write() as connection:
        room.lease = acquire(connection, "another:1:a", room.now + timedelta(days=900))
    room.write("a.md", story("A"))
    with pytest.raises(LeaseLost):
        room.regeneration.run(old, lambda: room.now, RegenerationOptions(wait_for_writers=False))
    assert room.titles() == []
    room.publish()
    assert room.titles() == ["A"]


class Crash(BaseException):
    """As sudden as kill -9 to whoever catches exceptions."""


@contextmanager
def crash_after(room: Newsroom, statement: str, times: int) -> Iterator[None]:
    """Crash when `statement` is executed for one time more."""
    left = [times]

    def crash(*args: object) -> None:
        left[0] -= str(args[2]).startswith(statement)
        if left[0] < 0:
            raise Crash

    event.listen(room.store._engine, "before_cursor_execute", crash)
    yield
    event.remove(room.store._engine, "before_cursor_execute", crash)


@pytest.mark.parametrize(
    "statement", ["INSERT INTO bodies", "DELETE FROM changed_articles", "INSERT INTO documents", "UPDATE"]
)
def test_a_crash_publishes_nothing_and_the_next_run_all_of_it(room: Newsroom, statement: str) -> None:
    room.write("a.md", story("A", section="News"))
    room.publish()
    before = room.edition()
    room.write("a.md", story("A", "Changed.", section="News"))
    room.write("b.md", story("B", section="News"))

    def crash(*args: object) -> None:
        sql = str(args[2])
        if sql.startswith(statement) and (statement != "UPDATE" or "documents" in sql):
            raise Crash

    event.listen(room.store._engine, "before_cursor_execute", crash)
    with pytest.raises(Crash):
        room.publish()
    assert room.edition() == before
    room.close()
    room.open()
    assert room.publish().documents > 0
    assert sorted(room.titles("/news/feed.json")) == ["A", "B"]
    assert "Changed." in room.item("A")["content_html"]


def test_readers_see_whole_editions_while_one_is_made(room: Newsroom) -> None:
    seen: set[tuple[int, int]] = set()

    def look(*args: object) -> None:
        if str(args[2]).startswith("INSERT INTO bodies"):
            with room.store.read() as connection:
                seen.add((state.current_edition(connection), len(list(documents.everything(connection)))))

    room.publish()
    event.listen(room.store._engine, "before_cursor_execute", look)
    room.write("a.md", story("A", section="News"))
    room.publish()
    assert len(seen) == 1
    assert seen.pop()[0] == 1


@pytest.mark.parametrize("writes", [1, 2, 5])
def test_a_first_edition_that_was_printed_in_part_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, writes: int
) -> None:
    monkeypatch.setattr(writer, "PART", 5)
    room, whole = Newsroom(tmp_path / "room"), Newsroom(tmp_path / "whole")
    fill(room)
    with crash_after(room, "INSERT INTO bodies", writes), pytest.raises(Crash):
        room.publish()
    with room.store.read() as connection:
        assert state.current_edition(connection) == 0
        assert list(documents.everything(connection))
    room.close()
    room.open()
    for each in (room, whole):
        each.configure(PLAN, defaults=replace(TERMS, formats=("atom", "json")), digest="2")
    room.publish(minutes=0)
    fill(whole)
    whole.publish()
    assert room.edition() == whole.edition()
    with room.store.read() as connection, whole.store.read() as other:
        assert {row.path: row.status for row in documents.everything(connection)} == {
            row.path: row.status for row in documents.everything(other)
        }


def test_who_loses_the_lease_within_a_first_edition_prints_no_more_of_it(
    room: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "PART", 5)
    fill(room)
    keep, mine = room.store.commit_and_continue, room.lease

    def lose(connection: Transaction) -> None:
        keep(connection)
        room.lease = acquire(connection, "another:1:a", room.now + timedelta(days=900))
        keep(connection)

    monkeypatch.setattr(room.store, "commit_and_continue", lose)
    with pytest.raises(LeaseLost):
        room.regeneration.run(mine, lambda: room.now, RegenerationOptions(wait_for_writers=False))
    monkeypatch.undo()
    assert room.publish().edition == 1
    assert len(room.titles()) == 31


def test_two_editions_within_one_second_are_told_apart(room: Newsroom) -> None:
    room.write("a.md", story("A"))
    room.publish()
    room.write("a.md", story("A", "Changed."))
    room.publish(minutes=0)
    with room.store.read() as connection:
        rows = {row.path: row for row in documents.everything(connection)}
    assert rows["/rss.xml"].shared_second
    assert rows["/rss.xml"].modified == int((NOON + timedelta(minutes=5)).timestamp())


def test_last_modified_never_goes_back_with_the_clock(room: Newsroom) -> None:
    room.write("a.md", story("A"))
    room.publish()
    room.write("a.md", story("A", "Changed."))
    room.publish(minutes=-120)
    with room.store.read() as connection:
        rows = {row.path: row for row in documents.everything(connection)}
    assert rows["/rss.xml"].shared_second
    assert rows["/rss.xml"].modified == int((NOON + timedelta(minutes=5)).timestamp())


def test_a_sections_own_limit_formats_and_fullness_are_its_own(tmp_path: Path) -> None:
    terms = replace(TERMS, formats=("json",), limit=2, full=False, interval=60)
    room = Newsroom(tmp_path, replace(PLAN, sections={"news": section("news", "Nieuws", terms)}))
    for number in range(4):
        room.write(f"{number}.md", story(f"Story {number}", "First.\n\nThe rest of it.", section="News"))
    room.publish()
    assert len(room.titles("/news/feed.json")) == 2
    assert "The rest" not in room.body("/news/feed.json").decode()
    assert "The rest" in room.body("/feed.json").decode()
    assert room.code("/news/rss.xml") == 404
