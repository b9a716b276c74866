"""Reads many files on all processors: other processes of ours, which end with this one.

Not multiprocessing's: its children would run the program that we are part of once more, and outlive a kill -9.
"""

import os
import pickle
import subprocess
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime
from itertools import islice
from queue import SimpleQueue
from types import TracebackType
from typing import IO, cast

import msgspec

from feedsvc.changes import Change
from feedsvc.drafts import Draft, Drafting
from feedsvc.ports import Unreadable

BATCH = 500
"""Files that are read together."""
ALONE = 8
"""Batches that this process reads by itself: to start the others costs as much."""

Drafted = tuple[Change, Draft | None]
"""A file with its Draft, or without one where it cannot be read."""


class Crew:
    """Makes Drafts as of `now`. A context: what it started ends with it."""

    def __init__(self, drafting: Drafting, now: datetime) -> None:
        self._drafting = drafting
        self._now = now
        self._hands: list[_Hand] = []

    def __enter__(self) -> "Crew":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for hand in self._hands:
            hand.end()

    def draft(self, changes: Iterable[Change]) -> Iterator[list[Drafted]]:
        """The files of `changes`, in their order, batch by batch; those that follow are read meanwhile."""
        source = iter(changes)
        for _ in range(ALONE):
            if batch := list(islice(source, BATCH)):
                yield draft_all(self._drafting, batch, self._now)
        if batch := list(islice(source, BATCH)):
            yield from self._together(batch, source)

    def _together(self, batch: list[Change], source: Iterator[Change]) -> Iterator[list[Drafted]]:
        free: SimpleQueue[_Hand] = SimpleQueue()
        for _ in range(os.cpu_count() or 1):
            self._hands.append(_Hand(self._drafting, self._now))
            free.put(self._hands[-1])

        def hand_out(batch: list[Change]) -> list[Drafted]:
            hand = free.get()
            try:
                return hand.draft(batch)
            finally:
                free.put(hand)

        coming: deque[Future[list[Drafted]]] = deque()
        with ThreadPoolExecutor(len(self._hands), "crew") as threads:
            while batch or coming:
                if batch:
                    coming.append(threads.submit(hand_out, batch))
                batch = list(islice(source, BATCH))
                if len(coming) > 2 * len(self._hands) or not batch:
                    yield coming.popleft().result()


class _Hand:
    """Another process that reads files. It is told once, by a pickle, how; then changes go there and Drafts come back
    as MessagePack, which takes a tenth of the time that pickles of them take."""

    def __init__(self, drafting: Drafting, now: datetime) -> None:
        self._drafting = drafting
        self._now = now
        command = [sys.executable, "-P", "-m", "feedsvc.crew"]  # whatever lies in the folder that we were started in
        self._process = subprocess.Popen(  # noqa: S603 - our own program
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, process_group=0
        )
        with suppress(OSError):  # it is lost already, which shows with the first batch
            _send(self._into, pickle.dumps((drafting, now)))

    def draft(self, batch: list[Change]) -> list[Drafted]:
        """Where the process is lost (the machine ran out of memory), this one does the work."""
        try:
            _send(self._into, _encode(batch))
            return list(zip(batch, _DRAFTS.decode(_receive(self._out_of)), strict=True))
        except (OSError, EOFError, ValueError, OverflowError, msgspec.MsgspecError):
            return draft_all(self._drafting, batch, self._now)

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
_BATCHES = msgspec.msgpack.Decoder(list[Change])
_DRAFTS = msgspec.msgpack.Decoder(list[Draft | None])
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


def draft_all(drafting: Drafting, changes: list[Change], now: datetime) -> list[Drafted]:
    return [(change, _draft(drafting, change, now)) for change in changes]


def _draft(drafting: Drafting, change: Change, now: datetime) -> Draft | None:
    try:
        return drafting.draft(change, now)
    except Unreadable:
        return None


def main() -> None:
    """The other process: until there is nobody any more who hands anything out."""
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what is printed is no pickle
    with suppress(EOFError, OSError):
        drafting, now = pickle.loads(_receive(sys.stdin.buffer))  # noqa: S301 - from our own parent
        while True:
            batch = _BATCHES.decode(_receive(sys.stdin.buffer))
            _send(out, _encode([_draft(drafting, change, now) for change in batch]))


if __name__ == "__main__":
    main()
