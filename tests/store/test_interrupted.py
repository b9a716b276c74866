"""Ctrl-C in the middle of a statement leaves the store free: the lease is released by the same process afterwards."""

import time
from pathlib import Path

import pytest
from newsroom import Newsroom, story
from sqlalchemy import select

from feedsvc.store import state
from feedsvc.store.schema import articles


def test_an_interrupted_transaction_leaves_no_lock_while_its_cursors_are_still_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = Newsroom(tmp_path)
    for number in range(3):
        room.write(f"ferry-{number}.md", story(f"Ferry {number}"))
    room.publish()

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    def work() -> None:
        with room.store.write() as transaction, monkeypatch.context() as patch:
            state.LAST_TICK.put(transaction, 7)
            rows = transaction.stream(select(articles.c.number), rows=1)
            next(rows)
            patch.setattr(transaction.connection.dialect, "do_execute", interrupted)
            transaction.scalar(select(articles.c.number))

    with pytest.raises(KeyboardInterrupt) as told:
        work()
    begun = time.monotonic()
    with room.store.write() as transaction:
        assert state.LAST_TICK.get(transaction) != 7
    room.store.close_for_good()
    assert time.monotonic() - begun < 5
    assert told.traceback  # its frames have held the cursors so far
