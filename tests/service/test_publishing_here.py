"""Whether a node publishes is known from the store alone: one that cannot be read makes no node the publisher."""

import asyncio
from pathlib import Path
from unittest.mock import Mock

import pytest
from newsroom import Newsroom

from feedsvc.config import load
from feedsvc.service import publishing_here
from feedsvc.service.publishing_here import is_publisher, publishers_store
from feedsvc.store.errors import StoreBusy


def test_a_node_whose_store_cannot_be_read_does_not_begin_to_publish_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = Newsroom(tmp_path)
    (tmp_path / "config.toml").write_text('[site]\ntitle = "Low Mere"\nurl = "http://a.example"\n')
    settings, stop, store = load(tmp_path / "config.toml"), asyncio.Event(), Mock()
    store.read.side_effect = StoreBusy("the store is busy")
    store.close.side_effect = stop.set
    monkeypatch.setattr(publishing_here, "open_ledger", lambda _settings: store)
    assert asyncio.run(publishers_store(settings, stop)) is None
    assert store.close.called
    assert (is_publisher(settings, store), is_publisher(settings, room.store)) == (None, True)
    room.close()
