"""Marks the transactions of publications in a database that several machines share.

A publisher that freezes during a publication keeps its locks, and nobody else could write. So the next holder of the
lease ends the transactions of the former one, and finds them by their mark, an advisory lock that has the epoch.
"""

from sqlalchemy import text

from feedsvc.store.transaction import Transaction

WRITE_LOCK, PUBLICATION = 1_718_968_675, 1_718_968_676
"""The first numbers of advisory locks: of the lock for the one writer, and of the mark of a publication."""
CHANNEL = "feedsvc"
"""The channel of notifications about new Editions."""
LONGEST = "15min"
"""The limit for one statement of a publication, and for a pause between two, while articles are read and rendered."""
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
    """Lets `transaction` stay idle for 60 s, longer than other writers, while files are read for it. Does nothing if
    only one machine uses the database."""
    if transaction.is_shared:
        transaction.run_sql("SET LOCAL idle_in_transaction_session_timeout = '60s'")


def end_former(transaction: Transaction, epoch: int) -> None:
    """Ends publications under `epoch` and earlier epochs, whose holders have lost the lease, and rolls them back. Does
    nothing if only one machine uses the database."""
    if transaction.is_shared:
        transaction.execute(_END, {"epoch": epoch, "publication": PUBLICATION})


def announce(transaction: Transaction, edition: int) -> None:
    """Notifies the nodes of a new Edition once `transaction` is committed. Only its number is sent, since a
    notification holds at most 8,000 bytes. Does nothing if only one machine uses the database."""
    if transaction.is_shared:
        transaction.run_sql(f"SELECT pg_notify('{CHANNEL}', '{edition:d}')")
