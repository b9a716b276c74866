"""What lies in the articles folder: names and stamps, folder by folder. Reads no file."""

import os
import stat
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from feedsvc.model import Problem

_PASSING = ("~", ".tmp", ".part", ".swp")


class Entry(NamedTuple):
    """A regular file: bytes, nanoseconds, inode."""

    size: int
    mtime_ns: int
    inode: int

    def __str__(self) -> str:
        return f"{self.size}:{self.mtime_ns}:{self.inode}"


class Folder(NamedTuple):
    """One folder: its path below the root (empty for the root itself), its files, and what was odd in it."""

    path: str
    files: dict[str, Entry]
    problems: tuple[Problem, ...] = ()
    readable: bool = True
    unsure: frozenset[str] = frozenset()
    """Stems of files that are there, though the system would not say more (a disk's error, a right that is missing)."""

    def place(self, name: str) -> str:
        return f"{self.path}/{name}" if self.path else name

    def companions(self, suffixes: frozenset[str]) -> dict[str, list[str]]:
        """Stem to the sorted names of the files that belong to an article of that stem, itself left out."""
        found: dict[str, list[str]] = defaultdict(list)
        for name in sorted(self.files):
            stem, dot, suffix = name.rpartition(".")
            if dot and f".{suffix.lower()}" not in suffixes:
                found[stem].append(name)
        return found


def walk(root: Path, suffixes: frozenset[str]) -> Iterator[Folder]:
    """Every folder below `root`, parents first, in an order that does not depend on the machine.

    Links to folders are not followed, links to files only where they stay below `root`: so nothing leads out or round.
    Something that is named like an article (`suffixes`) but is no file is a Problem. Raises OSError if `root` itself
    cannot be read.
    """
    real_root = os.path.realpath(root)
    waiting = [""]
    while waiting:
        path = waiting.pop()
        try:
            with os.scandir(root / path) as entries:
                listed = sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            if not path:
                raise
            yield Folder(path, {}, (_unreadable(path, error),), readable=False)
            continue
        folder, below = _sort_out(path, listed, real_root, suffixes)
        waiting.extend(reversed(below))
        yield folder


def _sort_out(
    path: str, listed: list[os.DirEntry[str]], real_root: str, suffixes: frozenset[str]
) -> tuple[Folder, list[str]]:
    files: dict[str, Entry] = {}
    below: list[str] = []
    problems: list[Problem] = []
    unsure: set[str] = set()
    for entry in listed:
        if entry.name.startswith((".", "_")) or entry.name.endswith(_PASSING):
            continue
        place = f"{path}/{entry.name}" if path else entry.name
        if not _is_text(place):
            problems.append(_oddity(place, "has a name that is not UTF-8", "rename it"))
            continue
        odd = _suffix(entry.name) in suffixes
        try:
            if entry.is_dir(follow_symlinks=False):
                below.append(place)
                problems += [_a_folder(place)] if odd else []
            elif found := _regular(entry, real_root):
                files[entry.name] = found
            else:
                problems += [_no_file(place)] if odd else []
        except OSError as error:
            unsure.add(PurePosixPath(entry.name).stem)
            problems.append(_oddity(place, f"cannot be looked at: {error.strerror}", "let the service's user read it"))
    return Folder(path, files, tuple(problems), unsure=frozenset(unsure)), below


def _regular(entry: os.DirEntry[str], real_root: str) -> Entry | None:
    """None for what is no regular file below the root. Raises OSError where the system will not say."""
    link = entry.is_symlink()
    try:
        status = entry.stat()
    except FileNotFoundError:
        return None
    except OSError:
        if link:  # round in circles, or into a place that is not ours
            return None
        raise
    inside = not link or os.path.realpath(entry.path).startswith(real_root + os.sep)
    if not stat.S_ISREG(status.st_mode) or not inside:
        return None
    return Entry(status.st_size, status.st_mtime_ns, status.st_ino)


def _suffix(name: str) -> str:
    return PurePosixPath(name).suffix.lower()


def _is_text(place: str) -> bool:
    try:
        place.encode()
    except UnicodeEncodeError:
        return False
    return True


def _oddity(place: str, reason: str, remedy: str, *, warning: bool = False) -> Problem:
    return Problem(place=place.encode(errors="replace").decode(), reason=reason, remedy=remedy, warning=warning)


def _a_folder(place: str) -> Problem:
    return _oddity(place, "is a folder, though it is named like an article", "rename it", warning=True)


def _no_file(place: str) -> Problem:
    return _oddity(place, "is not a regular file below the articles folder", "put a file in its place")


def _unreadable(path: str, error: OSError) -> Problem:
    return Problem(
        place=path,
        reason=f"the folder cannot be read: {error.strerror}; its articles stay as they were",
        remedy="let the service's user read it",
    )
