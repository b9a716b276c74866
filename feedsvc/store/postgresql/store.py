"""A store in one PostgreSQL database: its transactions, and the handling of errors in them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from feedsvc.store.errors import StoreError
from feedsvc.store.lineage import Lineage
from feedsvc.store.postgresql.engine import begin, is_understood, make_engine, place_of
from feedsvc.store.postgresql.error_codes import store_error
from feedsvc.store.transaction import Transaction


class Store:
    """One PostgreSQL database. Readers never wait. As in SQLite there is one writer at a time, except for the lease."""

    def __init__(self, url: str, newest: Callable[[], Lineage] = Lineage) -> None:
        """Opens nothing yet. Of several hosts, one that is not behind `newest` is used. Raises StoreError for a URL
        that the driver does not understand."""
        if not is_understood(url):  # the driver's message is not used: it quotes the URL, which may have a password
            raise StoreError(
                "[state] url: cannot be understood; write postgresql://user@host/database, and in a name or password "
                "@ as %40 and % as %25"
            )
        self.url = url
        self._place = place_of(url)
        self._engine = make_engine(url, newest)

    @property
    def name(self) -> str:
        """The place of the store, without a password."""
        return self._place

    @contextmanager
    def read(self) -> Iterator[Transaction]:
        """Begins a transaction that reads one consistent state. Raises StoreError if the store cannot be read."""
        with self._begun("read") as transaction:
            yield transaction

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        """Begins a transaction that writes, once no other process does: all of it is stored, or nothing. Raises
        StoreError."""
        with self._begun("write") as transaction:
            yield transaction

    @contextmanager
    def write_lease(self) -> Iterator[Transaction]:
        """Begins a transaction for the lease, which waits only for writers of the same rows, and for at most 2 s."""
        with self._begun("lease") as transaction:
            yield transaction

    @contextmanager
    def _begun(self, kind: str) -> Iterator[Transaction]:
        with (
            self.translated(),
            self._engine.connect() as connection,
            connection.execution_options(kind=kind).begin(),
        ):
            yield Transaction(connection)

    @contextmanager
    def translated(self) -> Iterator[None]:
        """Raises the database's errors as StoreError, StoreBusy or StoreAway, without the data that they quote."""
        try:
            yield
        except SQLAlchemyError as error:
            if isinstance(error, DBAPIError) and error.connection_invalidated:
                with suppress(SQLAlchemyError):
                    self._engine.dispose()  # the pool's other connections are lost, too
            raise store_error(error, self.name) from None

    def commit_and_continue(self, transaction: Transaction) -> None:
        """Commits `transaction` and begins another one in its place. Other writers may come between the two. No query
        may be open."""
        transaction.run_sql("COMMIT")
        begin(transaction.connection)

    def close(self) -> None:
        """Closes all connections."""
        self._engine.dispose()

    def close_for_good(self) -> None:
        """Does the same as `close`: there is no check that the next opening could skip."""
        self.close()

    def close_as_damaged(self) -> None:
        """Does the same as `close`: the server itself detects damaged pages."""
        self.close()
