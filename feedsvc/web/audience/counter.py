"""Takes notes of answered requests. It delays every reader, so it does nothing else."""

import time
from collections import deque
from collections.abc import Mapping
from typing import Any, NamedTuple

from feedsvc.model.audience import LONGEST_AGENT
from feedsvc.web.table import Held
from feedsvc.web.view import Edition

MOST_POLLS, MOST_FETCHES = 20_000, 2_000
"""Maximum notes between two runs of the recorder; beyond that, the oldest are lost."""
Asking = tuple[str, str, str, str]
"""A path, a User-Agent, the address of the connection, and the address that a proxy names."""


class Fetched(NamedTuple):
    """A partner's request and its answer. `body` is in the coding that was sent; None for a 304 and for HEAD."""

    path: str
    edition: Edition
    held: Held
    method: str
    codings: str
    agent: str
    body: bytes | None
    at: float


class Counter:
    """Notes the polls of `feeds` and the answers to `partners`: sets of WSGI paths, which the recorder sets."""

    def __init__(self, partners: frozenset[str] = frozenset()) -> None:
        self.feeds: frozenset[str] = frozenset()
        self.partners = partners
        self.known: set[int] = set()
        """Hashes of recent polls; Python's own hash, with a secret of this process."""
        self.polls: deque[Asking] = deque(maxlen=MOST_POLLS)
        """Polls that are not in `known` yet."""
        self.fetches: deque[Fetched] = deque(maxlen=MOST_FETCHES)

    def note(self, path: str, edition: Edition, held: Held, environ: Mapping[str, Any], answer: list[bytes]) -> None:
        """Notes `answer`, given with the document `held` at `path` of `edition`.

        Two threads may both note the same poll, which does no harm.
        """
        if path in self.feeds:
            get = environ.get
            poll = (path, get("HTTP_USER_AGENT", ""), get("REMOTE_ADDR", ""), get("HTTP_X_FORWARDED_FOR", ""))
            hashed = hash(poll)
            if hashed not in self.known:
                self.known.add(hashed)
                self.polls.append((path, poll[1][:LONGEST_AGENT], *poll[2:]))
        if path in self.partners and (answer or environ.get("HTTP_IF_NONE_MATCH", "").strip() != "*"):
            self.fetches.append(
                Fetched(
                    path,
                    edition,
                    held,
                    environ["REQUEST_METHOD"],
                    environ.get("HTTP_ACCEPT_ENCODING", ""),
                    environ.get("HTTP_USER_AGENT", ""),
                    answer[0] if answer else None,
                    time.time(),
                )
            )


def ignore(_path: str, _edition: Edition, _held: Held, _environ: Mapping[str, Any], _answer: list[bytes]) -> None:
    """Does nothing: the `note` of a service that counts nobody."""
