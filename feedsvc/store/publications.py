"""Marks of the transactions in which publications are written, in a database that machines share.

A publisher that is frozen in the middle of one keeps its locks, and nobody else could write. So whoever takes the lease
over ends what the former holder began: by the mark, which says under which epoch it was.
"""

from sqlalchemy import text

from feedsvc.store.transaction import Transaction

WRITE_LOCK, PUBLICATION = 1_718_968_675, 1_718_968_676
"""The first numbers of advisory locks: that of the one writer, and the mark of a publication."""
CHANNEL = "feedsvc"
"""The channel of notifications that there is a new Edition."""
LONGEST = "15min"
"""A publication may take so long for a statement, or between two of them, while articles are read and rendered."""
_MARK = text(f"SELECT pg_advisory_xact_lock_shared({PUBLICATION}, :epoch)")
_END = text(
    "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"
    " AND classid = :publication AND objsubid = 2 AND CAST(objid AS bigint) <= :epoch"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)


def mark(transaction: Transaction, epoch: int) -> None:
    """Marks `transaction` as part of a publication under `epoch`."""
    for timeout in ("idle_in_transaction_session_timeout", "statement_timeout"):
        transaction.run_sql(f"SET LOCAL {timeout} = '{LONGEST}'")
    transaction.execute(_MARK, {"epoch": epoch})


def allow_pauses(transaction: Transaction) -> None:
    """Lets `transaction` be silent for longer than others that write, while files are read for it. Does nothing where
    one machine alone writes."""
    if transaction.is_shared:
        transaction.run_sql("SET LOCAL idle_in_transaction_session_timeout = '60s'")


def end_former(transaction: Transaction, epoch: int) -> None:
    """Ends the publications under `epoch` and earlier ones, whose holders have lost the lease. Nothing of them is
    left. Does nothing where one machine alone writes."""
    if transaction.is_shared:
        transaction.execute(_END, {"epoch": epoch, "publication": PUBLICATION})


def announce(transaction: Transaction, edition: int) -> None:
    """Tells the nodes, once `transaction` is committed, that there is a new Edition: its number alone, since a
    notification may hold no more than 8,000 bytes. Does nothing where one machine alone has the store."""
    if transaction.is_shared:
        transaction.run_sql(f"SELECT pg_notify('{CHANNEL}', '{edition:d}')")
