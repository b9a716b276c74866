"""Worker processes do not outlast a regeneration that failed, even if what started them is kept in memory."""

from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from newsroom import Newsroom, story

from feedsvc.service import regeneration
from feedsvc.store.lease import LeaseLost


@pytest.mark.parametrize("work", [Newsroom.publish, Newsroom.go_on])
def test_workers_end_with_a_regeneration_that_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, work: Callable[[Newsroom], object]
) -> None:
    def lost(*_: object) -> None:
        raise LeaseLost("another process publishes now")

    room = Newsroom(tmp_path)
    room.write("ferry.md", story("The ferry"))
    room.publish()
    room.workers.start()
    monkeypatch.setattr(regeneration, "fence", lost)
    monkeypatch.setattr(room.regeneration._publisher, "_finish", lambda result: result)  # as if more pages were queued
    with pytest.raises(LeaseLost):
        work(room)
    assert not room.workers.is_started
    assert not psutil.Process().children(recursive=True)
