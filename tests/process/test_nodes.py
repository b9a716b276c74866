"""Several nodes on one PostgreSQL: one publishes, all serve, and none needs the database to answer a reader."""

import http.client
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from node_faults import Faults, Line, Trace
from object_store import BUCKET, object_store
from postgresql_server import Server, Servers, version_folder
from service import Service, markdown, wait_for
from several_nodes import Nodes, Reader, etags
from subscriber import listening

from feedsvc.store.lease import TERM

FAULTS = int(os.environ.get("FEEDSVC_FAULTS", "1"))


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


def test_an_edit_is_on_every_node_and_another_takes_over_from_one_that_is_killed_or_frozen(
    nodes: Nodes, postgresql_servers: Servers
) -> None:
    server = postgresql_servers.server()
    lines = [Line(server.port) for _ in range(2)]
    first, second = (
        nodes.start(name, nodes.url.replace(str(server.port), str(line.port)))
        for name, line in zip(("one", "two"), lines, strict=True)
    )
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
    trace = Trace(server, nodes.url)
    with Reader(*nodes.services) as reader:
        faults = Faults(nodes, dict(zip((first, second), lines, strict=True)), trace, reader)
        for number in range(FAULTS):
            begun = time.monotonic()
            kind = faults.happen(number)
            print(
                f"{number} {kind}: {faults.delays[-1]:.1f} s, over after {time.monotonic() - begun:.1f} s", flush=True
            )
            assert not reader.errors
    print(f"{reader.polls} polls; behind another node for {reader.lag:.2f} s at most; taken over: {faults.take_overs}")
    assert trace.disorder() == []
    assert nodes.missing() == set()
    assert max(faults.take_overs, default=0.0) < 2 * TERM
    assert etags(first) == etags(second) == etags(third)
    for line in lines:
        line.end()


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


def test_media_of_a_bucket_are_on_every_node(nodes: Nodes, monkeypatch: pytest.MonkeyPatch) -> None:
    with object_store(monkeypatch) as bucket:
        bucket.put("desk/media/pier.svg", b"<svg xmlns='http://www.w3.org/2000/svg' width='8' height='8'/>")
        bucket.put("desk/first.md", markdown("first", head="image: media/pier.svg\n").encode())
        nodes.source = f"s3://{BUCKET}/desk"
        try:
            first, second = nodes.start("one"), nodes.start("two", publish=False)
            for each in (first, second):
                each.wait_for_title("first")
                wait_for(lambda at=each: at.get("/media/media/pier.svg").status == 200, "the picture")  # type: ignore[misc]
            assert [*second.newsroom.folder.rglob("pier.svg")]
            assert not [*second.newsroom.folder.rglob("first.md")]
        finally:
            nodes.end()
