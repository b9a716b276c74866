"""Ten Editions can be compared and gone back to; what may not be seen any more does not come back."""

import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace
from newsroom import PLAN, TERMS, Newsroom, own_feed, story

from feedsvc.library import rollback
from feedsvc.library.rollback import Difference, RollbackResult, UnknownEdition
from feedsvc.model.selection import Selection
from feedsvc.store import history, ledger


@pytest.fixture
def room(tmp_path: Path) -> Newsroom:
    return Newsroom(tmp_path)


def back(room: Newsroom, edition: int) -> RollbackResult:
    with room.store.write() as connection:
        rolled = rollback.roll_back(connection, room.articles, edition, room.now)
    room.publish()
    return rolled


def release(room: Newsroom) -> int:
    with room.store.write() as connection:
        count = rollback.release(connection, room.articles, room.now)
    room.publish()
    return count


def bodies(room: Newsroom) -> dict[str, str]:
    return {item["title"]: item["content_html"] for item in room.feed()["items"]}


def differences(room: Newsroom, one: int, other: int) -> dict[str, Difference]:
    with room.store.read() as connection:
        return {each.feed: each for each in rollback.compare(connection, one, other)}


def key(room: Newsroom, path: str) -> str:
    with room.store.read() as connection:
        row = ledger.find(connection, path=path)
        assert row is not None
        return str(row.key)


def leaks(room: Newsroom, canary: str) -> list[object]:
    return [
        place for place, body in room.edition().items() if canary.encode() in (body if isinstance(body, bytes) else b"")
    ]


# --- the list, and what differs ---------------------------------------------------------------------------------------


def test_ten_editions_are_kept_and_their_past_is_not(room: Newsroom) -> None:
    for number in range(25):
        room.write("a.md", story("A", f"Version {number}."), age=1)
        room.publish()
    with room.store.read() as connection:
        assert [row.edition for row in history.last_editions(connection)] == list(range(25, 15, -1))
    with sqlite3.connect(room.state / "store.sqlite3") as raw:
        assert raw.execute("SELECT count(*), min(edition) FROM article_versions").fetchone() == (9, 17)
        assert raw.execute("SELECT count(*) FROM feed_contents WHERE feed = '/'").fetchone() == (10,)


def test_a_quiet_tick_is_no_edition(room: Newsroom) -> None:
    room.write("a.md", story("A"))
    room.publish()
    room.publish()
    with room.store.read() as connection:
        assert len(history.last_editions(connection)) == 1


def test_it_costs_what_changed(room: Newsroom) -> None:
    for number in range(200):
        room.write(f"{number}.md", story(f"Story {number}", "Long. " * 400))
    room.publish()
    room.write("7.md", story("Story 7", "Short."), age=1)
    room.write("new.md", story("New"), age=1)
    room.publish()
    with sqlite3.connect(room.state / "store.sqlite3") as raw:
        kept = raw.execute("SELECT count(*), count(body), sum(length(body)) FROM article_versions").fetchone()
    assert kept[:2] == (2, 1)  # of the new one only that it was not there
    assert kept[2] < 3000


def test_what_came_with_an_edition_is_told_though_numbers_are_left_out(room: Newsroom) -> None:
    for name in "ab":
        room.write(f"{name}.md", story(name.upper()), age=1)
        room.publish()
    with room.store.write() as connection:
        history.record_edition(connection, 7, 0, 1)  # as where pages follow step by step
        assert rollback.changes_with(connection, 7) == []
        [feed, *_] = rollback.changes_with(connection, 2)
        assert feed == Difference("/", (key(room, "b.md"),), (), ())
        with pytest.raises(UnknownEdition, match="edition 1 is the oldest"):
            rollback.changes_with(connection, 1)
        with pytest.raises(UnknownEdition, match="no edition 6; kept are 7, 2, 1"):
            rollback.changes_with(connection, 6)


def test_editions_are_compared_feed_by_feed(room: Newsroom) -> None:
    room.configure(room.plan, feeds=(own_feed("/boats.json", Selection(tags=("boats",))),))
    for name, section in (("a", "News"), ("b", "News"), ("c", "Sport")):
        room.write(f"{name}.md", story(name.upper(), section=section, tags="[boats]" if name == "a" else ""))
    room.publish()
    room.write("a.md", story("A now", section="News", tags="[boats]"), age=1)
    room.write("d.md", story("D", section="News"))
    room.remove("b.md")
    keys = {name: key(room, f"{name}.md") for name in "ab"}
    room.publish()
    found = differences(room, 1, 2)
    keys["d"] = key(room, "d.md")
    whole = ((keys["d"],), (keys["a"],), (keys["b"],))
    assert found == {
        "/": Difference("/", *whole),
        "/news/": Difference("/news/", *whole),
        "/boats.json": Difference("/boats.json", (), (keys["a"],), ()),
    }
    assert differences(room, 2, 1)["/"] == Difference("/", (keys["b"],), (keys["a"],), (keys["d"],))
    assert differences(room, 2, 2) == {}


def test_a_section_that_is_gone_has_lost_its_items(room: Newsroom) -> None:
    room.write("a.md", story("A", section="News"))
    room.write("b.md", story("B", section="Sport"))
    room.publish()
    gone = key(room, "a.md")
    room.remove("a.md")
    room.publish()
    assert differences(room, 1, 2)["/news/"].removed == (gone,)


@pytest.mark.parametrize("edition", [0, 2, -1])
def test_an_edition_that_there_is_not_is_told_with_those_there_are(room: Newsroom, edition: int) -> None:
    room.write("a.md", story("A"))
    room.publish()
    with pytest.raises(UnknownEdition, match="kept are 1"):
        back(room, edition)


def test_going_back_to_where_one_is_changes_nothing(room: Newsroom) -> None:
    room.write("a.md", story("A"))
    room.publish()
    assert back(room, 1) == RollbackResult(1)
    room.write("b.md", story("B"))
    room.publish()
    with room.store.read() as connection:
        assert history.active_rollback(connection) is None
        assert [row.note for row in history.last_editions(connection)] == ["", ""]


# --- back and forth ---------------------------------------------------------------------------------------------------


def test_every_article_is_as_it_was_and_new_ones_are_taken_out(room: Newsroom) -> None:
    room.write("a.md", story("A", "As it was.", section="News"))
    room.write("b.md", story("B"))
    room.publish()
    before, page = bodies(room), room.page("B")
    room.write("a.md", story("A, spoilt", "Nonsense.", section="Sport"), age=1)
    room.write("spam.md", story("Spam"))
    room.publish()
    spam = room.page("Spam")
    assert back(room, 1) == RollbackResult(1, changed=1, hidden=1, withheld=0)
    assert bodies(room) == before
    assert room.titles("/news/feed.json") == ["A"]
    assert (room.code("/sport/rss.xml"), room.code(spam), room.code(page)) == (410, 410, 200)
    assert leaks(room, "Nonsense") == leaks(room, "Spam") == []


def test_what_is_rolled_back_is_a_new_revision_so_that_readers_take_it(room: Newsroom) -> None:
    room.write("a.md", story("A"))
    room.publish()
    room.write("a.md", story("A, spoilt"), age=1)
    room.publish()
    spoilt = room.item("A, spoilt")
    back(room, 1)
    item = room.item("A")
    assert item["id"] == spoilt["id"]
    assert item["date_published"] == spoilt["date_published"]
    assert item["date_modified"] > spoilt["date_modified"]


def test_a_feed_holds_again_what_later_articles_had_pushed_out(tmp_path: Path) -> None:
    room = Newsroom(tmp_path, replace(PLAN, defaults=replace(TERMS, limit=2)))
    for name in "ABCD":
        room.write(f"{name}.md", story(name, date=f"2026-11-0{'ABCD'.index(name) + 1}"))
        room.publish()
    assert room.titles() == ["D", "C"]
    back(room, 2)
    assert room.titles() == ["B", "A"]


def test_what_an_archive_holds_does_not_come_to_the_top_again(tmp_path: Path) -> None:
    room = Newsroom(tmp_path, replace(PLAN, defaults=replace(TERMS, limit=5, archive=True)))
    for number in range(20):
        room.write(f"{number:02}.md", story(f"Story {number}", date=f"2026-10-{number + 1:02}", section="News"))
    room.publish()
    while room.go_on().pending_pages:
        pass
    before = room.titles("/news/feed.json")
    room.write("00.md", story("Story 0", date="2026-10-01", section="Sport"), age=1)
    room.publish()
    back(room, 1)
    assert room.titles("/news/feed.json") == before
    while room.go_on().pending_pages:
        pass
    archives = {path: body for (_, path), body in room.edition().items() if path.startswith("/news/archive-")}
    assert any(b"Story 0<" in body for body in archives.values() if isinstance(body, bytes)), archives.keys()


def test_what_no_reader_saw_is_no_revision_when_it_is_rolled_back(room: Newsroom) -> None:
    room.write("a.md", story("A", "One.", status="draft"))
    room.write("b.md", story("B"))
    room.publish()
    room.write("a.md", story("A", "Two.", status="draft"), age=1)
    room.write("b.md", story("B", "Another."), age=1)
    room.publish()
    back(room, 1)
    with room.store.read() as connection:
        found = {path: ledger.find(connection, path=path) for path in ("a.md", "b.md")}
    assert {path: entry and entry.revision for path, entry in found.items()} == {"a.md": 1, "b.md": 3}


def test_there_is_a_way_forward_again(room: Newsroom) -> None:
    room.write("a.md", story("A", "One."))
    room.publish()
    room.write("a.md", story("A", "Two."), age=1)
    room.write("b.md", story("B"))
    room.publish()
    after = bodies(room)
    back(room, 1)
    back(room, 2)
    assert bodies(room) == after
    back(room, 3)
    assert bodies(room) == {"A": "<p>One.</p>"}
    back(room, 4)
    assert bodies(room) == after
    with room.store.read() as connection:
        assert history.active_rollback(connection) is None
        assert [row.note for row in history.last_editions(connection)][:2] == ["rolled back to 4", "rolled back to 3"]


def test_it_stays_so_until_the_file_says_something_else(room: Newsroom) -> None:
    room.write("a.md", story("A", "One."))
    room.write("b.md", story("B", "One."))
    room.publish()
    for name in "ab":
        room.write(f"{name}.md", story(name.upper(), "Two."), age=1)
    room.publish()
    back(room, 1)
    room.touch("a.md", age=0)
    room.publish()
    room.move("a.md", "renamed.md")
    room.publish()
    room.configure(room.plan, digest="another")
    room.publish()
    assert bodies(room) == {"A": "<p>One.</p>", "B": "<p>One.</p>"}
    room.write("b.md", story("B", "Three."), age=1)
    room.publish()
    assert bodies(room) == {"A": "<p>One.</p>", "B": "<p>Three.</p>"}
    with room.store.read() as connection:
        standing = history.active_rollback(connection)
    assert standing is not None
    assert (standing.edition, standing.articles) == (1, 1)


def test_a_released_rollback_leaves_no_trace(room: Newsroom) -> None:
    room.write("a.md", story("A", "One."))
    room.publish()
    room.write("a.md", story("A", "Two."), age=1)
    room.write("b.md", story("B"))
    room.publish()
    after = bodies(room)
    back(room, 1)
    room.write("c.md", story("C"))
    room.publish()
    assert set(bodies(room)) == {"A", "C"}
    assert release(room) == 2
    assert {title: text for title, text in bodies(room).items() if title != "C"} == after
    assert release(room) == 0
    with room.store.read() as connection:
        assert history.active_rollback(connection) is None


def test_pictures_come_back_with_their_article(room: Newsroom) -> None:
    for name in ("one", "two"):
        room.write(f"{name}.png", b"\x89PNG" + name.encode())
    room.write("a.md", story("A", image="one.png"))
    room.publish()
    room.write("a.md", story("A", image="two.png"), age=1)
    room.publish()
    assert (room.code("/media/one.png"), room.code("/media/two.png")) == (410, 200)
    back(room, 1)
    assert (room.code("/media/one.png"), room.code("/media/two.png")) == (200, 410)


def test_a_rolled_back_state_survives_a_restart(room: Newsroom) -> None:
    room.write("a.md", story("A", "One."))
    room.publish()
    room.write("a.md", story("A", "Two."), age=1)
    room.publish()
    back(room, 1)
    before = room.edition()
    room.close()
    room.open()
    room.publish()
    assert room.edition() == before


# --- the gates --------------------------------------------------------------------------------------------------------


CANARY = "the minister resigns"
GATES = {
    "withdrawn": {"status": "withdrawn"},
    "a draft": {"draft": "true"},
    "embargoed": {"embargo": "2030-01-01T00:00:00Z"},
    "dated later": {"date": "2030-01-01T00:00:00Z"},
    "expired": {"expires": "2026-11-20T12:06:00Z"},
}


@pytest.mark.parametrize("front", GATES.values(), ids=GATES)
def test_what_may_not_be_seen_now_does_not_come_back(room: Newsroom, front: dict[str, str]) -> None:
    room.write("a.md", story("A", f"{CANARY}."))
    room.write("b.md", story("B"))
    room.publish()
    room.write("a.md", story("A", f"{CANARY}.", **front), age=1)
    room.publish()
    assert back(room, 1).withheld == 1
    assert leaks(room, CANARY) == []
    back(room, 2)
    back(room, 1)
    assert leaks(room, CANARY) == []


def test_what_was_removed_does_not_come_back(room: Newsroom) -> None:
    room.write("a.md", story("A", f"{CANARY}."))
    room.write("b.md", story("B"))
    room.publish()
    room.remove("a.md")
    room.publish()
    assert back(room, 1) == RollbackResult(1, withheld=1)
    assert leaks(room, CANARY) == []


def test_what_is_withdrawn_while_rolled_back_goes_at_once(room: Newsroom) -> None:
    room.write("a.md", story("A", f"{CANARY} one."))
    room.publish()
    room.write("a.md", story("A", f"{CANARY} two."), age=1)
    room.publish()
    back(room, 1)
    assert leaks(room, CANARY)
    room.write("a.md", story("A", f"{CANARY} two.", status="withdrawn"), age=1)
    room.publish()
    assert leaks(room, CANARY) == []
    for edition in (1, 2, 3):
        back(room, edition)
        assert leaks(room, CANARY) == []


def test_an_embargo_by_a_sidecar_alone_holds_a_rolled_back_article(room: Newsroom) -> None:
    room.write("a.md", story("A", f"{CANARY} one."))
    room.publish()
    room.write("a.md", story("A", f"{CANARY} two."), age=1)
    room.publish()
    back(room, 1)
    room.write("a.toml", 'embargo = "2030-01-01T00:00:00Z"\n', age=1)
    room.publish()
    assert leaks(room, CANARY) == []


def test_an_embargo_of_then_that_has_ended_brings_the_text_of_then(room: Newsroom) -> None:
    ends = (room.now + timedelta(minutes=20)).isoformat()
    room.write("a.md", story("A", "One.", embargo=ends))
    room.write("b.md", story("B", "One."))
    room.publish()
    room.write("a.md", story("A", "Two.", embargo=ends), age=1)
    room.write("b.md", story("B", "Two."), age=1)
    room.publish()
    back(room, 1)
    assert bodies(room) == {"B": "<p>One.</p>"}
    room.publish(minutes=10)
    assert bodies(room) == {"A": "<p>One.</p>", "B": "<p>One.</p>"}


def test_a_text_that_was_withdrawn_does_not_come_back_though_the_article_did(room: Newsroom) -> None:
    for body, status in ((f"{CANARY}.", "usable"), ("Nothing.", "withdrawn"), ("Corrected.", "usable")):
        room.write("a.md", story("A", body, status=status), age=1)
        room.publish()
    assert back(room, 1) == RollbackResult(1, withheld=1)
    assert bodies(room) == {"A": "<p>Corrected.</p>"}


def test_fifty_rollbacks_bring_back_no_canary(room: Newsroom) -> None:
    """Articles come and are withdrawn in turn, while it is gone back to every Edition that there is."""
    for number in range(50):
        room.write("n.md", story("N", f"Version {number}."), age=1)
        room.write(f"secret-{number % 4}.md", story("Secret", f"{CANARY} {number}."), age=1)
        if number:
            room.write(f"secret-{(number - 1) % 4}.md", story("Secret", "Nothing.", status="withdrawn"), age=1)
        room.publish()
        with room.store.read() as connection:
            editions = [row.edition for row in history.last_editions(connection)]
        back(room, editions[number % len(editions)])
        for old in range(number):
            assert leaks(room, f"{CANARY} {old}.") == []
