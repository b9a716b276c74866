"""Opens the database in PostgreSQL: checks it, and makes its tables or brings them up to date."""

from collections.abc import Callable

from sqlalchemy import text

from feedsvc.store.errors import NothingStored, StoreError
from feedsvc.store.lineage import Lineage
from feedsvc.store.postgresql import tables
from feedsvc.store.postgresql.store import Store as Store
from feedsvc.store.schema import VERSION
from feedsvc.store.table_changes import not_migrated
from feedsvc.store.transaction import Transaction

OLDEST = 13
"""The oldest supported version of PostgreSQL: the first that has a built-in gen_random_uuid."""


def open_store(url: str, newest: Callable[[], Lineage] = Lineage) -> Store:
    """The store at `url`, for reading; for `newest` see `Store`. Raises StoreError if nothing was ever stored there, or
    an older version wrote it."""
    store = Store(url, newest)
    version = _version(store)
    if version == VERSION:
        return store
    store.close()
    if version:
        raise not_migrated(store.name, version)
    raise NothingStored(f"{store.name}: nothing has been published yet; run `feedsvc publish` or `feedsvc serve`")


def prepare_store(url: str, newest: Callable[[], Lineage] = Lineage) -> Store:
    """The store at `url`, for writing. Missing tables are made, and older ones brought up to date; of several nodes one
    does this, and the others wait. For `newest` see `Store`.

    Raises StoreError, with the remedy, if the server is too old, the database is not in UTF-8 or is read-only, this
    user may not make tables, or the tables belong to another program.
    """
    store = Store(url, newest)
    if _version(store) == VERSION:  # nothing to write, so no need to wait for a publication
        return store
    try:
        with store.write() as transaction:
            _check_server(transaction, store.name)
            version = tables.find_version(transaction, store.name)  # another node may have done it meanwhile
            if version != VERSION:
                _check_may_create(transaction, store.name)
                (tables.migrate if version else tables.make_tables)(transaction)
    except StoreError:
        store.close()
        raise
    return store


def _version(store: Store) -> int:
    """The version of the tables of `store`; 0 for none. Closes the store if it raises."""
    try:
        with store.read() as transaction:
            return tables.find_version(transaction, store.name)
    except StoreError:
        store.close()
        raise


def _check_server(transaction: Transaction, place: str) -> None:
    version = int(transaction.scalar(text("SELECT current_setting('server_version_num')")))
    if version // 10_000 < OLDEST:
        raise StoreError(f"{place}: PostgreSQL {version // 10_000} is too old; feedsvc needs {OLDEST} or later")
    encoding = transaction.scalar(text("SELECT current_setting('server_encoding')"))
    if encoding != "UTF8":
        raise StoreError(
            f"{place}: the database is in {encoding}, which cannot hold every text; create one in UTF-8 "
            "(createdb --encoding=UTF8 --template=template0)"
        )
    if transaction.scalar(text("SELECT current_setting('transaction_read_only')")) != "off":
        raise StoreError(
            f"{place}: is read-only, as a standby is; name the host of the primary in [state] url, or set "
            "default_transaction_read_only = off"
        )


def _check_may_create(transaction: Transaction, place: str) -> None:
    schema = transaction.scalar(text("SELECT current_schema()"))
    if schema is None:
        raise StoreError(f"{place}: has no schema that this user may use; create one, or grant the use of it")
    if not transaction.scalar(text("SELECT has_schema_privilege(:schema, 'CREATE')"), {"schema": schema}):
        raise StoreError(
            f"{place}: this user may not create tables in the schema {schema}; as the owner of the database: "
            f"GRANT CREATE ON SCHEMA {schema} TO the user, or make it the owner of the database"
        )
