"""The outbox of push: the Editions that are still to be announced to each target, and those that were.

A task is one topic and one target. It has a state in place of a queue: `pending` is the newest Edition that the target
does not have yet, however many there were before it. Instants are milliseconds since 1970.
"""

from collections.abc import Collection, Iterable
from typing import NamedTuple

import msgspec
from sqlalchemy import (
    BindParameter,
    Column,
    and_,
    bindparam,
    case,
    delete,
    func,
    literal_column,
    or_,
    select,
    text,
    update,
)

from feedsvc.store.bulk import Bulk
from feedsvc.store.dialect import insert
from feedsvc.store.push_schema import push_tasks
from feedsvc.store.transaction import Transaction


class Task(NamedTuple):
    """One task that is due."""

    number: int
    kind: str
    target: str
    host: str
    topic: str
    pending: int
    since: int
    attempts: int
    payload: bytes
    secret: bytes
    """The secret of the subscription, if its deliveries are signed; else empty."""
    expires: int | None
    """The instant at which the subscription ends; None for a task without one."""
    host_failures: int
    """Failures of the host since its last success."""


class NewTask(NamedTuple):
    """A task to be added."""

    kind: str
    target: str
    host: str
    topic: str
    pending: int = 0
    since: int = 0
    due: int = 0
    acknowledged: int = 0
    payload: bytes = b""


class Settled(NamedTuple):
    """A task after an attempt that ended at `last_attempt`. `acknowledged` is the Edition that the target acknowledged;
    0 if it acknowledged none."""

    number: int
    last_attempt: int
    acknowledged: int
    attempts: int
    due: int
    """The instant from which the next attempt may be made, if an Edition is pending."""
    first_due: int
    """The same for an Edition that was announced during the attempt."""
    is_over: bool
    """True if the Edition that was pending when the attempt began need not be tried again."""


# Written by hand, since the order matters: first the few due tasks, by the partial index, then the joins.
_DUE = text(
    "SELECT t.number, t.kind, t.target, t.host, t.topic, t.pending, t.since, t.attempts, t.payload,"
    " s.secret, s.expires, coalesce(h.failures, 0)"
    " FROM push_tasks AS t"
    " LEFT JOIN push_subscriptions AS s ON t.kind = 'deliver' AND s.callback = t.target AND s.topic = t.topic"
    " LEFT JOIN push_hosts AS h ON h.host = t.host"
    " WHERE t.pending > 0 AND t.due <= :now AND coalesce(h.until, 0) <= :now"
    " AND t.number NOT IN (SELECT CAST(value AS BIGINT) FROM json_each(:under_way))"
    " AND t.host NOT IN (SELECT value FROM json_each(:busy))"
    " ORDER BY t.due, t.number LIMIT :most"
)


def due(transaction: Transaction, now: int, most: int, under_way: Collection[int], busy: Collection[str]) -> list[Task]:
    """At most `most` tasks that may be tried at `now`, the longest due first. Tasks `under_way` are left out, and tasks
    for hosts that are `busy` or pause after failures."""
    given = {"now": now, "most": most, "under_way": _json(under_way), "busy": _json(busy)}
    return [Task(*row)._replace(secret=row.secret or b"") for row in transaction.execute(_DUE, given)]


def _json(values: Collection[int] | Collection[str]) -> str:
    return msgspec.json.encode(list(values)).decode()


_NEW = insert(push_tasks).values({name: bindparam(name) for name in push_tasks.c.keys()[1:]})
_ADD = Bulk(
    _NEW.on_conflict_do_update(
        index_elements=["kind", "target", "topic"],
        set_={
            "pending": _NEW.excluded.pending,
            "since": _NEW.excluded.since,
            "due": _NEW.excluded.due,
            "attempts": literal_column("0"),
            "payload": _NEW.excluded.payload,
        },
    )
)
_KEEP = Bulk(_NEW.on_conflict_do_nothing(index_elements=["kind", "target", "topic"]))


def put(transaction: Transaction, tasks: Iterable[NewTask]) -> None:
    """Adds `tasks`. An existing task gets the pending Edition and the payload of the new one, and has no attempts."""
    _ADD.execute(transaction, map(_row, tasks))


def ensure(transaction: Transaction, tasks: Iterable[NewTask]) -> None:
    """Adds those of `tasks` that do not exist yet."""
    _KEEP.execute(transaction, map(_row, tasks))


def _row(task: NewTask) -> tuple[object, ...]:
    """The row of a new task, in the order of the table's columns, without the number, which the database assigns."""
    place = (task.kind, task.target, task.host, task.topic)
    return *place, task.pending, task.since, task.due, 0, task.acknowledged, 0, task.payload


def announce(
    transaction: Transaction, kind: str, topics: Collection[str], edition: int, now: int, wait: int, spacing: int
) -> None:
    """Makes `edition` pending in all tasks of `kind` for `topics`, due `wait` milliseconds after `now`.

    A task that is already pending is not delayed by this. Two attempts are at least `spacing` milliseconds apart.
    """
    earliest = func.max(now + wait, push_tasks.c.last_attempt + spacing)
    waits = push_tasks.c.pending > 0
    values = {
        "pending": edition,
        "since": now,
        "attempts": 0,
        "due": case((waits, func.min(push_tasks.c.due, earliest)), else_=earliest),
    }
    wanted = push_tasks.c.topic.in_(select(text("value")).select_from(text("json_each(:topics)")))
    statement = update(push_tasks).where(push_tasks.c.kind == kind, wanted).values(**values)
    transaction.execute(statement, {"topics": _json(topics)})


def _given(name: str, column: Column[int]) -> BindParameter[int]:
    """A parameter with the type of `column`, which PostgreSQL does not find out in a choice."""
    return bindparam(name, type_=column.type)


_is_pending = push_tasks.c.pending > bindparam("reached")
_is_newer = or_(push_tasks.c.pending != bindparam("begun_with"), push_tasks.c.since != bindparam("begun_since"))
_SETTLE = (
    update(push_tasks)
    .where(push_tasks.c.number == bindparam("wanted"))
    .values(
        acknowledged=func.max(push_tasks.c.acknowledged, bindparam("now_acknowledged")),
        last_attempt=bindparam("attempted"),
        # An Edition that was announced during the attempt stays pending, and begins with this attempt alone.
        pending=case((_is_pending, push_tasks.c.pending), else_=0),
        attempts=case(
            (and_(_is_pending, _is_newer), _given("first_attempts", push_tasks.c.attempts)),
            (_is_pending, _given("now_attempts", push_tasks.c.attempts)),
            else_=0,
        ),
        due=case((_is_newer, _given("first_due", push_tasks.c.due)), else_=_given("now_due", push_tasks.c.due)),
    )
)


def settle(transaction: Transaction, settled: Iterable[tuple[Settled, Task]]) -> None:
    """Stores the results of attempts, each with the task as it was when the attempt began."""
    rows = [
        {
            "wanted": each.number,
            "now_acknowledged": each.acknowledged,
            "attempted": each.last_attempt,
            "reached": max(each.acknowledged, task.pending) if each.is_over else 0,
            "begun_with": task.pending,
            "begun_since": task.since,
            "first_attempts": min(1, each.attempts),
            "now_attempts": each.attempts,
            "first_due": each.first_due,
            "now_due": each.due,
        }
        for each, task in settled
    ]
    if rows:
        transaction.execute(_SETTLE, rows)


def remove(transaction: Transaction, numbers: Collection[int]) -> None:
    """Removes the tasks `numbers`."""
    if numbers:
        transaction.execute(delete(push_tasks).where(push_tasks.c.number.in_(list(numbers))))


def remove_targets(transaction: Transaction, kind: str, keep: Collection[str]) -> None:
    """Removes all tasks of `kind` whose target is not one of `keep`."""
    others = push_tasks.c.target.not_in(list(keep)) if keep else push_tasks.c.number > 0
    transaction.execute(delete(push_tasks).where(push_tasks.c.kind == kind, others))


def remove_same(transaction: Transaction, task: Task) -> None:
    """Removes `task`, unless it was put again meanwhile, with another payload or another `since`."""
    same = (push_tasks.c.payload == task.payload) & (push_tasks.c.since == task.since)
    transaction.execute(delete(push_tasks).where(push_tasks.c.number == task.number, same))


def find(transaction: Transaction, kind: str, target: str, topic: str) -> int | None:
    """The number of a task; None if there is none."""
    wanted = (push_tasks.c.kind == kind) & (push_tasks.c.target == target) & (push_tasks.c.topic == topic)
    number: int | None = transaction.scalar(select(push_tasks.c.number).where(wanted))
    return number


def is_pending(transaction: Transaction, kind: str, target: str, topic: str) -> bool:
    """True if there is such a task, and it has a pending Edition."""
    return due_of(transaction, kind, target, topic) is not None


def due_of(transaction: Transaction, kind: str, target: str, topic: str) -> int | None:
    """The instant from which a pending task may be tried; None if there is no such task."""
    wanted = (push_tasks.c.kind == kind) & (push_tasks.c.target == target) & (push_tasks.c.topic == topic)
    due: int | None = transaction.scalar(select(push_tasks.c.due).where(wanted, push_tasks.c.pending > 0))
    return due


def count_pending(transaction: Transaction, kind: str, host: str = "") -> int:
    """The number of pending tasks of `kind`; only those for `host` if it is given."""
    query = select(func.count()).select_from(push_tasks).where(push_tasks.c.kind == kind, push_tasks.c.pending > 0)
    return int(transaction.scalar(query.where(push_tasks.c.host == host) if host else query) or 0)


def hosts_of(transaction: Transaction, target: str) -> list[str]:
    """The hosts of the tasks for `target`, a URL or a host."""
    meant = (push_tasks.c.target == target) | (push_tasks.c.host == target)
    return list(transaction.scalars(select(push_tasks.c.host).where(meant).distinct()))


def retry(transaction: Transaction, target: str, now: int) -> int:
    """Makes all pending tasks for `target`, a URL or a host, due at `now`, and returns their number."""
    meant = (push_tasks.c.target == target) | (push_tasks.c.host == target)
    waits = meant & (push_tasks.c.pending > 0)
    return transaction.execute(update(push_tasks).where(waits).values(due=now, attempts=0)).rowcount


def shift(transaction: Transaction, by: int) -> None:
    """Moves all instants by `by` milliseconds, after the clock was set."""
    values = {
        "due": push_tasks.c.due + by,
        "last_attempt": push_tasks.c.last_attempt + by,
        "since": push_tasks.c.since + by,
    }
    transaction.execute(update(push_tasks).values(**values))
