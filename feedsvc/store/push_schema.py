"""The tables of push: targets and their topics, the failures of hosts, and the log of requests.

A topic is the URL of a public feed. Instants of these tables are milliseconds since 1970 in UTC. `push_tasks` is the
outbox: one row for each topic and target, with a state in place of a queue, so that a newer Edition replaces an older
one that is still pending.
"""

from sqlalchemy import Column, Index, LargeBinary, Table

from feedsvc.store.schema import BigNumber, Text
from feedsvc.store.schema import metadata as metadata

push_tasks = Table(
    "push_tasks",
    metadata,
    Column("number", BigNumber, primary_key=True),
    Column("kind", Text, nullable=False),  # the adapter that makes the request
    Column("target", Text, nullable=False),  # the URL that the request goes to
    Column("host", Text, nullable=False),  # of the target, with its port
    Column("topic", Text, nullable=False),
    Column("pending", BigNumber, nullable=False),  # the Edition to be announced; 0 if there is none
    Column("since", BigNumber, nullable=False),  # when `pending` was published
    Column("due", BigNumber, nullable=False),  # when the next attempt may be made
    Column("attempts", BigNumber, nullable=False),  # failed ones for `pending`
    Column("acknowledged", BigNumber, nullable=False),  # the last Edition that the target has acknowledged
    Column("last_attempt", BigNumber, nullable=False),  # when the last attempt ended; 0 before the first
    Column("payload", LargeBinary, nullable=False),  # further data for the adapter
    Index("push_tasks_by_target", "kind", "target", "topic", unique=True),
    Index("push_tasks_by_topic", "topic"),
    Index("push_tasks_by_host", "kind", "host"),
)

Index("push_tasks_due", push_tasks.c.due, sqlite_where=push_tasks.c.pending > 0)

push_subscriptions = Table(
    "push_subscriptions",  # verified ones; each has a task of the kind `deliver`
    metadata,
    Column("callback", Text, primary_key=True),
    Column("topic", Text, primary_key=True, index=True),
    Column("host", Text, nullable=False, index=True),
    Column("secret", LargeBinary, nullable=False),  # empty if deliveries are not signed
    Column("verified", BigNumber, nullable=False),
    Column("expires", BigNumber, nullable=False, index=True),
    sqlite_with_rowid=False,
)

push_hosts = Table(
    "push_hosts",  # hosts that have failed, until they succeed
    metadata,
    Column("host", Text, primary_key=True),
    Column("failures", BigNumber, nullable=False),  # consecutive ones
    Column("until", BigNumber, nullable=False),  # nothing is sent there before this instant
    Column("since", BigNumber, nullable=False),  # the first of these failures
    Column("reason", Text, nullable=False),  # of the last
    sqlite_with_rowid=False,
)

push_paces = Table(
    "push_paces",  # the pace of verifications, by host without its port
    metadata,
    Column("host", Text, primary_key=True),
    Column("next", BigNumber, nullable=False),  # when the next verification may be sent there
    Column("failures", BigNumber, nullable=False),  # consecutive ones
    sqlite_with_rowid=False,
)

push_log = Table(
    "push_log",
    metadata,
    Column("number", BigNumber, primary_key=True),
    Column("at", BigNumber, nullable=False, index=True),
    Column("kind", Text, nullable=False),
    Column("target", Text, nullable=False),
    Column("topic", Text, nullable=False, index=True),
    Column("edition", BigNumber, nullable=False),
    Column("attempt", BigNumber, nullable=False),  # from 1
    Column("duration", BigNumber, nullable=False),  # milliseconds
    Column("result", Text, nullable=False),
)
