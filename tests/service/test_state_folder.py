"""No new store is made where the disk of the old one was mounted."""

import shutil
from pathlib import Path

import pytest

from feedsvc.service.state_folder import StateFolder
from feedsvc.store.errors import StoreError
from feedsvc.store.sqlite.store import store_path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "disk" / "state"
    path.mkdir(parents=True)
    store_path(path).touch()
    return path


@pytest.fixture
def state(folder: Path) -> StateFolder:
    state = StateFolder(folder)
    state.check()
    state.note()
    return state


def test_a_store_may_be_made_where_none_was_before(tmp_path: Path) -> None:
    StateFolder(tmp_path / "nowhere").check()


def test_a_store_may_be_made_where_one_was_deleted(state: StateFolder, folder: Path) -> None:
    state.check()
    store_path(folder).unlink()
    state.check()
    shutil.rmtree(folder)
    state.check()
    shutil.rmtree(folder.parent)
    state.check()


def test_none_is_made_in_the_empty_folder_where_its_disk_was_mounted(state: StateFolder, folder: Path) -> None:
    folder.rename(folder.parent / "away")
    folder.mkdir()
    with pytest.raises(StoreError, match="mount its disk, or restart the service"):
        state.check()
    folder.rmdir()
    (folder.parent / "away").rename(folder)
    state.check()


def test_none_is_made_where_the_disk_and_its_folder_are_gone(state: StateFolder, folder: Path) -> None:
    folder.rename(folder.parent / "away")
    state._known = (0, 1)  # as if it had lain on another disk
    with pytest.raises(StoreError, match="mount its disk"):
        state.check()


def test_a_store_that_comes_with_another_folder_is_taken(state: StateFolder, folder: Path) -> None:
    """As a backup that was restored, or a disk that has another number now."""
    folder.rename(folder.parent / "away")
    shutil.copytree(folder.parent / "away", folder)
    state.check()
    state.note()
    store_path(folder).unlink()
    state.check()
