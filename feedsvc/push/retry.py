"""Decides when a failed request is tried again, and when requests to a host pause. All times are in milliseconds."""

from typing import NamedTuple

from feedsvc.store.push_hosts import HostState

OPENS = 5
"""Failures in a row after which requests to a host pause for a while (a circuit breaker); then a single request tries
it."""
REST = 10_000
"""The first such pause; each further one is twice as long, up to the policy's limit."""
AT_ONE_HOST = 64
"""Maximum requests under way to one host."""
HOUR, DAY = 3_600_000, 86_400_000


class RetryPolicy(NamedTuple):
    """The retry rules for one kind of task."""

    waits: tuple[int, ...]
    """The time until the next attempt, by the number of failed attempts; the last value is for all further ones."""
    longest_rest: int
    """The maximum pause for a failing host."""
    give_up: int
    """The age at which an Edition is no longer announced; the next Edition starts afresh."""


PINGS = RetryPolicy(waits=(5_000, 30_000, 60_000), longest_rest=60_000, give_up=DAY)
"""The policy for outside hubs: one that comes back is notified within about a minute."""
DELIVERIES = RetryPolicy(waits=(5_000, 30_000, 120_000, 600_000, HOUR), longest_rest=HOUR, give_up=DAY)
ONCE = RetryPolicy(waits=(0,), longest_rest=HOUR, give_up=0)
"""The policy for requests whose failure is itself an answer."""


def next_attempt(policy: RetryPolicy, attempts: int, now: int, chance: float) -> int:
    """The instant of the next attempt after `attempts` failed ones. `chance`, from 0 to 1, spreads requests that failed
    together over the second half of the wait."""
    wait = policy.waits[min(attempts, len(policy.waits)) - 1]
    return now + spread(wait, chance)


def spread(wait: int, chance: float) -> int:
    """`wait`, reduced by up to half."""
    return int(wait * (0.5 + chance / 2))


def is_given_up(policy: RetryPolicy, since: int, now: int) -> bool:
    """True if a change published at `since` is no longer announced."""
    return now - since >= policy.give_up


def after_host_failure(
    state: HostState, policy: RetryPolicy, now: int, reason: str, *, retry_after: int, chance: float
) -> HostState:
    """The state of a host after one more failure; `retry_after` is the time that it asked for, 0 for none.

    Failures of requests that were under way together count until the pause begins, and not after.
    """
    if state.until > now:
        until = max(state.until, now + min(retry_after, HOUR))
        return state._replace(until=until, reason=reason)
    failures = state.failures + 1
    rest = 0
    if failures >= OPENS:
        rest = spread(min(policy.longest_rest, REST * 2 ** min(failures - OPENS, 20)), chance)
    until = now + max(rest, min(retry_after, HOUR))
    return HostState(state.host, failures, until, state.since or now, reason)


def room_at(failures: int) -> int:
    """Maximum parallel requests to a host with this number of failures in a row."""
    return AT_ONE_HOST if failures < OPENS else 1
