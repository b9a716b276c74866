"""The folder that any web server can serve: whole files, in order, and nothing touched without need."""

import errno
import gzip
import json
import os
import shutil
import signal
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.request import urlopen

import brotli
import pytest
from deploy_sample import PLACES, newsroom, publish_to
from edition import SECRET, SVG, Newsroom, story

from feedsvc import pages
from feedsvc.web.export import StaticError, disk, maps

NOW = datetime.now(UTC).replace(microsecond=0)
MANIFEST, PENDING = ".feedsvc.json", ".feedsvc.pending.json"


@pytest.fixture(scope="module")
def press(tmp_path_factory: pytest.TempPathFactory) -> tuple[Newsroom, Path]:
    """Published once, for tests that only look."""
    made, folder = newsroom(tmp_path_factory.mktemp("press")), tmp_path_factory.mktemp("out") / "site"
    publish_to(made, folder)
    return made, folder


@pytest.fixture
def made(press: tuple[Newsroom, Path], tmp_path: Path) -> Newsroom:
    """The same newsroom, for tests that change it."""
    shutil.copytree(press[0].config.parent, tmp_path / "newsroom")
    copied = Newsroom.__new__(Newsroom)
    copied.articles, copied.config = tmp_path / "newsroom/articles", tmp_path / "newsroom/config.toml"
    return copied


@pytest.fixture
def folder(press: tuple[Newsroom, Path], tmp_path: Path) -> Path:
    return shutil.copytree(press[1], tmp_path / "site")


@pytest.fixture(autouse=True)
def _no_waiting_for_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """What syncing is for, no test can see."""
    monkeypatch.setattr(os, "fsync", lambda _descriptor: None)


def files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if not path.is_dir()}


def state(folder: Path) -> dict[str, tuple[int, int, bytes]]:
    """Inode, date and bytes of every file."""
    found = {name: (folder / name).stat() for name in files(folder)}
    return {name: (each.st_ino, each.st_mtime_ns, (folder / name).read_bytes()) for name, each in found.items()}


def edit(made: Newsroom, text: str, at: datetime = NOW) -> None:
    made.write("news/tide.md", story(text, slug="tide tables"))
    made.publish(at)


# --- what there is ----------------------------------------------------------------------------------------------------


def test_the_folder_is_the_root_of_the_site_and_each_mirror_has_one_below(press: tuple[Newsroom, Path]) -> None:
    for host in PLACES:
        own = files(press[1] / host)
        assert {"index.html", "rss.xml", "feeds.opml", "news/eu/index.html", "news/eu/feed.json"} <= own
        assert {"новости/rss.xml", "media/news/harbour.svg", "media/news/tide bell.mp4"} <= own
        assert [name for name in own if name.startswith("articles/") and name.endswith("/fish/index.html")]


def test_links_in_a_folder_stay_on_its_address(press: tuple[Newsroom, Path]) -> None:
    bodies = {(press[1] / host / "rss.xml").read_text("utf-8") for host in PLACES}
    assert len(bodies) == len(PLACES)
    assert "https://mirror.example.net/articles/" in (press[1] / PLACES[1] / "rss.xml").read_text("utf-8")


def test_what_is_compressed_ahead_lies_beside_its_file(press: tuple[Newsroom, Path]) -> None:
    plain = press[1] / PLACES[0] / "rss.xml"
    assert gzip.decompress(plain.with_name("rss.xml.gz").read_bytes()) == plain.read_bytes()
    assert brotli.decompress(plain.with_name("rss.xml.br").read_bytes()) == plain.read_bytes()


def test_files_beside_the_articles_are_copied_and_drafts_are_not(press: tuple[Newsroom, Path]) -> None:
    assert (press[1] / PLACES[2] / "media/news/harbour.svg").read_bytes() == SVG
    assert not [path for path in press[1].rglob("*") if path.is_file() and SECRET.encode() in path.read_bytes()]


def test_every_user_may_read_what_is_public(made: Newsroom, tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        publish_to(made, tmp_path / "masked")
    finally:
        os.umask(before)
    host = tmp_path / "masked" / PLACES[0]
    assert stat.S_IMODE(host.stat().st_mode) == 0o755
    assert stat.S_IMODE((host / "rss.xml").stat().st_mode) == 0o644


@pytest.mark.parametrize("place", [".", "articles", "articles/public", ".feedsvc"])
def test_it_never_mixes_with_what_is_private(made: Newsroom, place: str) -> None:
    before = files(made.articles)
    with pytest.raises(StaticError, match="apart"):
        publish_to(made, made.articles.parent / place)
    assert files(made.articles) == before


def test_a_store_without_an_edition_empties_no_folder(made: Newsroom, folder: Path) -> None:
    before = state(folder)
    shutil.rmtree(made.database.parent)
    from feedsvc.store.sqlite.database import prepare_store

    prepare_store(made.database.parent)[0].close()
    with pytest.raises(StaticError, match="nothing has been published yet"):
        publish_to(made, folder)
    assert state(folder) == before


# --- only what changed ------------------------------------------------------------------------------------------------


def test_a_second_run_writes_nothing(made: Newsroom, folder: Path) -> None:
    before = state(folder)
    written = publish_to(made, folder)
    assert (written.written, written.removed, written.problems) == (0, 0, ())
    assert written.unchanged == len(before) - 1  # the manifest is none of the documents
    assert state(folder) == before


def test_an_edit_touches_its_own_documents_alone(made: Newsroom, folder: Path) -> None:
    before = state(folder)
    edit(made, "Tide tables, corrected")
    publish_to(made, folder)
    changed = {name for name, found in state(folder).items() if found != before.get(name)}
    assert "news/rss.xml" in changed
    assert not [name for name in changed if "/новости/" in name or "/news/eu/" in name or "/media/" in name]


def test_what_is_lost_or_spoiled_is_written_again(made: Newsroom, folder: Path) -> None:
    before = state(folder)
    (folder / PLACES[0] / "rss.xml.gz").unlink()
    (folder / PLACES[0] / "atom.xml").write_bytes(b"spoiled")
    shutil.rmtree(folder / PLACES[1] / "media")
    publish_to(made, folder)
    after = state(folder)
    assert {name: found[2] for name, found in after.items()} | {MANIFEST: b""} == {
        name: found[2] for name, found in before.items()
    } | {MANIFEST: b""}
    assert publish_to(made, folder).written == 0


def test_what_is_gone_is_removed_with_its_empty_folders_and_strangers_stay(made: Newsroom, folder: Path) -> None:
    for name in ("robots.txt", "новости/note.txt"):
        (folder / name).write_text("mine", "utf-8")
    for path in (made.articles / "новости").iterdir():
        path.unlink()
    (made.articles / "news/photo.md").unlink()
    made.publish(NOW)
    assert publish_to(made, folder).removed > 0
    names = files(folder)
    assert {"robots.txt", "новости/note.txt"} <= names
    assert not [name for name in names if "новости" in name and "note.txt" not in name]
    assert not (folder / PLACES[1] / "новости").exists()
    assert not (folder / PLACES[0] / "media").exists()


def test_a_withdrawn_article_goes_even_if_somebody_touched_its_file(made: Newsroom, folder: Path) -> None:
    (page,) = (folder / PLACES[0]).glob("articles/*/fish/index.html")
    page.write_bytes(page.read_bytes() + b"<!-- edited -->")
    (made.articles / "news/eu/fish.md").unlink()
    made.publish(NOW)
    publish_to(made, folder)
    assert not page.exists()


def test_a_representation_that_is_no_more_goes_too(made: Newsroom, folder: Path) -> None:
    entry = "media/news/harbour.svg.gz"
    (folder / entry).write_bytes(b"stale")
    manifest = json.loads((folder / MANIFEST).read_bytes())
    manifest["files"][entry] = ['"x"', 5, 1]
    (folder / MANIFEST).write_text(json.dumps(manifest), "utf-8")
    publish_to(made, folder)
    assert entry not in files(folder)


def test_without_its_manifest_it_writes_nothing_that_is_there(made: Newsroom, folder: Path) -> None:
    before = state(folder)
    (folder / MANIFEST).unlink()
    assert publish_to(made, folder).written == 0
    (folder / MANIFEST).write_text("{", "utf-8")
    written = publish_to(made, folder)
    assert written.written == 0
    assert "damaged" in str(written.problems[0])
    after = state(folder)
    assert {name for name in before if before[name] != after[name]} == {MANIFEST}


# --- dates ------------------------------------------------------------------------------------------------------------


def test_a_file_is_as_old_as_its_document(press: tuple[Newsroom, Path]) -> None:
    import sqlite3

    database = sqlite3.connect(press[0].database)
    ((modified,),) = database.execute("select modified from documents where address = 0 and path = '/news/rss.xml'")
    database.close()
    for name in ("rss.xml", "rss.xml.gz", "rss.xml.br"):
        assert (press[1] / PLACES[0] / "news" / name).stat().st_mtime == modified


def test_the_date_grows_with_every_change_even_within_a_second_or_back_in_time(made: Newsroom, folder: Path) -> None:
    path = folder / PLACES[0] / "news/rss.xml"
    seen = {path.stat().st_mtime: path.read_bytes()}
    for number in range(8):
        edit(made, f"Tide tables, edition {number}", NOW - timedelta(hours=number // 4))
        publish_to(made, folder)
        last = max(seen)
        seen[path.stat().st_mtime] = path.read_bytes()
        assert max(seen) > last
        assert path.with_name("rss.xml.gz").stat().st_mtime == max(seen)
    assert len(seen) == len(set(seen.values())) == 9


def test_what_comes_back_is_later_than_what_was_there(made: Newsroom, folder: Path) -> None:
    (page,) = (folder / PLACES[0]).glob("articles/*/fish/index.html")
    os.utime(page, (2**32, 2**32))
    publish_to(made, folder)
    before = page.stat().st_mtime
    text = (made.articles / "news/eu/fish.md").read_text("utf-8")
    (made.articles / "news/eu/fish.md").unlink()
    made.publish(NOW)
    publish_to(made, folder)
    made.write("news/eu/fish.md", text.replace("agreed", "agreed at last"))
    made.publish(NOW)
    publish_to(made, folder)
    (again,) = (folder / PLACES[0]).glob("articles/*/fish/index.html")
    assert again == page
    assert again.stat().st_mtime > before


# --- trouble ----------------------------------------------------------------------------------------------------------

CRASH = """
import os, signal, sys
from pathlib import Path
sys.path[:0] = {paths!r}
from edition import Newsroom
from deploy_sample import publish_to
left = int(sys.argv[1])
def counted(real):
    def call(*args, **kwargs):
        global left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*args, **kwargs)
    return call
for name in ("rename", "fsync", "unlink", "mkdir", "rmdir", "utime"):
    setattr(os, name, counted(getattr(os, name)))
made = Newsroom.__new__(Newsroom)
made.articles, made.config = Path(sys.argv[2]) / "articles", Path(sys.argv[2]) / "config.toml"
publish_to(made, Path(sys.argv[3]))
"""


def killed_after(steps: int, made: Newsroom, folder: Path) -> bool:
    """Publish in a process that kills itself before its system call number `steps`; whether it came to that."""
    program = CRASH.format(paths=[str(Path(__file__).parent), str(Path(__file__).parents[1] / "web")])
    command = [sys.executable, "-c", program, str(steps), str(made.config.parent), str(folder)]
    return subprocess.run(command, check=False).returncode == -signal.SIGKILL


@pytest.mark.parametrize("steps", [0, 1, 2, 3, 7, 30, 80, 140, 240])
def test_a_kill_at_any_step_leaves_old_files_or_new_ones_and_the_next_run_ends_it(
    made: Newsroom, folder: Path, tmp_path: Path, steps: int
) -> None:
    old = {name: found[2] for name, found in state(folder).items()}
    (made.articles / "news/photo.md").unlink()
    made.write("life/soup.md", story("Soup"))
    edit(made, "Tide tables, corrected")
    publish_to(made, tmp_path / "whole")
    new = {name: found[2] for name, found in state(tmp_path / "whole").items()}
    assert killed_after(steps, made, folder)
    for name in files(folder) - {MANIFEST, PENDING}:
        body = (folder / name).read_bytes()
        assert body in (old.get(name), new.get(name)) or "/.feedsvc-" in f"/{name}"
    publish_to(made, folder)
    assert {name: found[2] for name, found in state(folder).items() if name != MANIFEST} == {
        name: body for name, body in new.items() if name != MANIFEST
    }
    assert publish_to(made, folder).written == 0


def test_nothing_points_at_what_is_not_there_yet(made: Newsroom, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names: list[str] = []
    put = disk.Tree.put

    def noted(tree: disk.Tree, name: str, *rest: Any) -> int:
        names.append(name)
        return put(tree, name, *rest)

    monkeypatch.setattr(disk.Tree, "put", noted)
    made.write("life/soup.md", story("Soup", image="soup.png"))
    made.write("life/soup.png", b"\x89PNG\r\n\x1a\n")
    made.publish(NOW)
    style = pages.ASSETS[0].path.removeprefix("/")
    (folder / style).unlink()
    publish_to(made, folder)
    host = [name for name in names if not name.startswith("_mirrors/")]
    (page,) = [name for name in host if name.endswith("/soup/index.html")]
    order = ["media/life/soup.png", style, page, "life/index.html", "life/rss.xml", "index.html"]
    assert sorted(order, key=host.index) == order
    assert (names[0], names[-2], names[-1]) == (PENDING, "maps.conf", MANIFEST)
    assert PENDING not in files(folder)


@pytest.mark.parametrize(
    ("call", "fault"),
    [
        ("rename", errno.EIO),
        ("fsync", errno.ENOSPC),
        ("fsync", errno.EIO),
        ("open", errno.EROFS),
        ("open", errno.EACCES),
        ("open", errno.ENOSPC),
        ("mkdir", errno.ENOSPC),
    ],
)
def test_a_disk_in_trouble_is_named_and_old_files_stay_whole(
    made: Newsroom, folder: Path, monkeypatch: pytest.MonkeyPatch, call: str, fault: int
) -> None:
    old = {name: found[2] for name, found in state(folder).items()}
    made.write("life/soup.md", story("Soup"))
    made.publish(NOW)
    real: Callable[..., Any] = getattr(os, call)
    calls: Iterator[int] = iter(range(10**6))

    def failing(*args: Any, **kwargs: Any) -> Any:
        writes = call != "open" or args[1] & os.O_CREAT
        if writes and kwargs.get("dir_fd", kwargs.get("src_dir_fd", 0)) is not None and next(calls) >= 6:
            raise OSError(fault, os.strerror(fault))
        return real(*args, **kwargs)

    with monkeypatch.context() as patched:
        patched.setattr(os, call, failing)
        with pytest.raises(StaticError, match=os.strerror(fault)):
            publish_to(made, folder)
    now = {name: (folder / name).read_bytes() for name in files(folder)}
    assert not [name for name in old if name not in now]
    assert publish_to(made, folder).problems == ()
    assert publish_to(made, folder).written == 0


def test_two_at_once_are_one_too_many(made: Newsroom, folder: Path) -> None:
    with disk.open_tree(folder), pytest.raises(StaticError, match="another feedsvc"):
        publish_to(made, folder)


def test_no_link_leads_it_out_of_the_folder(made: Newsroom, folder: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    shutil.copytree(folder / PLACES[0] / "news", outside)
    shutil.rmtree(folder / PLACES[0] / "news")
    (folder / PLACES[0] / "news").symlink_to(outside)
    victim = tmp_path / "victim"
    victim.write_text("keep", "utf-8")
    (folder / PLACES[0] / "rss.xml").unlink()
    (folder / PLACES[0] / "rss.xml").symlink_to(victim)
    before = state(outside)
    edit(made, "Tide tables, corrected")
    written = publish_to(made, folder)
    assert victim.read_text("utf-8") == "keep"
    assert state(outside) == before
    assert any("news/" in problem.place for problem in written.problems)
    assert not (folder / PLACES[0] / "rss.xml").is_symlink()


def test_what_cannot_be_a_file_is_left_out_and_named(tmp_path: Path) -> None:
    clash = '[[feeds]]\npath = "/news"\nformat = "rss"\n'
    made = newsroom(tmp_path / "newsroom", clash)
    made.write("news/long.md", story("Long", slug="𐌰" * 80))  # 320 bytes of UTF-8
    made.publish(NOW)
    written = publish_to(made, tmp_path / "site")
    places = [problem.place for problem in written.problems]
    assert "news" in places
    assert any("𐌰" in place for place in places)
    assert "news/rss.xml" in files(tmp_path / "site")


def test_a_section_whose_name_is_that_of_a_page_for_following_keeps_its_file(tmp_path: Path) -> None:
    made = newsroom(tmp_path / "newsroom", "")
    made.write("follow/the leader.md", story("Follow the leader"))
    made.publish(NOW)
    written = publish_to(made, tmp_path / "site")
    assert [problem.place for problem in written.problems] == ["/follow"]
    assert "Follow the leader" in (tmp_path / "site/follow/index.html").read_text()
    assert "/news/eu/rss.xml" in (tmp_path / "site/news/eu/follow/index.html").read_text()


def test_the_folders_own_names_are_no_documents(tmp_path: Path) -> None:
    paths = ("/maps.conf", "/_mirrors/own.xml")
    made = newsroom(tmp_path / "newsroom", "".join(f'[[feeds]]\npath = "{path}"\nformat = "rss"\n' for path in paths))
    made.publish(NOW)
    written = publish_to(made, tmp_path / "site")
    assert {*paths} <= {problem.place for problem in written.problems}
    assert (tmp_path / "site/maps.conf").read_text("utf-8").startswith("# Written by")
    assert not (tmp_path / "site/_mirrors/own.xml").exists()


def test_a_web_server_that_knows_nothing_of_it_serves_the_folder(press: tuple[Newsroom, Path]) -> None:
    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_said: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(press[1])))
    Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}"
    page = next(press[1].glob("articles/*/fish")).relative_to(press[1])
    try:
        for path in ("/", "/news/eu/", "/rss.xml", "/news/eu/feed.json", "/media/news/harbour.svg", f"/{page}"):
            with urlopen(address + path) as answer:
                assert answer.status == 200, path
    finally:
        server.shutdown()
        server.server_close()


def test_a_picture_that_changed_meanwhile_stays_as_it_was_published(made: Newsroom, folder: Path) -> None:
    before = (folder / PLACES[0] / "media/news/harbour.svg").read_bytes()
    made.write("news/harbour.svg", SVG.replace(b"alert", b"ALERT"))
    shutil.rmtree(folder / PLACES[1] / "media")
    written = publish_to(made, folder)
    assert (folder / PLACES[0] / "media/news/harbour.svg").read_bytes() == before
    assert not (folder / PLACES[1] / "media/news/harbour.svg").exists()
    assert "has changed since it was published" in str(written.problems[0])


# --- maps.conf --------------------------------------------------------------------------------------------------------


def test_the_maps_name_what_a_folder_cannot(press: tuple[Newsroom, Path]) -> None:
    text = (press[1] / "maps.conf").read_text("utf-8")
    assert '"\\\\news.example" "";' in text
    assert '"\\\\[2001:db8::7]" "/_mirrors/2001:db8::7";' in text
    assert '"/feed/" "/rss.xml";' in text
    assert '"/вести/" "/%D0%BD%D0%BE%D0%B2%D0%BE%D1%81%D1%82%D0%B8/rss.xml";' in text
    assert '"/old feed" "https://elsewhere.example/feed?of=old";' in text
    assert '"/news/eu" "/news/eu/";' in text
    assert '"/news/eu/rss.xml" "public, max-age=60, stale-while-revalidate=60, stale-if-error=86400";' in text
    assert '"410";' in text


def test_the_style_of_the_next_program_needs_no_reload(press: tuple[Newsroom, Path]) -> None:
    text = (press[1] / "maps.conf").read_text("utf-8")
    rules = [line for line in text.splitlines() if "/style-" in line]
    assert [line.split()[1] for line in rules] == ['"text/css;', '"public,']
    assert all(line.startswith(r'    "~^/style-[0-9a-f]{16}\\.css$"') for line in rules)
    assert pages.ASSETS[0].path not in text


def test_odd_characters_are_quoted() -> None:
    text = maps.block("$a", "$b", {'/a"b\\c$d': "x$y"}, {}, "")
    assert text.splitlines()[2].strip() == '"/a\\"b\\\\c$d" "x${feedsvc_dollar}y";'


def test_paths_that_differ_by_case_alone_do_not_stop_nginx() -> None:
    """Its tables know no case, and refuse to have an entry twice."""
    text = maps.block("$a", "$b", {"/A.x": "1", "/a.x": "2", "/b": "3"}, {}, "")
    assert [line.split()[0] for line in text.splitlines()[2:-1]] == ['"~^/A\\\\.x$"', '"~^/a\\\\.x$"', '"/b"']
