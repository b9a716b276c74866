"""Makes the tables in PostgreSQL and brings them up to date; those of another program are never changed."""

from sqlalchemy import inspect, text

from feedsvc.store import edition_schema
from feedsvc.store.errors import StoreError
from feedsvc.store.push_schema import metadata
from feedsvc.store.schema import VERSION, articles
from feedsvc.store.table_changes import add_columns, lost_tables, rename_columns
from feedsvc.store.transaction import Transaction

MIGRATED = (10,)
"""The older versions that are migrated to `VERSION` when the store is opened for writing."""
_OURS = "feedsvc_store"
"""The table that marks the database as ours, with the version of the tables and the id of the store."""
_MADE_AGAIN = ("field_hashes", "left_sections", "scanned_folders")
"""Tables that may be empty at any time, so that they are made again if they are missing."""
_LARGE = ((edition_schema.bodies, "body"), (articles, "encoded_copy"), (articles, "body"))
"""Columns that are long or already compressed: PostgreSQL stores them outside the row, without compressing them."""


def find_version(transaction: Transaction, place: str) -> int:
    """The version of the tables; 0 if some are still to be made. Raises StoreError for tables of another program, or of
    a version of this one that cannot be migrated, or if some are lost."""
    there = set(transaction.scalars(text("SELECT relname FROM pg_class WHERE pg_table_is_visible(oid)")))
    known = metadata.tables.keys() & there
    if _OURS not in there:
        if known:
            raise StoreError(
                f"{place}: has tables of another program ({', '.join(sorted(known)[:3])}), which stay as they are; "
                "name another database in [state] url, or a schema of its own (?options=-csearch_path%3Dfeedsvc)"
            )
        return 0
    version = int(transaction.scalar(text(f"SELECT version FROM {_OURS}")) or 0)  # noqa: S608 - our own name
    if version not in (*MIGRATED, VERSION):
        raise StoreError(
            f"{place}: was made by another feedsvc (tables {version}, here {VERSION}); use that one, or another "
            "database: `feedsvc ledger export` and `import` carry a newsroom over"
        )
    if lost := [each for each in lost_tables(known, version) if each not in _MADE_AGAIN]:
        raise StoreError(
            f"{place}: lacks the table {lost[0]}; restore the database from a backup, or name another one in "
            "[state] url: it is filled from the articles, and `feedsvc ledger import` brings the ids and dates back"
        )
    return version if version != VERSION or len(known) == len(metadata.tables) else 0


def make_tables(transaction: Transaction) -> None:
    """Makes the tables that are missing, and marks the database as ours."""
    if inspect(transaction.connection).has_table(_OURS):  # only some are missing
        metadata.create_all(transaction.connection)
        return
    transaction.run_sql(f"CREATE TABLE {_OURS} (version integer NOT NULL, origin text NOT NULL)")
    transaction.execute(
        text(f"INSERT INTO {_OURS} VALUES (:version, gen_random_uuid()::text)"),  # noqa: S608 - our own name
        {"version": VERSION},
    )
    metadata.create_all(transaction.connection)
    for table, column in _LARGE:
        transaction.run_sql(f"ALTER TABLE {table.name} ALTER COLUMN {column} SET STORAGE EXTERNAL")
    # Every publication replaces bodies: dead rows must be removed at a tenth of the usual share.
    transaction.run_sql(
        "ALTER TABLE bodies SET (autovacuum_vacuum_scale_factor = 0.02, toast.autovacuum_vacuum_scale_factor = 0.02)"
    )
    transaction.run_sql(_GUARD)
    transaction.run_sql("INSERT INTO leases VALUES ('publisher', '', 0, 0)")  # a row that can be locked


def migrate(transaction: Transaction) -> None:
    """Brings the tables of an older version up to date, and ends the lease, since its holder runs another program.

    No other process writes meanwhile, since the caller holds the lock of the one writer. Rows are not changed.
    """
    rename_columns(transaction)
    add_columns(transaction)
    metadata.create_all(transaction.connection)
    for table in metadata.sorted_tables:
        for index in table.indexes:
            index.create(transaction.connection, checkfirst=True)
    transaction.run_sql(f"UPDATE {_OURS} SET version = {VERSION}")  # noqa: S608 - our own name
    transaction.run_sql("UPDATE leases SET holder = '', epoch = epoch + 1, expires_at = 0")


_GUARD = """
CREATE FUNCTION forget_scanned_folder() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM scanned_folders WHERE path = CASE WHEN TG_OP = 'DELETE' THEN OLD.folder ELSE NEW.folder END;
    RETURN NULL;
END $$;
CREATE TRIGGER after_change AFTER INSERT OR UPDATE OR DELETE ON scanned_files
FOR EACH ROW EXECUTE FUNCTION forget_scanned_folder();
"""
"""The counterpart of the triggers in `scanned_folders`."""
