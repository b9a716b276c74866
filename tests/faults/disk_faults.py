"""Faults of a disk while the service runs. A fault is a context: what is wrong begins on entering it, and is
over when it ends."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from disks import Bound, Failing, Lying, Small, command, is_done
from waiting import wait_for

READ_ONLY = "EROFS write create mkdir unlink rename setattr"
FULL = "ENOSPC write create mkdir"


class Fault(NamedTuple):
    """Something that becomes of a disk of the `kind`."""

    kind: type[Lying]
    happens: Callable[[Any], AbstractContextManager[None]]


# --- without a mount ------------------------------------------------------------------------------------------------


@contextmanager
def gone(disk: Lying) -> Iterator[None]:
    with disk.away():
        yield


@contextmanager
def empty(disk: Lying) -> Iterator[None]:
    with disk.away():
        disk.place.mkdir()
        yield


@contextmanager
def a_file(disk: Lying) -> Iterator[None]:
    with disk.away():
        disk.place.touch()
        yield


@contextmanager
def a_link_to_nowhere(disk: Lying) -> Iterator[None]:
    with disk.away():
        disk.place.symlink_to("nowhere")
        yield


@contextmanager
def a_link_to_itself(disk: Lying) -> Iterator[None]:
    with disk.away():
        disk.place.symlink_to(disk.place.name)
        yield


@contextmanager
def replaced_by_a_copy(disk: Lying) -> Iterator[None]:
    other = disk.spare / "other"
    copy(disk.place, other)
    disk.place.rename(disk.aside)
    other.rename(disk.place)
    yield


# --- by mounts ------------------------------------------------------------------------------------------------------


@contextmanager
def unmounted(disk: Bound) -> Iterator[None]:
    command("umount", "-l", disk.place)
    yield
    disk.check_empty(disk.place)
    disk.mount()


@contextmanager
def mounted_anew(disk: Bound) -> Iterator[None]:
    command("umount", "-l", disk.place)
    disk.mount()
    yield


@contextmanager
def remounted_read_only(disk: Bound) -> Iterator[None]:
    wait_for(partial(is_done, "mount", "-o", "remount,bind,ro", disk.place), "no file is open for writing")
    yield
    command("mount", "-o", "remount,bind,rw", disk.place)


@contextmanager
def an_empty_folder_over_it(disk: Bound) -> Iterator[None]:
    other = disk.spare / "other"
    other.mkdir()
    with disk.over(other):
        yield
        disk.check_empty(other)


@contextmanager
def a_copy_over_it(disk: Bound) -> Iterator[None]:
    """The copy stays there."""
    other = disk.spare / "other"
    copy(disk.place, other)
    command("mount", "--bind", other, disk.place)
    yield


@contextmanager
def the_same_inodes_over_it(disk: Small) -> Iterator[None]:
    """Another disk with the same files by the same numbers; it stays there."""
    other = disk.spare / "other"
    names = sorted((each.stat().st_ino, each.name) for each in disk.place.iterdir() if each.is_file())
    other.mkdir()
    command("mount", "-t", "tmpfs", "-o", "size=16m", "feedsvc-trial", other)
    for inode, name in names:
        while (spare := other / "spare") and not _made_with(spare, inode):
            spare.unlink()
        spare.rename(other / name)
        (other / name).write_bytes((disk.place / name).read_bytes())
    for folder in (each for each in disk.place.iterdir() if each.is_dir()):
        copy(folder, other / folder.name)
    command("mount", "--move", other, disk.place)
    yield


def _made_with(path: Path, inode: int) -> bool:
    """True if a new file got this inode, or one that is higher already."""
    path.touch()
    return path.stat().st_ino >= inode


@contextmanager
def full(disk: Small) -> Iterator[None]:
    filler = disk.place / ".filler"
    with suppress(OSError), filler.open("wb", buffering=0) as file:
        while True:
            file.write(bytes(4096))
    yield
    filler.unlink()


@contextmanager
def out_of_inodes(disk: Small) -> Iterator[None]:
    folder = disk.place / ".filler"
    folder.mkdir()
    with suppress(OSError):
        for number in range(100_000):
            (folder / str(number)).touch()
    yield
    shutil.rmtree(folder)


# --- by a disk that fails -------------------------------------------------------------------------------------------


def failing(orders: str) -> Callable[[Failing], AbstractContextManager[None]]:
    @contextmanager
    def happens(disk: Failing) -> Iterator[None]:
        disk.order(orders)
        yield
        disk.order("")

    return happens


@contextmanager
def its_server_killed(disk: Failing) -> Iterator[None]:
    """As a network disk whose server ends; later it is mounted again."""
    disk.kill()
    yield
    command("umount", "-l", disk.place)
    disk.mount()


def copy(folder: Path, to: Path) -> None:
    """Without what goes away meanwhile."""
    with suppress(shutil.Error):
        shutil.copytree(folder, to, dirs_exist_ok=True, symlinks=True)


FAULTS = {
    "replaced by a copy": Fault(Lying, replaced_by_a_copy),
    "empty": Fault(Lying, empty),
    "gone": Fault(Lying, gone),
    "a file": Fault(Lying, a_file),
    "a link to nowhere": Fault(Lying, a_link_to_nowhere),
    "a link to itself": Fault(Lying, a_link_to_itself),
    "unmounted": Fault(Bound, unmounted),
    "mounted anew": Fault(Bound, mounted_anew),
    "read-only": Fault(Bound, remounted_read_only),
    "an empty folder over it": Fault(Bound, an_empty_folder_over_it),
    "a copy over it": Fault(Bound, a_copy_over_it),
    "the same inodes over it": Fault(Small, the_same_inodes_over_it),
    "full": Fault(Small, full),
    "out of inodes": Fault(Small, out_of_inodes),
    "its server killed": Fault(Failing, its_server_killed),
} | {
    name: Fault(Failing, failing(orders))
    for name, orders in {
        "EIO": "EIO",
        "EIO reading": "EIO read",
        "EIO opening": "EIO open",
        "EIO listing": "EIO opendir readdir",
        "EIO looking": "EIO lookup getattr",
        "EIO writing": "EIO write",
        "EIO syncing": "EIO fsync",
        "EIO changing": "EIO write setattr create unlink rename",
        "EACCES": "EACCES",
        "ESTALE": "ESTALE",
        "ETIMEDOUT": "ETIMEDOUT",
        "EDQUOT": "EDQUOT write create mkdir",
        "ENOSPC": FULL,
        "EROFS": READ_ONLY,
        "hanging": "hang",
        "slow": "slow 0.02",
    }.items()
}
