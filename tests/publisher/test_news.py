"""Each publication tells which stories came, with their addresses, and which were withdrawn."""

from datetime import timedelta
from pathlib import Path

import pytest
from newsroom import Newsroom, story

HOUR = timedelta(hours=1)


@pytest.fixture
def room(tmp_path: Path) -> Newsroom:
    room = Newsroom(tmp_path)
    room.write("old.md", story("Old"))
    assert room.publish().news == ()
    return room


def test_a_story_that_comes_is_told_with_its_address_and_one_that_is_edited_is_not(room: Newsroom) -> None:
    room.now += HOUR
    room.write("new.md", story("New"))
    room.write("there.md", story("There", url="https://there.example/x"))
    room.write("old.md", story("Old", "Edited."))
    assert set(room.publish().news) == {
        f"published “New” → https://news.example{room.page('New')}",
        "published “There” → https://there.example/x",
    }


def test_of_many_stories_the_first_are_named_and_the_rest_is_counted(room: Newsroom) -> None:
    room.now += HOUR
    for number in range(7):
        room.write(f"new{number}.md", story(f"New {number}"))
    *named, last = room.publish().news
    assert [each[:14] for each in named] == ["published “New"] * 3
    assert last == "published 4 more"


@pytest.mark.parametrize("status", ["withdrawn", "draft", ""])
def test_a_story_that_is_taken_back_is_named(room: Newsroom, status: str) -> None:
    room.now += HOUR
    if status:
        room.write("old.md", story("Old", status=status))
    else:
        room.remove("old.md")
    assert room.publish().news == ("withdrew “Old”",)
    room.now += HOUR
    assert room.publish().news == ()


def test_a_draft_is_told_when_it_is_published_and_an_embargo_when_it_ends(room: Newsroom) -> None:
    room.now += HOUR
    room.write("draft.md", story("Draft", status="draft"))
    room.write("later.md", story("Later", embargo="2026-11-20T14:30:00Z"))
    assert room.publish().news == ()
    room.now += HOUR
    room.write("draft.md", story("Draft"))
    assert [each.partition(" →")[0] for each in room.publish().news] == ["published “Draft”"]
    room.now += HOUR
    assert [each.partition(" →")[0] for each in room.publish().news] == ["published “Later”"]


@pytest.mark.parametrize(("stories", "is_advised"), [(10, True), (9, False)])
def test_who_had_readers_before_the_first_publication_is_advised_once_to_adopt_feeds(
    tmp_path: Path, stories: int, *, is_advised: bool
) -> None:
    room = Newsroom(tmp_path)
    for number in range(stories):
        room.write(f"{number}.md", story(f"Story {number}", date="2026-10-01"))
    room.write("new.md", story("New"))
    assert ("`feedsvc ledger adopt`" in "".join(room.publish().news)) is is_advised
    room.now += HOUR
    room.write("0.md", story("Another"))
    assert "adopt" not in "".join(room.publish().news)
