"""A state folder of the version before is taken over as it is: no reader sees an item again.

The fixtures were written by commits b4c6986 (version 6 of the database) and 95512d0 (version 10): see
`tests/fixtures/write_former_state.py`. Everything is asked through the command line and the WSGI application, as an
upgrade would.
"""

import gzip
import json
import os
import shutil
import sys
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from ask_application import Answer
from published import Service, items, modified, put_file

FIXTURES = Path(__file__).parents[1] / "fixtures"


class Former(NamedTuple):
    """A fixture: its folder, all that was published, and the types of which this version means to publish other bytes.
    What an item is to readers is asked by itself."""

    folder: Path
    published: dict[str, Any]
    changed: tuple[str, ...]

    @property
    def paths(self) -> list[str]:
        return sorted({path for _, path, *_ in self.published["documents"]})


def former(name: str, *changed: str) -> Former:
    published = (FIXTURES / name / "published.json").read_text(encoding="utf-8")
    return Former(FIXTURES / name, json.loads(published), changed)


# Since version 6, categories have their full names, and pages a menu, the newsroom's time and more for search engines.
OF_6 = former("former_state", "application/atom+xml", "application/rss+xml", "text/html")
OF_10 = former("former_state_10")
PUBLISHED = OF_6.published
NOW = datetime.fromisoformat(PUBLISHED["now"]) + timedelta(hours=17)


def upgraded(folder: Path, *, dates: dict[str, int], of: Former = OF_6) -> Service:
    """The former newsroom, copied into `folder`; `dates` are the modification times of its articles, in seconds."""
    shutil.copytree(of.folder, folder, copy_function=shutil.copyfile)
    packed = folder / "state" / "store.sqlite3.gz"
    packed.with_suffix("").write_bytes(gzip.decompress(packed.read_bytes()))
    packed.unlink()
    for name, seconds in dates.items():
        os.utime(folder / "articles" / name, (seconds, seconds))
    return Service(Path(sys.executable), folder / "config.toml")


KEPT: dict[str, int] = PUBLISHED["modified"]
TOUCHED = dict.fromkeys(KEPT, int((NOW - timedelta(hours=1)).timestamp()))


class Upgraded(NamedTuple):
    """The newsroom after its first publication by this version, and all that is published then."""

    former: Former
    service: Service
    answers: list[Answer]
    bodies: Path
    ledger: list[dict[str, Any]]
    status: dict[str, Any]


@pytest.fixture(
    scope="module",
    params=[(OF_6, KEPT), (OF_6, TOUCHED), (OF_10, OF_10.published["modified"])],
    ids=["6-copied-with-dates", "6-checked-out-afresh", "10-copied-with-dates"],
)
def now(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Upgraded:
    """Nothing is changed by tests that use it."""
    folder = tmp_path_factory.mktemp("former")
    was, dates = request.param
    service = upgraded(folder / "newsroom", dates=dates, of=was)
    service.publish(NOW)
    bodies = folder / "bodies"
    bodies.mkdir()
    answers = service.answers(NOW, was.paths, bodies)
    return Upgraded(was, service, answers, bodies, service.ledger(NOW), service.status(NOW))


@pytest.fixture
def newsroom(tmp_path: Path) -> Service:
    """The newsroom before anything is published by this version."""
    return upgraded(tmp_path / "newsroom", dates=KEPT)


@pytest.fixture(scope="module")
def published_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("former") / "newsroom"
    upgraded(folder, dates=KEPT).publish(NOW)
    return folder


@pytest.fixture
def published(published_once: Path, tmp_path: Path) -> Service:
    """The newsroom after its first publication by this version."""
    shutil.copytree(published_once, tmp_path / "newsroom")
    return Service(Path(sys.executable), tmp_path / "newsroom" / "config.toml")


def documents(answers: list[Answer], of: Former = OF_6) -> list[list[object]]:
    """Of each document as it is without compression: host, path, status, type and ETag."""
    found = (
        [each.host, each.path, each.status, each.headers.get("content-type", ""), each.headers.get("etag", "")]
        for each in answers
        if each.coding == "identity"
    )
    return comparable(found, of)


def comparable(found: Iterable[list[object]], of: Former = OF_6) -> list[list[object]]:
    """The same, without the ETags of types that have changed."""
    return [each[:4] if str(each[3]).startswith(of.changed) else each for each in found]


def item(service: Service, now: datetime, file: str, bodies: Path) -> dict[str, Any] | None:
    """The item of the article that was at `file` below the articles, as JSON Feeds have it; None where none does."""
    [known] = [line["id"] for line in PUBLISHED["ledger"] if line["path"] == file]
    bodies.mkdir(exist_ok=True)
    paths = sorted({path for _, path, _ in PUBLISHED["items"]})
    feeds = [json.loads((bodies / each.body).read_bytes()) for each in service.answers(now, paths, bodies)[::3]]
    return next((each for feed in feeds for each in feed["items"] if each["id"] == known), None)


def text(found: dict[str, Any] | None) -> str:
    return str(found["content_html"]) if found else ""


def test_every_document_is_published_at_every_address_with_the_same_bytes_where_none_are_meant_to_change(
    now: Upgraded,
) -> None:
    assert documents(now.answers, now.former) == comparable(now.former.published["documents"], now.former)


def test_every_feed_has_the_same_items_with_the_same_ids_and_dates_in_the_same_order(now: Upgraded) -> None:
    before = {(host, path): [tuple(item) for item in found] for host, path, found in now.former.published["items"]}
    feeds = [each for each in now.answers if each.coding == "identity" and (each.host, each.path) in before]
    assert {each[:2]: items((now.bodies / each.body).read_bytes()) for each in feeds} == before
    assert sum(map(len, before.values())) > 20


def test_the_ledger_remembers_every_id_date_and_first_sight(now: Upgraded) -> None:
    assert now.ledger == now.former.published["ledger"]
    assert [line["id"] for line in now.ledger if line["adopted"]] == ["before 17"]


def test_the_next_publication_changes_nothing(now: Upgraded) -> None:
    later = NOW + timedelta(hours=1)
    now.service.publish(later)
    assert now.service.status(later)["edition"] == now.status["edition"]


def test_the_broken_file_is_still_named_and_its_last_good_version_stays(now: Upgraded) -> None:
    assert any("news/bees.md" in str(problem) for problem in now.status["problems"])
    [line] = [line for line in PUBLISHED["ledger"] if line["path"] == "news/bees.md"]
    assert [each.status for each in now.answers if line["key"] in each.path and each.coding == "identity"] == [200, 200]


def test_files_that_are_renamed_during_the_upgrade_keep_their_ids(newsroom: Service) -> None:
    articles = newsroom.config.parent / "articles"
    (articles / "ferry.txt").rename(articles / "news" / "a-ferry.txt")
    newsroom.publish(NOW)
    assert documents(newsroom.answers(NOW, OF_6.paths)) == comparable(PUBLISHED["documents"])


def test_an_edit_after_the_upgrade_is_a_revision_of_the_adopted_item(published: Service, tmp_path: Path) -> None:
    [was] = [line for line in PUBLISHED["ledger"] if line["id"] == "before 17"]
    path = published.config.parent / "articles" / was["path"]
    put_file(path, path.read_bytes() + b"\nAnd sheep.\n", NOW + timedelta(minutes=1))
    later = NOW + timedelta(minutes=2)
    published.publish(later)
    [line] = [line for line in published.ledger(later) if line["id"] == "before 17"]
    assert (line["published"], line["revision"]) == (was["published"], was["revision"] + 1)
    assert datetime.fromisoformat(line["updated"]) == NOW + timedelta(minutes=1)
    assert "And sheep." in text(item(published, later, was["path"], tmp_path / "bodies"))


def test_a_rollback_holds_until_it_is_released(published: Service, tmp_path: Path) -> None:
    owl, frost = (item(published, NOW, file, tmp_path / "bodies") for file in ("news/owl.md", "news/frost.md"))
    assert "whole session" in text(owl)
    assert "given a seat" not in text(owl)
    assert frost is None
    later = NOW + timedelta(hours=1)
    published.run(later, "editions", "release")
    owl, frost = (item(published, later, file, tmp_path / "bodies") for file in ("news/owl.md", "news/frost.md"))
    assert "given a seat" in text(owl)
    assert "in the night" in text(frost)


def test_editions_of_the_version_before_can_be_gone_back_to(published: Service, tmp_path: Path) -> None:
    assert "carts" in text(item(published, NOW, "news/bridge.md", tmp_path / "bodies"))
    published.run(NOW, "editions", "rollback", "1")
    bridge = text(item(published, NOW, "news/bridge.md", tmp_path / "bodies"))
    assert "on foot" in bridge
    assert "carts" not in bridge
    assert modified(published.config.parent / "articles") == KEPT
