"""Several nodes on one PostgreSQL: one publishes, all serve, and none needs the database to answer a reader."""

import http.client
import signal
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from threading import Event, Thread
from urllib.parse import urlencode

import pytest
from postgresql_server import Server, Servers, version_folder
from service import Newsroom, Service, running, wait_for
from subscriber import listening

from feedsvc.store.lease import TERM


class Nodes:
    """Nodes over one articles folder and one database, each with a state folder of its own."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder, self.url = folder, url
        self.articles = folder / "articles"
        self.articles.mkdir()
        self._stack = ExitStack()
        self.services: list[Service] = []

    def room(self, name: str, url: str = "", *, publish: bool = True) -> Newsroom:
        room = Newsroom(self.folder / name, every="1h")
        first = self.services[0].newsroom.port if self.services else room.port
        text = room.config.read_text("utf-8").replace(f"127.0.0.1:{room.port}", f"127.0.0.1:{first}")
        publishes = f"publish = {str(publish).lower()}\n"
        text += f'{publishes}[articles]\npath = "{self.articles}"\n[state]\nurl = "{url or self.url}"\n'
        room.config.write_text(text, encoding="utf-8")
        room.articles = self.articles
        return room

    def start(self, name: str, *, publish: bool = True, tables: str = "") -> Service:
        room = self.room(name, publish=publish)
        room.config.write_text(room.config.read_text("utf-8") + tables, encoding="utf-8")
        service = self._stack.enter_context(running(room, path="/-/health"))
        self.services.append(service)
        return service

    def end(self) -> None:
        self._stack.close()


@pytest.fixture
def nodes(tmp_path: Path, postgresql_servers: Servers) -> Iterator[Nodes]:
    made = Nodes(tmp_path, postgresql_servers.database())
    yield made
    made.end()


def test_one_node_pushes_and_writes_elsewhere_and_sessions_that_are_cut_cost_nothing(
    nodes: Nodes, postgresql_servers: Servers
) -> None:
    push = '[push]\nhub = true\nallow = ["127.0.0.0/8"]\n[[publish]]\nto = "out"\n'
    first, second = nodes.start("one", tables=push), nodes.start("two", tables=push)
    first.newsroom.write("first.md")
    for each in (first, second):
        each.wait_for_title("first")
    waiting = wait_for(lambda: next((each for each in (first, second) if "waiting: " in each.log), None), "one waits")
    with listening() as reader:
        fields = {"hub.mode": "subscribe", "hub.callback": f"{reader.url}/cb", "hub.topic": topic(first)}
        assert post(waiting, urlencode(fields)) == 202  # by the node that does not publish
        wait_for(lambda: reader.gets, "the verification")
        wait_for(lambda: "1  http" in first.newsroom.here("push", "subscribers").stdout, "the subscription")
        first.newsroom.write("second.md")
        told = wait_for(lambda: reader.posts, "the delivery")[0]
        waiting.wait_for_title("second")
        assert told.body == waiting.get("/rss.xml").body
        time.sleep(2)
        assert len(reader.posts) == 1
    written = [each for each in (first, second) if (each.newsroom.folder / "out/rss.xml").is_file()]
    assert written == [each for each in (first, second) if each is not waiting]
    assert "out has edition" in wait_for(lambda: second.newsroom.here("status").stdout, "the status")
    ended = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{nodes.url.rpartition('/')[2]}'"
    with Reader(first, second) as polls:
        for number in range(3):
            first.newsroom.write(f"story-{number}.md")
            postgresql_servers.server().sql(ended)
            for each in (first, second):
                each.wait_for_title(f"story-{number}")
        assert not polls.errors


def topic(service: Service) -> str:
    return f"http://127.0.0.1:{service.port}/rss.xml"


def post(service: Service, body: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=20)
    try:
        connection.request("POST", "/hub", body, {"Content-Type": "application/x-www-form-urlencoded"})
        return connection.getresponse().status
    finally:
        connection.close()


class Reader:
    """Somebody who polls nodes in turn, and notes what no reader should see."""

    def __init__(self, *services: Service) -> None:
        self._services = services
        self._stop = Event()
        self.errors: list[str] = []
        self.polls = 0
        self._thread = Thread(target=self._poll, daemon=True)

    def __enter__(self) -> "Reader":
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._stop.set()
        self._thread.join()

    def _poll(self) -> None:
        while not self._stop.wait(0.02):
            for service in self._services:
                try:
                    answer = service.get("/rss.xml")
                except OSError as error:
                    self.errors.append(f"{service.port}: {error}")
                else:
                    self.polls += 1
                    if answer.status != 200:
                        self.errors.append(f"{service.port}: {answer.status}")


def etags(service: Service) -> dict[str, str]:
    return {path: service.get(path).headers["etag"] for path in ("/rss.xml", "/atom.xml", "/feed.json", "/")}


def test_an_edit_is_on_every_node_and_another_takes_over_from_one_that_is_killed_or_frozen(nodes: Nodes) -> None:
    first, second = nodes.start("one"), nodes.start("two")
    third = nodes.start("three", publish=False)
    room = first.newsroom
    room.write("first.md")
    for each in (first, second, third):
        each.wait_for_title("first")
    assert etags(first) == etags(second) == etags(third)
    room.write("second.md")
    for each in (first, second, third):
        each.wait_for_title("second")
    publishing = next(each for each in (first, second) if "waiting: " not in each.log)
    other = second if publishing is first else first
    with Reader(other, third) as reader:
        for process in publishing.family():
            process.kill()
        begun = time.monotonic()
        room.write("third.md")
        for each in (other, third):
            each.wait_for_title("third")
        assert time.monotonic() - begun < 3 * TERM  # two terms, and the time that a busy machine takes to publish
        assert not reader.errors
        assert reader.polls > 20
    publishing.start()  # it waits for its turn, and gets it when the other freezes
    publishing.wait_for_title("third")
    frozen = other.publisher()
    frozen.send_signal(signal.SIGSTOP)
    room.write("fourth.md")
    for each in (publishing, other, third):
        each.wait_for_title("fourth")
    frozen.send_signal(signal.SIGCONT)
    wait_for(lambda: "the lease is lost" in other.log, "it learns that it has lost the lease")
    room.write("fifth.md")
    for each in (publishing, other, third):
        each.wait_for_title("fifth")
    assert etags(publishing) == etags(other) == etags(third)


def test_all_that_was_published_is_served_while_the_database_is_away(tmp_path: Path) -> None:
    server = Server(version_folder("oldest")).initialize().start()
    nodes = Nodes(tmp_path, server.new_database())
    try:
        first, second = nodes.start("one"), nodes.start("two", publish=False)
        first.newsroom.write("first.md", head="section: News / EU\n")
        for each in (first, second):
            each.wait_for_title("first")
        before = etags(first)
        with Reader(first, second) as reader:
            server.stop()
            wait_for(lambda: second.get("/-/fresh").status == 503, "the node says that the database is away")
            assert "the database cannot be followed" in second.get("/-/fresh").text
            assert second.get("/-/ready").status == 200
            first.newsroom.write("second.md")
            time.sleep(1)
            assert not reader.errors
        second.end()
        second.start()
        second.wait_until_served()
        assert etags(second) == before
        assert second.get("/news/eu/rss.xml").status == 200
        server.start()
        with Reader(first, second) as reader:
            for each in (first, second):
                each.wait_for_title("second")
            wait_for(lambda: second.get("/-/fresh").status == 200, "it is fresh again")
            assert not reader.errors
        assert etags(first) == etags(second)
    finally:
        nodes.end()
        server.end()
