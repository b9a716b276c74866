"""Pages that must go at once are found in parts, however many articles close at one instant."""

import tracemalloc
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import pytest
from newsroom import Newsroom, story

from feedsvc.model import codec
from feedsvc.store import pending

COUNT, PART, LENGTH = 40, 4, 40_000
LATER = codec.seconds(datetime(2027, 1, 1, tzinfo=UTC))


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Newsroom:
    """Long stories that all close at one instant, and one that stays; the pages of all of them are queued."""
    monkeypatch.setattr(pending, "_MANY", PART)
    room = Newsroom(tmp_path)
    for number in range(COUNT):
        room.write(f"{number}.md", story(f"Story {number}", "x" * LENGTH, expires="2027-01-01T00:00:00Z"))
    room.write("stays.md", story("Stays"))
    room.publish()
    with room.store.write() as transaction:
        pending.mark_members(transaction, "")
        pending.queue_pages(transaction)
    return room


def test_the_closed_articles_with_queued_pages_are_all_found_in_order(room: Newsroom) -> None:
    with room.store.read() as transaction:
        assert [*pending.queued_closed(transaction, codec.seconds(room.now))] == []
        found = [*pending.queued_closed(transaction, LATER)]
    assert {entry.copy.title for entry in found} == {f"Story {number}" for number in range(COUNT)}
    assert [entry.number for entry in found] == sorted(entry.number for entry in found)


def test_few_of_them_are_in_memory_and_the_transaction_may_be_committed_meanwhile(room: Newsroom) -> None:
    seen = 0
    with room.store.write() as transaction:
        tracemalloc.start()
        try:
            entries = iter(pending.queued_closed(transaction, LATER))
            while part := [entry.number for entry in islice(entries, PART)]:
                pending.dequeue_pages(transaction, part)
                room.store.commit_and_continue(transaction)
                seen += len(part)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert pending.count_queued(transaction) == 1
    assert seen == COUNT
    assert peak < COUNT * LENGTH / 2
