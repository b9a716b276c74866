"""An optional log of requests: one line each, written when the answer has begun."""

import logging
import time
from collections.abc import Callable, Iterable
from typing import Any

from feedsvc.web.downloads import client
from feedsvc.web.front import Environ, StartResponse, Wsgi

log = logging.getLogger(__name__)
_LONGEST = 500
"""Maximum characters of a path or a client in the log."""


class RequestLog:
    """A WSGI application (PEP 3333) that logs each request and passes it on to `behind`.

    Queries, and paths with a token, are left out: logs are read by more people than feeds.
    """

    def __init__(self, behind: Wsgi, clock: Callable[[], float] = time.monotonic) -> None:
        self._behind = behind
        self._clock = clock

    def __call__(self, environ: Environ, start: StartResponse) -> Iterable[bytes]:
        began = self._clock()

        def start_and_log(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            sent = {name.lower(): value for name, value in headers}
            private = "no-referrer" in sent.get("referrer-policy", "")
            path = "(private)" if private else environ.get("PATH_INFO", "")[:_LONGEST]
            took = 1000 * (self._clock() - began)
            who, length = client(environ) or environ.get("REMOTE_ADDR", ""), sent.get("content-length", "-")
            log.info("%s %s %s %s %.1f ms %s", environ["REQUEST_METHOD"], path, status[:3], length, took, who)
            return start(status, headers, *rest)

        return self._behind(environ, start_and_log)
