"""Through a pooler that gives each transaction another session, everything works but notifications."""

import time
from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread, Timer

import pytest
from newsroom import NOON, story
from postgresql_server import Pooler, Servers
from shared_newsroom import SharedNewsroom
from test_following import Node, same

from feedsvc.store.lease import acquire, held_by, release, renew
from feedsvc.store.lineage import Step
from feedsvc.store.notes import Note
from feedsvc.store.postgresql.database import Store
from feedsvc.store.postgresql.hints import PROOF, Hints

NOTE: Note[int] = Note("of the pooler", int, 0)


@pytest.fixture
def url(postgresql_servers: Servers) -> Iterator[str]:
    """The URL of a new database by way of the pooler."""
    pooler = Pooler(postgresql_servers.server())
    direct = postgresql_servers.prepared_database()
    yield direct.replace(f":{postgresql_servers.server().port}/", f":{pooler.port}/")
    pooler.end()


def test_a_newsroom_is_published_and_followed(tmp_path: Path, url: str) -> None:
    room, node = SharedNewsroom(tmp_path / "room", url), Node(tmp_path / "node", url)
    for number in range(3):
        room.write(f"{number}.md", story(f"Story {number}", section="News / EU"))
        room.publish()
        assert node.look() is Step.CHANGES
        assert same(room, node)
    node.following.close()
    room.close()


def test_writers_and_the_lease_keep_apart(url: str) -> None:
    store = Store(url)

    def add() -> None:
        for _ in range(5):
            with store.write() as transaction:
                NOTE.put(transaction, NOTE.get(transaction) + 1)

    threads = [Thread(target=add) for _ in range(3)]
    for thread in threads:
        thread.start()
    with store.write_lease() as transaction:
        lease = acquire(transaction, "one:1:a", NOON)
    with store.write_lease() as transaction:
        renew(transaction, lease, NOON)
        release(transaction, lease)
    for thread in threads:
        thread.join()
    with store.read() as transaction:
        assert (NOTE.get(transaction), held_by(transaction, NOON)) == (15, "")
    store.close()


def test_hints_come_directly_and_through_a_pooler_are_given_up(url: str, postgresql_servers: Servers) -> None:
    server, stop = postgresql_servers.server(), Event()
    database = url.rpartition("/")[2]
    direct = Hints(server.url(database))
    direct.wait(1, 0, stop)  # its own
    Timer(0.2, server.sql, ("NOTIFY feedsvc, '7'", database)).start()
    begun = time.monotonic()
    direct.wait(20, 1, stop)
    assert time.monotonic() - begun < 10
    direct.close()
    pooled = Hints(url)
    for seconds in (0.0, PROOF / 2, PROOF + 0.1):
        pooled.wait(0.3, seconds, stop)
    assert pooled._connection is None
    pooled.close()
