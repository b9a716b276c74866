"""The application as servers run it: made from config.toml, followed by itself, the same in every process."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from hashlib import blake2b
from http.client import HTTPConnection
from pathlib import Path
from threading import Thread
from typing import NamedTuple

import psutil
import pytest
from edition import CODINGS, FILM, NOON, SMALL, Newsroom, ask, served, story
from newsroom import Denied
from ports import free_port

from feedsvc import create_app
from feedsvc.config import ConfigError
from feedsvc.library import bootstrap
from feedsvc.model.config_variable import CONFIG_VARIABLE
from feedsvc.store.sqlite.database import Store
from feedsvc.web.follower import PAUSE, Follower

PATIENCE = 15.0


def until(true: Callable[[], bool]) -> bool:
    """Whether it comes true in time."""
    deadline = time.monotonic() + PATIENCE
    while not true():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


# --- made from config -------------------------------------------------------------------------------------------------


def test_the_application_is_that_of_the_config_named_by_argument_or_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    newsroom = Newsroom(tmp_path)
    newsroom.publish()
    monkeypatch.setenv(CONFIG_VARIABLE, str(newsroom.config))
    for app in (create_app(), create_app(newsroom.config), create_app(str(newsroom.config))):
        assert b"The Lantern" in ask(app, "/rss.xml").body


def test_a_config_that_cannot_be_used_is_refused_before_anything_is_published(tmp_path: Path) -> None:
    newsroom = Newsroom(tmp_path, "[site]\ntitel = 1\n")
    with pytest.raises(ConfigError):
        create_app(newsroom.config)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["articles", "config.toml"]


def test_a_server_that_does_not_read_names_as_utf8_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    newsroom = Newsroom(tmp_path, SMALL)
    newsroom.publish()
    monkeypatch.setattr("sys.getfilesystemencoding", lambda: "iso8859-1")
    with pytest.raises(ConfigError, match="PYTHONUTF8=1"):
        create_app(newsroom.config)


def test_a_node_that_only_serves_publishes_nothing_and_follows_who_does(tmp_path: Path) -> None:
    newsroom = Newsroom(tmp_path, SMALL + "[server]\npublish = false\n")
    app = create_app(newsroom.config)
    assert [ask(app, path).code for path in ("/rss.xml", "/-/ready", "/-/health")] == [503, 503, 200]
    assert not newsroom.database.exists()
    newsroom.publish()
    assert until(lambda: ask(app, "/-/ready").code == 200)
    assert ask(app, "/rss.xml").code == 200


def test_where_nothing_was_published_it_is_published_once_and_waited_for(tmp_path: Path) -> None:
    newsroom = Newsroom(tmp_path, SMALL)
    app = create_app(newsroom.config)
    assert ask(app, "/rss.xml").code == 200
    assert ask(app, "/-/ready").code == 200


def test_where_only_a_part_of_a_large_archive_was_published_the_rest_is_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bootstrap, "LARGE", 10)
    monkeypatch.setattr(bootstrap, "SPARE", 0)
    newsroom = Newsroom(tmp_path, f"{SMALL}limit = 1\n")
    for number in range(30):
        newsroom.write(f"news/{number}.md", story(f"Story {number}", section="News"))
    assert newsroom.publish(NOON).backlog_remaining  # and whoever published died over the rest
    app = create_app(newsroom.config)
    assert until(lambda: ask(app, "/articles/aaaaaaaaaaaa/never").code == 404)


def test_a_store_without_an_edition_is_published_too(tmp_path: Path) -> None:
    """As a first publication leaves it that was killed."""
    newsroom = Newsroom(tmp_path, SMALL)
    with newsroom.press():
        pass
    app = create_app(newsroom.config)
    assert until(lambda: ask(app, "/rss.xml").code == 200)


def test_what_is_published_is_served_by_who_may_not_write_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    newsroom = Newsroom(tmp_path, SMALL)
    newsroom.publish(datetime.now(UTC))
    state, denied = newsroom.database.parent, Denied(monkeypatch)
    app = denied(state, lambda: create_app(newsroom.config))
    for path in ("/rss.xml", "/-/ready", "/-/status", "/-/health"):
        assert denied(state, partial(ask, app, path)).code == 200
    assert b"feedsvc_store_readable 1.0" in denied(state, lambda: ask(app, "/-/metrics")).body
    assert [path.name for path in state.iterdir()] == ["store.sqlite3"]


@pytest.mark.timed
def test_a_change_is_served_within_half_a_second(tmp_path: Path) -> None:
    newsroom = Newsroom(tmp_path, SMALL)
    newsroom.publish()
    app = create_app(newsroom.config)
    for number in range(5):
        newsroom.write("news/more.md", story(f"More, {number}"))
        newsroom.publish(datetime.now(UTC))
        published = time.monotonic()
        assert until(lambda: f"More, {number}".encode() in ask(app, "/rss.xml").body)  # noqa: B023 - called at once
        assert time.monotonic() - published < 0.5


def test_following_costs_less_than_a_hundredth_of_a_core_while_nothing_happens(tmp_path: Path) -> None:
    newsroom = Newsroom(tmp_path, SMALL)
    newsroom.publish()
    with served(newsroom) as side:
        follower = Follower(side.view, side.store)
        follower.look()
        start = time.thread_time()
        for _ in range(200):
            follower.look()
        assert (time.thread_time() - start) / 200 < PAUSE / 100


def test_the_follower_outlives_whatever_the_store_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    newsroom = Newsroom(tmp_path, SMALL)
    newsroom.publish()
    with served(newsroom) as side:

        def stumble(_store: Store) -> None:
            raise AttributeError("a column that holds nothing")

        follower = Follower(side.view, side.store)
        with monkeypatch.context() as broken:
            broken.setattr(Store, "read", stumble)
            follower.look()
        newsroom.write("news/more.md", story("More"))
        newsroom.publish(NOON.replace(hour=13))
        follower.look()
        assert side.view.edition.number == 2


# --- over a socket ----------------------------------------------------------------------------------------------------


class Reply(NamedTuple):
    code: int
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> list[str]:
        return [value for known, value in self.headers if known.lower() == name]


class Server(NamedTuple):
    newsroom: Newsroom
    port: int
    process: psutil.Process

    def get(self, path: str, method: str = "GET", **headers: str) -> Reply:
        """Over a connection of its own, so that any of the processes may answer."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, headers={"Host": "news.example", **named})
        response = connection.getresponse()
        reply = Reply(response.status, response.getheaders(), response.read())
        connection.close()
        return reply

    def raw(self, *lines: str) -> bytes:
        with socket.create_connection(("127.0.0.1", self.port), PATIENCE) as wire:
            wire.sendall("\r\n".join((*lines, "Connection: close", "", "")).encode("latin-1"))
            return b"".join(iter(lambda: wire.recv(65536), b""))

    def is_up(self) -> bool:
        try:
            return self.get("/-/health").code == 200
        except OSError:
            return False


@contextmanager
def gunicorn(newsroom: Newsroom, *options: str) -> Iterator[Server]:
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "-b", f"127.0.0.1:{port}", "--log-level", "error", *options]
    environ = os.environ | {CONFIG_VARIABLE: str(newsroom.config)}
    process = subprocess.Popen([*command, "feedsvc:create_app()"], env=environ)
    server = Server(newsroom, port, psutil.Process(process.pid))
    try:
        assert until(server.is_up)
        yield server
    finally:
        process.terminate()
        process.wait(PATIENCE)


@pytest.fixture(scope="module", params=[("-w4",), ("-w4", "--preload")], ids=["each its own", "preloaded"])
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    newsroom = Newsroom(tmp_path_factory.mktemp("gunicorn"))
    newsroom.publish()
    with gunicorn(newsroom, *request.param) as server:
        yield server


def test_every_process_gives_the_same_bytes_under_the_same_etag(server: Server) -> None:
    for path in ("/rss.xml", "/news/eu/atom.xml", "/feed.json", "/", "/feeds.opml"):
        for coding in CODINGS:
            replies = [server.get(path, Accept_Encoding=coding) for _ in range(12)]
            assert len({reply.body for reply in replies}) == 1
            tags = {tag for reply in replies for tag in reply.header("etag")}
            assert tags == {f'"{blake2b(replies[0].body, digest_size=12).hexdigest()}"'}
            again = [server.get(path, Accept_Encoding=coding, If_None_Match=tag) for tag in tags for _ in range(6)]
            assert [(reply.code, reply.body) for reply in again] == [(304, b"")] * 6


@pytest.mark.parametrize(
    ("path", "sent"),
    [
        ("/rss.xml", {}),
        ("/rss.xml", {"If_None_Match": "*"}),
        ("/news/eu", {}),
        ("/nothing", {}),
        ("/-/health", {}),
        ("/media/news/harbour.svg", {}),
        ("/media/news/harbour.svg", {"Range": "bytes=1-5"}),
        ("/media/news/harbour.svg", {"If_None_Match": "*"}),
    ],
)
def test_every_answer_has_one_date_and_head_has_what_get_has(server: Server, path: str, sent: dict[str, str]) -> None:
    get, head = server.get(path, **sent), server.get(path, "HEAD", **sent)
    assert len(get.header("date")) == 1
    if "Range" not in sent:
        names = [name for name, _ in get.headers]
        assert (head.code, [name for name, _ in head.headers]) == (get.code, names)
        assert head.header("content-length") == get.header("content-length")


def test_a_film_comes_whole_and_in_parts(server: Server) -> None:
    path = "/media/news/tide%20bell.mp4"
    assert server.get(path).body == FILM
    assert server.get(path, Range="bytes=1000-8999").body == FILM[1000:9000]
    assert server.get(path, Range="bytes=-1").body == FILM[-1:]


def test_nobody_but_the_serving_processes_runs(server: Server) -> None:
    assert until(lambda: len(server.process.children()) == 4)
    children = server.process.children(recursive=True)
    assert len(children) == 4
    assert not [child for child in children if "publish" in child.cmdline()]


@pytest.mark.parametrize(
    "target",
    [
        "http://canary.example/rss.xml",
        "http://news.example/rss.xml",
        "//canary.example/",
        "//canary.example/%2e%2e",
        "/%00",
        "/%ff%fe",
        "/%0d%0aSet-Cookie:%20canary=1",
        "/..%2f..%2fconfig.toml",
        "/../config.toml",
        "/media/..%2f..%2fconfig.toml",
        "/media/news/secret-draft.md",
        "/" + "a" * 3000,
        "/news/eu?canary=1",
        "/feed/?canary=1",
    ],
)
def test_odd_targets_break_nothing_and_are_not_repeated(server: Server, target: str) -> None:
    reply = server.raw(f"GET {target} HTTP/1.1", "Host: canary.example", "X-Forwarded-Host: canary.example")
    code = int(reply.split()[1])
    assert code in (200, 301, 404)
    assert b"canary" not in reply
    assert b"[site]" not in reply


def test_every_process_follows_the_edition(server: Server) -> None:
    server.newsroom.write("news/eu/late.md", story("Late news", section="News / EU"))
    server.newsroom.publish(datetime.now(UTC))
    time.sleep(10 * PAUSE)
    replies = [server.get("/news/eu/rss.xml") for _ in range(60)]
    assert all(b"Late news" in reply.body for reply in replies)


def test_edits_under_load_never_cost_a_reader_anything(server: Server) -> None:
    wrong: list[Reply] = []

    def poll() -> None:
        for number in range(150):
            reply = server.get("/news/eu/rss.xml", Accept_Encoding=CODINGS[number % 3])
            if reply.header("etag") != [f'"{blake2b(reply.body, digest_size=12).hexdigest()}"']:
                wrong.append(reply)

    pollers = [Thread(target=poll) for _ in range(4)]
    for poller in pollers:
        poller.start()
    for number in range(5):
        server.newsroom.write("news/eu/late.md", story(f"Late news, {number}", section="News / EU"))
        server.newsroom.publish(datetime.now(UTC))
    for poller in pollers:
        poller.join()
    assert wrong == []


@pytest.mark.skipif(sys.platform == "win32", reason="there is no fork")
def test_a_process_may_fork_at_any_moment(tmp_path: Path) -> None:
    script = Path(__file__).with_name("forks.py")
    subprocess.run([sys.executable, "-W", "ignore", script, tmp_path, "30"], check=True, timeout=60)
