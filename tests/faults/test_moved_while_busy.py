"""An article that is edited and moved at once stays the same, while other files are being saved all the time."""

from pathlib import Path

import pytest
from msgspec.structs import replace
from newsroom import PLAN, TERMS, Newsroom, story

from feedsvc.library import removal
from feedsvc.library.removal import LONGEST_WAIT, awaited_files

LONG = "The harbour board has met, and it met for a long time. " * 12
STEP = 0.12 / 60
"""Minutes between two saves."""


@pytest.fixture
def room(tmp_path: Path) -> Newsroom:
    made = Newsroom(tmp_path, replace(PLAN, defaults=replace(TERMS, limit=500)))
    for number in range(8):
        made.write(f"{number}.md", story(f"Story {number}", f"{number}: {LONG}", date=f"2026-11-1{number}"))
    made.publish()
    return made


def save(room: Newsroom, turn: int) -> None:
    room.write(f"notes/{turn}.md", story(f"Note {turn}", "Short."), age=0)


@pytest.mark.parametrize("hinted", [False, True])
@pytest.mark.parametrize("saved", [1, 3, 6])
def test_it_keeps_its_id(room: Newsroom, *, hinted: bool, saved: int) -> None:
    """`saved` times within the settling of the moved file another one is saved, and looked at."""
    ids = {title: known for title, known in room.ids().items() if title.startswith("Story")}
    turn = 0
    for number in range(8):
        room.remove(f"{number}.md")
        text = story(f"Story {number}", f"{number}: {LONG}\n\nEdited.", date=f"2026-11-1{number}")
        room.write(f"moved/{number}.md", text, age=0)
        for _ in range(saved):
            turn += 1
            save(room, turn)
            hints = frozenset({f"{number}.md", f"moved/{number}.md", f"notes/{turn}.md"})
            report = room.publish(minutes=STEP, patient=True, hints=hints if hinted else None)
            assert report.gone == 0
        room.publish(minutes=1, patient=True)
    assert {title: known for title, known in room.ids().items() if title.startswith("Story")} == ids
    assert b"deleted-entry" not in room.body("/atom.xml")


def test_a_removal_does_not_wait_for_ever(room: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    longest = LONGEST_WAIT / 10
    monkeypatch.setattr(removal, "LONGEST_WAIT", longest)
    room.remove("3.md")
    waited = 0.0
    for turn in range(60):
        save(room, turn)
        if room.publish(minutes=STEP, patient=True, accept_removals=False).gone:
            break
        waited += STEP * 60
    assert 0.9 * longest < waited <= longest + 1


def test_a_removal_while_nothing_is_being_written_does_not_wait(room: Newsroom) -> None:
    room.remove("3.md")
    assert room.publish(minutes=STEP, patient=True, accept_removals=False).gone == 1


def test_the_decision() -> None:
    assert awaited_files(["a", "b"], {"a": 70.0}, 75.0) == {"a": 70.0, "b": 75.0}
    assert awaited_files(["a", "b"], {"a": 70.0}, 70.0 + LONGEST_WAIT) == {"b": 70.0 + LONGEST_WAIT}
    assert awaited_files(["a"], {"a": 70.0}, 0.0) == {}, "the clock was set"
