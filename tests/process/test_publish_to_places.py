"""`[[publish]]`: each Edition also goes to a folder or a bucket; no trouble there is felt by publishing or serving."""

import json
import os
import signal
import subprocess
from pathlib import Path

import psutil
import pytest
from object_store import BUCKET, object_store
from service import LONG, Newsroom, Service, command_line, environment, running, wait_for


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "copy"


@pytest.fixture
def newsroom(tmp_path: Path, place: Path) -> Newsroom:
    room = Newsroom(tmp_path / "newsroom", tables='[[publish]]\nto = "../copy"\n[console]\ntrust = ["local"]\n')
    room.write("first.md")
    return room


def has(file: Path, text: str) -> bool:
    return file.is_file() and text in file.read_text(encoding="utf-8")


def deliverer(service: Service) -> psutil.Process | None:
    return next(
        (each for each in service.family()[1:] if "feedsvc.service.delivery_process" in command_line(each)), None
    )


def test_each_edition_is_written_there_and_what_is_gone_is_removed(newsroom: Newsroom, place: Path) -> None:
    with running(newsroom) as service:
        wait_for(lambda: has(place / "rss.xml", "first"), "the first Edition is there")
        page = next(place.glob("articles/*/first/index.html"))
        newsroom.write("second.md")
        wait_for(lambda: has(place / "rss.xml", "second"), "the second Edition is there")
        service.wait_for_title("second")
        assert (place / "rss.xml").read_bytes() == service.get("/rss.xml").body
        (newsroom.articles / "first.md").unlink()
        wait_for(lambda: not page.exists(), "what was withdrawn is removed")
        assert page.parent.parent.name in (place / "maps.conf").read_text(encoding="utf-8")  # with 410
        assert (place / "_errors/410.html").is_file()
        wait_for(lambda: f"{place} has edition" in newsroom.here("status").stdout, "the status names it")
        told = json.loads(service.get("/-/status", accept="application/json").body)
        assert told["destinations"][0]["to"] == str(place)


def test_trouble_there_is_named_and_neither_publishing_nor_serving_feels_it(newsroom: Newsroom, place: Path) -> None:
    place.write_text("a file in the place of the folder", encoding="utf-8")
    with running(newsroom) as service:
        wait_for(lambda: "the next attempt comes in" in service.log, "it is logged")
        newsroom.write("second.md")
        service.wait_for_title("second")
        assert service.get("/-/fresh").status == 200
        result = wait_for(lambda: told if (told := newsroom.here("status")).stderr else None, "the status tells")
        assert str(place) in result.stderr
        assert f"{place} has nothing yet" in result.stdout
        place.unlink()
        wait_for(lambda: has(place / "rss.xml", "second"), "it is made good by itself")
        wait_for(lambda: not newsroom.here("status").stderr, "the trouble is over")


def test_a_process_that_is_killed_goes_on_where_it_was(newsroom: Newsroom, place: Path) -> None:
    with running(newsroom) as service:
        wait_for(lambda: has(place / "rss.xml", "first"), "the first Edition is there")
        os.kill(wait_for(lambda: deliverer(service), "the process").pid, signal.SIGKILL)
        newsroom.write("second.md")
        service.wait_for_title("second")
        wait_for(lambda: has(place / "rss.xml", "second"), "the second Edition is there")


def test_a_node_that_only_serves_writes_nowhere(newsroom: Newsroom, place: Path) -> None:
    assert newsroom.here("publish").returncode == 0
    assert has(place / "rss.xml", "first")
    text = newsroom.config.read_text(encoding="utf-8")
    newsroom.config.write_text(text.replace("[server]\n", "[server]\npublish = false\n"), encoding="utf-8")
    with running(newsroom) as service:
        assert deliverer(service) is None


def test_the_command_writes_there_too_and_fails_where_it_cannot(newsroom: Newsroom, place: Path) -> None:
    result = newsroom.here("publish")
    assert result.returncode == 0
    assert f"{place}: " in result.stdout
    assert "files written, 0 removed, 0 as they were" in result.stdout
    assert "0 files written" in newsroom.here("publish").stdout
    (place / ".feedsvc.json").chmod(0o600)
    newsroom.write("second.md")
    (place / "rss.xml").unlink()
    (place / "rss.xml").mkdir()
    (place / "rss.xml" / "x").touch()
    result = newsroom.here("publish")
    assert "rss.xml: warning: it cannot be a file here" in result.stderr


def test_the_command_tells_trouble_that_is_over_no_more(newsroom: Newsroom, place: Path) -> None:
    place.write_text("a file in the place of the folder", encoding="utf-8")
    failed = newsroom.here("publish")
    assert (failed.returncode, failed.stderr.count(f"{place}: ")) == (1, 1)
    place.unlink()
    assert (newsroom.here("publish").stderr, has(place / "rss.xml", "first")) == ("", True)
    assert newsroom.here("status").stderr == ""


def test_the_service_ends_in_time(newsroom: Newsroom, place: Path) -> None:
    with running(newsroom) as service:
        wait_for(lambda: has(place / "rss.xml", "first"), "the first Edition is there")
        assert service.end() == 0
        assert "killed" not in service.log


def test_a_bucket_gets_each_edition_and_its_trouble_is_told_and_mended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = f"s3://{BUCKET}/site"
    newsroom = Newsroom(tmp_path / "newsroom", tables=f'[[publish]]\nto = "{name}"\n')
    newsroom.write("first.md")
    with object_store(monkeypatch) as store, running(newsroom) as service:

        def has_title(title: str) -> bool:
            return "site/rss.xml" in store.all_keys() and title.encode() in store.get("site/rss.xml").body

        wait_for(lambda: f"{name} has edition 1" in newsroom.here("status").stdout, "the first Edition is there")
        assert has_title("first")
        store.fails_from = 0
        newsroom.write("second.md")
        service.wait_for_title("second")
        wait_for(lambda: name in newsroom.here("status").stderr, "the trouble is told")
        assert service.get("/-/fresh").status == 200
        assert f"{name} has edition 1" in newsroom.here("status").stdout
        store.fails_from = 10**9
        wait_for(lambda: has_title("second"), "it is made good by itself")
        wait_for(lambda: not newsroom.here("status").stderr, "the trouble is over")
        assert {path.name for path in (newsroom.folder / ".feedsvc/destinations").iterdir()}


def test_a_sender_that_is_killed_leaves_no_feed_that_leads_to_a_missing_page_and_the_next_one_ends_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    newsroom = Newsroom(tmp_path / "newsroom", tables=f'[[publish]]\nto = "s3://{BUCKET}"\n')
    with object_store(monkeypatch) as store:
        for kills_at in (1, 2, 4, 6, 8):
            newsroom.write(f"story{kills_at}.md")
            store.log.clear()
            process = subprocess.Popen(newsroom.command("publish"), env=environment(), stdout=subprocess.DEVNULL)
            store.kills_at, store.victim = kills_at, process.pid
            assert process.wait(LONG) == -signal.SIGKILL
            store.victim = 0
            there = store.all_keys()
            items = json.loads(store.get("feed.json").body)["items"] if "feed.json" in there else []
            for item in items:
                assert f"articles/{item['url'].partition('/articles/')[2]}" in there, kills_at
        assert newsroom.here("publish").returncode == 0
        assert len(json.loads(store.get("feed.json").body)["items"]) == 5
        store.log.clear()
        assert "0 files written" in newsroom.here("publish").stdout
        assert store.log == []
