"""`[articles] path = "s3://…"`: a folder that equals the bucket; an outage is never taken for a removal."""

import errno
import shutil
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import BinaryIO

import pytest
from click.testing import CliRunner
from msgspec.structs import replace
from object_store import BUCKET, ObjectStore, object_store

from feedsvc.config import Config, load
from feedsvc.service import article_mirror, media_following
from feedsvc.service.article_mirror import ArticleMirror
from feedsvc.service.cli.main import main
from feedsvc.service.exclusive import claim
from feedsvc.service.greeting import greeting
from feedsvc.service.media_following import POLL, MediaFollowing
from feedsvc.service.operations import Published, publish_once
from feedsvc.service.publisher_session import make_session
from feedsvc.service.refreshed import Refreshed
from feedsvc.service.scan_request import Scan, at_paths
from feedsvc.service.trial import check_everything
from feedsvc.service.wiring import make_regeneration
from feedsvc.store import documents, requests
from feedsvc.store.coding import etag_of_file
from feedsvc.store.lease import Lease
from feedsvc.store.sqlite.database import prepare_store
from feedsvc.web.export.sent import open_journal

PLACE = f"s3://{BUCKET}/desk"
PICTURE = b"<svg xmlns='http://www.w3.org/2000/svg' width='8' height='8'/>"


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[ObjectStore]:
    with object_store(monkeypatch) as running:
        running.page = 2
        yield running


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "state/articles"


@pytest.fixture
def mirror(bucket: ObjectStore, folder: Path) -> ArticleMirror:
    for key in ("ferry.md", "news/tide.md", "news/tide.svg"):
        bucket.put(f"desk/{key}", key.encode())
    bucket.put("desktop/others.md")
    made = ArticleMirror(PLACE, folder)
    assert made.refresh(Scan.FULL) == Refreshed(Scan.FULL)
    bucket.log.clear()
    return made


def files(folder: Path) -> dict[str, bytes]:
    found = {str(path.relative_to(folder)): path for path in folder.rglob("*") if path.is_file()}
    return {name: path.read_bytes() for name, path in found.items() if not name.startswith(".feedsvc/")}


def copied(bucket: ObjectStore) -> list[str]:
    """The keys that were asked for since the log was cleared."""
    asked = [path.removeprefix(f"/{BUCKET}") for method, path in bucket.log if method == "GET"]
    bucket.log.clear()
    return sorted(path.removeprefix("/desk/") for path in asked if path)


def fault(refreshed: Refreshed) -> str:
    assert refreshed.problems is None
    assert refreshed.fault is not None
    assert refreshed.fault.remedy
    return str(refreshed.fault)


# --- by difference ----------------------------------------------------------------------------------------------------


def test_the_folder_has_the_objects_with_their_times(mirror: ArticleMirror, folder: Path) -> None:
    assert files(folder) == {key: key.encode() for key in ("ferry.md", "news/tide.md", "news/tide.svg")}
    assert {path.stat().st_mtime for path in folder.rglob("*.*") if path.suffix == ".md"} == {1_790_000_000}


def test_only_what_differs_is_copied_and_what_is_gone_goes_with_its_folder(
    mirror: ArticleMirror, bucket: ObjectStore, folder: Path
) -> None:
    mirror.refresh(Scan.FULL)
    assert copied(bucket) == []
    bucket.put("desk/ferry.md", b"edited:1")
    bucket.put("desk/a b+%20é.md", b"new")
    del bucket.objects["desk/news/tide.md"], bucket.objects["desk/news/tide.svg"]
    assert mirror.refresh(Scan.FULL) == Refreshed(Scan.FULL)
    assert copied(bucket) == ["a b+%20é.md", "ferry.md"]
    assert files(folder) == {"a b+%20é.md": b"new", "ferry.md": b"edited:1"}
    assert not (folder / "news").exists()


def test_a_copy_that_was_lost_or_cut_off_or_half_made_is_made_again(
    mirror: ArticleMirror, bucket: ObjectStore, folder: Path
) -> None:
    (folder / "ferry.md").unlink()
    (folder / "news/tide.md").write_text("cut")
    (folder / "news/stranger.md").write_text("of nobody")
    (folder / ".feedsvc/new-1").write_text("of a run that was killed")
    with open_journal(folder / ".feedsvc/marks.jsonl", PLACE) as known:
        known.announce(["news/tide.svg"])
    assert mirror.refresh(Scan.FULL) == Refreshed(Scan.FULL)
    assert copied(bucket) == ["ferry.md", "news/tide.md", "news/tide.svg"]
    assert files(folder) == {key: key.encode() for key in ("ferry.md", "news/tide.md", "news/tide.svg")}
    assert not (folder / ".feedsvc/new-1").exists()


def test_a_file_may_become_a_folder_and_a_folder_a_file(
    mirror: ArticleMirror, bucket: ObjectStore, folder: Path
) -> None:
    (folder / "news/empty").mkdir()
    bucket.objects.clear()
    bucket.put("desk/ferry.md/part.md", b"1")
    bucket.put("desk/news", b"2")
    for scan in (at_paths(["ferry.md/part.md"]), at_paths(["news"]), Scan.FULL):
        assert mirror.refresh(scan).fault is None
        assert files(folder) == {"ferry.md/part.md": b"1", "news": b"2"}


def test_a_large_object_comes_in_parts_or_not_at_all(
    mirror: ArticleMirror, bucket: ObjectStore, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("feedsvc.web.export.bucket.SMALL", 9)
    bucket.put("desk/film.mp4", b"0123456789abcdefghij")
    mirror.refresh(Scan.FULL)
    assert files(folder)["film.mp4"] == b"0123456789abcdefghij"
    assert copied(bucket) == ["film.mp4"] * 4
    bucket.put("desk/film.mp4", b"a film of other bytes")
    bucket.replaced = "desk/film.mp4", b"another film than that"
    assert "replaced while it was read" in fault(mirror.refresh(Scan.FULL))
    assert files(folder)["film.mp4"] == b"0123456789abcdefghij"
    mirror.refresh(at_paths(["film.mp4"]))
    assert files(folder)["film.mp4"] == b"another film than that"


def test_an_object_that_cannot_be_had_costs_nothing_else(
    mirror: ArticleMirror, bucket: ObjectStore, folder: Path
) -> None:
    for key in ("desk/ferry.md", "desk/news/tide.md", "desk/new.md"):
        bucket.put(key, b"edited")
    bucket.forbidden, bucket.missing = "desk/ferry.md", "desk/news/tide.md"
    refreshed = mirror.refresh(Scan.FULL)
    assert (refreshed.scan, refreshed.fault) == (Scan.FULL, None)
    told = [(each.place, each.warning) for each in refreshed.problems or ()]
    assert told == [("ferry.md", False), ("news/tide.md", True)]
    before = {key: key.encode() for key in ("ferry.md", "news/tide.md", "news/tide.svg")}
    assert files(folder) == {**before, "new.md": b"edited"}
    bucket.forbidden = bucket.missing = ""
    assert mirror.refresh(Scan.FULL) == Refreshed(Scan.FULL)
    assert files(folder)["ferry.md"] == b"edited"


def test_nodes_may_share_the_folder_by_a_link(bucket: ObjectStore, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "shared").mkdir()
    folder.parent.mkdir()
    folder.symlink_to(tmp_path / "shared")
    bucket.put("desk/news/tide.md", b"1")
    assert ArticleMirror(PLACE, folder).refresh(Scan.FULL) == Refreshed(Scan.FULL)
    assert files(tmp_path / "shared") == {"news/tide.md": b"1"}


# --- pokes ------------------------------------------------------------------------------------------------------------


def test_a_poke_asks_for_its_keys_alone(mirror: ArticleMirror, bucket: ObjectStore, folder: Path) -> None:
    bucket.put("desk/ferry.md", b"edited")
    bucket.put("desk/new.md", b"not named")
    named = at_paths(["ferry.md", "news/tide.md"])
    assert mirror.refresh(named) == Refreshed(named, None, None)
    assert len(bucket.log) == 2
    assert files(folder)["ferry.md"] == b"edited"
    assert "new.md" not in files(folder)
    bucket.log.clear()
    mirror.refresh(Scan.FULL)
    assert copied(bucket) == ["new.md"]


@pytest.mark.parametrize("path", ["news/tide.md", "news", "../x", ".feedsvc/marks.jsonl"])
def test_a_poke_for_what_is_no_object_lists_all(
    mirror: ArticleMirror, bucket: ObjectStore, folder: Path, path: str
) -> None:
    del bucket.objects["desk/news/tide.md"]
    assert mirror.refresh(at_paths([path])) == Refreshed(Scan.FULL)
    assert "news/tide.md" not in files(folder)


def test_what_is_due_by_its_time_asks_for_nothing(mirror: ArticleMirror, bucket: ObjectStore) -> None:
    assert mirror.refresh(Scan.KNOWN) == Refreshed(Scan.KNOWN, None, None)
    assert bucket.log == []


# --- outages ----------------------------------------------------------------------------------------------------------


def test_a_listing_that_fails_half_way_removes_nothing_and_lets_nobody_look(
    mirror: ArticleMirror, bucket: ObjectStore, folder: Path
) -> None:
    before = files(folder)
    del bucket.objects["desk/ferry.md"]
    bucket.put("desk/new.md")
    bucket.fails_from = 1
    assert "403" in fault(mirror.refresh(Scan.FULL))
    assert len(bucket.log) == 2
    assert files(folder) == before
    assert "403" in fault(mirror.refresh(Scan.KNOWN))
    bucket.fails_from = 10**9
    assert mirror.refresh(at_paths(["new.md"])) == Refreshed(Scan.FULL)
    assert files(folder).keys() == {"new.md", "news/tide.md", "news/tide.svg"}
    assert mirror.refresh(Scan.KNOWN).fault is None


def test_each_trouble_is_named_with_its_remedy(
    mirror: ArticleMirror, bucket: ObjectStore, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = files(folder)
    look = partial(mirror.refresh, Scan.FULL)
    bucket.put("desk/a//b.md")
    assert "rename or remove that object" in fault(look())
    assert "a//b.md" in fault(look())
    del bucket.objects["desk/a//b.md"]
    assert "make the bucket" in fault(ArticleMirror("s3://another-bucket", folder).refresh(Scan.FULL))
    with monkeypatch.context() as wrong:
        wrong.setenv("AWS_SECRET_ACCESS_KEY", "wrong")
        assert "list and get objects" in fault(ArticleMirror(PLACE, folder).refresh(Scan.FULL))
    with monkeypatch.context() as away:
        away.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
        assert "AWS_ENDPOINT_URL" in fault(ArticleMirror(PLACE, folder).refresh(Scan.FULL))
    with monkeypatch.context() as keyless:
        keyless.delenv("AWS_SECRET_ACCESS_KEY")
        assert "set AWS_ACCESS_KEY_ID and" in fault(ArticleMirror(PLACE, folder).refresh(Scan.FULL))
    with monkeypatch.context() as odd:
        odd.setattr("obstore.list", lambda *_asked, **_more: 1 / 0)
        assert "ZeroDivisionError" in fault(look())
    with monkeypatch.context() as without:
        without.setitem(__import__("sys").modules, "obstore", None)
        assert "pip install 'obstore" in fault(ArticleMirror(PLACE, folder).refresh(Scan.FULL))
    with open_journal(folder / ".feedsvc/marks.jsonl", PLACE), monkeypatch.context() as busy:
        busy.setattr(article_mirror, "PATIENCE", 0.0)
        assert "another feedsvc" in fault(look())
    assert files(folder) == before
    assert look() == Refreshed(Scan.FULL)


# --- a newsroom -------------------------------------------------------------------------------------------------------


@pytest.fixture
def settings(bucket: ObjectStore, tmp_path: Path) -> Config:
    for name in ("ferry", "tide", "market"):
        text = f"---\ntitle: The {name}\ndate: 2026-01-05T10:00:00Z\nimage: {name}.svg\n---\n\nIt was late again.\n"
        bucket.put(f"desk/news/{name}.md", text.encode())
        bucket.put(f"desk/news/{name}.svg", PICTURE)
    path = tmp_path / "config.toml"
    path.write_text(
        f'[site]\ntitle = "Low Mere Gazette"\nurl = "http://a.example"\n[articles]\npath = "{PLACE}/"\n'
        '[state]\npath = "state"\n'
    )
    return load(path)


def publish(settings: Config) -> Published:
    return publish_once(settings, accept_removals=False)


def test_a_newsroom_in_a_bucket_is_published_with_its_media_and_survives_an_outage(
    settings: Config, bucket: ObjectStore, folder: Path
) -> None:
    first = publish(settings)
    assert (first.report.read, first.problems) == (3, ())
    store, _ = prepare_store(settings.state.path)
    with store.read() as transaction:
        paths = documents.below(transaction, "/media/").keys()
    assert {f"/media/news/{name}.svg" for name in ("ferry", "tide", "market")} <= paths
    bucket.objects.clear()
    bucket.fails_from = len(bucket.log)
    away = publish(settings)
    assert (away.report.gone, away.report.documents) == (0, 0)
    assert "let the key" in away.problems[0].remedy
    bucket.fails_from = 10**9
    emptied = publish(settings)
    assert emptied.report.gone == 0
    assert "--accept-removals" in emptied.problems[0].remedy
    store.close()


def test_a_session_looks_at_a_key_when_it_is_poked_and_watches_nothing(settings: Config, bucket: ObjectStore) -> None:
    publish(settings)
    store, _ = prepare_store(settings.state.path)
    with store.write() as transaction:
        lease = claim(transaction)
    assert isinstance(lease, Lease)
    session = make_session(settings, store, lease)
    assert session.folder is None
    bucket.put("desk/news/ferry.md", bucket.get("desk/news/ferry.md").body.replace(b"late", b"early"))
    with store.write() as transaction:
        requests.poke(transaction, "t", frozenset({"news/ferry.md"}))
    bucket.log.clear()
    report = session.loop._publications.publish(Scan.KNOWN)
    assert report is not None
    assert report.read == 1
    assert copied(bucket) == ["news/ferry.md"]
    store.close()


def test_a_picture_that_the_configuration_names_is_copied_first_and_measured(
    settings: Config, bucket: ObjectStore
) -> None:
    bucket.put("desk/icon.svg", PICTURE)
    named = replace(settings, site=replace(settings.site, icon="/media/icon.svg"))
    store, _ = prepare_store(settings.state.path)
    made = make_regeneration(named, store)
    assert [path for _, path in bucket.log] == [f"/{BUCKET}/desk/icon.svg"]
    assert [(each.width, each.height) for each in made._publisher.plan.pictures] == [(8, 8)]
    store.close()


def test_a_check_reads_the_bucket_and_names_what_it_cannot_be(settings: Config, bucket: ObjectStore) -> None:
    bucket.put("desk/news", b"a file and a folder")
    checked = check_everything(settings)
    assert checked.report.read == 3
    assert [(each.place, each.remedy) for each in checked.problems] == [
        ("news", "rename that object; until then it is not read")
    ]


def test_commands_that_cannot_work_with_a_bucket_say_so(
    settings: Config, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = ["--config", str(folder.parents[1] / "config.toml")]
    told = CliRunner().invoke(main, ["new", "Ferry late again", *config])
    assert told.exit_code == 2
    assert f"the articles are in {PLACE}" in told.stderr
    assert any(PLACE in line and "/-/poke" in line for line in greeting(settings, "127.0.0.1", 8000))
    monkeypatch.setitem(__import__("sys").modules, "obstore", None)
    monkeypatch.setattr("feedsvc.service.supervisor.hold_signals", lambda: None)
    told = CliRunner().invoke(main, ["serve", *config])
    assert told.exit_code == 2
    assert "[articles] path" in told.stderr
    assert "pip install 'obstore" in told.stderr
    assert not folder.exists()


def following_node(settings: Config, folder: Path) -> Config:
    """The settings of a node that has a copy of the Edition of `settings`, and cannot reach the database."""
    publish(settings)
    node = replace(settings, state=replace(settings.state, path=folder / "node", url="postgresql://127.0.0.1:9/none"))
    shutil.copytree(settings.state.path, folder / "node/copy", ignore=shutil.ignore_patterns("articles"))
    return node


def test_a_node_that_does_not_publish_copies_the_media_of_the_edition_and_nothing_else(
    settings: Config, bucket: ObjectStore, tmp_path: Path
) -> None:
    node = following_node(settings, tmp_path)
    media, mine = MediaFollowing(node), node.articles_folder
    bucket.log.clear()
    assert media.look() == POLL
    assert files(mine) == {f"news/{name}.svg": PICTURE for name in ("ferry", "tide", "market")}
    assert len(copied(bucket)) == 3
    assert (media.look(), copied(bucket)) == (POLL, [])
    (mine / "news/tide.svg").unlink()
    assert (MediaFollowing(node).look(), copied(bucket)) == (POLL, [])  # it is known to have been here
    assert ArticleMirror(PLACE, mine).refresh(Scan.FULL).problems == ()
    assert copied(bucket) == ["news/ferry.md", "news/market.md", "news/tide.md", "news/tide.svg"]


def test_media_that_cannot_be_copied_are_told_once_and_come_when_they_can(
    settings: Config,
    bucket: ObjectStore,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    node = following_node(settings, tmp_path)
    monkeypatch.setattr(media_following, "_PART", 2)
    media = MediaFollowing(node)
    bucket.fails_from = len(bucket.log)
    asked = len(bucket.log)
    waits = [media.look() for _ in range(2)]
    assert len({path for _, path in bucket.log[asked:]}) == 3  # one that cannot be had holds up no other
    assert waits[1] > waits[0] >= POLL / 2
    assert sum("readers get 503 for them" in each.message for each in caplog.records) == 1
    bucket.fails_from = 10**9
    gone = bucket.objects.pop(next(key for key in bucket.objects if key.endswith("tide.svg")))
    assert (gone is not None, media.look()) == (True, POLL)
    assert files(node.articles_folder).keys() == {"news/ferry.svg", "news/market.svg"}


def test_media_that_are_here_are_hashed_once_however_long_others_cannot_be_copied(
    settings: Config, bucket: ObjectStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    media, hashed = MediaFollowing(following_node(settings, tmp_path)), list[str]()

    def hash_file(file: BinaryIO) -> str:
        hashed.append(Path(file.name).name)
        if hashed[-1] == "market.svg" and hashed.count("market.svg") == 1:
            raise OSError(errno.EIO, "Input/output error")  # once: then it is copied again
        return etag_of_file(file)

    monkeypatch.setattr(media_following, "etag_of_file", hash_file)
    bucket.forbidden = "desk/news/ferry.svg"
    for _ in range(4):
        media.look()
    assert sorted(hashed) == ["market.svg", "market.svg", "tide.svg"]
    bucket.log.clear()
    bucket.forbidden = ""
    assert media.look() == POLL
    assert copied(bucket) == ["news/ferry.svg"]


def test_an_error_that_nobody_foresaw_does_not_end_the_copying_of_media(
    settings: Config, bucket: ObjectStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_given: object) -> None:
        raise KeyError("lost")

    media = MediaFollowing(following_node(settings, tmp_path))
    with monkeypatch.context() as patch:
        patch.setattr(ArticleMirror, "copy", fail)
        assert media.look() < POLL * 2
    assert media.look() == POLL
    assert len(files(tmp_path / "node/articles")) == 3
