"""Disks for the trial of mounts: how a folder is mounted. All but `Lying` need the right to mount."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from waiting import wait_for

FUSE_DISK = Path(__file__).with_name("fuse_disk.py")


class Lying:
    """A folder that lies on the disk of the folder above it."""

    def __init__(self, place: Path, spare: Path) -> None:
        """`spare` is a folder for what the service does not see."""
        self.place = place
        self.spare = spare
        self.aside = spare / "disk"
        self.may_be_filled = False
        """True if the service may write to a folder that is there in place of the disk."""

    def attach(self) -> None:
        for folder in (self.spare, self.place):
            folder.mkdir(parents=True, exist_ok=True)

    def detach(self) -> None:
        """Leaves nothing mounted."""

    @contextmanager
    def away(self) -> Iterator[None]:
        self.place.rename(self.aside)
        try:
            yield
        finally:
            self._clear()
            self.aside.rename(self.place)

    def _clear(self) -> None:
        if self.place.is_symlink() or self.place.is_file():
            self.place.unlink()
        elif self.place.is_dir():
            self.check_empty(self.place)
            shutil.rmtree(self.place)

    def check_empty(self, folder: Path) -> None:
        """Nothing may be written to a folder that is there while the disk is away."""
        assert self.may_be_filled or list(folder.iterdir()) == [], "something was written while the disk was away"


class Bound(Lying):
    """A folder of another place that is mounted there."""

    def attach(self) -> None:
        super().attach()
        self.aside.mkdir()
        self.mount()

    def detach(self) -> None:
        while is_done("umount", "-l", self.place):
            continue

    def mount(self) -> None:
        command("mount", "--bind", self.aside, self.place)

    @contextmanager
    def over(self, other: Path) -> Iterator[None]:
        command("mount", "--bind", other, self.place)
        yield
        command("umount", "-l", self.place)


class Small(Bound):
    """A small disk in memory, of which each has the same inodes as the others."""

    def mount(self) -> None:
        command("mount", "-t", "tmpfs", "-o", "size=16m,nr_inodes=600", "feedsvc-trial", self.place)


class Failing(Bound):
    """A disk that fails as `orders` says."""

    def __init__(self, place: Path, spare: Path) -> None:
        super().__init__(place, spare)
        self.orders = spare / "orders"
        self._process: subprocess.Popen[bytes] | None = None

    def mount(self) -> None:
        self.order("")
        program = [sys.executable, *map(str, (FUSE_DISK, self.aside, self.place, self.orders))]
        self._process = subprocess.Popen(program, stderr=subprocess.DEVNULL)
        wait_for(self._is_mounted, "it is mounted")

    def _is_mounted(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, "this trial needs root, /dev/fuse, and the right to mount"
        return os.path.ismount(self.place)

    def order(self, what: str) -> None:
        fresh = self.orders.with_suffix(".new")
        fresh.write_text(what, encoding="ascii")
        fresh.replace(self.orders)

    def detach(self) -> None:
        self.order("")
        super().detach()
        self.kill()

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()


def command(*arguments: str | Path) -> None:
    assert is_done(*arguments), f"this trial needs root and the right to mount: {arguments}"


def is_done(*arguments: str | Path) -> bool:
    return subprocess.run(list(map(str, arguments)), check=False, capture_output=True).returncode == 0
