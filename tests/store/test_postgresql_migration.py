"""A database of the version before is brought up to date once, whichever node comes first, and keeps every row.

`fixtures/former_tables_10.sql` has its tables, and `fixtures/former_state_10` what a newsroom had in them. Publishing
from such rows is asked of SQLite (`test_migration.py`): here they are compared.
"""

import gzip
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Barrier
from typing import Any

import psycopg
import pytest
from newsroom import NOON
from postgresql_server import Servers
from psycopg import sql
from psycopg.rows import dict_row

from feedsvc.store import ledger_transfer
from feedsvc.store.errors import StoreError
from feedsvc.store.lease import Lease, LeaseLost, acquire, fence, last_epoch, renew
from feedsvc.store.lineage import here
from feedsvc.store.postgresql.database import Store, open_store, prepare_store
from feedsvc.store.push_schema import metadata
from feedsvc.store.schema import VERSION
from feedsvc.store.table_changes import RENAMED

FIXTURES = Path(__file__).parents[1] / "fixtures"
Rows = dict[str, list[dict[str, Any]]]


@pytest.fixture(scope="module")
def former_rows(tmp_path_factory: pytest.TempPathFactory) -> Rows:
    """The rows that the newsroom of the fixture had, by table."""
    file = tmp_path_factory.mktemp("former") / "store.sqlite3"
    file.write_bytes(gzip.decompress((FIXTURES / "former_state_10/state/store.sqlite3.gz").read_bytes()))
    with closing(sqlite3.connect(file)) as store:
        store.row_factory = sqlite3.Row
        tables = [row["name"] for row in store.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        found = {table: [dict(row) for row in store.execute(f"SELECT * FROM {table}")] for table in tables}
    found["leases"] = [{"name": "publisher", "holder": "one:1:a", "epoch": 4, "expires": 7}]
    return found


@pytest.fixture(scope="module")
def template(former_rows: Rows, postgresql_servers: Servers) -> str:
    """The name of a database of version 10 with these rows."""
    url = postgresql_servers.database()
    with psycopg.connect(url) as connection:
        connection.execute((FIXTURES / "former_tables_10.sql").read_bytes())
        for table in metadata.sorted_tables:  # what is referred to comes first
            _fill(connection, table.name, former_rows[table.name])
    return url.rpartition("/")[2]


def _fill(connection: psycopg.Connection[Any], table: str, rows: list[dict[str, Any]]) -> None:
    query = "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND data_type = 'boolean'"
    booleans = {name for (name,) in connection.execute(query, [table])}
    for row in rows:
        values = {name: bool(value) if name in booleans and value is not None else value for name, value in row.items()}
        names = sql.SQL(", ").join(map(sql.Identifier, values))
        places = sql.SQL(", ").join(sql.Placeholder() * len(values))
        statement = sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(sql.Identifier(table), names, places)
        connection.execute(statement, list(values.values()))


@pytest.fixture
def url(template: str, postgresql_servers: Servers) -> str:
    return postgresql_servers.server().new_database(f"TEMPLATE {template}")


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    """The database, brought up to date."""
    made = prepare_store(url)
    yield made
    made.close()


def read(url: str, query: str) -> list[dict[str, Any]]:
    with psycopg.connect(url, row_factory=dict_row) as connection:
        return connection.execute(query.encode()).fetchall()


def shape(url: str) -> tuple[set[tuple[Any, ...]], set[tuple[str, str]]]:
    """The columns of the tables, and what their indexes are on."""
    columns = read(
        url,
        "SELECT table_name, column_name, data_type, collation_name, is_nullable, column_default"
        " FROM information_schema.columns WHERE table_schema = 'public'",
    )
    indexes = read(url, "SELECT tablename, indexdef FROM pg_indexes WHERE schemaname = 'public'")
    return (
        {tuple(each.values()) for each in columns},
        {(each["tablename"], each["indexdef"].partition(" USING ")[2]) for each in indexes},
    )


def test_the_tables_are_as_if_they_were_made_now(store: Store, postgresql_servers: Servers) -> None:
    assert shape(store.url) == shape(postgresql_servers.prepared_database())


def test_every_row_is_kept(store: Store, former_rows: Rows) -> None:
    for table, rows in former_rows.items():
        if table == "leases":
            continue
        wanted = [{RENAMED.get((table, name), name): value for name, value in row.items()} for row in rows]
        found = read(store.url, f"SELECT * FROM {table}")
        for row in found:
            row.pop("last_path", None)
            row.pop("checksum", None)
        assert sorted(map(repr, map(_plain, found))) == sorted(map(repr, map(_plain, wanted))), table


def _plain(row: dict[str, Any]) -> list[tuple[str, Any]]:
    return sorted((name, int(value) if isinstance(value, bool) else value) for name, value in row.items())


def test_the_ledger_is_read_as_before(store: Store, former_rows: Rows) -> None:
    with store.read() as transaction:
        heads = [head for head, _ in ledger_transfer.all_identities(transaction)]
    assert {head.id for head in heads} == {row["id"] for row in former_rows["articles"]}
    assert {head.last_path for head in heads} == {None}


def test_who_only_reads_is_told_who_brings_the_database_up_to_date(url: str) -> None:
    with pytest.raises(StoreError, match=f"an older feedsvc .tables 10, here {VERSION}.; the next `feedsvc publish`"):
        open_store(url)
    assert read(url, "SELECT version FROM feedsvc_store") == [{"version": 10}]


def test_nodes_that_start_at_once_bring_it_up_to_date_once(url: str) -> None:
    together = Barrier(4)

    def start(_: int) -> Store:
        together.wait()
        return prepare_store(url)

    with ThreadPoolExecutor(4) as nodes:
        stores = list(nodes.map(start, range(4)))
    with stores[0].read() as transaction:
        assert last_epoch(transaction) == 5  # the lease of before was ended once
    for store in stores:
        store.close()


def test_whoever_held_the_lease_has_it_no_more_and_another_can_take_it(store: Store) -> None:
    with store.write_lease() as transaction:
        former = Lease("one:1:a", 4, here(transaction))
        with pytest.raises(LeaseLost):
            renew(transaction, former, NOON)
        assert acquire(transaction, "two:1:b", NOON).epoch == 6


@pytest.mark.parametrize("use", [renew, fence])
def test_a_program_that_still_runs_when_a_newer_one_comes_cannot_publish_any_more(store: Store, use: Any) -> None:
    with store.write_lease() as transaction:
        lease = acquire(transaction, "one:1:a", NOON)
    with store.write() as transaction:
        transaction.run_sql(f"UPDATE feedsvc_store SET version = {VERSION + 1}")
    told = "brought up to date by another feedsvc .*: this one serves its copy, and publishes nothing"
    with store.write_lease() as transaction, pytest.raises(StoreError, match=told):
        use(transaction, lease, NOON)
    with store.write_lease() as transaction, pytest.raises(StoreError, match=told):
        acquire(transaction, "one:1:a", NOON)


def test_what_fails_on_the_way_leaves_the_version_before(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("feedsvc.store.postgresql.tables.add_columns", lambda transaction: transaction.run_sql("SELEC"))
    with pytest.raises(StoreError):
        prepare_store(url)
    assert read(url, "SELECT holder FROM leases WHERE expires = 7") == [{"holder": "one:1:a"}]
    monkeypatch.undo()
    prepare_store(url).close()
