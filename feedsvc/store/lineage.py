"""Orders Editions across failovers, by the line of servers that they come from.

If a failover did not wait for the standby, the new server lacks Editions that readers have seen: it publishes under
numbers that none of the lost Editions can have had, and on a later timeline. A server that a failover left behind is on
an earlier timeline, and its Editions no longer count.
"""

from enum import Enum
from typing import NamedTuple

from msgspec import Struct
from sqlalchemy import text

from feedsvc.store import state
from feedsvc.store.errors import StoreError
from feedsvc.store.notes import Note
from feedsvc.store.schema import VERSION
from feedsvc.store.transaction import Transaction

GAP = 1_000
"""The count of numbers that the first Edition of another server, or of another timeline, skips."""


class Lineage(Struct, frozen=True):
    """The server and the timeline of a store."""

    origin: str = ""
    """A random id from when the tables were made; empty in SQLite, where one file is the whole line."""
    system: str = ""
    """The identifier of the server's cluster."""
    timeline: int = 0
    """The timeline of the server, which increases with each failover."""


NAME = "lineage"
_LINEAGE: Note[Lineage] = Note(NAME, Lineage, Lineage())


class LeftBehind(StoreError):
    """The server was left behind by a failover: another one has a later timeline."""


class Position(NamedTuple):
    """An Edition in its line; 0 if none was published yet."""

    lineage: Lineage
    edition: int


class Step(Enum):
    """The work by which a node gets from its own Edition to the published one."""

    NONE = "nothing to do"
    CHANGES = "what changed since"
    EVERYTHING = "everything is compared"
    AFRESH = "another store takes the place of the one that there was"
    REFUSED = "what the node has is newer"


def step(has: Position, published: Position) -> Step:
    """The step of a node that `has` one Edition, while the store has the Edition `published`."""
    mine, theirs = has.lineage, published.lineage
    if published.edition == 0:
        return Step.NONE
    if has.edition == 0:
        return Step.CHANGES
    if mine.origin != theirs.origin:
        return Step.AFRESH
    if mine.system == theirs.system and mine.timeline > theirs.timeline:
        return Step.REFUSED
    if published.edition < has.edition:
        return Step.REFUSED
    if (mine.system, mine.timeline) != (theirs.system, theirs.timeline):
        return Step.EVERYTHING
    return Step.CHANGES if published.edition > has.edition else Step.NONE


def position(transaction: Transaction) -> Position:
    """The current Edition, and the line in which it was published."""
    return Position(_LINEAGE.get(transaction), state.current_edition(transaction))


def put(transaction: Transaction, lineage: Lineage) -> None:
    """Notes the line of the current Edition."""
    _LINEAGE.put(transaction, lineage)


def enter(transaction: Transaction, newest: Lineage) -> None:
    """Prepares a publication: sets the gap before its Edition number, if the line has changed. Does nothing if only one
    machine has the store.

    Raises LeftBehind if the server is on an earlier timeline than the last Edition, or than `newest`, which this node
    has seen.
    """
    if not transaction.is_shared:
        return
    now, known = here(transaction), _LINEAGE.get(transaction)
    for other in (known, newest):
        if other.system == now.system and other.timeline > now.timeline:
            raise LeftBehind(
                f"the server is on timeline {now.timeline}, and timeline {other.timeline} has begun elsewhere: it was "
                "left behind by a failover; make it a standby of the new primary, or take it out of [state] url"
            )
    moved = known != now and state.current_edition(transaction) > 0
    if state.EDITION_GAP.get(transaction) != GAP * moved:
        state.EDITION_GAP.put(transaction, GAP * moved)


def conclude(transaction: Transaction) -> None:
    """Notes the line of the Edition that `transaction` closes."""
    if transaction.is_shared:
        _LINEAGE.put(transaction, here(transaction))
        state.EDITION_GAP.remove(transaction)


def here(transaction: Transaction) -> Lineage:
    """The present line of the store. Raises StoreError if a newer program has changed the tables since they were
    opened: this program can then neither publish nor hold the lease."""
    if not transaction.is_shared:
        return Lineage()
    version, *place = transaction.execute(_HERE).one()
    if version != VERSION:
        raise StoreError(
            f"the database was brought up to date by another feedsvc (tables {version}, here {VERSION}): this one "
            "serves its copy, and publishes nothing; start that one here, too"
        )
    return Lineage(*place)


# The name of the WAL file begins with the timeline, in eight hexadecimal digits.
SERVER = (
    "(SELECT CAST(system_identifier AS text) FROM pg_control_system()),"
    " CAST(CAST('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8) AS bit(32)) AS integer)"
)
"""The SQL expressions for the system and the timeline of a server that accepts writes."""
_HERE = text(f"SELECT version, origin, {SERVER} FROM feedsvc_store")  # noqa: S608 - nothing in it comes from elsewhere
# These are visible even to a user who may not see the state of each replica.
_REPLICAS = text(
    "SELECT count(*), current_setting('synchronous_standby_names') <> '' AND"
    " current_setting('synchronous_commit') NOT IN ('off', 'local') FROM pg_stat_replication"
)


def replication(transaction: Transaction) -> str:
    """The loss that a failover may cause, for the status; empty for none, or if the server has no replicas."""
    if not transaction.is_shared:
        return ""
    replicas, is_waited_for = transaction.execute(_REPLICAS).one()
    if not replicas or is_waited_for:
        return ""
    return "replication is asynchronous: a failover may lose the last seconds, which come back from the articles folder"
