"""Hashes of what readers see are kept for each article, until its text is another."""

from pathlib import Path

from newsroom import Newsroom, story

from feedsvc.store import field_hashes, ledger


def test_hashes_are_kept_replaced_and_forgotten(tmp_path: Path) -> None:
    room = Newsroom(tmp_path)
    room.write("a.md", story("A"))
    room.publish()
    with room.store.write() as transaction:
        row = ledger.find(transaction, path="a.md")
        assert row is not None
        assert field_hashes.get(transaction, row.number) is None
        for hashes in (b"one", b"two", None):
            field_hashes.put(transaction, row.number, hashes)
            assert field_hashes.get(transaction, row.number) == hashes
        field_hashes.put(transaction, row.number, b"three")
        field_hashes.forget_all(transaction)
        assert field_hashes.get(transaction, row.number) is None
