"""How fast many subscribers have a new Edition, some of whom are ill, and what it costs the pushing process.

    PYTHONPATH=tests:tests/process .venv/bin/python tests/bench/push.py [--subscribers 10000] [--runs 5]

The real service on a free port, and a receiver in a process of its own, on loopback. Of the subscribers 50 are slow, 50
dead, 50 answer 500, 20 redirect and 20 close the connection at once. Printed for each run: seconds from the save of an
article to the first and to the last delivery to a healthy one, and the memory of the pushing process; and how long a
poll waits that is answered 304, a hundred times a second, meanwhile and before (p99 in milliseconds).
"""

import argparse
import asyncio
import json
import multiprocessing
import os
import statistics
import tempfile
import time
from contextlib import suppress
from functools import partial
from http import HTTPStatus
from http.client import HTTPConnection
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Thread
from typing import NoReturn

from ports import free_port
from service import Newsroom, Service, running, wait_for

from feedsvc.push.deliveries import DELIVER
from feedsvc.store import push_subscriptions, push_tasks
from feedsvc.store.push_subscriptions import Subscription
from feedsvc.store.push_tasks import NewTask
from feedsvc.store.sqlite.database import open_store

ILL = {"slow": 50, "dead": 50, "500": 50, "redirect": 20, "close": 20}
ARTICLES = 50
RATE = 100
"""Polls in a second."""
ANSWERS = {
    "well": b"HTTP/1.1 204 No Content\r\n\r\n",
    "500": b"HTTP/1.1 500 Ill\r\nContent-Length: 0\r\n\r\n",
    "redirect": b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n",
    "close": b"",
    "slow": b"",
}


def receive(pipe: Connection) -> None:
    """A server for each kind of subscriber; sends their ports, then, when asked, the instants of deliveries."""
    os.nice(19)  # real ones are on other machines, and take no processor from the service
    asyncio.run(_receive(pipe))


async def _receive(pipe: Connection) -> None:
    seen: list[float] = []

    async def answer(kind: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            length = next((int(line[15:]) for line in head.split(b"\r\n") if line.startswith(b"content-length:")), 0)
            if kind == "slow":
                await asyncio.sleep(60)
            if kind != "close":
                await reader.readexactly(length)
                writer.write(ANSWERS[kind])
            if kind == "well":
                seen.append(time.time())
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    ports = {"dead": free_port()}
    for kind in ("well", *ILL):
        if kind != "dead":
            server = await asyncio.start_server(partial(answer, kind), "127.0.0.1", 0, backlog=1024)
            ports[kind] = server.sockets[0].getsockname()[1]
    pipe.send(ports)
    while True:
        await asyncio.to_thread(pipe.recv)
        pipe.send(list(seen))
        seen.clear()


def enter(room: Newsroom, ports: dict[str, int], count: int) -> int:
    """Enters `count` subscriptions as if they were verified. Returns the number of healthy ones."""
    topic = f"http://127.0.0.1:{room.port}/rss.xml"
    kinds = [kind for kind, number in ILL.items() for _ in range(number)]
    kinds += ["well"] * (count - len(kinds))
    store = open_store(room.folder / ".feedsvc")
    with store.write() as transaction:
        tasks = []
        for number, kind in enumerate(kinds):
            host = f"127.0.0.1:{ports[kind]}"
            callback = f"http://{host}/{number}"
            push_subscriptions.put(transaction, Subscription(callback, topic, host, b"s3cret", 0, 2**42))
            tasks.append(NewTask(DELIVER, callback, host, topic, acknowledged=1))
        push_tasks.put(transaction, tasks)
    store.close()
    return kinds.count("well")


def run(service: Service, pipe: Connection, number: int, healthy: int) -> tuple[float, float, float]:
    """Seconds to the first and the last healthy delivery of a new article, and megabytes of the pushing process."""
    saved = time.time()
    service.newsroom.write(f"news/run{number}.md")
    found: list[float] = []

    def all_told() -> bool:
        pipe.send("seen")
        found.extend(pipe.recv())
        return len(found) >= healthy

    wait_for(all_told, f"{healthy} deliveries", 120)
    memory = service.pusher().memory_info().rss / 2**20
    return min(found) - saved, max(found) - saved, memory


class Poller(Thread):
    """Asks for a feed that it has already, at RATE, by one connection; notes when, and the seconds of each answer."""

    def __init__(self, port: int) -> None:
        super().__init__(daemon=True)
        self._connection = HTTPConnection("127.0.0.1", port, timeout=60)
        self.waits: list[tuple[float, float]] = []

    def run(self) -> None:
        """Asks until the service ends."""
        with suppress(OSError):
            self._ask_for_ever()

    def _ask_for_ever(self) -> NoReturn:
        etag = ""
        while True:
            begun = time.time()
            self._connection.request("GET", "/rss.xml", headers={"If-None-Match": etag})
            answer = self._connection.getresponse()
            answer.read()
            if answer.status == HTTPStatus.NOT_MODIFIED:
                self.waits.append((begun, time.time() - begun))
            etag = answer.headers["ETag"]
            time.sleep(max(0.0, begun + 1 / RATE - time.time()))

    def p99(self, begin: float, end: float) -> float:
        """Milliseconds within which 99 of 100 answers came that were asked for between two instants."""
        found = sorted(wait for at, wait in self.waits if begin <= at < end)
        return 1_000 * found[int(0.99 * len(found))]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--subscribers", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=5)
    given = parser.parse_args()
    here, there = multiprocessing.get_context("spawn").Pipe()
    receiver = multiprocessing.get_context("spawn").Process(target=receive, args=(there,), daemon=True)
    receiver.start()
    ports = here.recv()
    with tempfile.TemporaryDirectory() as folder:
        room = Newsroom(Path(folder), tables='[push]\nhub = true\nallow = ["127.0.0.0/8"]\n')
        for number in range(ARTICLES):
            room.write(
                f"news/{number}.md", head="", text=f"---\ntitle: Tide {number}\n---\n\n{'Ebb and flow. ' * 100}\n"
            )
        assert room.run("publish").returncode == 0
        healthy = enter(room, ports, given.subscribers)
        with running(room) as service:
            lasts, ratios = [], []
            poller = Poller(room.port)
            poller.start()
            for number in range(given.runs):
                time.sleep(12)  # what follows within ten seconds is told together
                saved = time.time()
                first, last, memory = run(service, here, number, healthy)
                before, meanwhile = poller.p99(saved - 8, saved), poller.p99(saved, saved + last)
                lasts.append(last)
                ratios.append(meanwhile / before)
                waits = {"p99 before": round(before, 2), "p99 meanwhile": round(meanwhile, 2)}
                told = {"first": round(first, 2), "last": round(last, 2), "MB": round(memory)}
                print(json.dumps(told | waits), flush=True)
            size = len(service.get("/rss.xml").body)
    print(f"median of the last: {statistics.median(lasts):.2f} s for {healthy} healthy ones, {size:,} bytes each")
    print(f"p99 of a 304 meanwhile: {statistics.median(ratios):.2f} times that before")
    receiver.terminate()


if __name__ == "__main__":
    main()
