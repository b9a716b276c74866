"""A store that is damaged in any way is set aside and rebuilt: the same Edition is served, and no log quotes it."""

import gzip
import json
import logging
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from damages import DAMAGES, damage
from msgspec.structs import replace
from newsroom import PLAN, TERMS, Newsroom, own_feed, story
from sqlalchemy import select

from feedsvc.model.selection import Selection
from feedsvc.service.regeneration_log import RegenerationLog
from feedsvc.store import ledger_transfer
from feedsvc.store.documents import body as document_bytes
from feedsvc.store.edition_schema import bodies, documents
from feedsvc.store.errors import StoreDamaged
from feedsvc.store.schema import articles
from feedsvc.store.sqlite.database import Store, prepare_store, store_path
from feedsvc.store.sqlite.suspicion import is_suspect
from feedsvc.web.follower import Follower
from feedsvc.web.view import View

COUNT = int(os.environ.get("FEEDSVC_DAMAGES", str(3 * len(DAMAGES))))
CANARY = "lantern oil"
"""Stands in each text that is damaged, and in no log."""
LOST = ("rows of articles", "without articles", "truncated", "zeros", "noise at")
"""After these what moved articles are called by may be nowhere in the file any more; the others keep their ids."""


class Sound:
    """A newsroom of a few Editions, one article of which was moved, and the state folder as it was closed."""

    def __init__(self, folder: Path) -> None:
        terms = replace(TERMS, formats=("json", "rss"))
        plan = replace(PLAN, addresses=PLAN.addresses[:1], defaults=terms, feeds=(own_feed("/all.json", Selection()),))
        self.room = Newsroom(folder, plan)
        self._write()
        self.now = self.room.now
        self.edition, self.ids = self.room.edition(), self.room.ids()
        self.room.store.close_for_good()
        self.kept = folder / "kept"
        shutil.copytree(self.room.state, self.kept)

    def _write(self) -> None:
        room = self.room
        for number in range(8):
            room.write(f"{number}.md", story(f"Story {number} of {CANARY}", f"{CANARY}. " * 60, section="News / EU"))
        room.write("harbour.svg", b"<svg/>")
        room.write("8.md", story("A picture", image="harbour.svg"))
        room.write("9.md", story("Without a date", date=""))
        room.publish()
        room.move("3.md", "moved/3.md")
        room.write("4.md", story(f"Story 4 of {CANARY}, corrected", section="News / EU"))
        room.publish()
        room.write("5.md", story(f"Story 5 of {CANARY}, corrected", section="News / EU"))
        room.publish()

    def restore(self) -> Path:
        """The store, as it was closed."""
        shutil.rmtree(self.room.state)
        shutil.copytree(self.kept, self.room.state)
        self.room.now = self.now
        return self.room.state / "store.sqlite3"


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Sound:
    return Sound(tmp_path_factory.mktemp("sound"))


@pytest.fixture(autouse=True)
def everything_is_logged(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    with caplog.at_level(logging.DEBUG, "feedsvc"):
        yield


def recover(room: Newsroom) -> int:
    """Opens and publishes as the publishing process does, and returns how often that was needed."""
    log = RegenerationLog()
    for attempt in range(1, 4):
        try:
            room.open()
            room.publish()
        except StoreDamaged as error:
            log.failed(error)
            room.store.close_as_damaged()
        else:
            for problem in room.found:
                logging.getLogger("feedsvc").warning("%s", problem)
            return attempt
    raise AssertionError("the store stays damaged")


def served(room: Newsroom) -> dict[str, bytes]:
    """Path to body of what a serving process that starts now has."""
    store = Store(room.store.path)
    view = View(store, 1, 10**6)
    Follower(view, store).look()
    table = view.edition.tables[0]
    found = {path: view.body(held, held.variants["identity"].etag) for path, held in table.items() if not held.file}
    store.close()
    return {path: body for path, body in found.items() if body is not None}


@pytest.mark.parametrize("kind", range(len(DAMAGES)), ids=[each.__name__ for each in DAMAGES])
def test_whatever_is_damaged_the_same_edition_is_served_again(
    sound: Sound, kind: int, caplog: pytest.LogCaptureFixture
) -> None:
    for seed in range(kind, max(COUNT, len(DAMAGES)), len(DAMAGES)):
        what = damage(sound.restore(), seed)
        assert recover(sound.room) <= 3, what
        ids, edition, there = sound.room.ids(), sound.room.edition(), served(sound.room)
        sound.room.close()
        wrong = {title for title, known in sound.ids.items() if ids.get(title) != known}
        assert not wrong or (wrong == {f"Story 3 of {CANARY}"} and any(lost in what for lost in LOST)), what
        assert wrong or edition == sound.edition, what
        assert {"/rss.xml", "/feed.json", "/all.json", "/news/eu/rss.xml"} <= there.keys(), what
        assert all(edition[0, path] == body for path, body in there.items() if (0, path) in edition), what
        told = [*caplog.messages, *(record.exc_text or "" for record in caplog.records)]
        assert not [line for line in told if CANARY in line or "SELECT" in line or "Traceback" in line], what


@pytest.mark.parametrize("column", ["fingerprint", "digest"])
def test_an_article_is_not_given_up_for_a_hash_that_cannot_be_read(sound: Sound, column: str) -> None:
    with closing(sqlite3.connect(sound.restore())) as connection:
        connection.execute(f"UPDATE articles SET {column} = CAST(x'ff' AS TEXT)")
        connection.commit()
    recover(sound.room)
    ids, edition = sound.room.ids(), sound.room.edition()
    sound.room.close()
    assert (ids, edition) == (sound.ids, sound.edition)


def test_a_store_that_was_set_aside_is_as_it_was(sound: Sound) -> None:
    store = sound.restore()
    damage(store, seed=3)
    before = store.read_bytes()
    recover(sound.room)
    sound.room.close()
    assert store.with_name("store.sqlite3.damaged").read_bytes() == before


@pytest.mark.parametrize("step", ["salvage", "end_rebuilding"])
def test_a_rebuilding_that_was_interrupted_is_gone_on_with(
    sound: Sound, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = sound.restore()
    store.write_bytes(b"no database " + store.read_bytes()[12:])

    def end(*_: object) -> int:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(f"feedsvc.store.sqlite.database.{step}", end)
        with pytest.raises(KeyboardInterrupt):
            sound.room.open()
    assert not store.exists()
    recover(sound.room)
    assert sound.room.ids() == sound.ids
    assert "interrupted" in sound.room.found[0].reason
    sound.room.close()
    assert {path.name for path in sound.room.state.iterdir()} <= {
        *("store.sqlite3" + tail for tail in ("", "-wal", "-shm", ".sealed", ".damaged"))
    }


def test_what_a_journal_holds_is_taken_over_too(sound: Sound, tmp_path: Path) -> None:
    """As after kill -9, which leaves the last Editions in the journal, and a page of the file that went bad."""
    store = sound.restore()
    room = sound.room
    room.open()
    room.write("new.md", story("New", section="News / EU"))
    room.publish()
    room.move("new.md", "moved/new.md")
    room.publish()
    known = room.ids()["New"]
    left = tmp_path / "left"
    shutil.copytree(room.state, left)
    room.close()
    shutil.rmtree(room.state)
    left.rename(room.state)
    assert store.with_name("store.sqlite3-wal").stat().st_size
    (room.state / "store.sqlite3").write_bytes(b"no database " + store.read_bytes()[12:])
    recover(room)
    assert room.ids()["New"] == known
    room.remove("moved/new.md")
    room.close()


@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE articles ADD COLUMN phase_of_another INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE articles DROP COLUMN has_own_page",
        "ALTER TABLE articles RENAME COLUMN normalised_id TO normalised",
    ],
)
def test_ids_are_found_on_the_pages_of_a_table_of_another_shape(sound: Sound, change: str) -> None:
    """As in a store that an older version made, and this one migrated."""
    store = sound.restore()
    with closing(sqlite3.connect(store)) as file:
        file.execute(change)
        file.execute("UPDATE articles SET withdrawn = 7, revision = revision + 1 WHERE number = 2")
        file.commit()
        file.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    store.write_bytes(b"no database " + store.read_bytes()[12:])
    sound.room.open()
    with sound.room.store.read() as transaction:
        found = {head.id: head.withdrawn for head, _ in ledger_transfer.all_identities(transaction)}
    sound.room.close()
    assert set(found) == set(sound.ids.values())
    assert sorted(found.values(), key=str) == [7, *[None] * (len(found) - 1)]


def without_header(store: Path) -> None:
    store.write_bytes(b"no database " + store.read_bytes()[12:])


def without_a_table(store: Path) -> None:
    with closing(sqlite3.connect(store)) as file:
        file.execute("DROP TABLE memberships")
        file.commit()
        file.execute("PRAGMA wal_checkpoint(TRUNCATE)")


@pytest.mark.parametrize("damaged", [without_header, without_a_table])
def test_an_article_that_was_moved_and_removed_is_itself_at_its_last_path(
    sound: Sound, damaged: Callable[[Path], None]
) -> None:
    store, room = sound.restore(), sound.room
    text = (room.articles / "moved/3.md").read_bytes()
    room.open()
    room.remove("moved/3.md")
    room.publish()
    room.store.close_for_good()
    damaged(store)
    recover(room)
    room.write("moved/3.md", story("Quite another story", "Not a word of it is as it was."))
    room.publish()
    assert room.ids()["Quite another story"] == sound.ids[f"Story 3 of {CANARY}"]
    room.close()
    (room.articles / "moved/3.md").write_bytes(text)


def with_lost_pages(store: Path) -> None:
    with closing(sqlite3.connect(store)) as file:
        file.execute("PRAGMA writable_schema = ON")
        file.execute("DELETE FROM sqlite_schema WHERE name = 'ix_articles_digest'")
        file.commit()


@pytest.mark.parametrize("name", ["former_state", "former_state_10"])
@pytest.mark.parametrize("damaged", [without_header, with_lost_pages])
def test_a_damaged_store_of_an_earlier_version_is_rebuilt_with_its_ids(
    name: str, damaged: Callable[[Path], None], tmp_path: Path
) -> None:
    fixture = Path(__file__).parents[1] / "fixtures" / name
    store = store_path(tmp_path)
    store.write_bytes(gzip.decompress((fixture / "state/store.sqlite3.gz").read_bytes()))
    damaged(store)
    rebuilt, problems = prepare_store(tmp_path)
    assert len(problems) == 1
    with rebuilt.read() as transaction:
        found = list(ledger_transfer.all_identities(transaction))
    rebuilt.close()
    published = json.loads((fixture / "published.json").read_text("utf-8"))["ledger"]
    assert [(head.id, head.key, head.path) for head, _ in found] == [
        (line["id"], line["key"], line["path"]) for line in published
    ]
    if damaged is with_lost_pages:
        assert [adopted is not None for _, adopted in found] == [line["adopted"] is not None for line in published]


def test_a_flipped_bit_of_a_body_is_served_and_sent_to_nobody(sound: Sound) -> None:
    """It is a sound page and a sound value, so SQLite does not mind."""
    store, room = sound.restore(), sound.room
    room.open()
    plain = (documents.c.path == "/feed.json") & (bodies.c.coding == "gzip")
    with room.store.write() as transaction:
        number, body = transaction.execute(
            select(bodies.c.document, bodies.c.body)
            .join(documents, documents.c.number == bodies.c.document)
            .where(plain)
        ).one()
        flipped = bytes([*body[:-9], body[-9] ^ 1, *body[-8:]])
        here = (bodies.c.document == number) & (bodies.c.coding == "gzip")
        transaction.execute(bodies.update().where(here).values(body=flipped))
        tag = transaction.scalar(select(bodies.c.etag).where(here))
    with pytest.raises(StoreDamaged, match="not as it was written"), room.store.read() as transaction:
        document_bytes(transaction, tag, number)
    assert is_suspect(store)
    room.store.close_as_damaged()
    assert recover(room) == 1
    assert "a body is not as it was written" in room.found[0].reason
    assert (room.ids(), served(room)["/feed.json"]) == (sound.ids, sound.edition[0, "/feed.json"])
    room.close()


@pytest.mark.parametrize("column", ["body", "encoded_copy"])
def test_a_flipped_bit_of_what_an_article_says_is_published_nowhere(sound: Sound, column: str) -> None:
    """It is found when the article is rendered again, as when another one pushes it to another place."""
    store, room = sound.restore(), sound.room
    room.open()
    with room.store.write() as transaction:
        here = articles.c.number == 2
        value = transaction.scalar(select(articles.c[column]).where(here))
        flipped = value.replace("oil", "oik", 1) if column == "body" else value.replace(b"oil", b"oik", 1)
        assert flipped != value
        transaction.execute(articles.update().where(here).values({column: flipped}))
    assert not is_suspect(store)
    room.write("new.md", story("Something new", section="News / EU"))
    with pytest.raises(StoreDamaged, match="what article 2 says is not as it was written"):
        room.publish()
    room.store.close_as_damaged()
    assert recover(room) == 1
    assert "what article 2 says is not as it was written" in room.found[0].reason
    found = room.ids()
    assert {title: found[title] for title in sound.ids} == sound.ids
    assert b"oik" not in room.body("/feed.json")
    room.remove("new.md")
    room.close()


def test_what_an_earlier_rebuilding_left_is_discarded_once_the_store_is_sound(sound: Sound) -> None:
    """As where an operator put a copy back meanwhile, and later moves it away to begin anew."""
    store = sound.restore()
    fresh = store.with_name("store.sqlite3.new")
    fresh.touch()
    sound.room.open()
    sound.room.close()
    assert not fresh.exists()
    store.unlink()
    sound.room.open()
    assert sound.room.found == ()
    sound.room.close()
