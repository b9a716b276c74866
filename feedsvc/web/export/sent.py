"""A local journal of the objects that were sent to an object store, or copied from one.

An object is listed before it exists, and until it is gone. Each line is a JSON list: a key, and the mark of its
content, which is `"?"` while it is unknown, and null once the object is gone. A change costs one line, however many
objects there are. A last line that was cut off is ignored.
"""

import fcntl
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock
from typing import BinaryIO

import msgspec

from feedsvc.web.export.disk import BeingWritten

UNKNOWN = "?"
_Line = tuple[str, str | None]
_WASTE = 1_000
"""Lines beyond twice the number of objects that a journal may have before it is rewritten."""


class SentObjects:
    """The marks of all objects that may exist, by key. Thread-safe."""

    def __init__(self, file: BinaryIO, marks: dict[str, str]) -> None:
        self._file = file
        self._lock = Lock()
        self.marks = marks

    def announce(self, keys: Iterable[str]) -> None:
        """Notes objects that are about to be sent or removed; the note is durable when this returns."""
        self._note([(key, UNKNOWN) for key in keys])
        os.fsync(self._file.fileno())

    def sent(self, key: str, mark: str) -> None:
        self._note([(key, mark)])

    def removed(self, keys: Iterable[str]) -> None:
        self._note([(key, None) for key in keys])

    def _note(self, lines: list[_Line]) -> None:
        with self._lock:
            self._file.write(_encoded(lines))
            self._file.flush()
            _apply(self.marks, lines)


@contextmanager
def open_journal(path: Path, name: str) -> Iterator[SentObjects]:
    """Opens the journal of the destination `name`, created if it is missing, and locks it. Raises BeingWritten, and
    OSError."""
    with _locked(path, name):
        marks = _load(path)
        with path.open("ab") as file:
            yield SentObjects(file, marks)


@contextmanager
def append_journal(path: Path, name: str) -> Iterator[SentObjects]:
    """Opens the journal as `open_journal` does, but without reading it: `marks` has only the objects noted from now
    on."""
    with _locked(path, name), path.open("ab") as file:
        file.write(b"\n")  # ends a line that was cut off
        yield SentObjects(file, {})


@contextmanager
def _locked(path: Path, name: str) -> Iterator[None]:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT, 0o600), "wb") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BeingWritten(name) from error
        yield


def _load(path: Path) -> dict[str, str]:
    """The marks. The journal is rewritten if it has too many obsolete lines, or was cut off."""
    data = path.read_bytes() if path.exists() else b""
    marks: dict[str, str] = {}
    lines = data.split(b"\n")
    for line in lines[:-1]:
        with suppress(msgspec.MsgspecError):  # a line that was cut off, followed by others
            _apply(marks, [msgspec.json.decode(line, type=_Line)])
    if lines[-1] or len(lines) > 2 * len(marks) + _WASTE or not path.exists():
        aside = path.with_suffix(".new")
        with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(_encoded(marks.items()))
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)
    return marks


def _encoded(lines: Iterable[_Line]) -> bytes:
    return b"".join(msgspec.json.encode(line) + b"\n" for line in lines)


def _apply(marks: dict[str, str], lines: Iterable[_Line]) -> None:
    for key, mark in lines:
        if mark is None:
            marks.pop(key, None)
        else:
            marks[key] = mark
