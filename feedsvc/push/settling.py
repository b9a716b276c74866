"""Stores the results of attempts: the tasks, the hosts, and the log."""

from collections.abc import Mapping, Sequence

from feedsvc.model.problem import Problem
from feedsvc.push.adapter import Adapter, Attempt
from feedsvc.push.outcome import Outcome, Result, retry_after
from feedsvc.push.retry import ONCE, after_host_failure
from feedsvc.store import push_hosts, push_log, push_status, push_tasks
from feedsvc.store.problems import replace_problems
from feedsvc.store.push_hosts import HostState
from feedsvc.store.push_log import LogEntry
from feedsvc.store.transaction import Transaction

ORIGIN = "push"
"""The origin of problems with hosts."""
_SHOWN = 20


def settle(
    transaction: Transaction, adapters: Mapping[str, Adapter], ended: Sequence[tuple[Attempt, Result, LogEntry]]
) -> None:
    """Stores the outcome of the finished attempts, in their order."""
    found = [(adapters[attempt.task.kind].settle(transaction, attempt), attempt) for attempt, _, _ in ended]
    push_tasks.settle(transaction, [(each, attempt.task) for each, attempt in found if each is not None])
    changed = _hosts_after(transaction, adapters, ended)
    push_hosts.put(transaction, changed)
    push_log.add(transaction, (entry for _, _, entry in ended))
    if changed:
        _tell(transaction)


def _hosts_after(
    transaction: Transaction, adapters: Mapping[str, Adapter], ended: Sequence[tuple[Attempt, Result, LogEntry]]
) -> list[HostState]:
    """The states of the hosts that have changed. Requests that strangers can cause, such as verifications, do not
    count."""
    counted = [(attempt, result) for attempt, result, _ in ended if adapters[attempt.task.kind].policy is not ONCE]
    before = push_hosts.states(transaction, {attempt.task.host for attempt, _ in counted})
    after = dict(before)
    for attempt, result in counted:
        host, now = attempt.task.host, attempt.ended
        state = after.get(host) or HostState(host, 0, 0, 0, "")
        if attempt.outcome is Outcome.HOST_FAILED:
            wish, policy = retry_after(result, now), adapters[attempt.task.kind].policy
            after[host] = after_host_failure(state, policy, now, str(result), retry_after=wish, chance=attempt.chance)
        elif host in after and not result.is_forbidden:
            after[host] = HostState(host, 0, 0, 0, "")
    return [state for host, state in after.items() if state != before.get(host)]


def _tell(transaction: Transaction) -> None:
    """Shows the hosts that keep failing in the status."""
    failing = push_status.failing(transaction)
    shown = [
        Problem(
            place=f"push to {state.host}",
            reason=f"failed {state.failures} times in a row: {state.reason}",
            remedy="it is tried again by itself; see `feedsvc push log`",
            warning=True,
        )
        for state in failing[:_SHOWN]
    ]
    replace_problems(transaction, ORIGIN, shown)
