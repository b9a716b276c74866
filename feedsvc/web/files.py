"""Files that lie beside the articles and are shown by them: whole or in ranges, and only as they were published."""

import os
from io import FileIO
from pathlib import Path
from typing import Any

from flask import Response
from werkzeug.http import parse_range_header
from werkzeug.wsgi import wrap_file

from feedsvc.compress import etag_of_file
from feedsvc.web.front import known
from feedsvc.web.view import Held

Stamp = tuple[int, ...]
_ORDER = ("identity",)


class Files:
    """What lies below `root`. A file is hashed when it is first asked for, and again when it is not as it was."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._etags: dict[str, tuple[Stamp, str]] = {}

    def answer(self, held: Held, environ: dict[str, Any]) -> Response | None:
        """None if the file is not there, or not the one that was published.

        Raises RequestedRangeNotSatisfiable for a range beyond its end.
        """
        variant = held.best(_ORDER)
        path = self._root / held.file
        if not path.is_file():  # nor a pipe, on which opening would wait
            return None
        file = path.open("rb", buffering=0)  # servers with sendfile go by the descriptor's own position
        try:
            if self._etag(held.file, file) != variant.etag:
                file.close()
                return None
            if known(held, _ORDER, environ):
                file.close()
                return Response(status=304, headers=variant.same)
            return _ranged(Response(wrap_file(environ, file), headers=variant.fresh, direct_passthrough=True), environ)
        except BaseException:
            file.close()
            raise

    def _etag(self, name: str, file: FileIO) -> str:
        status = os.fstat(file.fileno())
        stamp = (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)
        before, etag = self._etags.get(name, ((), ""))
        if before != stamp:
            etag = etag_of_file(file)
            file.seek(0)
            self._etags[name] = (stamp, etag)
        return etag


def _ranged(response: Response, environ: dict[str, Any]) -> Response:
    """`response`, or the one range of it that is asked for (RFC 9110 section 14.2: others may be ignored)."""
    wanted = parse_range_header(environ.get("HTTP_RANGE"))
    one = wanted is not None and wanted.units == "bytes" and len(wanted.ranges) == 1
    if environ["REQUEST_METHOD"] == "GET" and one:
        response.make_conditional(environ, accept_ranges=True, complete_length=response.content_length)
        response.headers.pop("Date", None)  # the server has its own, and there must be one (section 6.6.1)
    else:
        response.headers["Accept-Ranges"] = "bytes"
    return response
