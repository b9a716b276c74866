"""An exported folder on disk. Files are replaced atomically, under a lock, and never through a symbolic link."""

import errno
import fcntl
import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from hashlib import blake2b
from pathlib import Path
from typing import BinaryIO, NamedTuple

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_ASIDE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
PUBLIC = 0o644
ONE_FILE = {getattr(errno, name) for name in ("ENAMETOOLONG", "ENOTDIR", "EISDIR", "ELOOP", "EEXIST", "EILSEQ")}
"""Error numbers that concern one name; any other concerns the whole folder."""


class StaticError(Exception):
    """The place at `place` cannot be written or read. The message has the place, the `reason`, and the `remedy`."""

    def __init__(self, place: object, reason: str, remedy: str) -> None:
        super().__init__(f"{place}: {reason}; {remedy}")
        self.place = str(place)
        self.reason = reason
        self.remedy = remedy


class BeingWritten(StaticError):
    """Another process is writing the place."""

    def __init__(self, place: object) -> None:
        super().__init__(place, "another feedsvc is writing it", "wait for its end")


class Superseded(StaticError):
    """A newer Edition was published while this one was written."""

    def __init__(self, place: object) -> None:
        super().__init__(place, "the Edition changed while it was sent", "the next attempt sends the new one")


class Found(NamedTuple):
    """A regular file: its length in bytes, and its time in whole seconds since 1970."""

    length: int
    modified: int


class Tree:
    """The folder open as `root`. Names are POSIX paths below it. Methods raise OSError."""

    def __init__(self, root: int, path: Path) -> None:
        self._root = root
        self.path = path
        self._unsynced: set[str] = set()

    def find(self, name: str) -> Found | None:
        try:
            status = os.stat(name, dir_fd=self._root, follow_symlinks=False)
        except OSError:
            return None
        return Found(status.st_size, int(status.st_mtime)) if stat.S_ISREG(status.st_mode) else None

    def open(self, name: str) -> BinaryIO:
        """Opens `name` for reading."""
        with self._parent(name) as (parent, last):
            return os.fdopen(os.open(last, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=parent), "rb")

    def put(self, name: str, chunks: Iterable[bytes], modified: int | None = None, mode: int = PUBLIC) -> int:
        """Writes `name` to a temporary file, syncs it, and renames it into place; returns its length. `sync` then makes
        the name durable."""
        with self._parent(name, make=True) as (parent, last):
            aside = aside_name(last)
            with suppress(FileNotFoundError):
                os.unlink(aside, dir_fd=parent)
            try:
                length = _write(os.open(aside, _ASIDE, mode, dir_fd=parent), chunks, modified, mode)
                os.rename(aside, last, src_dir_fd=parent, dst_dir_fd=parent)
            except BaseException:
                with suppress(OSError):
                    os.unlink(aside, dir_fd=parent)
                raise
        self._unsynced.add(name.rpartition("/")[0])
        return length

    def sync(self) -> None:
        """Makes all changes so far durable."""
        for folder in sorted(self._unsynced):
            with suppress(FileNotFoundError), self._folder(folder) as descriptor:
                os.fsync(descriptor)
        self._unsynced.clear()

    def remove(self, name: str) -> None:
        """Removes `name`, and the folders that this leaves empty. `name` need not exist."""
        self._unlink(name, name.rpartition("/")[2])
        folder = name.rpartition("/")[0]
        while folder:
            above, _, last = folder.rpartition("/")
            try:
                with self._folder(above) as descriptor:
                    os.rmdir(last, dir_fd=descriptor)
            except OSError:
                return  # not empty, or gone already
            self._unsynced.add(above)
            folder = above

    def sweep(self, name: str) -> None:
        """Removes the temporary file that a killed run left for `name`."""
        self._unlink(name, aside_name(name.rpartition("/")[2]))

    def _unlink(self, name: str, last: str) -> None:
        with suppress(FileNotFoundError, NotADirectoryError), self._parent(name) as (parent, _):
            os.unlink(last, dir_fd=parent)
            self._unsynced.add(name.rpartition("/")[0])

    @contextmanager
    def _parent(self, name: str, *, make: bool = False) -> Iterator[tuple[int, str]]:
        folder, _, last = name.rpartition("/")
        with self._folder(folder, make=make) as descriptor:
            yield descriptor, last

    @contextmanager
    def _folder(self, folder: str, *, make: bool = False) -> Iterator[int]:
        """Opens `folder` step by step. A symbolic link on the way is refused (ENOTDIR), wherever it leads."""
        descriptor, way = os.dup(self._root), ""
        try:
            for step in filter(None, folder.split("/")):
                if make:
                    self._make(step, descriptor, way)
                inner = os.open(step, _FOLDER | os.O_NOFOLLOW, dir_fd=descriptor)
                os.close(descriptor)
                descriptor, way = inner, f"{way}/{step}" if way else step
            yield descriptor
        finally:
            os.close(descriptor)

    def _make(self, step: str, parent: int, way: str) -> None:
        try:
            os.mkdir(step, dir_fd=parent)
        except FileExistsError:
            return
        os.chmod(step, 0o755, dir_fd=parent)  # noqa: S103 - published folders are public, whatever the umask
        self._unsynced.add(way)


@contextmanager
def open_tree(folder: Path) -> Iterator[Tree]:
    """Opens `folder`, created if it is missing, and locks it. Raises StaticError for any error."""
    try:
        _make_public(folder)
        root = os.open(folder, _FOLDER)
        try:
            fcntl.flock(root, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield Tree(root, folder)
        finally:
            os.close(root)
    except BlockingIOError as error:
        raise BeingWritten(folder) from error
    except OSError as error:
        where = str(folder / error.filename) if isinstance(error.filename, str) else str(folder)
        remedy = "make room and give this user the right to write there, then publish again; what was there still is"
        raise StaticError(where, error.strerror or type(error).__name__, remedy) from error


def _make_public(folder: Path) -> None:
    """Lets everybody read a folder that was just created; an existing one keeps its mode."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    try:
        folder.mkdir()
    except FileExistsError:
        return
    folder.chmod(0o755)  # as every folder in it


def aside_name(last: str) -> str:
    """A short name for the temporary file, the same in every run, so that it is found again. The name of the file
    itself may already have the maximum length."""
    return f".feedsvc-{blake2b(last.encode(), digest_size=8).hexdigest()}"


def _write(descriptor: int, chunks: Iterable[bytes], modified: int | None, mode: int) -> int:
    length = 0
    with os.fdopen(descriptor, "wb") as file:
        for chunk in chunks:
            length += file.write(chunk)
        file.flush()
        os.fchmod(descriptor, mode)
        if modified is not None:
            os.utime(descriptor, (modified, modified))
        os.fsync(descriptor)
    return length
