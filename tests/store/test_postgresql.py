"""The part that is PostgreSQL's alone: refusals and their reasons, tables, and the lease among machines."""

from collections.abc import Callable, Iterator

import pytest
from newsroom import NOON
from postgresql_server import Server, Servers
from sqlalchemy import text

from feedsvc.store import lineage, state
from feedsvc.store.errors import NothingStored, StoreAway, StoreBusy, StoreError
from feedsvc.store.lease import TERM, Lease, LeaseLost, acquire, confirm, fence, held_by, release, renew
from feedsvc.store.lineage import LeftBehind, Lineage
from feedsvc.store.postgresql.database import Store, open_store, prepare_store
from feedsvc.store.schema import VERSION, leases


@pytest.fixture
def server(postgresql_servers: Servers) -> Server:
    return postgresql_servers.server()


@pytest.fixture
def store(postgresql_servers: Servers) -> Iterator[Store]:
    made = prepare_store(postgresql_servers.prepared_database())
    yield made
    made.close()


# --- what is refused --------------------------------------------------------------------------------------------------


def test_where_nothing_was_stored_there_is_nothing_to_read(server: Server) -> None:
    with pytest.raises(NothingStored, match="nothing has been published yet"):
        open_store(server.new_database())


def test_a_server_that_is_away_is_told_with_the_place_and_without_the_password() -> None:
    with pytest.raises(StoreAway, match=r"postgresql://127\.0\.0\.1/news: cannot be reached") as found:
        prepare_store("postgresql://news:secret@127.0.0.1:1/news")
    assert "secret" not in str(found.value)


REFUSED: dict[str, tuple[Callable[[Server], str], str]] = {
    "no database": (lambda server: server.url("nowhere"), "does not exist; create the database"),
    "no user": (lambda server: server.url("postgres", user="nobody"), "does not exist; let this user in"),
    "a host that nobody knows": (lambda _: "postgresql://news@host.invalid/news", "cannot be reached"),
    "not in UTF-8": (
        lambda server: server.new_database("TEMPLATE template0 ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'"),
        "the database is in LATIN1, .* create one in UTF-8",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_used_is_refused_with_the_remedy(server: Server, case: str) -> None:
    url, remedy = REFUSED[case]
    with pytest.raises(StoreError, match=remedy):
        prepare_store(url(server))


def test_a_user_who_may_not_make_tables_is_told_what_to_grant(server: Server) -> None:
    url = server.new_database()
    database = url.rpartition("/")[2]
    server.sql("DROP ROLE IF EXISTS guest")
    server.sql("CREATE ROLE guest LOGIN")
    server.sql("REVOKE CREATE ON SCHEMA public FROM PUBLIC", database)
    with pytest.raises(StoreError, match="GRANT CREATE ON SCHEMA public"):
        prepare_store(server.url(database, user="guest"))


def test_a_database_that_is_read_only_is_told(server: Server) -> None:
    url = server.new_database()
    server.sql(f"ALTER DATABASE {url.rpartition('/')[2]} SET default_transaction_read_only = on")
    with pytest.raises(StoreError, match="read-only"):
        prepare_store(url)


def test_tables_of_another_program_stay_as_they_are(server: Server) -> None:
    url = server.new_database()
    server.sql("CREATE TABLE articles (mine integer)", url.rpartition("/")[2])
    with pytest.raises(StoreError, match=r"tables of another program \(articles\)"):
        prepare_store(url)
    assert server.sql("SELECT * FROM articles", url.rpartition("/")[2]) == []


def test_a_store_of_another_version_is_not_touched(store: Store) -> None:
    with store.write() as transaction:
        transaction.run_sql("UPDATE feedsvc_store SET version = 99")
    with pytest.raises(StoreError, match="made by another feedsvc"):
        prepare_store(store.url)


def test_a_table_that_is_missing_is_made(store: Store) -> None:
    with store.write() as transaction:
        transaction.run_sql("DROP TABLE left_sections")
        state.EDITION.put(transaction, 7)
    prepare_store(store.url).close()
    with store.read() as transaction:
        assert transaction.scalar(text("SELECT count(*) FROM left_sections")) == 0
        assert state.EDITION.get(transaction) == 7


@pytest.mark.parametrize("version", [10, VERSION])
def test_a_table_that_is_lost_with_all_that_it_had_is_not_made_anew(store: Store, version: int) -> None:
    with store.write() as transaction:
        transaction.run_sql("DROP TABLE memberships")
        transaction.run_sql(f"UPDATE feedsvc_store SET version = {version}")
    for use in (open_store, prepare_store):
        with pytest.raises(StoreError, match="lacks the table memberships; restore the database"):
            use(store.url)


def test_a_url_that_cannot_be_understood_is_refused_without_a_word_of_it() -> None:
    with pytest.raises(StoreError, match="cannot be understood") as found:
        prepare_store("postgresql://news:sec%ret@127.0.0.1/news")
    assert "sec" not in str(found.value).partition("such as")[0]


def test_tables_may_stand_in_a_schema_of_their_own(server: Server) -> None:
    url = server.new_database()
    database = url.rpartition("/")[2]
    server.sql("CREATE TABLE articles (mine integer)", database)
    server.sql("CREATE SCHEMA feeds AUTHORIZATION news", database)
    prepare_store(f"{url}?options=-csearch_path%3Dfeeds").close()
    assert server.sql("SELECT count(*) FROM feeds.articles", database) == [(0,)]


def test_bodies_are_stored_as_they_are(store: Store) -> None:
    query = "SELECT attstorage FROM pg_attribute WHERE attrelid = 'bodies'::regclass AND attname = 'body'"
    with store.read() as transaction:
        assert transaction.scalar(text(query)) in ("e", b"e")
        collations = (
            "SELECT DISTINCT collation_name FROM information_schema.columns WHERE data_type = 'character varying'"
        )
        collations += " AND table_schema = 'public'"
        assert transaction.scalars(text(collations)).all() == ["C"]


# --- the lease --------------------------------------------------------------------------------------------------------


def run_out(store: Store) -> None:
    with store.write_lease() as transaction:
        transaction.execute(leases.update().values(expires_at=leases.c.expires_at - TERM))


def test_the_clock_of_the_database_counts_and_no_other(store: Store) -> None:
    with store.write_lease() as transaction:
        first = acquire(transaction, "one:1:a", NOON.replace(year=2099))
    with store.write_lease() as transaction, pytest.raises(LeaseLost, match="one:1:a publishes"):
        acquire(transaction, "two:1:b", NOON.replace(year=2199))
    run_out(store)
    with store.write_lease() as transaction:
        assert acquire(transaction, "two:1:b", NOON).epoch == first.epoch + 1
        assert held_by(transaction, NOON) == "two:1:b"
    with store.write_lease() as transaction, pytest.raises(LeaseLost):
        renew(transaction, first, NOON)


def test_whoever_takes_over_ends_what_the_former_holder_began(store: Store) -> None:
    other = Store(store.url)
    with store.write_lease() as transaction:
        lease = acquire(transaction, "one:1:a", NOON)

    def publish_late() -> None:
        with store.write() as transaction:
            confirm(transaction, lease)
            state.EDITION.put(transaction, 7)
            run_out(other)
            with other.write_lease() as elsewhere:  # while the first is in the midst of it
                acquire(elsewhere, "two:1:b", NOON)
            fence(transaction, lease, NOON)

    with pytest.raises(StoreError):
        publish_late()
    with other.write() as transaction:  # it waits for nobody
        assert state.EDITION.get(transaction) == 0
    other.close()


def test_a_publication_that_is_about_to_be_committed_is_waited_for(store: Store) -> None:
    other = Store(store.url)
    with store.write_lease() as transaction:
        lease = acquire(transaction, "one:1:a", NOON)
    with store.write() as transaction:
        fence(transaction, lease, NOON)
        with pytest.raises(StoreBusy):
            renew_now(other, lease)
    other.close()


def renew_now(store: Store, lease: Lease) -> None:
    with store.write_lease() as transaction:
        transaction.run_sql("SET LOCAL lock_timeout = '50ms'")
        renew(transaction, lease, NOON)


def test_a_lease_that_is_given_back_is_free_and_the_epoch_goes_on(store: Store) -> None:
    with store.write_lease() as transaction:
        lease = acquire(transaction, "one:1:a", NOON)
        release(transaction, lease)
        assert acquire(transaction, "two:1:b", NOON).epoch == lease.epoch + 1


def test_whoever_falls_silent_while_writing_holds_up_a_successor_for_less_than_two_terms(store: Store) -> None:
    longest = text(
        "SELECT extract(epoch FROM CAST(current_setting('idle_in_transaction_session_timeout') AS interval))"
    )
    for begun in (store.write, store.write_lease):
        with begun() as transaction:
            assert 0 < transaction.scalar(longest) < 2 * TERM - 2


def test_after_a_failover_a_lease_is_good_for_nothing_but_to_be_given_back(store: Store) -> None:
    with store.write_lease() as transaction:
        given = acquire(transaction, "one:1:a", NOON)
    here = given.lineage
    former = Lease(given.holder, given.epoch, Lineage(here.origin, here.system, here.timeline - 1))
    with store.write_lease() as transaction:
        uses: list[Callable[[], None]] = [
            *(lambda: renew(transaction, former, NOON), lambda: fence(transaction, former, NOON)),
            lambda: confirm(transaction, former),
        ]
        for use in uses:
            with pytest.raises(LeaseLost, match="after a failover"):
                use()
        release(transaction, former)
        assert acquire(transaction, "two:1:b", NOON).epoch == given.epoch + 1


# --- the line of servers ----------------------------------------------------------------------------------------------


def publish(store: Store) -> int:
    with store.write() as transaction:
        lineage.enter(transaction, Lineage())
        state.EDITION.put(transaction, state.next_edition(transaction))
        lineage.conclude(transaction)
        return state.current_edition(transaction)


def test_the_first_edition_of_another_timeline_leaves_numbers_out_and_the_next_do_not(store: Store) -> None:
    assert [publish(store), publish(store)] == [1, 2]
    with store.write() as transaction:
        known = lineage.position(transaction).lineage
        lineage.put(transaction, Lineage(known.origin, known.system, known.timeline - 1))
    assert [publish(store), publish(store)] == [1_003, 1_004]


def test_nothing_is_written_on_a_timeline_that_was_left_behind(store: Store) -> None:
    publish(store)
    with store.write() as transaction:
        known = lineage.position(transaction).lineage
        with pytest.raises(LeftBehind, match="make it a standby of the new primary"):
            lineage.enter(transaction, Lineage(known.origin, known.system, known.timeline + 1))
    assert publish(store) == 2


def test_what_a_failover_may_lose_is_told_only_where_somebody_follows(store: Store) -> None:
    with store.read() as transaction:
        assert lineage.replication(transaction) == ""
