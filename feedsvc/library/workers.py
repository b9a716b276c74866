"""Parses many files on all processors, in worker processes that end with this one.

Not multiprocessing: its children would import the main program again, and would survive a kill -9 of their parent.
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
from feedsvc.library.parsing import FileParser, ParsedFile, TemporarilyUnreadable
from feedsvc.library.signature import FileChange
from feedsvc.model.problem import Problem
from feedsvc.model.reader import Unreadable

BATCH = 500
"""Files that are parsed together."""
INLINE_BATCHES = 8
"""Batches that this process parses itself before it starts workers, which costs as much."""


class Failure(NamedTuple):
    """The reason why a file could not be parsed; `temporary` if that may pass without a change of the file."""

    reason: str
    remedy: str
    temporary: bool = False

    def problem(self, place: str) -> Problem:
        """The failure as a problem of the file at `place`."""
        return Problem(place=place, reason=self.reason, remedy=self.remedy)


def failure_of(error: Unreadable) -> Failure:
    """The failure that `error` describes."""
    return Failure(error.reason, error.remedy, isinstance(error, TemporarilyUnreadable))


class ParseOutcome(NamedTuple):
    """Either the parsed file or the failure; both None for a result that was dropped to save memory."""

    parsed: ParsedFile | None = None
    failure: Failure | None = None


ParseResult = tuple[FileChange, ParseOutcome]
HeaderResult = tuple[FileChange, Header | None]
"""None if the header cannot be read."""

_T = TypeVar("_T")


class _Task(NamedTuple, Generic[_T]):
    """A function of one file, its name in messages, and the decoder of its results."""

    name: str
    run: Callable[[FileParser, FileChange, datetime], _T]
    decoder: msgspec.msgpack.Decoder[list[_T]]

    def run_batch(self, parser: FileParser, batch: list[FileChange], now: datetime) -> list[tuple[FileChange, _T]]:
        return [(change, self.run(parser, change, now)) for change in batch]


class WorkerPool:
    """Parses files as of `now`. A context manager: the workers that it started end with it."""

    def __init__(self, parser: FileParser, now: datetime) -> None:
        self.parser = parser
        self.now = now
        self._workers: list[_Worker] = []

    def __enter__(self) -> "WorkerPool":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for worker in self._workers:
            worker.end()

    def parse_files(self, changes: Iterable[FileChange]) -> Iterator[list[ParseResult]]:
        """The results for `changes` in their order, in batches; the next ones are parsed meanwhile."""
        return self._run(_PARSE_FILE, changes)

    def parse_headers(self, changes: Iterable[FileChange], at_least: int) -> Iterator[list[HeaderResult]]:
        """The headers of `changes`, in batches as in `parse_files`. `at_least` is the smallest number of changes."""
        return self._run(_PARSE_HEADER, changes, at_least)

    def _run(
        self, task: _Task[_T], changes: Iterable[FileChange], at_least: int = 0
    ) -> Iterator[list[tuple[FileChange, _T]]]:
        source = iter(changes)
        for _ in range(0 if self._workers or at_least >= INLINE_BATCHES * BATCH else INLINE_BATCHES):
            if batch := list(islice(source, BATCH)):
                yield task.run_batch(self.parser, batch, self.now)
        if batch := list(islice(source, BATCH)):
            yield from self._run_in_workers(task, batch, source)

    def _run_in_workers(
        self, task: _Task[_T], batch: list[FileChange], source: Iterator[FileChange]
    ) -> Iterator[list[tuple[FileChange, _T]]]:
        self._workers = self._workers or [_Worker(self.parser, self.now) for _ in range(os.cpu_count() or 1)]
        free: SimpleQueue[_Worker] = SimpleQueue()
        for worker in self._workers:
            free.put(worker)

        def run_in_free_worker(batch: list[FileChange]) -> list[tuple[FileChange, _T]]:
            worker = free.get()
            try:
                return worker.run(task, batch)
            finally:
                free.put(worker)

        pending: deque[Future[list[tuple[FileChange, _T]]]] = deque()
        with ThreadPoolExecutor(len(self._workers), "parsing") as threads:
            while batch or pending:
                if batch:
                    pending.append(threads.submit(run_in_free_worker, batch))
                batch = list(islice(source, BATCH))
                if len(pending) > 2 * len(self._workers) or not batch:
                    yield pending.popleft().result()


class _Worker:
    """A worker process. It gets the parser once, as a pickle; then file changes and results pass as MessagePack, which
    takes a tenth of the time of pickles."""

    def __init__(self, parser: FileParser, now: datetime) -> None:
        self._parser = parser
        self._now = now
        # -P: no module is imported from the working directory.
        command = [sys.executable, "-P", "-m", "feedsvc.library.workers"]
        self._process = subprocess.Popen(  # noqa: S603 - our own program
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, process_group=0
        )
        with suppress(OSError):  # a worker that has already died is noticed with the first batch
            _send(self._stdin, pickle.dumps((parser, now)))

    def run(self, task: _Task[_T], batch: list[FileChange]) -> list[tuple[FileChange, _T]]:
        """The results of `task` for `batch`; this process does the work if the worker is lost (out of memory)."""
        try:
            _send(self._stdin, _encode((task.name, batch)))
            return list(zip(batch, task.decoder.decode(_receive(self._stdout)), strict=True))
        except (OSError, EOFError, ValueError, OverflowError, msgspec.MsgspecError):
            return task.run_batch(self._parser, batch, self._now)

    def end(self) -> None:
        """Kills the process, which holds nothing that could be lost."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()

    @property
    def _stdin(self) -> IO[bytes]:
        return cast(IO[bytes], self._process.stdin)

    @property
    def _stdout(self) -> IO[bytes]:
        return cast(IO[bytes], self._process.stdout)


_encode = msgspec.msgpack.Encoder().encode
_BATCHES = msgspec.msgpack.Decoder(tuple[str, list[FileChange]])
_LENGTH = 8
"""Bytes of the length that precedes each message."""


def _send(pipe: IO[bytes], data: bytes) -> None:
    pipe.write(len(data).to_bytes(_LENGTH, "big"))
    pipe.write(data)
    pipe.flush()


def _receive(pipe: IO[bytes]) -> bytes:
    """The next message. Raises EOFError if the other process has ended."""
    length = int.from_bytes(_read_exactly(pipe, _LENGTH), "big")
    return _read_exactly(pipe, length)


def _read_exactly(pipe: IO[bytes], length: int) -> bytes:
    data = pipe.read(length)
    if len(data) < length:
        raise EOFError
    return data


def parse_file(parser: FileParser, change: FileChange, now: datetime) -> ParseOutcome:
    """The outcome of parsing one file. Errors of the file are returned, not raised."""
    try:
        return ParseOutcome(parsed=parser.parse(change, now))
    except Unreadable as error:
        return ParseOutcome(failure=failure_of(error))


def _parse_header(parser: FileParser, change: FileChange, now: datetime) -> Header | None:
    try:
        return parse_header(parser, change, now)
    except Exception:  # noqa: BLE001 - the problem is reported when the whole file is parsed
        return None


_PARSE_FILE = _Task("file", parse_file, msgspec.msgpack.Decoder(list[ParseOutcome]))
_PARSE_HEADER = _Task("header", _parse_header, msgspec.msgpack.Decoder(list[Header | None]))
_TASKS: dict[str, _Task[Any]] = {task.name: task for task in (_PARSE_FILE, _PARSE_HEADER)}


def main() -> None:
    """Runs a worker until its parent closes the pipe."""
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # printed text must not mix with the results
    with suppress(EOFError, OSError):
        parser, now = pickle.loads(_receive(sys.stdin.buffer))  # noqa: S301 - from our own parent
        while True:
            name, batch = _BATCHES.decode(_receive(sys.stdin.buffer))
            _send(out, _encode([_TASKS[name].run(parser, change, now) for change in batch]))


if __name__ == "__main__":
    main()
