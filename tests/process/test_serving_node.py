"""`[server] publish = false`: a node that only serves what another process publishes in the same state folder."""

import json
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from service import Newsroom, Service, running, wait_for


@pytest.fixture
def publisher(tmp_path: Path) -> Newsroom:
    room = Newsroom(tmp_path / "publisher", watch=False)
    room.write("first.md")
    return room


@pytest.fixture
def node(publisher: Newsroom, tmp_path: Path) -> Newsroom:
    """Another configuration over the state folder and the articles of `publisher`."""
    room = Newsroom(tmp_path / "node", watch=True)
    text = publisher.config.read_text("utf-8").replace(
        f"port = {publisher.port}", f"port = {room.port}\npublish = false"
    )
    text = text.replace('every = "1h"', 'every = "1s"')
    shared = f'[articles]\npath = "{publisher.articles}"\n[state]\npath = "{publisher.folder / ".feedsvc"}"\n'
    room.config.write_text(f'{text}{shared}[console]\ntrust = ["local"]\n', encoding="utf-8")
    return room


@pytest.fixture
def service(node: Newsroom) -> Iterator[Service]:
    with running(node, path="/-/health") as started:
        yield started


def test_it_waits_for_what_another_process_publishes_and_follows_it(publisher: Newsroom, service: Service) -> None:
    assert [service.get(path).status for path in ("/-/ready", "/-/fresh", "/rss.xml")] == [503, 503, 503]
    assert publisher.here("publish").returncode == 0
    service.wait_for_title("first")
    assert service.get("/-/ready").status == 200
    publisher.write("second.md")
    assert publisher.here("publish").returncode == 0
    service.wait_for_title("second")


def test_it_has_no_publisher_and_takes_no_lease(publisher: Newsroom, node: Newsroom, service: Service) -> None:
    assert publisher.here("publish").returncode == 0
    service.wait_until_served()
    publisher.write("unseen.md")
    wait_for(lambda: service.get("/-/fresh").status == 503, "what it serves grows old")
    assert b"more than three intervals" in service.get("/-/fresh").body
    assert service.get("/-/ready").status == 200
    children = [" ".join(child.cmdline()) for child in psutil.Process(service.pid).children()]
    assert len(children) == 1, children
    assert "serving_process" in children[0]
    assert "unseen" not in service.get("/rss.xml").text
    told = json.loads(service.get("/-/status", accept="application/json").body)
    assert (told["publisher"], told["serves_only"]) == ("", True)
    assert "this node only serves" in service.get("/-/status").text
    assert "this node only serves" in service.log
    assert "this node only serves: [server] publish = false" in node.here("status").stdout
    assert "only serves" not in publisher.here("status").stdout


def test_beside_a_publishing_service_it_serves_the_same_bytes(publisher: Newsroom, node: Newsroom) -> None:
    with running(publisher) as first, running(node) as second:
        first.wait_for_title("first")
        second.wait_for_title("first")
        for path in ("/rss.xml", "/atom.xml", "/feed.json", "/"):
            assert first.get(path).body == second.get(path).body
        assert second.get("/rss.xml").headers["etag"] == first.get("/rss.xml").headers["etag"]
