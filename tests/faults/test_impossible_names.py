"""An article that names files which no system can have holds nobody back."""

from pathlib import Path

import pytest
from newsroom import Newsroom, story

from feedsvc.library.media import Measured
from feedsvc.library.options import Scope, UpdateOptions

LONG = "n" * 300
NAMES = (f"{LONG}.png", f"{LONG}/a.png", f"a/{LONG}", "/".join(["n" * 200] * 30), "a\\0b.png", "é" * 140 + ".png")
PLACES = (
    "![a]({0})",
    "[a]({0})",
    '<video src="{0}" poster="{0}"><track src="{0}"></video>',
    "[a](/media/{0})",
    '<img srcset="{0} 2x" src="{0}">',
)


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_it_costs_no_other_article(tmp_path: Path, name: str) -> None:
    room = Newsroom(tmp_path)
    room.write("first.md", story("First"))
    room.publish()
    for number, place in enumerate(PLACES):
        room.write(f"{number}.md", story(f"Text {number}", place.format(name)))
    for key in ("image", "media", "alternates", "url", "slug"):
        value = f"[{{url: '{name}', thumbnail: '{name}', captions: '{name}'}}]" if key == "media" else f"'{name}'"
        room.write(f"{key}.md", story(f"Front {key}", **{key: value}))
    room.write("last.md", story("Last"))
    room.publish()
    room.publish()
    titles = set(room.titles())
    assert {"First", "Last", *(f"Text {number}" for number in range(len(PLACES))), "Front image"} <= titles
    assert not any("the articles folder cannot be read" in str(problem) for problem in room.problems())


def test_a_change_at_an_impossible_path_is_none(tmp_path: Path) -> None:
    room = Newsroom(tmp_path)
    room.write("first.md", story("First"))
    for name in NAMES:
        with room.store.write() as transaction:
            room.library.update(transaction, UpdateOptions(room.now, Scope.PATHS, frozenset((name,))))
    assert not room.problems()


def test_a_disk_that_fails_while_media_are_measured_costs_one_article_for_a_while(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(_root: Path, _copy: object, _content: str, place: str) -> Measured:
        raise OSError(5, "Input/output error", place)

    room = Newsroom(tmp_path)
    room.write("first.md", story("First"))
    with monkeypatch.context() as context:
        context.setattr("feedsvc.library.parsing.measure", failing)
        room.publish()
        assert "first.md" in str(room.problems())
    room.publish()
    assert room.titles() == ["First"]
