"""A later version of a news item takes the place of an earlier one; a kill withdraws; what comes late does neither."""

import json
from pathlib import Path

import pytest
from newsroom import Newsroom

FIRST = "2026-03-01T09:00:00Z"


@pytest.fixture
def room(tmp_path: Path) -> Newsroom:
    return Newsroom(tmp_path)


def item(version: int | None, headline: str, *, status: str = "usable", made: str = "", uri: str = "urn:quay:1") -> str:
    told = {
        "uri": uri,
        "type": "text",
        "firstcreated": FIRST,
        "versioncreated": made or f"2026-03-01T{9 + (version or 0):02}:00:00Z",
        "pubstatus": status,
        "headline": headline,
        "body_html": f"<p>{headline} it is.</p>",
    }
    return json.dumps(told | ({"version": str(version)} if version is not None else {}))


def test_a_later_version_replaces_an_earlier_one_under_its_id(room: Newsroom) -> None:
    room.write("wire/a-1.json", item(1, "The boat is late"))
    room.publish()
    before = room.item("The boat is late")
    room.write("wire/a-2.json", item(2, "The boat is very late"))
    room.publish()
    after = room.item("The boat is very late")
    assert room.titles() == ["The boat is very late"]
    assert (after["id"], after["date_published"]) == (before["id"], before["date_published"])
    assert not room.problems()


def test_both_may_come_at_once_and_in_either_order(room: Newsroom) -> None:
    for names in (("a-1.json", "a-2.json"), ("z-1.json", "b-2.json")):
        uri = f"urn:quay:{names[0]}"
        room.write(f"wire/{names[0]}", item(1, "Late", uri=uri))
        room.write(f"wire/{names[1]}", item(2, f"Very late {names[1]}", uri=uri))
    room.publish()
    room.publish()
    assert sorted(room.titles()) == ["Very late a-2.json", "Very late b-2.json"]
    assert not room.problems()


def test_versions_are_numbers(room: Newsroom) -> None:
    for version in (9, 10, 2):
        room.write(f"wire/a-{version}.json", item(version, f"Version {version}", made=FIRST))
        room.publish()
    assert room.titles() == ["Version 10"]


def test_without_a_number_the_later_one_counts(room: Newsroom) -> None:
    room.write("wire/b.json", item(None, "Late", made="2026-03-01T10:00:00Z"))
    room.publish()
    room.write("wire/a.json", item(None, "Very late", made="2026-03-01T12:00:00+01:00"))
    room.publish()
    room.write("wire/c.json", item(None, "Early", made="2026-03-01T09:00:00Z"))
    room.publish()
    assert room.titles() == ["Very late"]
    assert not room.problems()


@pytest.mark.parametrize("status", ["canceled", "stat:canceled", "withheld"])
def test_a_kill_withdraws_and_nothing_that_comes_late_brings_it_back(room: Newsroom, status: str) -> None:
    room.write("wire/a-1.json", item(1, "The boat is late"))
    room.publish()
    room.write("wire/a-3.json", item(3, "The boat is late", status=status))
    room.publish()
    assert room.titles() == []
    room.write("wire/a-2.json", item(2, "The boat is late"))
    room.publish()
    room.touch("wire/a-1.json", age=1)
    room.publish()
    assert room.titles() == []
    room.configure(room.plan, digest="another program")
    room.publish()
    assert room.titles() == []
    assert not room.problems()


def test_a_kill_need_not_repeat_the_headline(room: Newsroom) -> None:
    room.write("wire/a-1.json", item(1, "The boat is late"))
    room.publish()
    told = {"uri": "urn:quay:1", "version": "2", "versioncreated": "2026-03-01T11:00:00Z", "pubstatus": "canceled"}
    room.write("wire/a-2.json", json.dumps(told))
    room.publish()
    assert room.titles() == []
    assert not room.problems()
    room.write("wire/b.json", json.dumps(told | {"uri": "urn:quay:unknown"}))
    room.publish()
    assert room.titles() == []
    assert not room.problems()


def test_a_killed_story_stays_killed_when_the_kill_itself_goes(room: Newsroom) -> None:
    room.write("wire/a-1.json", item(1, "The boat is late"))
    room.write("wire/a-2.json", item(2, "The boat is late", status="canceled"))
    room.publish()
    room.remove("wire/a-2.json")
    room.publish()
    room.configure(room.plan, digest="another program")
    room.publish()
    assert room.titles() == []


def test_a_late_kill_of_an_earlier_version_withdraws_nothing(room: Newsroom) -> None:
    room.write("wire/a-2.json", item(2, "The boat is late"))
    room.publish()
    room.write("wire/a-1.json", item(1, "The boat is late", status="canceled"))
    room.publish()
    assert room.titles() == ["The boat is late"]
    assert not room.problems()


def test_an_earlier_version_in_the_same_file_changes_nothing(room: Newsroom) -> None:
    room.write("wire/a.json", item(2, "Very late"))
    room.publish()
    room.write("wire/a.json", item(1, "Late"))
    room.publish()
    assert room.titles() == ["Very late"]
    room.write("wire/a.json", item(3, "Later"))
    room.publish()
    assert room.titles() == ["Later"]


def test_after_a_kill_a_later_version_is_seen_again(room: Newsroom) -> None:
    for version, status in ((1, "usable"), (2, "canceled"), (3, "usable")):
        room.write(f"wire/a-{version}.json", item(version, f"Version {version}", status=status))
        room.publish()
    assert room.titles() == ["Version 3"]


def test_two_articles_without_versions_still_cannot_share_an_id(room: Newsroom) -> None:
    for name in ("a.md", "b.md"):
        room.write(name, f"---\ntitle: {name}\nid: urn:quay:1\ndate: 2026-03-01\nversion: {ord(name[0])}\n---\nx")
    room.publish()
    assert room.titles() == ["a.md"]
    [problem] = room.problems()
    assert "belongs to a.md" in problem


def test_another_status_of_the_same_version_counts(room: Newsroom) -> None:
    room.write("wire/a.json", item(1, "The boat is late"))
    room.publish()
    room.write("wire/a.json", item(1, "The boat is late", status="canceled"))
    room.publish()
    assert room.titles() == []
