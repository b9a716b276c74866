"""A store in one PostgreSQL database: its transactions, and what the errors in them mean."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from feedsvc.store.errors import StoreError
from feedsvc.store.lineage import Lineage
from feedsvc.store.postgresql.engine import begin, is_understood, make_engine, place_of
from feedsvc.store.postgresql.error_codes import store_error
from feedsvc.store.transaction import Transaction


class Store:
    """One PostgreSQL database. Readers wait for nobody; there is one writer at a time, as in SQLite, but for the
    lease."""

    def __init__(self, url: str, newest: Callable[[], Lineage] = Lineage) -> None:
        """Opens nothing yet. Of several hosts, one is taken that is not behind `newest`. Raises StoreError for a URL
        that the driver does not understand."""
        if not is_understood(url):  # its own words quote from it, and there may be a password in it
            raise StoreError(
                "[state] url: cannot be understood; write postgresql://user@host/database, and in a name or password "
                "@ as %40 and % as %25"
            )
        self.url = url
        self._place = place_of(url)
        self._engine = make_engine(url, newest)

    @property
    def name(self) -> str:
        """The place of the store, without any password."""
        return self._place

    @contextmanager
    def read(self) -> Iterator[Transaction]:
        """Begins a consistent view of the store. Raises StoreError where it cannot be read."""
        with self._begun("read") as transaction:
            yield transaction

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        """Begins a transaction, once no other process writes: all of it lasts, or nothing. Raises StoreError."""
        with self._begun("write") as transaction:
            yield transaction

    @contextmanager
    def write_lease(self) -> Iterator[Transaction]:
        """Begins a transaction that waits for no other writer but of the same rows, and not for long."""
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
        """Raises the database's errors as StoreError, StoreBusy or StoreAway, without what they quote."""
        try:
            yield
        except SQLAlchemyError as error:
            if isinstance(error, DBAPIError) and error.connection_invalidated:
                with suppress(SQLAlchemyError):
                    self._engine.dispose()  # the others of the pool are as dead
            raise store_error(error, self.name) from None

    def commit_and_continue(self, transaction: Transaction) -> None:
        """Commits what was written so far, and begins another transaction. Between the two, another may write. No
        query may be open."""
        transaction.run_sql("COMMIT")
        begin(transaction.connection)

    def close(self) -> None:
        """Closes all connections."""
        self._engine.dispose()

    def close_for_good(self) -> None:
        """The same: there is nothing that the next opening could skip."""
        self.close()

    def close_as_damaged(self) -> None:
        """The same: a server that finds its pages damaged says so by itself."""
        self.close()
