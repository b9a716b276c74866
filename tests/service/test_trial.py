"""A trial publication knows the articles that readers know, and leaves the store as it is."""

from pathlib import Path

import pytest
from newsroom import Denied, let_in

from feedsvc.config import Config, load
from feedsvc.model.problem import Problem
from feedsvc.service.operations import publish_once
from feedsvc.service.settings import now
from feedsvc.service.trial import check_article
from feedsvc.store.lease import acquire
from feedsvc.store.sqlite.database import Store, open_store

ARTICLE = "---\ntitle: {}\nid: {}\ndate: 2026-01-05T10:00:00Z\n---\n\nIt was late again.\n"


@pytest.fixture
def settings(tmp_path: Path) -> Config:
    (tmp_path / "articles").mkdir()
    path = tmp_path / "config.toml"
    path.write_text('[site]\ntitle = "Low Mere Gazette"\nurl = "http://a.example"\n')
    return load(path)


def write(settings: Config, name: str, title: str, guid: str = "''") -> None:
    (settings.articles_folder / name).write_text(ARTICLE.format(title, guid), encoding="utf-8")


def places(problems: tuple[Problem, ...]) -> list[str]:
    return [problem.place for problem in problems]


def test_of_two_files_with_one_id_the_one_that_readers_know_is_right(settings: Config) -> None:
    write(settings, "known.md", "Known", "desk-1")
    publish_once(settings, accept_removals=False)
    write(settings, "copied.md", "Copied", "desk-1")
    assert places(check_article(settings, "copied.md").problems) == ["copied.md"]
    assert places(check_article(settings, "known.md").problems) == []


def test_a_renamed_file_keeps_its_id_and_page(settings: Config) -> None:
    write(settings, "first.md", "Late")
    publish_once(settings, accept_removals=False)
    before = check_article(settings, "first.md").answer
    (settings.articles_folder / "first.md").rename(settings.articles_folder / "second.md")
    after = check_article(settings, "second.md").answer
    assert (after.path, after.page) == ("second.md", before.page)


def test_a_known_file_that_cannot_be_read_any_more_is_told(settings: Config) -> None:
    write(settings, "a.md", "Late", "desk-1")
    publish_once(settings, accept_removals=False)
    (settings.articles_folder / "a.md").write_text("---\ntitle: [\n---\n")
    for said in ("a.md", "Late"):
        checked = check_article(settings, said)
        assert places(checked.problems) == ["a.md"]
        assert (checked.answer.path, checked.answer.state) == ("a.md", "")
        assert {verdict.reason.partition(":")[0] for verdict in checked.answer.verdicts} == {"quarantined"}


def contents(folder: Path) -> dict[str, bytes]:
    return {each.name: each.read_bytes() for each in folder.iterdir() if not each.name.endswith("-shm")}


def test_the_store_is_only_read_and_nobody_is_waited_for(settings: Config) -> None:
    write(settings, "a.md", "Late")
    publish_once(settings, accept_removals=False)
    store: Store = open_store(settings.state.path)
    with store.write() as transaction:
        acquire(transaction, "elsewhere:1:x", now())
    before = contents(settings.state.path)
    with store.write():  # as a publication that lasts
        assert check_article(settings, "a.md").problems == ()
        assert contents(settings.state.path) == before
    store.close()


@pytest.mark.parametrize("state", [None, b"", b"no store"])
def test_without_a_store_that_can_be_read_it_begins_with_nothing(settings: Config, state: bytes | None) -> None:
    write(settings, "a.md", "Late")
    if state is not None:
        settings.state.path.mkdir()
        (settings.state.path / "store.sqlite3").write_bytes(state)
    assert check_article(settings, "a.md").answer.page.startswith("http://a.example/articles/")
    assert settings.state.path.exists() == (state is not None)
    if state is not None:  # beside a damaged store there may be a note that asks the publisher to check it
        assert contents(settings.state.path)["store.sqlite3"] == state


def test_a_folder_that_cannot_be_entered_any_more_hinders_no_trial_of_another_file(
    settings: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    locked = settings.articles_folder / "locked"
    locked.mkdir()
    write(settings, "locked/b.md", "Behind it")
    write(settings, "a.md", "Late")
    publish_once(settings, accept_removals=False)
    let_in(settings.state.path)
    for file in settings.state.path.iterdir():
        file.chmod(0o666)
    checked = Denied(monkeypatch)(locked, lambda: check_article(settings, "a.md"), 0o000)
    assert checked.answer.path == "a.md"
