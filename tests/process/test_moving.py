"""`feedsvc ledger` and `feedsvc editions` as an operator uses them, beside a service that runs or without one."""

import json
from pathlib import Path

import pytest
from service import Newsroom, markdown, running, wait_for

OLD = """<rss version="2.0"><channel><title>Old</title><link>https://old.example/</link><description>x</description>
<item><title>ferry</title><link>https://old.example/ferry</link><guid>https://old.example/?p=1</guid>
<pubDate>Mon, 05 Jan 2026 09:30:00 GMT</pubDate></item>
<item><title>Never heard of</title><link>https://old.example/x</link></item></channel></rss>"""


@pytest.fixture
def newsroom(tmp_path: Path) -> Newsroom:
    room = Newsroom(tmp_path / "one")
    room.write("ferry.md")
    room.write("harbour.md")
    return room


def ids(newsroom: Newsroom) -> dict[str, str]:
    """Title to id, of what is published."""
    folder = newsroom.folder / "public"
    assert newsroom.here("publish", "--to", str(folder)).returncode in (0, 1)
    feed = next(path for path in folder.rglob("*") if path.is_file() and path.read_bytes()[:11] == b'{"version":')
    return {item["title"]: item["id"] for item in json.loads(feed.read_bytes())["items"]}


def test_a_ledger_goes_from_one_machine_to_another_by_a_file_and_by_a_pipe(newsroom: Newsroom, tmp_path: Path) -> None:
    before = ids(newsroom)
    told = newsroom.here("ledger", "export", str(tmp_path / "ledger.jsonl"))
    assert (told.returncode, told.stderr) == (0, "")
    assert "2 articles" in told.stdout
    piped = newsroom.here("ledger", "export")
    assert piped.stdout == (tmp_path / "ledger.jsonl").read_text("utf-8")
    for name, arguments in (("two", [str(tmp_path / "ledger.jsonl")]), ("three", ["-"])):
        other = Newsroom(tmp_path / name)
        other.write("moved/ferry.md")
        other.write("moved/harbour.md")
        result = other.here("ledger", "import", *arguments, told=piped.stdout)
        assert (result.returncode, result.stderr) == (0, "")
        assert "2 articles new here" in result.stdout
        assert ids(other) == before


def test_what_is_no_ledger_changes_nothing_and_is_told_with_its_line(newsroom: Newsroom, tmp_path: Path) -> None:
    newsroom.here("publish")
    lines = newsroom.here("ledger", "export").stdout.splitlines()
    (tmp_path / "cut.jsonl").write_text("\n".join([*lines[:-1], lines[-1][:40]]), "utf-8")
    result = newsroom.here("ledger", "import", str(tmp_path / "cut.jsonl"))
    assert result.returncode == 1
    assert "cut.jsonl, line 3: " in result.stderr
    assert "nothing was imported" in result.stderr
    assert newsroom.here("ledger", "export").stdout.splitlines() == lines
    assert newsroom.here("ledger", "import", str(tmp_path / "nothing.jsonl")).returncode == 1


def test_a_conflict_undoes_it_all_unless_it_may_be_skipped(newsroom: Newsroom, tmp_path: Path) -> None:
    newsroom.here("publish")
    head, *articles = newsroom.here("ledger", "export").stdout.splitlines()
    theirs = [
        json.loads(line) | {"id": f"urn:{number}", "key": "abcdefghijk" + "ab"[number]}
        for number, line in enumerate(articles)
    ]
    theirs[0]["path"] = "elsewhere.md"
    (tmp_path / "ledger.jsonl").write_text("\n".join([head, *map(json.dumps, theirs)]), "utf-8")
    refused = newsroom.here("ledger", "import", str(tmp_path / "ledger.jsonl"))
    assert (refused.returncode, "line 3: readers know" in refused.stderr) == (1, True)
    assert newsroom.here("ledger", "export").stdout.splitlines() == [head, *articles]
    partly = newsroom.here("ledger", "import", "--skip-conflicts", str(tmp_path / "ledger.jsonl"))
    assert (partly.returncode, "1 articles new here" in partly.stdout) == (1, True)
    assert len(newsroom.here("ledger", "export").stdout.splitlines()) == 4


def test_adopting_before_the_first_publication_keeps_how_readers_know_a_story(
    newsroom: Newsroom, tmp_path: Path
) -> None:
    (tmp_path / "old.xml").write_text(OLD, "utf-8")
    result = newsroom.here("ledger", "adopt", str(tmp_path / "old.xml"))
    assert (result.returncode, "1 articles adopted" in result.stdout) == (1, True)
    assert "Never heard of" in result.stderr
    assert ids(newsroom)["ferry"] == "https://old.example/?p=1"
    assert newsroom.here("ledger", "adopt", "https://old.example/feed").returncode == 1


def test_beside_a_running_service_each_is_done_between_two_publications(newsroom: Newsroom, tmp_path: Path) -> None:
    other = Newsroom(tmp_path / "two")
    other.write("later.md", markdown("later", head="id: urn:later\n"))
    other.here("publish")
    (tmp_path / "ledger.jsonl").write_text(other.here("ledger", "export").stdout, "utf-8")
    with running(newsroom) as service:
        before = service.get("/feed.json").text
        assert newsroom.here("ledger", "import", str(tmp_path / "ledger.jsonl")).returncode == 0
        newsroom.write("ferry.md", markdown("ferry", body="Spoilt."))
        wait_for(lambda: "Spoilt" in service.get("/feed.json").text, "the edit")
        edition = json.loads(newsroom.here("status", "--json").stdout)["edition"]
        rolled = newsroom.here("editions", "rollback", str(edition - 1))
        assert rolled.returncode == 0, rolled.stderr
        wait_for(lambda: "Spoilt" not in service.get("/feed.json").text, "the way back")
        assert json.loads(before)["items"][0]["id"] in service.get("/feed.json").text
        assert newsroom.here("editions", "release").returncode == 0
        wait_for(lambda: "Spoilt" in service.get("/feed.json").text, "the release")


def test_without_a_rollback_there_is_nothing_to_release_and_nothing_is_published(newsroom: Newsroom) -> None:
    refused = newsroom.here("editions", "release")
    said = "feedsvc: no article is held by a rollback: nothing has been published yet\n"
    assert (refused.returncode, refused.stdout, refused.stderr) == (1, "", said)
    assert not (newsroom.folder / ".feedsvc").exists()
    newsroom.here("publish")
    newsroom.write("new.md")
    refused = newsroom.here("editions", "release")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "each follows its file" in refused.stderr
    assert [line.split()[0] for line in newsroom.here("editions").stdout.splitlines()] == ["1"]


def test_the_last_editions_are_listed_and_compared(newsroom: Newsroom) -> None:
    newsroom.here("publish")
    newsroom.write("new.md")
    newsroom.here("publish")
    listed = newsroom.here("editions")
    assert [line.split()[0] for line in listed.stdout.splitlines()] == ["2", "1"]
    compared = newsroom.here("editions", "diff", "1", "2").stdout.splitlines()
    assert compared[0] == "/"
    assert compared[1].split()[0::2] == ["+", "new"]
    assert newsroom.here("editions", "diff", "1", "7").returncode == 1
    assert newsroom.here("editions", "rollback", "7").returncode == 1
    assert newsroom.here("editions", "rollback", "none").returncode == 2
