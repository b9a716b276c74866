"""A node's copy of the Edition: what it takes over, when, and what it does when something is wrong."""

import gzip
import json
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from edition import CONSOLE, OPERATOR, ask
from newsroom import PLAN, story
from postgresql_server import Server, Servers
from shared_newsroom import SharedNewsroom
from waiting import wait_for

from feedsvc.config import Config, load
from feedsvc.service.following import Following, alone
from feedsvc.service.front_wiring import make_view
from feedsvc.service.request_inbox import RequestInbox
from feedsvc.service.site_wiring import make_inner_app
from feedsvc.service.stores import edition_folder, newest_lineage, open_edition
from feedsvc.store import documents, former_paths, lineage, requests, state
from feedsvc.store.edition_schema import bodies
from feedsvc.store.entries import PublishedDocument
from feedsvc.store.errors import StoreError
from feedsvc.store.lineage import LeftBehind, Step
from feedsvc.store.sqlite.database import prepare_store
from feedsvc.store.sqlite.store import Store
from feedsvc.store.sqlite.suspicion import is_suspect, suspect
from feedsvc.store.status import overdue, read_status
from feedsvc.web.follower import Follower
from feedsvc.web.view import View

FORMER = Path(__file__).parents[1] / "fixtures" / "former_state_10"
AWAY = "postgresql://news@127.0.0.1:1/news"


def settings_of(folder: Path, url: str) -> Config:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "articles").mkdir(exist_ok=True)
    head = '[site]\ntitle = "The Lantern"\nurl = "https://news.example"\n'
    (folder / "config.toml").write_text(f'{head}[state]\nurl = "{url}"\npath = "state"\n', encoding="utf-8")
    return load(folder / "config.toml")


@pytest.fixture
def room(tmp_path: Path, postgresql_servers: Servers) -> Iterator[SharedNewsroom]:
    made = SharedNewsroom(tmp_path / "room", postgresql_servers.prepared_database())
    made.write("a.md", story("One", section="News / EU", aliases="[/old/one]"))
    yield made
    made.close()


Told = dict[tuple[int, str], tuple[int, str, str]]


def told(rows: Iterable[PublishedDocument]) -> Told:
    """Address and path of each representation, with its status, coding and tag."""
    return {(row.address, f"{row.path} {row.coding}"): (row.status, row.coding or "", row.etag or "") for row in rows}


def live(found: Told) -> Told:
    return {place: each for place, each in found.items() if each[0] == 200}


def in_ledger(room: SharedNewsroom) -> Told:
    with room.store.read() as transaction:
        return told(documents.everything(transaction))


class Node:
    """A node that only serves."""

    def __init__(self, folder: Path, url: str) -> None:
        self.settings = settings_of(folder, url)
        self.following = Following(self.settings)

    def look(self) -> Step:
        return self.following.look().step

    def published(self) -> Told:
        store = open_edition(self.settings)
        try:
            with store.read() as transaction:
                return told(documents.everything(transaction))
        finally:
            store.close()

    @property
    def edition(self) -> int:
        store = open_edition(self.settings)
        try:
            with store.read() as transaction:
                return state.current_edition(transaction)
        finally:
            store.close()


@pytest.fixture
def node(tmp_path: Path, room: SharedNewsroom) -> Iterator[Node]:
    made = Node(tmp_path / "node", room.url)
    yield made
    made.following.close()


def same(room: SharedNewsroom, node: Node) -> bool:
    return node.published() == in_ledger(room)


def test_it_takes_over_what_changed_and_nothing_else(room: SharedNewsroom, node: Node) -> None:
    assert node.look() is Step.NONE
    room.publish()
    assert node.look() is Step.CHANGES
    assert same(room, node)
    assert node.look() is Step.NONE
    room.write("b.md", story("Two"))
    changed = room.publish().documents
    followed = node.following.look()
    assert (followed.step, followed.edition, followed.documents) == (Step.CHANGES, 2, changed)
    assert same(room, node)
    room.remove("b.md")
    room.publish()
    node.look()
    assert same(room, node)


def test_the_status_of_a_node_tells_what_the_ledger_knows(room: SharedNewsroom, node: Node) -> None:
    room.write("later.md", story("Later", embargo="2099-01-01"))
    room.write("bad.md", "---\ntitle: [\n---\n")
    room.publish()
    node.look()
    store = open_edition(node.settings)
    with room.store.read() as ledger, store.read() as copy:
        assert read_status(copy, room.now, 300) == read_status(ledger, room.now, 300)
        assert former_paths.keys(copy, "/old/one") == former_paths.keys(ledger, "/old/one")
        assert len(former_paths.keys(copy, "/old/one")) == 1
    store.close()


def test_a_mirror_that_is_gone_is_gone_on_the_node_too(room: SharedNewsroom, node: Node) -> None:
    room.publish()
    node.look()
    room.configure(room.plan, addresses=PLAN.addresses[:1], digest="2")
    room.publish()
    node.look()
    assert not [path for (address, path), (status, *_) in node.published().items() if address and status == 200]


def test_a_copy_that_is_damaged_or_gone_is_made_again(room: SharedNewsroom, node: Node) -> None:
    room.publish()
    node.look()
    file = edition_folder(node.settings) / "store.sqlite3"
    node.following.close()
    file.write_bytes(b"no database at all")
    assert node.look() is Step.CHANGES
    assert same(room, node)
    node.following.close()
    shutil.rmtree(file.parent)
    assert node.look() is Step.CHANGES
    suspect(file)  # a serving process stumbled over it; it is sound
    assert node.look() is Step.NONE
    assert same(room, node)


def test_a_body_that_was_changed_on_the_way_is_not_shown(room: SharedNewsroom, node: Node) -> None:
    room.publish()
    node.look()
    room.write("b.md", story("Two"))
    room.publish()
    with room.store.write() as transaction:
        transaction.execute(bodies.update().where(bodies.c.coding == "br").values(body=b"other"))
    with pytest.raises(StoreError, match="not what its hash says"):
        node.look()
    assert node.edition == 1


def test_another_store_takes_the_place_of_the_former_as_a_whole(
    room: SharedNewsroom, node: Node, tmp_path: Path, postgresql_servers: Servers
) -> None:
    for number in range(3):
        room.write(f"{number}.md", story(f"Story {number}"))
        room.publish()
    node.look()
    file = edition_folder(node.settings) / "store.sqlite3"
    before = file.stat().st_ino
    other = SharedNewsroom(tmp_path / "other", postgresql_servers.database())
    other.write("only.md", story("Only"))
    other.publish()
    moved = Node(tmp_path / "node", other.url)
    node.following.close()
    assert moved.look() is Step.AFRESH
    assert (moved.edition, same(other, moved)) == (1, True)
    assert file.stat().st_ino != before  # by which serving processes see that it is another
    moved.following.close()
    other.close()


def test_one_process_of_a_node_follows(node: Node) -> None:
    with alone(node.settings) as first, alone(node.settings) as second:
        assert (first, second) == (True, False)


# --- when the server fails --------------------------------------------------------------------------------------------


def titles(room: SharedNewsroom) -> list[str]:
    return sorted(room.titles())


def test_what_a_failover_lost_comes_back_and_no_node_goes_back(tmp_path: Path, postgresql_servers: Servers) -> None:
    programs = postgresql_servers.server().programs
    primary = Server(programs).initialize().start()
    url = primary.new_database()
    standby = primary.standby()
    both = url.replace(f"127.0.0.1:{primary.port}", f"127.0.0.1:{primary.port},127.0.0.1:{standby.port}")
    room = SharedNewsroom(tmp_path / "room", both)
    node, late = Node(tmp_path / "node", both), Node(tmp_path / "late", both)
    try:
        room.write("kept.md", story("Kept"))
        room.write("wrong.md", story("Wrong"))
        room.publish()
        assert [node.look(), late.look()] == [Step.CHANGES, Step.CHANGES]
        with room.store.read() as transaction:
            assert "asynchronous" in lineage.replication(transaction)
        ids = room.ids()
        lsn = primary.sql("SELECT pg_current_wal_lsn()")[0][0]
        while not standby.sql(f"SELECT pg_last_wal_replay_lsn() >= '{lsn}'")[0][0]:
            pass
        standby.stop("fast")  # it sees nothing of what follows
        room.write("lost.md", story("Lost"))
        room.remove("wrong.md")
        room.publish()
        assert node.look() is Step.CHANGES
        assert node.edition == 2
        ids |= room.ids()
        primary.kill()
        standby.start()
        standby.promote()
        with pytest.raises(StoreError, match="that server was left behind"):
            node.look()  # Edition 1 of the new server is not shown to those who have seen Edition 2
        assert node.edition == 2
        room.close()
        standby.sql("UPDATE leases SET expires_at = 0", url.rpartition("/")[2])  # the term has passed
        room.open()
        room.publish()
        with room.store.read() as transaction:
            assert lineage.position(transaction).edition == 1_002
        assert titles(room) == ["Kept", "Lost"]
        assert {title: ids[title] for title in room.ids()} == room.ids()
        assert [node.look(), late.look()] == [Step.EVERYTHING, Step.EVERYTHING]
        assert all(each.edition == 1_002 and live(each.published()) == live(in_ledger(room)) for each in (node, late))
        primary.start()  # it knows nothing of what happened meanwhile
        node.following.close()
        assert node.look() is Step.NONE  # though the one that was left behind stands first in the URL
        primary.sql("UPDATE leases SET expires_at = 0", url.rpartition("/")[2])
        alone_again = SharedNewsroom(tmp_path / "room", url)
        alone_again.regeneration._newest = lambda: newest_lineage(node.settings)
        with pytest.raises(LeftBehind):
            alone_again.publish()
        alone_again.close()
        behind = Following(settings_of(tmp_path / "node", url))
        with pytest.raises(StoreError, match="left behind"):
            behind.look()
        behind.close()
        assert node.edition == 1_002
        store = open_edition(node.settings)
        with store.read() as transaction:
            assert "cannot be followed" in overdue(transaction, room.now, 0)
        store.close()
    finally:
        for each in (room, node.following, late.following):
            each.close()
        primary.end()
        standby.end()


def test_a_poke_of_a_node_that_only_serves_reaches_the_store_of_the_publisher(
    room: SharedNewsroom, tmp_path: Path
) -> None:
    settings_of(tmp_path / "node", room.url)
    with (tmp_path / "node" / "config.toml").open("a", encoding="utf-8") as file:
        file.write(f"{CONSOLE}[server]\npublish = false\n")
    copy = Store(tmp_path / "none.sqlite3")
    app = make_inner_app(load(tmp_path / "node" / "config.toml"), copy, View(copy, 1, 0))
    answer = ask(app, "/-/poke", "POST", **OPERATOR)
    assert (answer.code, answer.body) == (202, b'{"look":"everything"}')

    def poked() -> list[tuple[str, ...] | None]:
        with room.store.read() as transaction:
            return [wish.poked for wish in requests.wishes(transaction)]

    assert wait_for(poked, "the poke in the store") == [()]
    assert [wish.poked for wish in RequestInbox(room.store, room.lease).take()] == [()]
    assert poked() == []
    copy.close()


# --- an upgrade -------------------------------------------------------------------------------------------------------


def test_a_copy_that_the_version_before_made_is_served_from_the_first_request_on(tmp_path: Path) -> None:
    """While the database cannot be reached, too: nothing has to be fetched."""
    settings = settings_of(tmp_path, AWAY)
    copy = edition_folder(settings) / "store.sqlite3"
    copy.parent.mkdir(parents=True)
    copy.write_bytes(gzip.decompress((FORMER / "state/store.sqlite3.gz").read_bytes()))
    with pytest.raises(StoreError, match="an older feedsvc"):
        open_edition(settings)
    store, view = make_view(settings)
    published = json.loads((FORMER / "published.json").read_text("utf-8"))["documents"]
    [tag] = [tag for host, path, *_, tag in published if (host, path) == ("fellbeacon.example", "/rss.xml")]
    assert view.edition.tables[0]["/rss.xml"].variants["identity"].etag == tag
    assert not is_suspect(copy)
    store.close()


def test_a_store_of_the_version_before_is_waited_for_and_not_suspected(tmp_path: Path) -> None:
    file = tmp_path / "store.sqlite3"
    file.write_bytes(gzip.decompress((FORMER / "state/store.sqlite3.gz").read_bytes()))
    store = Store(file)
    view = View(store, 2, 10**6)
    follower = Follower(view, store)
    for _ in range(3):
        follower.look()
    assert (view.edition.number, is_suspect(file)) == (0, False)
    prepare_store(tmp_path)[0].close()
    follower.look()
    assert view.edition.number > 0
    store.close()
