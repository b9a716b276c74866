"""A link within the folder by the name of a picture publishes nothing that is not published by its own name."""

from pathlib import Path

import pytest
from newsroom import Newsroom, story

from feedsvc.model import local_files

CANARY = b"canary: the ferry is sold"


@pytest.fixture
def room(tmp_path: Path) -> Newsroom:
    made = Newsroom(tmp_path)
    made.write("later.md", story("Later", CANARY.decode(), embargo="2031-01-01T00:00:00Z"))
    made.write(".hidden.png", CANARY)
    made.write(".folder/boat.png", CANARY)
    made.write("notes.html", CANARY)
    made.write("later.toml", b'summary = "canary"')
    made.write("bare", CANARY)
    made.write("boat.png", b"a boat")
    return made


@pytest.mark.parametrize("target", ["later.md", ".hidden.png", ".folder/boat.png", "notes.html", "later.toml", "bare"])
def test_a_link_to_what_is_not_published_is_not_either(room: Newsroom, target: str) -> None:
    (room.articles / "link.png").symlink_to(target)
    room.write("open.md", story("Open", "![A boat](link.png)", image="link.png"))
    room.publish()
    assert room.code("/media/link.png") == 404
    [told] = [line for line in room.problems() if "link.png" in line]
    assert "is a link to what is not published" in told
    assert not [path for (_, path), body in room.edition().items() if isinstance(body, bytes) and CANARY in body]


def test_a_folder_that_is_a_link_changes_nothing_of_that(room: Newsroom) -> None:
    (room.articles / "seen").symlink_to(".folder")
    room.write("open.md", story("Open", "![A boat](seen/boat.png)"))
    room.publish()
    assert room.code("/media/seen/boat.png") == 404


def test_a_link_to_a_picture_is_that_picture(room: Newsroom) -> None:
    (room.articles / "link.png").symlink_to("boat.png")
    room.write("open.md", story("Open", image="link.png"))
    room.publish()
    assert room.code("/media/link.png") == 200


def test_a_picture_that_becomes_a_link_to_a_source_is_taken_back(room: Newsroom) -> None:
    room.write("quay.png", b"a quay")
    room.write("open.md", story("Open", image="quay.png"))
    room.publish()
    room.remove("quay.png")
    (room.articles / "quay.png").symlink_to("later.md")
    room.publish()
    assert room.code("/media/quay.png") == 410


def test_a_way_out_and_back_in_is_judged_by_where_it_ends(room: Newsroom, tmp_path: Path) -> None:
    (tmp_path / "outside").symlink_to(room.articles)
    (room.articles / "back").symlink_to(tmp_path / "outside")
    assert local_files.is_there(room.articles, "back/boat.png")
    assert not local_files.is_there(room.articles, "back/later.md")
