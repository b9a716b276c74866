"""When a failed request is tried again, and when a host is left in peace. All times are milliseconds."""

from typing import NamedTuple

from feedsvc.store.push_hosts import HostState

OPENS = 5
"""Failures in a row after which a host is left in peace for a while (a circuit breaker); then one request tries it."""
REST = 10_000
"""The first such rest; each further one is twice as long, up to the policy's limit."""
AT_ONE_HOST = 64
"""Requests that are under way to one host at the same time."""
HOUR, DAY = 3_600_000, 86_400_000


class RetryPolicy(NamedTuple):
    """The rules by which one kind of task is tried again."""

    waits: tuple[int, ...]
    """The time until the next attempt, by the number of attempts that failed; the last one is for all further ones."""
    longest_rest: int
    """The longest time for which a failing host is left in peace."""
    give_up: int
    """The age at which an Edition is not told any more; the next one is, as if nothing had been."""


PINGS = RetryPolicy(waits=(5_000, 30_000, 60_000), longest_rest=60_000, give_up=DAY)
"""A hub that comes back is told within about a minute."""
DELIVERIES = RetryPolicy(waits=(5_000, 30_000, 120_000, 600_000, HOUR), longest_rest=HOUR, give_up=DAY)
ONCE = RetryPolicy(waits=(0,), longest_rest=HOUR, give_up=0)
"""For requests whose failure is an answer."""


def next_attempt(policy: RetryPolicy, attempts: int, now: int, chance: float) -> int:
    """When to try again after so many failed `attempts`. `chance`, from 0 to 1, spreads what failed together over the
    second half of the wait."""
    wait = policy.waits[min(attempts, len(policy.waits)) - 1]
    return now + spread(wait, chance)


def spread(wait: int, chance: float) -> int:
    """`wait`, or down to half of it."""
    return int(wait * (0.5 + chance / 2))


def is_given_up(policy: RetryPolicy, since: int, now: int) -> bool:
    """True if what was published at `since` is not told any more."""
    return now - since >= policy.give_up


def after_host_failure(
    state: HostState, policy: RetryPolicy, now: int, reason: str, *, retry_after: int, chance: float
) -> HostState:
    """The state of a host after one more failure; `retry_after` is the time that it asked for, 0 if it asked for none.

    Failures of requests that were under way together count until the host is left in peace, and not beyond.
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
    """The number of requests that a host may have at a time, which has failed so many times in a row."""
    return AT_ONE_HOST if failures < OPENS else 1
