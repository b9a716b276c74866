"""Serves media files that lie beside the articles, whole or in part, and only with the bytes that were published."""

import os
import re
import time
from collections.abc import Iterator
from contextlib import ExitStack
from io import FileIO
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any

from flask import Response

from feedsvc.store.coding import etag_of_file
from feedsvc.store.errors import StoreError
from feedsvc.web.disk_turns import DiskTurns
from feedsvc.web.front import OUTDATED, is_outdated, known
from feedsvc.web.table import Held, Variant, dated

Environ = dict[str, Any]
_ORDER = ("identity",)
_RANGE = re.compile(r"bytes=(?:([0-9]{1,18})-([0-9]{0,18})|-([0-9]{1,18}))", re.IGNORECASE)
_RANGES = ("Accept-Ranges", "bytes")
CHUNK = 2**20
"""Bytes handed to the server at once. The server buffers anything smaller, however slowly its client reads."""
LARGE = 4 * CHUNK
"""Bytes from which a download occupies a thread of the server until its client has read nearly all of it."""
SLICE = CHUNK // 4
"""Bytes of a large download handed over at once: at most five slices wait for the client."""
PACE, PATIENCE = 8 * 2**10, 60.0
"""Minimum rate (bytes per second, on average) at which the client of a large download must read, and the seconds after
which this is enforced."""
AT_ONCE = 6
"""Maximum large downloads that one process serves at the same time: some threads must stay free for feeds."""
_BUSY = {"Retry-After": "10", "Cache-Control": "no-store"}


class Files:
    """The published files below `root`. A file is hashed on its first request, and again after it has changed."""

    def __init__(self, root: Path, disks: DiskTurns) -> None:
        self._root = root
        self._disks = disks
        self._etags: dict[str, tuple[tuple[int, ...], str]] = {}
        self._slots = BoundedSemaphore(AT_ONCE)

    def answer(self, held: Held, environ: Environ) -> Response | None:
        """The answer with the file; None if it is missing, unreadable, or has other bytes than those published."""
        variant = held.best(_ORDER)
        file = self._open(held.file, variant.etag)
        if file is None:
            return None
        if is_outdated(held, environ):
            file.close()
            return Response(OUTDATED, 412, {"Cache-Control": "no-store"}, content_type="text/plain")
        if known(held, _ORDER, environ):
            file.close()
            return Response(status=304, headers=variant.same)
        length = int(dict(variant.fresh)["Content-Length"])
        wanted = _wanted(variant, held.date, environ, length)
        if wanted is not None and not wanted:
            file.close()
            return Response(status=416, headers={"Content-Range": f"bytes */{length}", "Cache-Control": "no-store"})
        part = self._part(file, range(length) if wanted is None else wanted)
        if part is None:
            file.close()
            return Response("Too many large downloads at once.\n", 503, _BUSY, content_type="text/plain")
        if environ["REQUEST_METHOD"] != "HEAD" and not part.begin():
            part.close()
            return None
        fresh = [*dated(variant.fresh, held, time.time()), _RANGES]
        if wanted is None:
            return Response(part, 200, fresh, direct_passthrough=True)
        response = Response(part, 206, fresh, direct_passthrough=True)
        response.content_length = len(wanted)
        response.headers["Content-Range"] = f"bytes {wanted.start}-{wanted.stop - 1}/{length}"
        return response

    def _part(self, file: FileIO, wanted: range) -> "_Part | None":
        """The range `wanted` of the file; None while too many large downloads are under way."""
        if len(wanted) <= LARGE:
            return _Part(file, wanted, self._disks)
        return _Part(file, wanted, self._disks, self._slots) if self._slots.acquire(blocking=False) else None

    def _open(self, name: str, etag: str) -> FileIO | None:
        path = self._root / name
        try:
            if not path.is_file():  # a pipe is excluded too: opening it would block
                return None
            with ExitStack() as stack:
                file = stack.enter_context(path.open("rb", buffering=0))
                if self._etag(name, file) != etag:
                    return None
                stack.pop_all()
                return file
        except OSError:
            return None

    def _etag(self, name: str, file: FileIO) -> str:
        status = os.fstat(file.fileno())
        stamp = (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)
        before, etag = self._etags.get(name, ((), ""))
        if before != stamp:
            etag = etag_of_file(file)
            self._etags[name] = (stamp, etag)
        return etag


class _Part:
    """A part of a file as a WSGI iterable: read in chunks, and closed by the server even if not read to the end."""

    def __init__(self, file: FileIO, wanted: range, disks: DiskTurns, slots: BoundedSemaphore | None = None) -> None:
        self._file = file
        self._wanted = wanted
        self._disks = disks
        self._slots = slots
        self._clock = time.monotonic
        self._left = len(wanted)
        self._next = b""

    def begin(self) -> bool:
        """Reads the first chunk. Returns False if that fails."""
        self._file.seek(self._wanted.start)
        self._next = self._read()
        return bool(self._next) or not self._left

    def __iter__(self) -> Iterator[bytes]:
        begun = self._clock()
        while chunk := self._next:
            self._left -= len(chunk)
            yield chunk
            if self._slots and _is_too_slow(len(self._wanted) - self._left, self._clock() - begun):
                return  # shorter than Content-Length, so the server ends the connection
            self._next = self._read()

    def _read(self) -> bytes:
        """The next chunk; empty at the end, and on a read error, which leaves the answer short."""
        try:
            with self._disks.turn():
                return self._file.read(min(self._left, SLICE if self._slots else CHUNK))
        except (OSError, StoreError):
            return b""

    def close(self) -> None:
        self._file.close()
        if self._slots is not None:
            self._slots.release()
            self._slots = None


def _is_too_slow(handed: int, seconds: float) -> bool:
    """True if the client is slower than `PACE`, judged by the bytes `handed` to the server in `seconds`."""
    return seconds > PATIENCE and handed - 5 * SLICE < PACE * (seconds - PATIENCE)


def _wanted(variant: Variant, date: str, environ: Environ, length: int) -> range | None:
    """The single range that is requested, cut to the length of the file; None for the whole file (RFC 9110 sections
    14.2 and 13.1.5).

    Several ranges, and invalid ones, may be ignored, so they yield None. werkzeug would refuse them, as well as a last
    part that exceeds the file, and it accepts a weak ETag in If-Range.
    """
    match = _RANGE.fullmatch(environ.get("HTTP_RANGE", "").strip())
    if match is None or environ["REQUEST_METHOD"] != "GET":
        return None
    if environ.get("HTTP_IF_RANGE", variant.etag) not in (variant.etag, date):
        return None
    first, last, tail = match.groups()
    if tail is not None:
        return range(max(0, length - int(tail)), length)
    if last and int(last) < int(first):
        return None
    if not last:  # a player that reads on as it plays: it requests the rest later
        return range(int(first), min(length, int(first) + LARGE))
    return range(int(first), min(length, int(last) + 1))
