"""The command line: results to standard output, problems to standard error; exit 0 done, 1 problems, 2 wrong use."""

import json
import os
import pty
import re
import subprocess
import sys
import termios
from functools import partial
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from newsroom import Denied
from service import ROOT, Newsroom, environment, running

from feedsvc.service.cli.main import main

WRONG = """
[site]
title = "Low Mere Gazette"
url = "ftp://meregazette.example"
colour = "red"
[schedule]
every = "often"
"""


@pytest.fixture
def newsroom(tmp_path: Path) -> Newsroom:
    room = Newsroom(tmp_path)
    room.write("news/eu/ferry.md")
    return room


def state(newsroom: Newsroom) -> list[Path]:
    return sorted((newsroom.folder / ".feedsvc").rglob("*"))


# --- configuration ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", [["serve"], ["publish"], ["check"], ["status"], ["why", "x"]], ids="-".join)
def test_a_wrong_config_is_told_with_all_its_errors_and_nothing_is_published(
    newsroom: Newsroom, command: list[str]
) -> None:
    newsroom.config.write_text(WRONG, encoding="utf-8")
    result = newsroom.run(*command)
    assert result.returncode == 2
    assert result.stdout == ""
    assert all(word in result.stderr for word in ("site.url", "site.colour", "schedule.every", "config.toml:4"))
    assert state(newsroom) == []


def test_where_names_are_not_read_as_utf8_nothing_is_taken_for_gone(newsroom: Newsroom) -> None:
    newsroom.write("новости/мост.md")
    newsroom.here("publish")
    before = {path: path.read_bytes() for path in state(newsroom)}
    other = environment() | {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    for verb in ("publish", "serve", "check", "status"):
        result = subprocess.run(newsroom.command(verb), env=other, capture_output=True, text=True, check=False)
        assert result.returncode == 2
        assert "names of files in ascii" in result.stderr
        assert "PYTHONUTF8=1" in result.stderr
    assert {path: path.read_bytes() for path in state(newsroom)} == before


def test_a_config_that_is_not_there_is_wrong_use(newsroom: Newsroom) -> None:
    newsroom.config.unlink()
    result = newsroom.here("status")
    assert result.returncode == 2
    assert "--config" in result.stderr


def test_the_environment_may_name_the_config(newsroom: Newsroom) -> None:
    command = [sys.executable, "-m", "feedsvc", "check"]
    named = environment() | {"FEEDSVC_CONFIG": str(newsroom.config)}
    result = subprocess.run(command, env=named, cwd="/", capture_output=True, text=True, check=False)
    assert (result.returncode, result.stderr) == (0, "")


@pytest.mark.parametrize("arguments", [["nonsense"], ["serve", "--port", "0"], ["serve", "--workers", "none"], ["why"]])
def test_wrong_use_is_exit_2(newsroom: Newsroom, arguments: list[str]) -> None:
    assert newsroom.run(*arguments).returncode == 2


@pytest.mark.parametrize(
    "command",
    [
        *("why x\udcff.md", "why ferry.md \udcff", "preflight \udcff", "publish --to \udcff", "serve --host \udcff"),
        *(
            "ledger export \udcff",
            "ledger import \udcff",
            "ledger adopt \udcff.xml",
            "editions diff 1 \udcff",
            "\udcff",
        ),
        "status --config \udcff.toml",
    ],
)
def test_a_name_that_is_not_utf8_is_wrong_use(newsroom: Newsroom, command: str) -> None:
    newsroom.here("publish")
    result = newsroom.here(*command.split())
    assert result.returncode == 2
    assert re.fullmatch(r"feedsvc: \S*\\xff\S*: is not UTF-8; .*\n", result.stderr)
    assert result.stdout == ""


def test_a_folder_whose_name_is_not_utf8_can_hold_a_newsroom(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    room = Newsroom(tmp_path / "Zeitung-\udcfc")
    room.write("news/eu/ferry.md")
    monkeypatch.chdir(room.folder)
    monkeypatch.setattr(room, "config", Path("config.toml"))
    assert room.here("publish").stdout.startswith("edition 1: ")
    assert room.here("why", "news/eu/ferry.md").returncode == 0


def test_it_says_what_it_can_do() -> None:
    command = [sys.executable, "-m", "feedsvc", "--help"]
    result = subprocess.run(command, env=environment(), capture_output=True, text=True, check=True)
    assert all(f"\n  {verb} " in result.stdout for verb in ("serve", "publish", "check", "status", "why"))


def test_no_list_of_commands_has_a_sentence_without_its_end() -> None:
    groups = [(), *((name,) for name, each in main.commands.items() if isinstance(each, click.Group))]
    for group in groups:
        said = CliRunner().invoke(main, [*group, "--help"]).stdout
        assert not [line for line in said.partition("Commands:")[2].splitlines() if line.endswith("...")], group


# --- check ------------------------------------------------------------------------------------------------------------


def test_check_of_a_good_newsroom_is_quiet_and_touches_nothing(newsroom: Newsroom) -> None:
    result = newsroom.run("check")
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.startswith("1 file read, ")
    assert state(newsroom) == []


def test_check_names_every_problem_and_leaves_the_state_as_it_is(newsroom: Newsroom) -> None:
    newsroom.here("publish")
    before = {path: path.read_bytes() for path in state(newsroom) if path.suffix != ".sqlite3-shm"}
    newsroom.write("bad.md", "---\ntitle: [\n---\n\nText.\n")
    newsroom.write("worse.json", "{")
    result = newsroom.here("check")
    assert result.returncode == 1
    assert "bad.md" in result.stderr
    assert "worse.json" in result.stderr
    assert "2 problems" in result.stdout
    assert {path: path.read_bytes() for path in state(newsroom) if path.suffix != ".sqlite3-shm"} == before


def test_check_of_the_sample_newsroom_finds_nothing_that_holds_anything_back() -> None:
    command = [sys.executable, "-m", "feedsvc", "check", "--config", str(ROOT / "config.toml")]
    result = subprocess.run(command, env=environment(), capture_output=True, text=True, check=False)
    assert all(": warning: " in line for line in result.stderr.splitlines())


# --- status -----------------------------------------------------------------------------------------------------------


def test_status_before_anything_was_published(newsroom: Newsroom) -> None:
    result = newsroom.here("status")
    assert result.returncode == 1
    assert "feedsvc publish" in result.stderr
    assert state(newsroom) == []


def test_status_of_what_was_published_once(newsroom: Newsroom) -> None:
    newsroom.here("publish")
    result = newsroom.here("status")
    assert result.returncode == 0
    assert "edition 1, 1 articles, publisher not running" in result.stdout
    assert "/news/eu/rss.xml" in result.stdout


def test_status_tells_how_long_each_stage_takes(newsroom: Newsroom) -> None:
    newsroom.here("publish")
    result = newsroom.here("status", "--timing")
    assert result.returncode == 0
    assert [line.split()[0] for line in result.stdout.splitlines()] == ["read", "published", "served"]
    assert "1 times, mean" in result.stdout
    assert json.loads(newsroom.here("status", "--timing", "--json").stdout).keys() == {"read", "published"}


def test_status_for_programs_while_the_service_runs(newsroom: Newsroom) -> None:
    with running(newsroom) as service:
        service.wait_for_title("ferry")
        result = newsroom.run("status", "--json")
        found = json.loads(result.stdout)
        assert result.returncode == 0
        assert (found["edition"], found["articles"]) == (1, 1)
        assert f":{service.publisher().pid}:" in found["publisher"]
        assert found["next"] > found["last"]
        assert {"path": "/news/eu/rss.xml", "items": 1} in found["feeds"]


def test_status_of_a_damaged_state_is_said(newsroom: Newsroom) -> None:
    newsroom.here("publish")
    store = newsroom.folder / ".feedsvc" / "store.sqlite3"
    data = store.read_bytes()
    store.write_bytes(data[:4096] + b"\xff" * (len(data) - 4096))
    result = newsroom.here("status")
    assert result.returncode == 1
    assert result.stderr.startswith(f"feedsvc: {store}")
    assert "Traceback" not in result.stderr


def test_of_a_state_that_may_only_be_read_all_is_told_that_is_asked_and_nothing_is_published(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    newsroom.here("publish")
    folder, denied = newsroom.folder / ".feedsvc", Denied(monkeypatch)
    told = {verb: denied(folder, partial(newsroom.here, *verb.split())) for verb in ("status", "why news/eu/ferry.md")}
    assert [result.returncode for result in told.values()] == [0, 0]
    assert "edition 1, 1 articles" in told["status"].stdout
    newsroom.write("late.md")
    result = denied(folder, lambda: newsroom.here("publish"))
    assert result.returncode == 1
    assert "the folder cannot be written" in result.stderr
    assert "what was published stays" in result.stderr
    assert "edition 2: " in newsroom.here("publish").stdout


# --- progress ---------------------------------------------------------------------------------------------------------


def test_long_work_shows_a_bar_on_a_terminal_and_nothing_in_a_pipe(newsroom: Newsroom) -> None:
    for number in range(300):
        newsroom.write(f"news/{number}.md")
    assert newsroom.run("check").stderr == ""
    assert "files read" in on_a_terminal(newsroom.command("check"))


def on_a_terminal(command: list[str]) -> str:
    """What `command` shows on standard error."""
    ours, its = pty.openpty()
    termios.tcsetwinsize(its, (24, 80))
    process = subprocess.Popen(command, env=environment(), stdout=subprocess.DEVNULL, stderr=its)
    os.close(its)
    shown = b""
    try:
        while part := os.read(ours, 4096):
            shown += part
    except OSError:  # how a terminal ends
        pass
    finally:
        os.close(ours)
        process.wait(30)
    return shown.decode()
