"""`feedsvc init`, `new` and `completion`: a newsroom and an article to start from."""

import os
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from service import Newsroom, Service, wait_for

from feedsvc.config import load
from feedsvc.service.cli.main import main
from feedsvc.service.starting_points import free_path, local_zone, quoted


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


def test_init_and_publish_are_a_newsroom_with_a_story(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "mere"
    result = run(
        "init", str(folder), "--title", "Low Mere", "--url", "https://mere.example", "--timezone", "Asia/Tokyo"
    )
    assert result.exit_code == 0, result.output
    assert sorted(path.name for path in folder.iterdir()) == [".gitignore", "articles", "config.toml"]
    settings = load(folder / "config.toml")
    assert (settings.site.title, settings.site.url, settings.site.language) == (
        "Low Mere",
        "https://mere.example",
        "en",
    )
    assert settings.site.id_authority.startswith("mere.example,20")
    assert settings.articles.timezone == "Asia/Tokyo"
    check = run("check", "--config", str(folder / "config.toml"))
    assert check.exit_code == 0, check.output
    published = run("publish", "--config", str(folder / "config.toml"))
    assert published.exit_code == 0, published.output
    assert "out since" in run("why", "--config", str(folder / "config.toml"), "hello").stdout


def test_init_writes_the_configuration_that_is_named(tmp_path: Path) -> None:
    config = tmp_path / "mere" / "site.toml"
    result = run("init", "--config", str(config))
    assert (result.exit_code, "feedsvc serve --config site.toml" in result.stdout) == (0, True)
    assert sorted(path.name for path in config.parent.iterdir()) == [".gitignore", "articles", "site.toml"]
    assert run("check", "--config", str(config)).exit_code == 0
    assert run("init", str(config.parent), "--config", str(config)).exit_code == 2  # is there already
    elsewhere = run("init", str(tmp_path), "--config", str(config.with_name("other.toml")))
    assert (elsewhere.exit_code, "leave one of the two out" in elsewhere.stderr) == (2, True)


def test_every_command_takes_the_configuration() -> None:
    commands = list(main.commands.values())
    for each in commands:
        inner = getattr(each, "commands", {}).values()
        takes = [{option.name for option in found.params} for found in (each, *inner)]
        assert any("config" in names for names in takes), each.name


def test_config_in_front_of_the_command_is_told_its_place() -> None:
    told = run("--config", "x.toml", "check")
    assert (told.exit_code, "feedsvc check --config x.toml" in told.stderr) == (2, True)


def test_init_leaves_what_is_there(tmp_path: Path) -> None:
    (tmp_path / "articles").mkdir()
    (tmp_path / ".gitignore").write_text("mine\n")
    made = run("init", str(tmp_path))
    assert (made.exit_code, "feedsvc ledger adopt FEED" in made.stdout) == (0, True)
    assert list((tmp_path / "articles").iterdir()) == []
    assert (tmp_path / ".gitignore").read_text() == "mine\n"
    before = (tmp_path / "config.toml").read_bytes()
    again = run("init", str(tmp_path))
    assert again.exit_code == 2
    assert "is there already" in again.stderr
    assert (tmp_path / "config.toml").read_bytes() == before


@pytest.mark.parametrize(
    "options",
    [
        ("--url", "mere.example"),
        ("--url", "https://mere.example/news"),
        ("--timezone", "Europe/Lisboa"),
        ("--language", "english language"),
        ("--title", ""),
    ],
)
def test_a_bad_answer_is_named_and_nothing_is_written(tmp_path: Path, options: tuple[str, str]) -> None:
    folder = tmp_path / "mere"
    result = run("init", str(folder), *options)
    assert result.exit_code == 2
    assert options[0].removeprefix("--") in result.stderr
    assert not (folder / "config.toml").exists()
    assert run("init", str(folder)).exit_code == 0


@pytest.mark.parametrize("title", ['The "Ledger" \\ \t\x7f', "Газета", "الجريدة", "'", "a\nb", "= [x]", "https://x"])
def test_any_title_makes_a_configuration_that_can_be_used(tmp_path: Path, title: str) -> None:
    assert run("init", str(tmp_path), "--title", title).exit_code == 0
    config = tomllib.loads((tmp_path / "config.toml").read_text("utf-8"))
    assert config["site"]["id_authority"].count(".invalid,") == 1
    assert load(tmp_path / "config.toml").site.title == " ".join(title.replace("\x7f", "").split())


@pytest.mark.parametrize("title", ['He said "no": again', "Über # alles", "[ ] list", "خبر", "💧", "a\\b", "x" * 300])
def test_a_new_article_is_a_draft_with_its_headline(tmp_path: Path, title: str) -> None:
    room = Newsroom(tmp_path)
    first = room.here("new", title, "--section", "News / EU")
    assert first.returncode == 0
    assert "--preview" in first.stdout
    second = room.here("new", title)
    assert first.stdout.splitlines()[0] != second.stdout.splitlines()[0]
    assert room.here("publish").returncode == 0
    drafts = room.here("status").stdout.partition("\ndrafts\n")[2].splitlines()
    assert [line.endswith(title) for line in drafts[:2]] == [True, True]


def test_a_new_article_may_be_published_at_once(tmp_path: Path) -> None:
    room = Newsroom(tmp_path)
    assert "draft" not in room.here("new", "Ferry late", "--publish").stdout
    room.here("publish")
    assert "out since" in room.here("why", "ferry late").stdout


def test_a_headline_of_nothing_is_refused(tmp_path: Path) -> None:
    assert Newsroom(tmp_path).here("new", "  ").returncode == 2


def test_a_name_is_never_taken_twice(tmp_path: Path) -> None:
    (tmp_path / "ferry.md").touch()
    assert free_path(tmp_path, "Ferry!") == tmp_path / "ferry-2.md"
    assert free_path(tmp_path, "!!!") == tmp_path / "story.md"


def test_text_is_quoted_for_toml() -> None:
    text = 'a "b" \\c'
    assert tomllib.loads(f"x = {quoted(text)}") == {"x": text}


def test_the_zone_of_the_machine_is_proposed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", ":Europe/Lisbon")
    assert local_zone() == "Europe/Lisbon"
    monkeypatch.delenv("TZ")
    monkeypatch.setattr(os.path, "realpath", lambda _path: "/usr/share/zoneinfo/Asia/Tokyo")
    assert local_zone() == "Asia/Tokyo"
    monkeypatch.setattr(os.path, "realpath", lambda path: path)
    assert local_zone() == "UTC"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_shell_completes_commands(shell: str) -> None:
    result = run("completion", shell)
    assert result.exit_code == 0
    assert "_FEEDSVC_COMPLETE" in result.stdout


def test_a_newcomer_sees_a_first_story_after_two_commands(tmp_path: Path) -> None:
    room = Newsroom(tmp_path)
    room.config.unlink()
    room.articles.rmdir()
    assert run("init", str(tmp_path), "--url", f"http://127.0.0.1:{room.port}").exit_code == 0
    service = Service(room, "--port", str(room.port))
    try:
        service.start()
        service.wait_until_served()
        assert "Hello, readers" in service.get("/").text
        room.write("mine.md")
        wait_for(lambda: "mine" in service.get("/").text, "the newcomer's own story")
    finally:
        service.end()
