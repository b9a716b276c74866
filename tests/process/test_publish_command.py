"""`feedsvc publish`: one regeneration, by the publisher that is running if there is one."""

import shutil
import sqlite3
import subprocess
import threading
import time
from pathlib import Path

import pytest
from service import Newsroom, environment, markdown, running, wait_for

from feedsvc.config import load
from feedsvc.library import bootstrap
from feedsvc.service.operations import publish_once
from feedsvc.store import requests
from feedsvc.store.requests import PublishRequest, PublishResponse
from feedsvc.store.sqlite.database import prepare_store


@pytest.fixture
def newsroom(tmp_path: Path) -> Newsroom:
    room = Newsroom(tmp_path, watch=False)
    for number in range(10):
        room.write(f"old{number}.md")
    return room


def test_alone_it_publishes_and_says_what_it_did(newsroom: Newsroom) -> None:
    result = newsroom.run("publish")
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.startswith("edition 1: ")
    assert "10 files read, 0 articles gone" in result.stdout
    assert newsroom.run("publish").stdout == "edition 1: 0 documents changed, 0 files read, 0 articles gone\n"


def test_a_file_that_cannot_be_read_is_named_and_the_exit_is_1(newsroom: Newsroom) -> None:
    newsroom.write("bad.md", "---\ntitle: [\n---\n\nText.\n")
    result = newsroom.here("publish")
    assert result.returncode == 1
    assert "bad.md" in result.stderr
    assert "10 files read" in result.stdout or "11 files read" in result.stdout


def test_of_a_large_archive_that_is_new_it_publishes_all(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "LARGE", 10)
    newsroom.configure(tables="[defaults]\nlimit = 2\n")
    for number in range(30):
        newsroom.write(f"more{number}.md")
    result = newsroom.here("publish")
    assert (result.returncode, result.stderr) == (0, "")
    assert "40 files read" in result.stdout
    assert len(newsroom.here("editions").stdout.splitlines()) == 2  # what feeds hold went ahead


def test_who_asks_while_a_large_archive_is_new_is_answered_when_all_is_there(newsroom: Newsroom) -> None:
    newsroom.configure(tables="[defaults]\nlimit = 5\n")
    for number in range(bootstrap.LARGE):
        newsroom.write(f"{number}.md", head=f"url: https://gazette.example/{number}\n")  # so it has no page to print
    kept, _ = prepare_store(store(newsroom).parent)
    wish = PublishRequest(token="mine")
    with kept.write() as connection:
        requests.ask(connection, wish)

    def answer() -> PublishResponse | None:
        with kept.read() as connection:
            return requests.answer_to(connection, wish)

    with running(newsroom):
        heard = wait_for(answer, "an answer")
    kept.close()
    assert heard.report is not None
    assert (heard.report.edition, heard.report.backlog_remaining) == (2, False)


def test_while_the_service_runs_it_asks_the_running_publisher_and_reports_its_result(newsroom: Newsroom) -> None:
    with running(newsroom) as service:
        service.wait_for_title("old9")
        newsroom.write("new.md")
        result = newsroom.run("publish")
        assert (result.returncode, result.stderr) == (0, "")
        assert result.stdout.startswith("edition 2: ")
        assert "1 file read" in result.stdout
        service.wait_for_title("new", patience=1)
        assert holders(newsroom) == {(str(service.publisher().pid), 1)}


def test_several_at_once_are_all_answered(newsroom: Newsroom) -> None:
    with running(newsroom) as service:
        service.wait_for_title("old9")
        newsroom.write("new.md")
        assert all(code == 0 for code in at_once(newsroom, 3))
        service.wait_for_title("new", patience=1)


def test_without_a_service_the_second_of_two_waits_for_the_first(newsroom: Newsroom) -> None:
    assert at_once(newsroom, 3) == [0, 0, 0]


def test_what_vanished_stays_until_it_is_confirmed(newsroom: Newsroom) -> None:
    with running(newsroom) as service:
        service.wait_for_title("old9")
        for number in range(8):
            (newsroom.articles / f"old{number}.md").unlink()
        careful = newsroom.run("publish")
        assert careful.returncode == 1
        assert "--accept-removals" in careful.stderr
        assert len(service.titles()) == 10
        assert newsroom.run("publish", "--accept-removals").returncode == 0
        assert sorted(service.titles()) == ["old8", "old9"]


def test_a_publisher_that_dies_over_a_wish_leaves_it_to_the_next(newsroom: Newsroom) -> None:
    with running(newsroom) as service:
        service.wait_for_title("old9")
        service.publisher().suspend()
        newsroom.write("new.md")
        asked = subprocess.Popen(newsroom.command("publish"), env=environment(), stdout=subprocess.DEVNULL)
        time.sleep(1)
        service.publisher().kill()
        assert asked.wait(30) == 0
        service.wait_for_title("new", patience=1)


def test_it_waits_for_another_program_that_is_writing(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    """Longer than the store itself waits."""
    newsroom.here("publish")
    monkeypatch.setattr("feedsvc.store.sqlite.engine.BUSY_MS", 200)
    connection = sqlite3.connect(store(newsroom), isolation_level=None, check_same_thread=False)
    connection.execute("BEGIN IMMEDIATE")
    newsroom.write("new.md")
    release = threading.Timer(1.5, connection.close)
    release.start()
    begun = time.monotonic()
    report, problems = publish_once(load(newsroom.config), accept_removals=False)
    assert time.monotonic() - begun > 1
    release.join()
    assert (report.read, problems) == (1, ())


@pytest.mark.parametrize("folder", ["articles", "articles/public", "link"])
def test_files_are_not_written_among_the_articles_where_each_would_be_one(newsroom: Newsroom, folder: str) -> None:
    (newsroom.folder / "link").symlink_to(newsroom.articles, target_is_directory=True)
    before = sorted(newsroom.articles.rglob("*"))
    result = newsroom.here("publish", "--to", str(newsroom.folder / folder))
    assert (result.returncode, result.stdout) == (2, "")
    assert f"{folder} is in the articles folder, where every file is an article; choose another" in result.stderr
    assert sorted(newsroom.articles.rglob("*")) == before


def test_a_state_that_cannot_be_kept_is_said_with_its_remedy(newsroom: Newsroom) -> None:
    shutil.rmtree(newsroom.folder / ".feedsvc", ignore_errors=True)
    (newsroom.folder / ".feedsvc").write_text("in the way", encoding="utf-8")
    result = newsroom.here("publish")
    assert result.returncode == 1
    assert "[state] path" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_full_disk_is_said_and_what_was_published_stays(newsroom: Newsroom) -> None:
    newsroom.here("publish")
    newsroom.write("late.md", markdown("late", body="The ferry was late again.\n\n" * 10_000))
    full = newsroom.run("publish", files=50_000)
    assert full.returncode == 1
    assert "what was published stays" in full.stderr
    assert "Traceback" not in full.stderr
    result = newsroom.here("publish")
    assert result.stdout.startswith("edition 2: ")


def at_once(newsroom: Newsroom, count: int) -> list[int]:
    started = [
        subprocess.Popen(newsroom.command("publish"), env=environment(), stdout=subprocess.DEVNULL)
        for _ in range(count)
    ]
    return [process.wait(30) for process in started]


def store(newsroom: Newsroom) -> Path:
    return newsroom.folder / ".feedsvc" / "store.sqlite3"


def holders(newsroom: Newsroom) -> set[tuple[str, int]]:
    """Process id and epoch of who holds the lease."""
    connection = sqlite3.connect(store(newsroom))
    try:
        rows = connection.execute("SELECT holder, epoch FROM leases").fetchall()
    finally:
        connection.close()
    return {(holder.split(":")[-2], epoch) for holder, epoch in rows}
