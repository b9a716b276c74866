"""Interprets the answer to a request, for all kinds of tasks."""

from datetime import datetime
from email.utils import parsedate_to_datetime
from enum import Enum, auto
from typing import NamedTuple

LONGEST_WAIT = 86_400_000
"""Maximum milliseconds for a Retry-After; larger values are reduced to this."""


class Request(NamedTuple):
    """A request to send. Header names are in lower case; Host, Content-Length and the like are added."""

    method: str
    url: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    wanted: int = 0
    """The number of bytes of the answer's body that are needed; the rest is not read."""
    takes_turns: bool = False
    """True if strangers can cause the request: it then waits for a turn at its address."""
    host: str = ""
    """The Host header, if it differs from the host of the URL."""


class Result(NamedTuple):
    """The answer to a request; if there is none, `status` is 0, and `error` has the reason."""

    status: int
    body: bytes = b""
    """The wanted bytes, plus one if there are more."""
    retry_after: str = ""
    error: str = ""
    is_forbidden: bool = False
    """True if nothing was sent because the target's address is not accepted."""
    is_postponed: bool = False
    """True if nothing was sent because too many requests wait for the address."""

    def __str__(self) -> str:
        return f"{self.status}" if self.status else self.error


class Outcome(Enum):
    """The outcome of a request."""

    DONE = auto()
    GONE = auto()
    """The target is gone for good (410)."""
    REFUSED = auto()
    """The target refuses the request, but its host works: 3xx (redirects are not followed), 4xx, a forbidden
    address."""
    POSTPONED = auto()
    """The request was not sent, and has to be tried again."""
    HOST_FAILED = auto()
    """The host cannot answer now: no answer, 429, or 5xx."""


def outcome_of(result: Result) -> Outcome:
    """The outcome of a request (WebSub section 7: 2xx is success, 410 may end the subscription, all else is
    failure)."""
    if 200 <= result.status < 300:
        return Outcome.DONE
    if result.status == 410:
        return Outcome.GONE
    if result.is_postponed:
        return Outcome.POSTPONED
    if result.status in (0, 429) or result.status >= 500:
        return Outcome.REFUSED if result.is_forbidden else Outcome.HOST_FAILED
    return Outcome.REFUSED


def retry_after(result: Result, now: int) -> int:
    """The milliseconds to wait that a 429 or 503 asks for (RFC 9110 section 10.2.3); 0 if it asks for none."""
    if result.status not in (429, 503) or not result.retry_after:
        return 0
    said = result.retry_after.strip()
    if said.isascii() and said.isdigit():
        return min(int(said[:9]) * 1_000, LONGEST_WAIT)
    date = _date(said)
    return 0 if date is None else max(0, min(int(date.timestamp() * 1_000) - now, LONGEST_WAIT))


def _date(said: str) -> datetime | None:
    """The instant of an HTTP-date; None if it is invalid."""
    try:
        return parsedate_to_datetime(said[:64])
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
