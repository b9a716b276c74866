"""What the writer of an Edition takes, and gives back."""

import sys
import threading
from pathlib import Path

import pytest
from newsroom import Newsroom, story

from feedsvc.publisher import writer
from feedsvc.publisher.writer import EditionWriter


@pytest.fixture
def room(tmp_path: Path) -> Newsroom:
    made = Newsroom(tmp_path)
    made.write("a.md", story("A", image="a.png", section="News"))
    made.write("a.png", b"\x89PNG picture")
    made.publish()
    return made


def test_a_quiet_regeneration_makes_no_writer(room: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(EditionWriter, "__enter__")
    assert room.publish().documents == 0


@pytest.mark.parametrize("fails", [False, True])
def test_its_threads_end_and_the_interpreter_is_as_before(
    room: Newsroom, monkeypatch: pytest.MonkeyPatch, fails: bool
) -> None:
    interval, threads = sys.getswitchinterval(), set(threading.enumerate())
    if fails:
        monkeypatch.delattr(writer, "encodings")
    room.write("a.md", story("A", "Changed."))
    if fails:
        with pytest.raises(NameError):
            room.publish()
    else:
        room.publish()
    assert sys.getswitchinterval() == interval
    assert set(threading.enumerate()) == threads


def test_a_file_that_became_a_link_out_of_the_folder_is_not_published(room: Newsroom, tmp_path: Path) -> None:
    (tmp_path / "outside.png").write_bytes(b"secret")
    (room.articles / "a.png").unlink()
    (room.articles / "a.png").symlink_to(tmp_path / "outside.png")
    room.publish()
    assert room.code("/media/a.png") == 410
