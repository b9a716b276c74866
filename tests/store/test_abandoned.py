"""A store over which a copy of its whole disk is mounted, with the same inodes, leaves the files of the copy alone."""

import subprocess
import sys
from pathlib import Path

from newsroom import Newsroom

from feedsvc.store.sqlite.store import store_path

PROGRAM = """
import sys
from pathlib import Path
from feedsvc.store.sqlite import store as module
from feedsvc.store.sqlite.database import Store

path = Path(sys.argv[1])
store = Store(path, writes=True)
with store.write():
    pass
device, inode = module.identify(path)
if len(sys.argv) > 2:
    module.identify = lambda _: (device + 1, inode)
    store.close_for_good()
store.close()
"""


def journal_is_left(folder: Path, *arguments: str) -> bool:
    """True if the journal is there after a process that had the store open has closed it, and has ended."""
    room = Newsroom(folder)
    room.close()
    path = store_path(room.state)
    subprocess.run([sys.executable, "-c", PROGRAM, str(path), *arguments], check=True)
    return path.with_name(f"{path.name}-wal").exists()


def test_who_closes_a_store_last_deletes_its_journal(tmp_path: Path) -> None:
    assert not journal_is_left(tmp_path)


def test_but_not_the_one_of_a_copy_that_is_mounted_there_not_even_at_its_end(tmp_path: Path) -> None:
    assert journal_is_left(tmp_path, "hidden by a copy")
