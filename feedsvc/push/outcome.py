"""The meaning of an answer for the task that asked, whatever kind it is of."""

from datetime import datetime
from email.utils import parsedate_to_datetime
from enum import Enum, auto
from typing import NamedTuple

LONGEST_WAIT = 86_400_000
"""Milliseconds that a Retry-After may ask for; more is taken for this."""


class Request(NamedTuple):
    """A request as it is sent. Header names are in lower case; Host, Content-Length and the like are added."""

    method: str
    url: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    wanted: int = 0
    """The number of bytes of the answer's body that are needed; the rest is not read."""
    takes_turns: bool = False
    """True if strangers can cause it: then it waits until its address has had peace for a while."""
    host: str = ""
    """The Host header, where it is not that of the URL."""


class Result(NamedTuple):
    """The answer to a request, or the reason why there is none: then `status` is 0."""

    status: int
    body: bytes = b""
    """The bytes that were wanted, and one more if there are more."""
    retry_after: str = ""
    error: str = ""
    is_forbidden: bool = False
    """True if nothing was sent, since the target is at an address to which nothing may be sent."""
    is_postponed: bool = False
    """True if nothing was sent, since too much waits for the address already."""

    def __str__(self) -> str:
        return f"{self.status}" if self.status else self.error


class Outcome(Enum):
    """The outcome of a request."""

    DONE = auto()
    GONE = auto()
    """The target says that it is gone for good (410)."""
    REFUSED = auto()
    """The target does not take it, and its host is well: 3xx (redirects are not followed), 4xx, a forbidden address."""
    POSTPONED = auto()
    """The request was not sent, and has to come again."""
    HOST_FAILED = auto()
    """The host cannot take it now: no answer, 429, or 5xx."""


def outcome_of(result: Result) -> Outcome:
    """The outcome of a request (WebSub section 7: 2xx is success, 410 may end the subscription, all else failure)."""
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
    """The milliseconds that a 429 or 503 asks to wait (RFC 9110 section 10.2.3); 0 if it asks for none."""
    if result.status not in (429, 503) or not result.retry_after:
        return 0
    said = result.retry_after.strip()
    if said.isascii() and said.isdigit():
        return min(int(said[:9]) * 1_000, LONGEST_WAIT)
    date = _date(said)
    return 0 if date is None else max(0, min(int(date.timestamp() * 1_000) - now, LONGEST_WAIT))


def _date(said: str) -> datetime | None:
    """The instant of an HTTP-date; None if it is none."""
    try:
        return parsedate_to_datetime(said[:64])
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
