"""Reads many files on all processors: other processes of ours, which end with this one.

Not multiprocessing's: its children would run the program that we are part of once more, and outlive a kill -9.
"""

import os
import pickle
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime
from itertools import islice
from queue import SimpleQueue
from types import TracebackType
from typing import IO, Any, Generic, NamedTuple, TypeVar, cast

import msgspec

from feedsvc.library.headers import Header, parse_header
from feedsvc.library.parsing import FileParser, ParsedFile
from feedsvc.library.signature import FileChange
from feedsvc.model.reader import Unreadable

BATCH = 500
"""Files that are read together."""
INLINE_BATCHES = 8
"""Batches that this process reads by itself: to start the others costs as much."""

ParseResult = tuple[FileChange, ParsedFile | None]
"""A file with its Draft, or without one where it cannot be read."""
Glimpsed = tuple[FileChange, Header | None]

_T = TypeVar("_T")


class _Job(NamedTuple, Generic[_T]):
    """What is made of a file, or None where that cannot be, and how one process tells another."""

    name: str
    make: Callable[[FileParser, FileChange, datetime], _T | None]
    told: msgspec.msgpack.Decoder[list[_T | None]]

    def do(self, drafting: FileParser, batch: list[FileChange], now: datetime) -> list[tuple[FileChange, _T | None]]:
        return [(change, self.make(drafting, change, now)) for change in batch]


class WorkerPool:
    """Reads files as of `now`. A context: what it started ends with it."""

    def __init__(self, drafting: FileParser, now: datetime) -> None:
        self.drafting = drafting
        self.now = now
        self._hands: list[_Worker] = []

    def __enter__(self) -> "WorkerPool":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for hand in self._hands:
            hand.end()

    def draft(self, changes: Iterable[FileChange]) -> Iterator[list[ParseResult]]:
        """The files of `changes`, in their order, batch by batch; those that follow are read meanwhile."""
        return self._do(_DRAFT, changes)

    def glance(self, changes: Iterable[FileChange], at_least: int) -> Iterator[list[Glimpsed]]:
        """The same, where no more is wanted of each of so many files than where its article stands."""
        return self._do(_GLANCE, changes, at_least)

    def _do(
        self, job: _Job[_T], changes: Iterable[FileChange], at_least: int = 0
    ) -> Iterator[list[tuple[FileChange, _T | None]]]:
        source = iter(changes)
        for _ in range(0 if self._hands or at_least >= INLINE_BATCHES * BATCH else INLINE_BATCHES):
            if batch := list(islice(source, BATCH)):
                yield job.do(self.drafting, batch, self.now)
        if batch := list(islice(source, BATCH)):
            yield from self._together(job, batch, source)

    def _together(
        self, job: _Job[_T], batch: list[FileChange], source: Iterator[FileChange]
    ) -> Iterator[list[tuple[FileChange, _T | None]]]:
        self._hands = self._hands or [_Worker(self.drafting, self.now) for _ in range(os.cpu_count() or 1)]
        free: SimpleQueue[_Worker] = SimpleQueue()
        for hand in self._hands:
            free.put(hand)

        def hand_out(batch: list[FileChange]) -> list[tuple[FileChange, _T | None]]:
            hand = free.get()
            try:
                return hand.do(job, batch)
            finally:
                free.put(hand)

        coming: deque[Future[list[tuple[FileChange, _T | None]]]] = deque()
        with ThreadPoolExecutor(len(self._hands), "crew") as threads:
            while batch or coming:
                if batch:
                    coming.append(threads.submit(hand_out, batch))
                batch = list(islice(source, BATCH))
                if len(coming) > 2 * len(self._hands) or not batch:
                    yield coming.popleft().result()


class _Worker:
    """Another process that reads files. It is told once, by a pickle, how; then changes go there and what is made of
    them comes back as MessagePack, which takes a tenth of the time that pickles of it take."""

    def __init__(self, drafting: FileParser, now: datetime) -> None:
        self._drafting = drafting
        self._now = now
        command = [
            sys.executable,
            "-P",
            "-m",
            "feedsvc.library.workers",
        ]  # whatever lies in the folder that we were started in
        self._process = subprocess.Popen(  # noqa: S603 - our own program
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, process_group=0
        )
        with suppress(OSError):  # it is lost already, which shows with the first batch
            _send(self._into, pickle.dumps((drafting, now)))

    def do(self, job: _Job[_T], batch: list[FileChange]) -> list[tuple[FileChange, _T | None]]:
        """Where the process is lost (the machine ran out of memory), this one does the work."""
        try:
            _send(self._into, _encode((job.name, batch)))
            return list(zip(batch, job.told.decode(_receive(self._out_of)), strict=True))
        except (OSError, EOFError, ValueError, OverflowError, msgspec.MsgspecError):
            return job.do(self._drafting, batch, self._now)

    def end(self) -> None:
        self._process.kill()  # it holds nothing that could be lost
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()

    @property
    def _into(self) -> IO[bytes]:
        return cast(IO[bytes], self._process.stdin)

    @property
    def _out_of(self) -> IO[bytes]:
        return cast(IO[bytes], self._process.stdout)


_encode = msgspec.msgpack.Encoder().encode
_BATCHES = msgspec.msgpack.Decoder(tuple[str, list[FileChange]])
_LENGTH = 8
"""Bytes that tell the length of what follows."""


def _send(pipe: IO[bytes], data: bytes) -> None:
    pipe.write(len(data).to_bytes(_LENGTH, "big"))
    pipe.write(data)
    pipe.flush()


def _receive(pipe: IO[bytes]) -> bytes:
    """Raises EOFError where the other process has ended."""
    length = int.from_bytes(_exactly(pipe, _LENGTH), "big")
    return _exactly(pipe, length)


def _exactly(pipe: IO[bytes], length: int) -> bytes:
    data = pipe.read(length)
    if len(data) < length:
        raise EOFError
    return data


def _draft(drafting: FileParser, change: FileChange, now: datetime) -> ParsedFile | None:
    try:
        return drafting.parse(change, now)
    except Unreadable:
        return None


def _glance(drafting: FileParser, change: FileChange, now: datetime) -> Header | None:
    try:
        return parse_header(drafting, change, now)
    except Exception:  # noqa: BLE001 - what is wrong with the file is told when it is read
        return None


_DRAFT = _Job("draft", _draft, msgspec.msgpack.Decoder(list[ParsedFile | None]))
_GLANCE = _Job("glance", _glance, msgspec.msgpack.Decoder(list[Header | None]))
_JOBS: dict[str, _Job[Any]] = {job.name: job for job in (_DRAFT, _GLANCE)}


def main() -> None:
    """The other process: until there is nobody any more who hands anything out."""
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what is printed is no pickle
    with suppress(EOFError, OSError):
        drafting, now = pickle.loads(_receive(sys.stdin.buffer))  # noqa: S301 - from our own parent
        while True:
            name, batch = _BATCHES.decode(_receive(sys.stdin.buffer))
            _send(out, _encode([_JOBS[name].make(drafting, change, now) for change in batch]))


if __name__ == "__main__":
    main()
