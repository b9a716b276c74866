"""A service that starts on a damaged store, or whose store is damaged under way, serves what is right again."""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from damages import DAMAGES, damage
from service import Newsroom, Service, markdown, running, wait_for

LONG = "FEEDSVC_DAMAGES" in os.environ
"""By default, a service starts on one kind in three; on all of them where the long form is asked for."""
CANARY = "lantern oil"
UNREADABLE = "CAST(x'c3' || substr(CAST({0} AS BLOB), 2) AS TEXT)"
"""A text whose first byte is that of a longer character: it is no UTF-8."""
STATEMENTS = {
    "the Edition's note is no JSON": "UPDATE notes SET value = x'7b7b' WHERE name = 'edition'",
    "the Edition's note is of another type": "UPDATE notes SET value = CAST('\"7\"' AS BLOB) WHERE name = 'edition'",
    "the Edition's note is missing": "DELETE FROM notes WHERE name = 'edition'",
    "all notes are missing": "DELETE FROM notes",
    "all bodies are missing": "DELETE FROM bodies",
    "bodies lack the plain coding": "DELETE FROM bodies WHERE coding = 'identity'",
    "bodies are others": "UPDATE bodies SET body = x'00' WHERE body IS NOT NULL",
    "texts are no UTF-8": f"UPDATE articles SET body = {UNREADABLE.format('body')}",
    "paths are no UTF-8": f"UPDATE documents SET path = {UNREADABLE.format('path')}",
    "a table is missing": "DROP TABLE memberships",
    "a column is missing": "ALTER TABLE documents DROP COLUMN max_age",
    "copies of articles are numbers": "UPDATE articles SET encoded_copy = 7",
    "copies of articles are other JSON": "UPDATE articles SET encoded_copy = CAST('[7]' AS BLOB)",
    "dates of articles are texts": "UPDATE articles SET updated = 'yesterday'",
    "dates of articles are far away": "UPDATE articles SET updated = 9223372036854775807",
    "types of documents are numbers": "UPDATE documents SET type = x'00'",
    "the lease ends with a text": "UPDATE leases SET expires_at = 'soon'",
    "the lease is nobody's": "UPDATE leases SET holder = 'x'",
}


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Newsroom:
    """A newsroom that was published twice, and whose store was closed in order."""
    room = Newsroom(tmp_path_factory.mktemp("kept"))
    for name in ("ferry", "bridge"):
        room.write(f"news/eu/{name}.md", markdown(name, body=f"{CANARY}. " * 30))
    assert room.here("publish").returncode == 0
    return room


@pytest.fixture
def newsroom(tmp_path: Path, kept: Newsroom) -> Newsroom:
    return copied(kept, tmp_path)


def copied(kept: Newsroom, folder: Path) -> Newsroom:
    room = Newsroom(folder)
    shutil.copytree(kept.articles, room.articles, dirs_exist_ok=True)
    shutil.copytree(kept.folder / ".feedsvc", folder / ".feedsvc")
    return room


def run(newsroom: Newsroom, statement: str) -> None:
    with closing(sqlite3.connect(newsroom.folder / ".feedsvc" / "store.sqlite3", timeout=10)) as file:
        file.execute("PRAGMA foreign_keys = OFF")
        file.execute(statement)
        file.commit()


def assert_nothing_is_quoted(service: Service) -> None:
    assert [word for word in (CANARY, "Traceback", "SELECT", "parameters") if word in service.log] == []


@pytest.mark.parametrize("statement", STATEMENTS.values() if LONG else list(STATEMENTS.values())[::3])
def test_a_service_that_starts_on_it_rebuilds_and_serves(newsroom: Newsroom, statement: str) -> None:
    run(newsroom, statement)
    with running(newsroom) as service:
        service.wait_for_title("ferry", patience=15)
        wait_for(lambda: service.get("/-/status").status == 200, "its status is told")
        newsroom.write("after.md")
        service.wait_for_title("after", patience=15)
        assert sorted(service.titles()) == ["after", "bridge", "ferry"]
        wait_for(lambda: service.get("/-/ready").status == 200, "it is ready")
        assert_nothing_is_quoted(service)


@pytest.fixture(scope="module")
def under_way(tmp_path_factory: pytest.TempPathFactory, kept: Newsroom) -> Iterator[Service]:
    """A service that was damaged before, if another test has used it, and has put itself right."""
    with running(copied(kept, tmp_path_factory.mktemp("under_way"))) as service:
        yield service


@pytest.mark.parametrize(
    "name",
    [
        "the Edition's note is no JSON",
        "all notes are missing",
        "bodies are others",
        "texts are no UTF-8",
        "a table is missing",
        "copies of articles are other JSON",
        "dates of articles are texts",
        "the lease ends with a text",
    ],
)
def test_a_service_under_way_rebuilds_and_serves(under_way: Service, name: str) -> None:
    service, newsroom = under_way, under_way.newsroom
    wait_for(lambda: service.get("/-/ready").status == 200, "it is ready")
    run(newsroom, STATEMENTS[name])
    newsroom.write(f"after {name}.md")
    newsroom.write("news/eu/ferry.md", markdown("ferry", body=f"{CANARY}, once more, since {name}. " * 30))
    service.wait_for_title(f"after {name}", patience=30)
    assert sorted(service.titles()) == sorted(path.stem for path in newsroom.articles.rglob("*.md"))
    wait_for(lambda: service.get("/-/ready").status == 200, "it is ready")
    assert_nothing_is_quoted(service)


def test_a_body_that_only_a_server_finds_damaged_is_made_again(newsroom: Newsroom) -> None:
    """No publication reads it: the server has the store checked."""
    with running(newsroom, path="") as service:
        wait_for(lambda: service.get("/-/ready").status == 200 if service.serves("/-/health") else None, "it is ready")
        run(newsroom, "UPDATE bodies SET body = x'00' WHERE body IS NOT NULL")
        service.wait_until_served("/news/eu/atom.xml", patience=20)
        assert "ferry" in service.get("/news/eu/atom.xml").text
        assert_nothing_is_quoted(service)


@pytest.mark.parametrize("first", range(len(DAMAGES)), ids=[each.__name__ for each in DAMAGES])
def test_no_command_stumbles_over_it(newsroom: Newsroom, first: int) -> None:
    store = newsroom.folder / ".feedsvc" / "store.sqlite3"
    what = damage(store, first)
    for command in ("status", "why news/eu/ferry.md", "editions", "editions diff 1 1", "ledger export", "check"):
        result = newsroom.here(*command.split())  # raises whatever is not an orderly exit
        assert result.returncode in (0, 1), (what, command)
        assert CANARY not in result.stderr, (what, command)
    result = newsroom.here("publish")
    assert result.returncode in (0, 1), what
    assert CANARY not in result.stderr, what
    assert newsroom.here("publish").returncode == 0
    assert "2 articles" in newsroom.here("status").stdout, what
