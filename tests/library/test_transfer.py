"""The ledger goes out as JSON Lines and comes in again: every article stays who readers know it to be."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from newsroom import PLAN, Newsroom, story

from feedsvc.library import ledger_file, transfer
from feedsvc.library.ledger_file import InvalidLedger
from feedsvc.library.options import UpdateOptions
from feedsvc.library.transfer import ImportResult
from feedsvc.model import codec
from feedsvc.store import ledger, ledger_transfer, state

ELSEWHERE = replace(PLAN, addresses=("https://elsewhere.example",), digest="2")


@pytest.fixture
def old(tmp_path: Path) -> Newsroom:
    room = Newsroom(tmp_path / "old")
    room.write("news/ferry.md", story("Ferry", section="News"))
    room.write("sport/rowing.md", story("Rowing", id="urn:rowing"))
    room.write("undated.md", story("Undated", date=""), age=90_000)
    room.publish()
    return room


@pytest.fixture
def new(tmp_path: Path) -> Newsroom:
    return Newsroom(tmp_path / "new", ELSEWHERE)


def exported(room: Newsroom) -> bytes:
    with room.store.read() as connection:
        return b"".join(transfer.export_lines(connection, room.plan.authority, room.now))


def imported(room: Newsroom, data: bytes) -> ImportResult:
    """Taken over whether or not there are problems; who calls it undoes it otherwise."""
    file = io.BytesIO(data)
    ledger_file.validate(file, "ledger", room.plan.authority)
    with room.store.write() as connection:
        return transfer.import_lines(connection, file, "ledger", room.plan.authority)


def lines(data: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in data.splitlines()]


def items(room: Newsroom) -> dict[str, dict[str, Any]]:
    return {item["title"]: item for item in room.feed()["items"]}


# --- out --------------------------------------------------------------------------------------------------------------


def test_a_ledger_is_a_header_and_a_line_for_each_article_in_the_order_of_ids(old: Newsroom) -> None:
    head, *articles = lines(exported(old))
    assert (head["feedsvc"], head["version"], head["articles"]) == ("ledger", 1, 3)
    assert [each["id"] for each in articles] == sorted(each["id"] for each in articles)
    [rowing] = [each for each in articles if each["id"] == "urn:rowing"]
    assert (rowing["path"], rowing["published"], rowing["shown"]) == ("sport/rowing.md", "2026-11-19T08:00:00Z", True)


def test_the_same_ledger_is_the_same_bytes(old: Newsroom) -> None:
    first = exported(old)
    old.publish(minutes=600)
    assert exported(old) == first


# --- in: before the first publication ---------------------------------------------------------------------------------


def test_after_an_import_readers_see_the_same_though_files_moved_and_dates_are_other(
    old: Newsroom, new: Newsroom
) -> None:
    before = items(old)
    new.now = old.now
    new.write("archive/2026/ferry.md", story("Ferry", section="News"))
    new.write("sport/rowing.md", story("Rowing", id="urn:rowing"))
    new.write("undated.md", story("Undated", date=""), age=5)  # copied without its time
    assert imported(new, exported(old))[:3] == (3, 0, 0)
    new.publish(minutes=1)
    for title, item in items(new).items():
        assert {key: item.get(key) for key in ("id", "date_published", "date_modified")} == {
            key: before[title].get(key) for key in ("id", "date_published", "date_modified")
        }
    assert exported(new) == exported(old).replace(b'"news/ferry.md"', b'"archive/2026/ferry.md"')


def test_after_an_import_an_article_that_was_moved_and_removed_is_itself_at_its_last_path(
    old: Newsroom, new: Newsroom
) -> None:
    known = old.ids()["Ferry"]
    old.move("news/ferry.md", "harbour/ferry.md")
    old.publish()
    old.remove("harbour/ferry.md")
    old.publish()
    data = exported(old)
    assert [line.get("last_path") for line in lines(data) if "id" in line].count("harbour/ferry.md") == 1
    assert imported(new, data).problems == ()
    new.write("harbour/ferry.md", story("Ferry", "Other words.", section="News"))
    new.publish()
    assert new.ids()["Ferry"] == known


def test_a_path_where_an_article_is_here_is_not_the_last_path_of_an_imported_one(old: Newsroom, new: Newsroom) -> None:
    for path in ("harbour/ferry.md", "harbour/boat.md"):
        new.write(path, story(f"Here at {path}", "Quite another story."))
    new.publish()
    new.remove("harbour/boat.md")
    new.publish()
    known = new.ids()
    old.move("news/ferry.md", "harbour/ferry.md")
    old.move("sport/rowing.md", "harbour/boat.md")
    old.publish()
    old.remove("harbour/ferry.md")
    old.publish()
    assert imported(new, exported(old)).problems == ()
    with new.store.read() as connection:
        heads = [head for head, _ in ledger_transfer.all_identities(connection)]
    assert {head.last_path for head in heads} == {None}
    assert [head.id for head in heads if head.path == "harbour/ferry.md"] == [known["Here at harbour/ferry.md"]]


def test_an_article_that_was_edited_on_the_way_is_known_by_its_path_and_counts_as_updated(
    old: Newsroom, new: Newsroom
) -> None:
    new.now = old.now
    imported(new, exported(old))
    new.write("news/ferry.md", story("Ferry late again", section="News"), age=30)
    new.publish(minutes=1, accept_removals=False)
    item = new.item("Ferry late again")
    assert item["id"] == items(old)["Ferry"]["id"]
    assert item["date_modified"] > item["date_published"]


def test_an_empty_folder_after_an_import_is_no_farewell(old: Newsroom, new: Newsroom) -> None:
    imported(new, exported(old))
    new.publish(accept_removals=False)
    assert any("3 of 3 articles are not there" in problem for problem in new.problems())
    new.write("later/name.md", story("Ferry", section="News"))
    new.write("sport/rowing.md", story("Rowing", id="urn:rowing"))
    new.publish()
    assert new.ids()["Ferry"] == items(old)["Ferry"]["id"]


def test_nothing_of_what_was_imported_is_shown_until_its_file_is_there(old: Newsroom, new: Newsroom) -> None:
    imported(new, exported(old))
    new.write("other.md", story("Other"))
    new.publish(accept_removals=False)
    assert new.titles() == ["Other"]


def test_what_another_program_saw_of_an_article_does_not_count_as_a_change(old: Newsroom, new: Newsroom) -> None:
    data = exported(old)
    head, *rest = lines(data)
    head["look"] = "00"
    for each in rest:
        each["fingerprint"] = "ab"
    new.now = old.now
    new.write("news/ferry.md", story("Ferry", section="News"))
    imported(new, b"\n".join(json.dumps(each).encode() for each in (head, *rest)))
    new.publish(accept_removals=False)
    assert new.item("Ferry")["date_published"] == "2026-11-19T08:00:00Z"
    assert "date_modified" not in new.item("Ferry") or new.item("Ferry")["date_modified"] == "2026-11-19T08:00:00Z"


def test_what_was_withdrawn_returns_as_something_newer(old: Newsroom, new: Newsroom) -> None:
    old.write("news/ferry.md", story("Ferry", section="News", status="withdrawn"), age=1)
    old.publish()
    new.now = old.now
    imported(new, exported(old))
    assert exported(new) == exported(old)
    new.write("news/ferry.md", story("Ferry", section="News"), age=1)
    new.publish(accept_removals=False)
    with old.store.read() as connection:
        gone = ledger.find(connection, path="news/ferry.md")
    assert gone is not None
    assert gone.withdrawn is not None
    assert new.item("Ferry")["date_modified"] > codec.instant(gone.withdrawn).isoformat()


# --- in: where there are articles already -----------------------------------------------------------------------------


def test_the_same_ledger_twice_changes_nothing(old: Newsroom) -> None:
    before = exported(old)
    assert imported(old, before) == ImportResult(known=3)
    assert old.publish().documents == 0
    assert exported(old) == before


def test_an_older_ledger_does_not_turn_back_what_happened_since(old: Newsroom) -> None:
    before = exported(old)
    old.write("news/ferry.md", story("Ferry sunk", section="News"), age=1)
    old.publish()
    after = exported(old)
    imported(old, before)
    old.publish()
    assert exported(old) == after


def test_the_older_memory_is_right_about_dates(old: Newsroom, new: Newsroom) -> None:
    """Who published here before importing had dated an article without date by its copied file."""
    new.now = old.now
    new.write("undated.md", story("Undated", date=""), age=5)
    new.publish()
    assert new.item("Undated")["date_published"] != items(old)["Undated"]["date_published"]
    assert imported(new, exported(old))[:3] == (2, 1, 0)
    new.publish(accept_removals=False)
    assert new.item("Undated")["date_published"] == items(old)["Undated"]["date_published"]


def test_an_id_that_readers_have_seen_stays_and_the_conflict_is_told(old: Newsroom, new: Newsroom) -> None:
    new.write("sport/rowing.md", story("Rowing"))
    new.publish()
    seen = new.ids()
    taken = imported(new, exported(old))
    [problem] = taken.problems
    assert problem.place.startswith("ledger, line ")
    assert "readers know sport/rowing.md as" in problem.reason
    assert "--skip-conflicts" in problem.remedy
    new.publish(accept_removals=False)
    assert new.ids() == seen


def test_an_article_that_nobody_has_seen_takes_its_imported_id(old: Newsroom, new: Newsroom) -> None:
    new.write("sport/rowing.md", story("Rowing", draft="true"))
    new.write("other.md", story("Other"))
    new.publish()
    assert imported(new, exported(old)).problems == ()
    new.write("sport/rowing.md", story("Rowing"), age=1)
    new.publish(accept_removals=False)
    assert new.ids()["Rowing"] == "urn:rowing"


def test_a_look_that_was_never_published_binds_nobody(old: Newsroom, new: Newsroom) -> None:
    new.write("sport/rowing.md", story("Rowing"))
    with new.store.write() as connection:
        new.library.update(connection, UpdateOptions(new.now, wait_for_writers=False))
        assert state.current_edition(connection) == 0
    assert imported(new, exported(old)).problems == ()
    new.publish(accept_removals=False)
    assert new.ids()["Rowing"] == "urn:rowing"


def test_a_twin_that_differs_by_case_only_is_a_conflict(old: Newsroom, new: Newsroom) -> None:
    new.write("a.md", story("A", id="URN:Rowing"))
    new.publish()
    assert "URN:Rowing" in imported(new, exported(old)).problems[0].reason


# --- garbage ----------------------------------------------------------------------------------------------------------


def line(**changed: object) -> bytes:
    good = {
        "id": "urn:a",
        "key": "aaaaaaaaaaaa",
        "path": "a.md",
        "title": "A",
        "slug": "a",
        "first_seen": "2026-11-20T12:00:00Z",
        "published": "2026-11-20T12:00:00Z",
        "available": "2026-11-20T12:00:00Z",
        "updated": "2026-11-20T12:00:00Z",
        "revision": 1,
        "shown": True,
        "fingerprint": "ab",
        "digest": "ab",
    }
    return json.dumps(good | changed).encode()


def header(count: int = 1, **changed: object) -> bytes:
    good = {"feedsvc": "ledger", "version": 1, "authority": PLAN.authority, "look": "ab", "articles": count}
    return json.dumps(good | changed).encode()


GARBAGE: dict[str, tuple[list[bytes], str]] = {
    "nothing": ([], "line 1: this is no ledger"),
    "another file": ([b"<rss/>"], "line 1: this is no ledger"),
    "another version": ([header(version=9), line()], "line 1: the ledger is of version 9"),
    "no JSON": ([header(), line() + b"}"], "line 2: "),
    "a field missing": ([header(), b'{"id": "urn:a"}'], "line 2: Object missing required field `key`"),
    "a field too many": ([header(), line(colour="red")], "line 2: Object contains unknown field `colour`"),
    "a wrong type": ([header(), line(revision="1")], "line 2: Expected `int`, got `str` - at `$.revision`"),
    "a naive date": ([header(), line(updated="2026-11-20T12:00:00")], "line 2: 2026-11-20T12:00:00 has no time zone"),
    "an empty id": ([header(), line(id="")], "line 2: id cannot be so"),
    "a path that leads out": ([header(), line(path="../a.md")], "line 2: path cannot be so"),
    "an absolute path": ([header(), line(path="/a.md")], "line 2: path cannot be so"),
    "a key that is none": ([header(), line(key="../../etc/x")], "line 2: key cannot be so"),
    "a slug with a slash": ([header(), line(slug="a/b")], "line 2: slug cannot be so"),
    "two of one id": ([header(2), line(), line(id="URN:A", key="b" * 12, path="b.md")], "line 3: an earlier line has"),
    "two of one path": ([header(2), line(), line(id="urn:b", key="b" * 12)], "line 3: an earlier line has the same"),
    "cut off": ([header(2), line()], "1 of 2 articles"),
    "no text": ([header(), line().replace(b'"A"', b'"\xff"')], "line 2: "),
    "an endless line": ([header(), line(title="A" * 100_000)], "line 2: the line is longer than"),
    "an id that another authority made absolute": (
        [header(authority="other.example,2020"), line(id="42")],
        'set [site] id_authority = "other.example,2020"',
    ),
}  # fmt: skip


@pytest.mark.parametrize(("content", "told"), GARBAGE.values(), ids=GARBAGE)
def test_garbage_is_refused_with_its_line_and_a_remedy(content: list[bytes], told: str) -> None:
    with pytest.raises(InvalidLedger) as caught:
        ledger_file.validate(io.BytesIO(b"\n".join(content)), "ledger", PLAN.authority)
    assert told in str(caught.value)
    assert all(problem.remedy for problem in caught.value.problems)


def test_all_wrong_lines_are_told_together_up_to_a_limit() -> None:
    many = [header(50), *(line(revision=0) for _ in range(50))]
    with pytest.raises(InvalidLedger) as caught:
        ledger_file.validate(io.BytesIO(b"\n".join(many)), "ledger", PLAN.authority)
    assert len(caught.value.problems) == ledger_file.MOST


def test_a_good_file_is_taken(new: Newsroom) -> None:
    assert imported(new, b"\n".join((header(), line())))[:3] == (1, 0, 0)
    with new.store.read() as connection:
        row = ledger.find(connection, path="a.md")
        assert row is not None
        assert (row.id, row.key) == ("urn:a", "aaaaaaaaaaaa")
        assert ledger_transfer.count(connection) == 1
