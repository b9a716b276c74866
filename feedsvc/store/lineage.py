"""The line of servers that an Edition comes from, and the order of Editions along it.

After a failover without waiting for the standby, the new server knows less than readers were told: what it publishes
has numbers that none of the lost Editions can have had, and a later timeline. A server that was left behind has an
earlier one, and what it says does not count any more.
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
"""Numbers that the first Edition of another server, or of another timeline, leaves out."""


class Lineage(Struct, frozen=True):
    """The place of a store in time."""

    origin: str = ""
    """Drawn by lot when the tables were made; empty in SQLite, where one file is the whole line."""
    system: str = ""
    """The identifier of the server's cluster."""
    timeline: int = 0
    """Higher after each failover."""


NAME = "lineage"
_LINEAGE: Note[Lineage] = Note(NAME, Lineage, Lineage())


class LeftBehind(StoreError):
    """The server was left behind by a failover: another one has a later timeline."""


class Position(NamedTuple):
    """An Edition in its line. Edition 0 is that before the first."""

    lineage: Lineage
    edition: int


class Step(Enum):
    """The way from the Edition that a node has to the one that is published."""

    NONE = "nothing to do"
    CHANGES = "what changed since"
    EVERYTHING = "everything is compared"
    AFRESH = "another store takes the place of the one that there was"
    REFUSED = "what the node has is newer"


def step(has: Position, published: Position) -> Step:
    """The step of a node that `has` an Edition, from a store in which another one is `published`."""
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
    """The current Edition, and the line that it was published in."""
    return Position(_LINEAGE.get(transaction), state.current_edition(transaction))


def put(transaction: Transaction, lineage: Lineage) -> None:
    """Notes the line of the current Edition."""
    _LINEAGE.put(transaction, lineage)


def enter(transaction: Transaction, newest: Lineage) -> None:
    """Prepares a publication: notes the line that its Edition will be of. Does nothing where one machine alone has the
    store.

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
    """Notes the line of the Edition that is closed in `transaction`."""
    if transaction.is_shared:
        _LINEAGE.put(transaction, here(transaction))
        state.EDITION_GAP.remove(transaction)


def here(transaction: Transaction) -> Lineage:
    """The place of the store at this moment. Raises StoreError where a newer program has changed the tables since they
    were opened: this one can neither publish nor hold the lease any more."""
    if not transaction.is_shared:
        return Lineage()
    version, *place = transaction.execute(_HERE).one()
    if version != VERSION:
        raise StoreError(
            f"the database was brought up to date by another feedsvc (tables {version}, here {VERSION}): this one "
            "serves its copy, and publishes nothing; start that one here, too"
        )
    return Lineage(*place)


# The name of the file of the journal begins with the timeline, in eight hexadecimal digits.
SERVER = (
    "(SELECT CAST(system_identifier AS text) FROM pg_control_system()),"
    " CAST(CAST('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8) AS bit(32)) AS integer)"
)
"""The expressions for the system and the timeline of a server that can be written to."""
_HERE = text(f"SELECT version, origin, {SERVER} FROM feedsvc_store")  # noqa: S608 - nothing in it comes from elsewhere
# Who may not see how each replica does sees that there is one, and what the server is told to wait for.
_REPLICAS = text(
    "SELECT count(*), current_setting('synchronous_standby_names') <> '' AND"
    " current_setting('synchronous_commit') NOT IN ('off', 'local') FROM pg_stat_replication"
)


def replication(transaction: Transaction) -> str:
    """The loss that a failover may bring, for the status; empty for none, or if nobody follows the server."""
    if not transaction.is_shared:
        return ""
    replicas, is_waited_for = transaction.execute(_REPLICAS).one()
    if not replicas or is_waited_for:
        return ""
    return "replication is asynchronous: a failover may lose the last seconds, which come back from the articles folder"
