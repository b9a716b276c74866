"""A foreign format, which is not part of this program: the newsroom's own file, or a module of an installed package.

It runs in a separate process (`format_worker`), within limits of time, memory and size. A format that exceeds them, or
ends its process, is not tried again for a while, so that even many faulty formats take little time.
"""

import math
import pickle
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import NamedTuple, TypeVar

import msgspec

from feedsvc.model.feed import Feed
from feedsvc.model.format import FormatFault
from feedsvc.service.bounded_process import BoundedProcess, ProcessFault
from feedsvc.service.format_worker import MEMORY, Description, Reply
from feedsvc.service.program import environment, python_command

LOADING = 5.0
"""Seconds that a format may take to be loaded."""
CALL, ARTICLE = 3.0, 0.02
"""Seconds that a format may take for one document: CALL, and ARTICLE for each article in it. Built-in formats take a
hundredth of that."""
REST, LONGEST_REST = 60, 3_600
"""Seconds for which a format that failed is not tried again: REST after the first failure, doubled after each further
one up to LONGEST_REST."""
SHARE, DUTY = 2.5, 0.5
"""Seconds that all foreign formats together may take at once while other documents wait, and their share of the time
after that."""
SOON = 2
"""Seconds after which a format is tried that had to wait for other documents."""


T = TypeVar("T")


class TimeShare:
    """Limits the time that all foreign formats take together, so that other documents are published in between."""

    def __init__(self, most: float = SHARE, clock: Callable[[], float] = time.monotonic) -> None:
        self._most, self._clock = most, clock
        self._level, self._last = 0.0, clock()

    def spend(self, seconds: float) -> None:
        """Records that foreign formats took `seconds`."""
        self._level = self._now() + seconds

    def is_used_up(self) -> bool:
        """True if the time is used up, so that other documents come first."""
        return self._now() > self._most

    def _now(self) -> float:
        now = self._clock()
        self._level, self._last = max(0.0, self._level - DUTY * (now - self._last)), now
        return self._level


UNLIMITED = TimeShare(most=math.inf)
"""No limit, for commands that render everything while no other documents wait."""


class Rest(NamedTuple):
    """The time for which a format is not tried after faults. Times are of one monotonic clock."""

    faults: int = 0
    until: float = 0.0
    reason: str = ""
    state: tuple[int, int] = (0, 0)
    """Modification time (ns) and size of the file when the format failed: a changed file is tried at once."""

    def after_fault(self, now: float, reason: str, state: tuple[int, int]) -> "Rest":
        """The rest after one more fault."""
        return Rest(self.faults + 1, now + min(LONGEST_REST, REST * 2**self.faults), reason, state)

    def is_over(self, now: float, state: tuple[int, int]) -> bool:
        return now >= self.until or state != self.state


class _Described(NamedTuple):
    """The result of loading a format, and the state of its file at that time."""

    state: tuple[int, int]
    result: Description | ProcessFault


_DESCRIBED: dict[str, _Described] = {}
"""The last result for each source: it is needed when the configuration is read, and by the publisher soon after."""
_NO_FILE = 0, 0


class ForeignFormat:
    """The functions of the format in `source`, a file or the name of a module, which are called in its process."""

    def __init__(self, source: str, share: TimeShare) -> None:
        self.source = source
        self.name = Path(source).name if source.endswith(".py") else source
        self._share = share
        self._process: BoundedProcess | None = None
        self._rest = Rest()
        self._lost = 0.0
        self._lock = Lock()

    def describe(self) -> Description:
        """The description of the format, which is loaded once for each state of its file. Raises FormatFault if it
        cannot be loaded or used."""
        state = _state(self.source)
        known = _DESCRIBED.get(self.source)
        told = known.result if known and known.state == state != _NO_FILE else self._load()
        _DESCRIBED[self.source] = _Described(state, told)
        if isinstance(told, ProcessFault):
            raise self._fault(str(told))
        return told

    def _load(self) -> Description | ProcessFault:
        with self._lock:
            try:
                return _loaded(self._ask("describe", (), 0.0))
            except ProcessFault as fault:
                return fault
            finally:
                self._end()

    def render(self, function: str, feed: Feed, *parts: object) -> bytes:
        """The document that the `function` of the format renders from `feed`. Raises as `call` does."""
        count = len(feed.articles)
        body = self.call(bytes, function, feed, *parts, articles=count)
        if not body and count:
            raise FormatError(f"returned no bytes for {count} articles")
        return body

    def call(self, kind: type[T], function: str, *arguments: object, articles: int = 0) -> T:
        """The result of the `function` of the format, which must be of the type `kind`.

        Raises FormatFault if the format cannot be used, and FormatError if the function raised an exception.
        """
        with self._lock:
            self._refuse_at_rest()
            begun = time.monotonic()
            try:
                reply = self._ask(function, arguments, CALL + ARTICLE * articles)
                result = None if reply.exception else _decoded(reply.value, kind)
            except ProcessFault as error:
                raise self._fault(str(error)) from None
            finally:
                taken = time.monotonic() - begun
                self._share.spend(taken)
            if result is None:
                self._take_note_of_exception(reply, taken)
                raise FormatError(reply.exception)
            self._rest, self._lost = Rest(), 0.0
            return result

    def _refuse_at_rest(self) -> None:
        """Raises FormatFault if the format failed a short time ago, or if other documents come first."""
        rest, now = self._rest, time.monotonic()
        if rest.faults and not rest.is_over(now, _state(self.source)):
            raise FormatFault(rest.reason, self._remedy(), REST)
        if self._share.is_used_up():
            raise FormatFault(f"{self.name} waits until other documents are published", "nothing has to be done", SOON)

    def _take_note_of_exception(self, reply: Reply, taken: float) -> None:
        """Raises FormatFault if the format ran out of memory, or if its exceptions have taken too much time since the
        last good document."""
        self._lost += taken
        if reply.out_of_memory:
            self._end()
            raise self._fault(f"needs more than {MEMORY // 2**20} MB of memory")
        if self._lost > LOADING + CALL:
            raise self._fault(f"raised exceptions for {self._lost:.0f} s: {reply.exception}")

    def _ask(self, function: str, arguments: tuple[object, ...], seconds: float) -> Reply:
        """The reply of the process. A used process that has ended or has run out of memory is replaced once, since
        earlier calls may be the cause."""
        request = pickle.dumps((function, arguments))
        if self._process is not None:
            with suppress(_Used):
                return self._ask_used(self._process, request, seconds)
        command = python_command("feedsvc.service.format_worker", self.source)
        process = BoundedProcess(command, environment())
        loaded = _reply(process.ask(pickle.dumps(("describe", ())), LOADING))
        reply = _reply(process.ask(request, seconds)) if seconds else loaded
        self._process = process
        return reply

    def _ask_used(self, process: BoundedProcess, request: bytes, seconds: float) -> Reply:
        self._process = None
        try:
            reply = _reply(process.ask(request, seconds))
        except ProcessFault as fault:
            if fault.timed_out:
                raise
            raise _Used from None
        if reply.out_of_memory:
            process.end()
            raise _Used
        self._process = process
        return reply

    def _end(self) -> None:
        if self._process is not None:
            self._process.end()
            self._process = None

    def _fault(self, reason: str) -> FormatFault:
        self._rest = self._rest.after_fault(time.monotonic(), f"{self.name} {reason}", _state(self.source))
        return FormatFault(self._rest.reason, self._remedy(), REST)

    def _remedy(self) -> str:
        return f"correct {self.name}; it is tried again when it has changed, or in {REST} s to {LONGEST_REST // 60} min"


class _Used(Exception):
    """Raised if a process that worked before has ended or has run out of memory."""


class FormatError(Exception):
    """An exception that a foreign format raised, in one line."""


def _reply(data: bytes) -> Reply:
    try:
        return msgspec.msgpack.decode(data, type=Reply)
    except msgspec.MsgspecError:
        raise ProcessFault("sent a reply that cannot be read") from None


def _loaded(reply: Reply) -> Description:
    if reply.exception:
        raise ProcessFault(f"cannot be loaded: {reply.exception}")
    return _decoded(reply.value, Description)


def _decoded(value: msgspec.Raw, kind: type[T]) -> T:
    try:
        return msgspec.msgpack.decode(value, type=kind)
    except msgspec.MsgspecError as error:
        raise ProcessFault(f"returned something else than {getattr(kind, '__name__', 'text')}: {error}") from None


def _state(source: str) -> tuple[int, int]:
    """The modification time (ns) and the size of the file; always (0, 0) for a module."""
    try:
        found = Path(source).stat()
    except OSError:
        return _NO_FILE
    return found.st_mtime_ns, found.st_size
