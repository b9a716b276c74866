"""Media files that are traps hold nobody back: they are published as what they are, or named, and the rest goes out."""

import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest
from newsroom import Newsroom, story
from traps import TRAPS

from feedsvc.library.bounded_file import LARGEST, BoundedFile, TooMuch
from feedsvc.library.media import with_dimensions
from feedsvc.model.article import Media
from feedsvc.model.media_types import guess

SECONDS = 0.5
"""Of the processor's time, for one file; a sound one takes some thousandths."""
MEMORY = 48 * 2**20


@pytest.fixture(scope="module", params=list(TRAPS), ids=list(TRAPS))
def trap(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    path = tmp_path_factory.mktemp("trap") / request.param
    TRAPS[request.param](path)
    yield path
    path.unlink()


def test_it_is_measured_in_little_time(trap: Path) -> None:
    begun = time.process_time()
    found = with_dimensions(trap.parent, trap.name, Media(url="x", type=guess(trap.name) or "video/mp4"))
    assert time.process_time() - begun < SECONDS
    assert found.width is None or 0 < found.width < 2**31


def test_it_is_measured_in_little_memory(trap: Path) -> None:
    tracemalloc.start()
    try:
        with_dimensions(trap.parent, trap.name, Media(url="x", type=guess(trap.name) or "video/mp4"))
        assert tracemalloc.get_traced_memory()[1] < MEMORY
    finally:
        tracemalloc.stop()


def test_all_of_them_at_once_hold_the_next_story_back_for_less_than_two_seconds(tmp_path: Path) -> None:
    room = Newsroom(tmp_path)
    room.write("before.md", story("Before"))
    room.publish()
    for number, (name, lay) in enumerate(TRAPS.items()):
        lay(room.articles / name)
        room.write(f"trap {number}.md", story(f"Trap {number}", media=f"[{{url: {name!r}}}]"))
    begun = time.process_time()
    room.publish()
    room.write("next.md", story("Next"))
    room.publish()
    assert time.process_time() - begun < 2
    assert {"Next", "Before", *(f"Trap {number}" for number in range(len(TRAPS)))} == set(room.titles())


def read_on(file: BoundedFile, size: int) -> None:
    while file.read(size):
        pass


@pytest.mark.parametrize("size", [4, 255, LARGEST, LARGEST + 1])
def test_what_reads_on_and_on_is_stopped(tmp_path: Path, size: int) -> None:
    path = tmp_path / "file"
    with path.open("wb") as file:
        file.truncate(2**30)
    with path.open("rb") as opened:
        with pytest.raises(TooMuch):
            read_on(BoundedFile(opened), size)
        assert opened.tell() <= 2**26


def test_what_gets_ahead_is_not_stopped(tmp_path: Path) -> None:
    """As the pages of many hours of sound."""
    path = tmp_path / "file"
    with path.open("wb") as file:
        file.truncate(2**30)
    with path.open("rb") as opened:
        bounded = BoundedFile(opened)
        for _ in range(2**16):
            assert len(bounded.read(27)) == 27
            bounded.seek(4000, 1)


def test_a_small_file_may_be_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"sound")
    for size in (-1, None, LARGEST + 1):
        with path.open("rb") as file:
            assert BoundedFile(file).read(size) == b"sound"
