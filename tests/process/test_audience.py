"""Counting in a real service: several processes, kill -9, and what operators are told."""

import http.client
import json
import threading
import time
from contextlib import closing
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from service import Newsroom, markdown, running, wait_for

from feedsvc.web.tokens import hash_of

TOKEN = "tQ3m0Zk-2bqFvX8sJ1yT9wLrE5oHcD7gNaPiKx4V6zX"
PARTNERS = f"""
[[feeds]]
path = "/partners/evening.xml"
format = "rss"
token = "sha256:{hash_of(TOKEN)}"

[[feeds]]
path = "/partners/night.json"
format = "json"
"""
FEEDLY = "Feedly/1.0 (+http://www.feedly.com/fetcher.html; {} subscribers)"
READER = "Reeder/5050001 (a rare machine)"


class Proxy:
    """A recording proxy in front of the service: the time of each answer, by partner, and the bytes."""

    def __init__(self, port: int) -> None:
        self.log: list[tuple[str, float, bytes]] = []
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=20)) as connection:
                    connection.request("GET", self.path, headers=dict(self.headers))
                    answer = connection.getresponse()
                    body = answer.read()
                proxy.log.append((f"{self.path} {self.headers['User-Agent']}", time.time(), body))
                self.send_response(answer.status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def first(self, who: str, text: bytes) -> float:
        """When `who` first got a body with `text`."""
        return next(at for each, at, body in self.log if each == who and text in body)


def get(port: int, path: str, agent: str, **headers: str) -> int:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=20)) as connection:
        connection.request("GET", path, headers={"User-Agent": agent, **headers})
        answer = connection.getresponse()
        answer.read()
        return answer.status


@pytest.fixture
def newsroom(tmp_path: Path) -> Newsroom:
    room = Newsroom(tmp_path, tables=PARTNERS)
    room.write("news/ferry.md", markdown("Ferry late"))
    return room


def stats(newsroom: Newsroom) -> dict[str, Any]:
    return {each["feed"]: each for each in json.loads(newsroom.here("stats", "--json").stdout)}


def test_processes_count_together_and_neither_a_kill_nor_the_end_loses_what_was_counted(newsroom: Newsroom) -> None:
    with running(newsroom, "--workers", "2") as service:
        service.wait_until_served("/rss.xml")

        def counted() -> bool:  # a process counts once it knows the feeds, within a second of its first Edition
            get(service.port, "/rss.xml", FEEDLY.format(457))
            get(service.port, "/rss.xml", READER, **{"X-Forwarded-For": "203.0.113.77"})
            found = stats(newsroom).get("/rss.xml", {})
            return (found.get("reported"), found.get("estimated")) == (457, 1)

        wait_for(counted, "the first figures")
        service.server().kill()
        assert stats(newsroom)["/rss.xml"]["reported"] == 457
        wait_for(lambda: _answers(service.port), "a new serving process")
        shown = newsroom.here("stats", "/rss.xml").stdout
        assert "Feedly" in shown
        assert "457 reported" in shown
        get(service.port, "/rss.xml", FEEDLY.format(9))
        assert service.end() == 0
    assert stats(newsroom)["/rss.xml"]["reported"] == 9
    state = [path for path in (newsroom.folder / ".feedsvc").rglob("*") if path.is_file()]
    assert {oct(path.stat().st_mode & 0o777) for path in state} == {"0o600"}
    for path in state:
        for trace in (b"203.0.113.77", b"a rare machine", b"fetcher.html"):
            assert trace not in path.read_bytes(), path.name


def _answers(port: int) -> bool:
    try:
        return get(port, "/-/health", "probe") == 200
    except OSError:
        return False


def test_each_partners_first_fetch_of_a_correction_is_that_of_a_recording_proxy(newsroom: Newsroom) -> None:
    with running(newsroom) as service:
        service.wait_until_served("/partners/night.json")
        proxy = Proxy(service.port)
        try:
            asks = {
                "/partners/evening.xml msnbot/2": {"Authorization": f"Bearer {TOKEN}"},
                "/partners/night.json SmartNews/1": {},
            }

            def poll() -> None:
                for who, headers in asks.items():
                    path, agent = who.split()
                    assert get(proxy.port, path, agent, **headers) == 200

            def corrected() -> bool:
                time.sleep(0.3)
                poll()
                return b"Ferry on time" in proxy.log[-1][2] and b"Ferry on time" in proxy.log[-2][2]

            poll()
            newsroom.write("news/ferry.md", markdown("Ferry on time"))
            wait_for(corrected, "the correction at both partners")
            told = wait_for(lambda: _delivered(newsroom, 4), "the proof")
        finally:
            proxy.close()
    for feed, who in zip(("/partners/evening.xml", "/partners/night.json"), asks, strict=True):
        for revision, title in ((1, b"Ferry late"), (2, b"Ferry on time")):
            [mine] = [each for each in told if (each["feed"], each["revision"]) == (feed, revision)]
            assert datetime.fromisoformat(mine["at"]).timestamp() == pytest.approx(proxy.first(who, title), abs=1.1)
    assert hash_of(TOKEN)[:8] in newsroom.here("delivered", "ferry.md").stdout


def _delivered(newsroom: Newsroom, number: int) -> list[dict[str, Any]]:
    takings = json.loads(newsroom.here("delivered", "news/ferry.md", "--json").stdout)["takings"]
    found = [each for each in takings if each["partner"] != "unknown programs"]  # which this test itself is at first
    return found if len(found) >= number else []
