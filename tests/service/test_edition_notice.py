"""Whoever waits for a new Edition is woken by the publisher's notice, and by the clock where no notice can come."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from threading import Timer

import pytest
from newsroom import Newsroom

from feedsvc.service import edition_notice
from feedsvc.service.edition_notice import EditionNotices, give_notice
from feedsvc.service.regeneration import Regeneration
from feedsvc.store.state import current_edition

LONG = 10.0
"""Seconds that no wait takes in which a notice comes."""


def waits(notices: EditionNotices, seconds: float, meanwhile: Callable[[], object] = lambda: None) -> float:
    """The seconds that a wait takes in whose course something is done."""
    timer = Timer(0.05, meanwhile)
    timer.start()
    begun = time.monotonic()
    notices.wait(seconds)
    timer.join()
    return time.monotonic() - begun


def test_a_notice_ends_the_wait_the_first_as_every_other(tmp_path: Path) -> None:
    notices = EditionNotices(tmp_path)
    for _ in range(3):
        assert waits(notices, LONG, lambda: give_notice(tmp_path)) < LONG / 2
    assert list(tmp_path.iterdir()) == []


def test_a_notice_that_came_since_the_last_wait_ends_the_next_at_once(tmp_path: Path) -> None:
    notices = EditionNotices(tmp_path)
    notices.wait(0)
    give_notice(tmp_path)
    assert waits(notices, LONG) < LONG / 2


def test_what_else_happens_in_the_folder_does_not(tmp_path: Path) -> None:
    notices = EditionNotices(tmp_path)
    assert waits(notices, 0.2, lambda: (tmp_path / "store.sqlite3-wal").write_bytes(b"some pages")) >= 0.2


def test_without_notices_the_clock_ends_it(tmp_path: Path) -> None:
    assert waits(EditionNotices(tmp_path / "missing"), 0.1) >= 0.1
    give_notice(tmp_path / "missing")
    assert not (tmp_path / "missing").exists()


def test_a_folder_that_is_made_later_or_replaced_is_watched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(edition_notice, "AGAIN", 0.0)
    folder = tmp_path / "state"
    notices = EditionNotices(folder)
    notices.wait(0)
    folder.mkdir()
    assert waits(notices, LONG, lambda: give_notice(folder)) < LONG / 2
    assert waits(notices, LONG, lambda: folder.rename(tmp_path / "old")) < LONG / 2
    folder.mkdir()
    assert waits(notices, LONG, lambda: give_notice(folder)) < LONG / 2


FORKED = """
import os, sys, time
from pathlib import Path
from feedsvc.service.edition_notice import EditionNotices, give_notice
folder = Path(sys.argv[1])
notices = EditionNotices(folder)
notices.wait(0)
child = os.fork()
if not child:
    time.sleep(0.2)
give_notice(folder) if child else None
begun = time.monotonic()
notices.wait(5)
soon = time.monotonic() - begun < 2
if not child:
    os._exit(not soon)
time.sleep(0.4)
give_notice(folder)
sys.exit(os.waitpid(child, 0)[1] != 0 or not soon)
"""


def test_a_forked_child_is_woken_as_its_parent_is(tmp_path: Path) -> None:
    """None takes the notices of the other: the child begins to wait when its parent has read the first."""
    paths = {"PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", FORKED, str(tmp_path)], env=os.environ | paths, check=False)
    assert done.returncode == 0


def test_an_edition_that_changed_gives_notice_and_one_that_did_not_gives_none(tmp_path: Path) -> None:
    room = Newsroom(tmp_path)
    told: list[int] = []

    def tell() -> None:
        with room.store.read() as transaction:
            told.append(current_edition(transaction))

    room.regeneration = Regeneration(room.store, room.library, room.regeneration._publisher, notify=tell)
    room.write("fish.md", "---\ntitle: Fish\n---\n\nWords.\n")
    room.publish()
    room.publish()
    assert told == [1]
    room.remove("fish.md")
    room.publish()
    assert told == [1, 2]
    room.close()
