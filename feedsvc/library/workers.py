"""Parses many files on all processors, in worker processes. Files and results pass as MessagePack, which takes a tenth
of the time of pickles."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from functools import partial
from itertools import chain, islice
from typing import Any, Generic, NamedTuple, TypeVar

import msgspec

from feedsvc.library.headers import Header, parse_header
from feedsvc.library.parsing import FileParser, ParsedFile, TemporarilyUnreadable
from feedsvc.library.signature import FileChange
from feedsvc.model.problem import Problem
from feedsvc.model.reader import Unreadable
from feedsvc.model.worker_pool import WorkerPool, processors
from feedsvc.model.worker_process import Job, WorkerProcess

BATCH = 500
"""Files that are parsed together."""
INLINE_BATCHES = 4
"""Batches that this process parses itself while the workers, which it starts with the second batch, load their
modules."""


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


class ParserPool:
    """Parses files as of `now`, many of them in `workers`."""

    def __init__(self, parser: FileParser, now: datetime, workers: WorkerPool) -> None:
        self.parser = parser
        self.now = now
        self._workers = workers
        self._job = Job(__name__, (parser, now))

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
        batches = iter(lambda: list(islice(source, BATCH)), [])
        is_inline = not self._workers.is_started and at_least < INLINE_BATCHES * BATCH
        for number, batch in enumerate(islice(batches, INLINE_BATCHES if is_inline else 0)):
            if number and processors() > 1:
                self._workers.start()
            yield task.run_batch(self.parser, batch, self.now)
        if (following := next(batches, None)) is not None:
            ahead = 2 * processors()
            yield from self._workers.map(partial(self._ask, task), chain((following,), batches), ahead)

    def _ask(self, task: _Task[_T], worker: WorkerProcess, batch: list[FileChange]) -> list[tuple[FileChange, _T]]:
        """The results of `task` for `batch`; this process does the work if the worker is lost."""
        try:
            answer = worker.ask(self._job, _encode((task.name, batch)))
            return list(zip(batch, task.decoder.decode(answer), strict=True))
        except (OSError, EOFError, ValueError, OverflowError, msgspec.MsgspecError):
            return task.run_batch(self.parser, batch, self.now)


_encode = msgspec.msgpack.Encoder().encode
_BATCHES = msgspec.msgpack.Decoder(tuple[str, list[FileChange]])


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


def answerer(state: tuple[FileParser, datetime]) -> Callable[[bytes], bytes]:
    """The function by which a worker answers."""
    parser, now = state

    def answer(message: bytes) -> bytes:
        name, batch = _BATCHES.decode(message)
        return _encode([_TASKS[name].run(parser, change, now) for change in batch])

    return answer
