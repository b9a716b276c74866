"""Who publishes: a lease with an epoch, so that a publisher that was thought dead can do no harm when it wakes.

A lease that ran out goes to whoever asks; each new holder gets a higher epoch, and a publication is made only
under the epoch that is current when it is written (a fencing token).
"""

import os
import socket
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, Row, select
from sqlalchemy.dialects.sqlite import insert

from feedsvc.store.schema import leases

TERM = 6
"""Seconds for which a lease is given; a holder renews it three times in that span."""
SKEW = 60
"""Seconds by which the clocks of two machines may differ: a lease that ends later still was given by a clock that has
been set back since."""
GRACE = 60
"""Seconds for which a holder is believed to be there without a sign: while it writes a publication, it gives none."""
_NAME = "publisher"


class LeaseLost(Exception):
    """Another publisher holds the lease."""


class Lease(Struct, frozen=True):
    holder: str
    epoch: int


def new_holder() -> str:
    """A name no other process has, that tells an operator where to look."""
    return f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"


def acquire(connection: Connection, holder: str, now: datetime) -> Lease:
    """Take the free lease at `now`. Raises LeaseLost, naming the holder, while another has it."""
    current = held_by(connection, now)
    if current not in ("", holder):
        raise LeaseLost(f"{current} publishes")
    row = _row(connection)
    lease = Lease(holder, (row.epoch if row else 0) + 1)
    _put(connection, lease, now)
    return lease


def held_by(connection: Connection, now: datetime) -> str:
    """The holder at `now`, or empty if the lease is free for whoever asks."""
    row = _row(connection)
    return row.holder if row is not None and _runs(row.expires, now) and not _is_dead(row.holder) else ""


def probable_holder(connection: Connection, now: datetime) -> str:
    """The holder as far as others can tell at `now`, or empty. For whoever wants to know, and not to publish."""
    row = _row(connection)
    if row is None or not row.expires or _is_dead(row.holder):
        return ""
    return row.holder if now.timestamp() < row.expires + GRACE <= now.timestamp() + TERM + SKEW + GRACE else ""


def last_sign(connection: Connection) -> datetime | None:
    """When the holder last renewed the lease; None where nobody has it, or it was given back."""
    row = _row(connection)
    return datetime.fromtimestamp(row.expires - TERM, UTC) if row is not None and row.expires else None


def renew(connection: Connection, lease: Lease, now: datetime) -> None:
    """Hold `lease` for a further term. Raises LeaseLost if a later epoch has begun, or the store is another."""
    row = _row(connection)
    if row is None or (row.holder, row.epoch) != (lease.holder, lease.epoch):
        raise LeaseLost(f"{row.holder if row else 'nobody'} publishes")
    _put(connection, lease, now)


def release(connection: Connection, lease: Lease, now: datetime) -> None:
    """Give `lease` back, so that the next publisher need not wait. Raises LeaseLost as `renew`."""
    renew(connection, lease, now)
    connection.execute(leases.update().where(leases.c.name == _NAME).values(expires=0))


def _row(connection: Connection) -> Row[Any] | None:
    return connection.execute(select(leases).where(leases.c.name == _NAME)).one_or_none()


def _put(connection: Connection, lease: Lease, now: datetime) -> None:
    values = {"holder": lease.holder, "epoch": lease.epoch, "expires": int(now.timestamp()) + TERM}
    statement = insert(leases).values(name=_NAME, **values)
    connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_=values))


def _runs(expires: int, now: datetime) -> bool:
    return now.timestamp() < expires <= now.timestamp() + TERM + SKEW


def _is_dead(holder: str) -> bool:
    """Whether `holder` was a process of this machine that is there no more: no need to wait for its term to end."""
    host, pid, _ = holder.rsplit(":", 2)
    if host != socket.gethostname():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        pass
    return _is_zombie(pid)


def _is_zombie(pid: str) -> bool:
    """Whether it has ended, and only its parent has not noticed: in a container there may be nobody who does."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(") ")[2][:1] == "Z"
    except OSError:
        return False
