"""The process in which a foreign format runs. It may fail in any way, and is killed then.

Requests are pickles of `(function, arguments)`; replies are MessagePack, from which only plain values are decoded.
"""

import io
import os
import pickle
import resource
import select
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from feedsvc.model.exceptions import describe_exception
from feedsvc.model.format import Format, Profile, Rule
from feedsvc.model.registry import add, load_from_file
from feedsvc.service.bounded_process import LENGTH
from feedsvc.service.struct_pickle import dump_struct

MEMORY = 512 * 2**20
"""Bytes of private memory that a format may use."""
_ADDRESSES = 16 * MEMORY
"""Bytes of address space: libraries reserve much that they never use."""
_NICE = 5
"""The niceness of the process, so that publishing and serving come first."""
_IDLE = 60.0
"""Seconds without a request after which the process ends; another one is started when needed."""


_write, _exit, _read_pickle = os.write, os._exit, pickle.loads
"""References taken before the format is loaded, since it may replace functions in these modules."""
Number = Annotated[int, Meta(ge=0)]
_PLAIN = Rule(requirement="", violation=lambda _article, _feed: "", remedy="")


class RuleDescription(msgspec.Struct, frozen=True):
    """The values of a Rule."""

    requirement: str
    remedy: str
    hard: bool
    has_near: bool


class Description(msgspec.Struct, frozen=True, kw_only=True):
    """The values of a Format and of its Profile. `functions` names the optional functions that are defined."""

    name: Annotated[str, Meta(min_length=1, max_length=100)]
    type: Annotated[str, Meta(pattern=r"^[a-z]+/[a-z0-9.+-]+\Z")]
    filename: Annotated[str, Meta(pattern=r"^([A-Za-z0-9_-][A-Za-z0-9._-]*)?\Z")]
    chained: bool
    options: bytes
    """The type of the options, as `struct_pickle` writes it."""
    rules: tuple[RuleDescription, ...]
    limit: Number
    max_items: Number
    min_items: Number
    max_age: Number
    page_size: Number
    needs_text: bool
    for_readers: bool
    max_bytes: Number
    functions: frozenset[str]


class Reply(msgspec.Struct, frozen=True):
    """The value that a function returned, or the reason why it did not return."""

    value: msgspec.Raw = msgspec.Raw(b"\xc0")
    exception: str = ""
    """The exception that the function raised, with the file and the line; empty if it returned."""
    out_of_memory: bool = False


def describe(form: Format) -> Description:
    """The description of `form`. Raises an exception for a format that cannot be used."""
    profile, plain = form.profile, Profile()
    numbers = ("limit", "max_items", "min_items", "max_age", "page_size", "needs_text", "for_readers", "max_bytes")
    if not callable(form.render):
        raise TypeError(f"render is {type(form.render).__name__}, not a function")
    return Description(
        name=form.name,
        type=form.type,
        filename=form.filename,
        chained=form.chained,
        options=dump_struct(profile.options),
        rules=tuple(
            RuleDescription(rule.requirement, rule.remedy, rule.hard, rule.near is not _PLAIN.near)
            for rule in profile.rules
        ),
        functions=frozenset(
            name
            for name in ("irrelevant", "feed_warnings", "index")
            if getattr(profile, name) is not getattr(plain, name)
        ),
        **{name: getattr(profile, name) for name in numbers},
    )


class _Functions:
    """The functions of a format, by the names in requests."""

    def __init__(self, form: Format) -> None:
        self._form = form

    def describe(self) -> Description:
        return describe(self._form)

    def render(self, *given: Any) -> Any:
        return self._form.render(*given)

    def index(self, *given: Any) -> Any:
        return self._form.profile.index(*given) if self._form.profile.index else None

    def irrelevant(self, *given: Any) -> Any:
        return self._form.profile.irrelevant(*given) or ""

    def feed_warnings(self, *given: Any) -> Any:
        return self._form.profile.feed_warnings(*given)

    def violation(self, rule: int, *given: Any) -> Any:
        return self._form.profile.rules[rule].violation(*given) or ""

    def near(self, rule: int, *given: Any) -> Any:
        return self._form.profile.rules[rule].near(*given) or ""


def answer(call: Callable[[], Any], source: str) -> Reply:
    """The reply with the result of `call`, a function of the format from `source`. Never raises an exception."""
    try:
        return Reply(value=msgspec.Raw(msgspec.msgpack.encode(call())))
    except MemoryError:
        return Reply(exception="MemoryError", out_of_memory=True)
    except BaseException as error:  # noqa: BLE001 - a format may raise whatever it likes
        return Reply(exception=describe_exception(error, source))


def _load(source: str) -> _Functions:
    """The functions of the format in `source`, a file or a module of an installed package."""
    if source.endswith(".py"):
        return _Functions(load_from_file(Path(source), "FORMAT", Format))
    found: dict[str, Format] = {}
    add(found, source, "FORMAT", Format)
    return _Functions(found.popitem()[1])


class _Loaded:
    """The format in `source`. It is loaded by the first request, so that faults while loading are answered like any
    others."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._functions: _Functions | None = None

    def call(self, function: str, arguments: tuple[Any, ...]) -> Any:
        if self._functions is None:
            self._functions = _load(self._source)
        return getattr(self._functions, function)(*arguments)


def _limit() -> None:
    """Limits the memory of this process, and makes it the first one that the kernel kills when memory runs out."""
    for kind, most in ((resource.RLIMIT_DATA, MEMORY), (resource.RLIMIT_AS, _ADDRESSES), (resource.RLIMIT_CORE, 0)):
        hard = resource.getrlimit(kind)[1]
        with suppress(ValueError, OSError):
            resource.setrlimit(kind, (most if hard < 0 else min(most, hard), hard))
    os.nice(_NICE)
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")


def _end_when_idle_or_alone(requests: int, busy: Event) -> None:
    """Ends this process once the parent is gone, even during a call, or if no request came for _IDLE seconds."""
    poller = select.poll()
    poller.register(requests, 0)
    while not poller.poll(_IDLE * 1000):
        if not busy.is_set():
            break
    _exit(0)


def main() -> None:
    """Runs until the parent closes the pipe. The argument is the source of the format."""
    source = sys.argv[1]
    requests, replies = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):  # input and output of the format must not mix with requests and replies
        os.dup2(nothing, descriptor)
    _limit()
    busy, loaded = Event(), _Loaded(source)
    Thread(target=_end_when_idle_or_alone, args=(requests, busy), daemon=True).start()
    encode = msgspec.msgpack.Encoder().encode
    with io.FileIO(requests, closefd=False) as stream, suppress(EOFError, OSError):
        while True:
            function, arguments = _read_pickle(_receive(stream))
            busy.set()
            reply = encode(answer(lambda: loaded.call(function, arguments), source))  # noqa: B023 - called at once
            _send(replies, len(reply).to_bytes(LENGTH, "big") + reply)
            busy.clear()
    _exit(0)


def _receive(stream: io.FileIO) -> bytes:
    """The next request. Raises EOFError if the parent has closed the pipe."""
    length = int.from_bytes(_exactly(stream, LENGTH), "big")
    return _exactly(stream, length)


def _exactly(stream: io.FileIO, length: int) -> bytes:
    data = bytearray()
    while len(data) < length:
        part = stream.read(length - len(data))
        if not part:
            raise EOFError
        data += part
    return bytes(data)


def _send(descriptor: int, data: bytes) -> None:
    unsent = memoryview(data)
    while unsent:
        unsent = unsent[_write(descriptor, unsent) :]


if __name__ == "__main__":
    main()
