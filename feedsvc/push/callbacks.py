"""Requests to callbacks that are not verified yet, or are denied: GET with parameters (WebSub section 5)."""

from collections.abc import Mapping
from urllib.parse import urlencode

from feedsvc.push.targets import parse_target
from feedsvc.store import push_hosts
from feedsvc.store.push_hosts import Pace
from feedsvc.store.transaction import Transaction

INTERVAL = 1_000
"""Milliseconds between two such requests to one host, whoever caused them: the hub must not be usable as a weapon."""
PATIENT = 6
"""Failed verifications in a row after which the interval doubles with each further one."""
LONGEST = 60_000


def callback_url(callback: str, parameters: Mapping[str, str]) -> str:
    """`callback` with `parameters` added to its query (WebSub section 5.3)."""
    joint = "" if callback.endswith(("?", "&")) else "&" if "?" in callback else "?"
    return callback + joint + urlencode(parameters)


def take_turn(transaction: Transaction, callback: str, now: int) -> int:
    """The instant at which the next request to the host of `callback` may be sent. The turn is taken."""
    host = parse_target(callback).name
    pace = push_hosts.pace(transaction, host)
    turn = max(now, pace.next)
    push_hosts.put_pace(transaction, host, Pace(turn + interval(pace.failures), pace.failures))
    return turn


def interval(failures: int) -> int:
    """Milliseconds between two requests to a host with this number of failed verifications in a row."""
    return INTERVAL if failures <= PATIENT else min(LONGEST, INTERVAL * 2 ** min(failures - PATIENT, 16))


def note_verification(transaction: Transaction, callback: str, *, succeeded: bool) -> None:
    """Updates the number of verifications that a host has failed in a row."""
    host = parse_target(callback).name
    pace = push_hosts.pace(transaction, host)
    push_hosts.put_pace(transaction, host, pace._replace(failures=0 if succeeded else pace.failures + 1))
