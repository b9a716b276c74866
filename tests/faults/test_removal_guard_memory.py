"""What the removal guard has held stays until it is back or an operator lets go of it, however few are missing."""

from pathlib import Path

import pytest
from newsroom import Newsroom, story

from feedsvc.library.removal_guard import held_back

SIZE = 20


@pytest.fixture
def room(tmp_path: Path) -> Newsroom:
    made = Newsroom(tmp_path)
    for number in range(SIZE):
        made.write(f"{number}.md", story(f"Story {number}"))
    made.publish()
    return made


def take_away(room: Newsroom) -> dict[str, bytes]:
    """Empties the folder, which is noticed and held; what was in it."""
    files = {path.name: path.read_bytes() for path in room.articles.iterdir()}
    for name in files:
        room.remove(name)
    assert room.publish(accept_removals=False).gone == 0
    return files


def restart(room: Newsroom) -> None:
    room.close()
    room.open()


@pytest.mark.parametrize("restarts", [False, True])
@pytest.mark.parametrize("hinted", [False, True])
def test_files_that_come_back_one_by_one_lose_no_article(room: Newsroom, *, restarts: bool, hinted: bool) -> None:
    before, ids = set(room.titles()), room.ids()
    for number, (name, content) in enumerate(take_away(room).items(), 1):
        room.write(name, content)
        if restarts:
            restart(room)
        report = room.publish(accept_removals=False, hints=frozenset({name}) if hinted else None)
        assert report.gone == 0
        assert set(room.titles()) == before
        missing = SIZE - number
        assert any(f"{missing} of {SIZE} articles" in each for each in room.problems()) == bool(missing) or hinted
    room.publish(accept_removals=False)
    assert room.ids() == ids
    assert room.problems() == []
    room.remove("3.md")
    assert room.publish(accept_removals=False).gone == 1, "afterwards an editor may remove a file as before"


@pytest.mark.parametrize("restored", [0, 10, SIZE - 1])
def test_an_operator_lets_go_of_what_is_still_missing(room: Newsroom, restored: int) -> None:
    for name, content in list(take_away(room).items())[:restored]:
        room.write(name, content)
    room.publish(accept_removals=False)
    assert len(room.titles()) == SIZE
    assert room.publish(accept_removals=True).gone == SIZE - restored
    assert len(room.titles()) == restored
    assert room.problems() == []


def test_an_editor_at_work_meanwhile_is_not_held(room: Newsroom) -> None:
    files = take_away(room)
    for name in list(files)[:-2]:
        room.write(name, files[name])
    room.publish(accept_removals=False)
    room.remove(next(iter(files)))
    assert room.publish(accept_removals=False).gone == 1
    assert len(room.titles()) == SIZE - 1


def test_a_file_that_comes_back_under_another_name_is_the_same_article(room: Newsroom) -> None:
    ids = room.ids()
    for name, content in take_away(room).items():
        room.write(f"moved/{name}", content)
        room.publish(accept_removals=False)
    assert room.ids() == ids
    assert room.problems() == []


def test_pictures_that_come_back_one_by_one_are_held_too(room: Newsroom) -> None:
    picture = bytes.fromhex("89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de")
    for number in range(10):
        room.write(f"{number}.md", story(f"Story {number}", image=f"pictures/{number}.png"))
        room.write(f"pictures/{number}.png", picture)
    room.publish()
    before = room.edition()
    (room.articles / "pictures").rename(room.articles / ".pictures")
    room.publish(accept_removals=False)
    for number in range(10):
        (room.articles / "pictures").mkdir(exist_ok=True)
        (room.articles / f".pictures/{number}.png").rename(room.articles / f"pictures/{number}.png")
        if number == 8:
            restart(room)
        room.publish(accept_removals=False)
        assert room.edition() == before
    assert room.problems() == []


def test_the_decision() -> None:
    assert held_back({"a", "b"}, (), too_many=True) == {"a", "b"}
    assert held_back({"a", "b"}, ("b", "c"), too_many=False) == {"b"}
    assert held_back(set(), ("b",), too_many=False) == frozenset()
