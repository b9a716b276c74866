"""The lease of the one publisher. Its epoch keeps a publisher that was considered dead from publishing when it resumes.

Any process can take a lease that has expired. Each new holder gets a higher epoch, and a publication is committed only
if its epoch is still the current one (a fencing token).
"""

import os
import socket
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from msgspec import Struct
from sqlalchemy import Row, func, select

from feedsvc.store import lineage, publications
from feedsvc.store.dialect import insert
from feedsvc.store.lineage import Lineage
from feedsvc.store.schema import leases
from feedsvc.store.transaction import Transaction

TERM = 6
"""Seconds for which a lease is given; its holder renews it three times in this span."""
SKEW = 60
"""Seconds by which the clocks of two machines may differ. A lease that ends later than that allows was given by a clock
that has been set back since, and does not count."""
GRACE = 60
"""Seconds after the end of its term for which a holder is assumed to be alive: it does not renew the lease while it
writes a publication."""
_NAME = "publisher"


class LeaseLost(Exception):
    """Another publisher holds the lease, or the lease is now on another server."""


class Lease(Struct, frozen=True):
    """The right to publish. A higher `epoch` invalidates all lower ones."""

    holder: str
    epoch: int
    lineage: Lineage = Lineage()
    """The server that gave it. After a failover the lease has to be taken again: data that the holder has in memory may
    not be on the new server."""


def new_holder() -> str:
    """A unique name for this process, by which operators can find it: host, process id and a random part."""
    return f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"


def acquire(transaction: Transaction, holder: str, now: datetime) -> Lease:
    """Takes the free lease at `now` and returns it. Raises LeaseLost, with the holder's name, while another has it.

    A database that machines share uses its own clock in place of `now`, here and below.
    """
    if (current := held_by(transaction, now)) not in ("", holder):
        raise LeaseLost(f"{current} publishes")  # checked without a lock, for which the holder would have to wait
    publications.end_former(transaction, last_epoch(transaction))
    row = transaction.execute(_GET_ALONE).one_or_none()
    at = _instant(transaction, now)
    if row is not None and _holder_at(transaction, row, at) not in ("", holder):
        raise LeaseLost(f"{row.holder} publishes")
    lease = Lease(holder, (row.epoch if row else 0) + 1, lineage.here(transaction))
    _put(transaction, lease, at)
    return lease


def held_by(transaction: Transaction, now: datetime) -> str:
    """The holder at `now`; empty if the lease is free."""
    row = _row(transaction)
    return "" if row is None else _holder_at(transaction, row, _instant(transaction, now))


def last_epoch(transaction: Transaction) -> int:
    """The highest epoch so far."""
    row = _row(transaction)
    return row.epoch if row else 0


def probable_holder(transaction: Transaction, now: datetime) -> str:
    """The probable holder at `now`; empty if there is none. For status pages, not for publishing."""
    row = _row(transaction)
    if row is None or not row.expires_at or _is_dead(row.holder):
        return ""
    return row.holder if now.timestamp() < row.expires_at + GRACE <= now.timestamp() + TERM + SKEW + GRACE else ""


def last_sign(transaction: Transaction) -> datetime | None:
    """The instant at which the holder last renewed the lease; None if nobody holds it."""
    row = _row(transaction)
    return datetime.fromtimestamp(row.expires_at - TERM, UTC) if row is not None and row.expires_at else None


def renew(transaction: Transaction, lease: Lease, now: datetime) -> None:
    """Extends `lease` by a term. Raises LeaseLost if a later epoch has begun, or the store or its server has
    changed."""
    _check(transaction, transaction.execute(_GET_ALONE).one_or_none(), lease)
    _put(transaction, lease, _instant(transaction, now))


def confirm(transaction: Transaction, lease: Lease) -> None:
    """Checks `lease` at the start of `transaction`, a part of a publication. Raises LeaseLost as `renew` does.

    In SQLite, which has one writer, nobody else can take the lease during the transaction, and `fence` renews it. In a
    shared database it is renewed in other transactions meanwhile, and `transaction` is marked, so that the next holder
    can end it.
    """
    _check(transaction, _row(transaction), lease)
    if transaction.is_shared:
        publications.mark(transaction, lease.epoch)


def fence(transaction: Transaction, lease: Lease, now: datetime) -> None:
    """Checks `lease` at the end of `transaction`, a part of a publication: nobody can take the lease between this and
    the commit. Raises LeaseLost as `renew` does."""
    if not transaction.is_shared:
        renew(transaction, lease, now)
        return
    _check(transaction, transaction.execute(_GET_SHARED).one_or_none(), lease)


def release(transaction: Transaction, lease: Lease) -> None:
    """Returns `lease`, so that the next publisher need not wait. Raises LeaseLost if a later epoch has begun."""
    _check_holder(transaction.execute(_GET_ALONE).one_or_none(), lease)
    transaction.execute(leases.update().where(leases.c.name == _NAME).values(expires_at=0))


def _check(transaction: Transaction, row: "Row[*tuple[Any, ...]] | None", lease: Lease) -> None:
    _check_holder(row, lease)
    if lineage.here(transaction) != lease.lineage:
        raise LeaseLost("after a failover, another server has the database; it is taken anew, and all files looked at")


def _check_holder(row: "Row[*tuple[Any, ...]] | None", lease: Lease) -> None:
    if row is None or (row.holder, row.epoch) != (lease.holder, lease.epoch):
        raise LeaseLost(f"{row.holder if row else 'nobody'} publishes")


_GET = select(leases).where(leases.c.name == _NAME)
_GET_ALONE, _GET_SHARED = _GET.with_for_update(), _GET.with_for_update(read=True)
_ADD = insert(leases)
_PUT = _ADD.on_conflict_do_update(
    index_elements=["name"], set_={name: _ADD.excluded[name] for name in ("holder", "epoch", "expires_at")}
)


def _row(transaction: Transaction) -> Row[*tuple[Any, ...]] | None:
    return transaction.execute(_GET).one_or_none()


def _put(transaction: Transaction, lease: Lease, now: datetime) -> None:
    values = {"holder": lease.holder, "epoch": lease.epoch, "expires_at": int(now.timestamp()) + TERM}
    transaction.execute(_PUT, {"name": _NAME, **values})


def _instant(transaction: Transaction, now: datetime) -> datetime:
    """The instant that counts: `now`, or the present time by the clock of a database that machines share."""
    return transaction.scalar(_CLOCK) if transaction.is_shared else now


_CLOCK = select(func.clock_timestamp())


def _holder_at(transaction: Transaction, row: "Row[*tuple[Any, ...]]", now: datetime) -> str:
    """The holder that `row` names, if its term includes `now`; else empty. A process of this machine that has ended
    holds no lease. In a shared database this is not checked, since two machines may have the same name."""
    runs = now.timestamp() < row.expires_at <= now.timestamp() + TERM + SKEW
    return row.holder if runs and (transaction.is_shared or not _is_dead(row.holder)) else ""


def _is_dead(holder: str) -> bool:
    """True if `holder` is a process of this machine that has ended, so that the end of its term need not be awaited."""
    host, _, rest = holder.partition(":")
    pid = rest.partition(":")[0]
    if not (pid.isascii() and pid.isdigit() and 0 < int(pid[:20]) < 2**31):
        return True  # not a name from `new_holder`
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
    """True if the process has ended and its parent has not noticed, as happens in containers."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(") ")[2][:1] == "Z"
    except OSError:
        return False
