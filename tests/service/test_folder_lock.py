"""Of all processes for one kind of work in the state folder one works, also after the folder was replaced."""

import asyncio
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

import pytest

from feedsvc.config import load
from feedsvc.service import purge_process, push_process
from feedsvc.service.folder_lock import tried_lock


class Work(NamedTuple):
    module: ModuleType
    name: str
    lock: str


@pytest.mark.parametrize(
    "work", [Work(purge_process, "_purge", "purge.lock"), Work(push_process, "_deliver", "push.lock")]
)
def test_with_each_store_the_lock_is_taken_in_the_folder_that_is_there(
    work: Work, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, held = tmp_path / "state", list[bool]()
    folder.mkdir()
    stores = [object(), object(), None]

    async def next_store(*_: object) -> object:
        return stores.pop(0)

    async def works(*_: object) -> None:
        with tried_lock(folder / work.lock) as is_free:
            held.append(not is_free)
        folder.rename(tmp_path / f"away {len(stores)}")
        folder.mkdir()

    monkeypatch.setattr(work.module, "publishers_store", next_store)
    monkeypatch.setattr(work.module, work.name, works)
    config = tmp_path / "config.toml"
    config.write_text(
        '[site]\ntitle = "Lantern"\nurl = "https://news.example"\n[state]\npath = "state"\n[push]\nhub = true\n'
    )
    asyncio.run(work.module.run(load(config), asyncio.Event()))
    assert held == [True, True]
