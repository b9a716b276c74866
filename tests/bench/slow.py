"""Good readers among bad ones: 10,000 polls in 10 s through deploy/nginx-proxy.conf, with 3,000 connections in the way.

Run it with `.venv/bin/python tests/bench/slow.py` where there is nginx (Debian: nginx-light). Of the 3,000, 1,000 say
nothing, 1,000 drip their request in byte by byte, and 1,000 ask for a whole feed and hardly read it; meanwhile sections
are regenerated, over and over. It prints what the pollers got and after how long, counted from when each poll was due,
and exits 1 if any got a 5xx or none at all, or if the p99 is above 500 ms. It ends by itself within a minute.
"""

import asyncio
import contextlib
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from pathlib import Path
from threading import Event, Thread

sys.path.insert(0, str(Path(__file__).parents[1] / "deploy"))

from deploy_sample import NAMES, NGINX, ask, nginx, serving
from edition import CONFIG, Newsroom, story
from ports import free_port

POLLS, SECONDS, PER_KIND, SECTIONS = 10_000, 10, 1000, 40
ARRIVAL = 6
"""Seconds until all of those in the way are there."""
FEED = "/news/eu/rss.xml"
ALLOWED_MS = 500.0
REQUEST = f"GET {FEED} HTTP/1.1\r\nHost: {NAMES[0]}\r\n".encode()

Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


# --- those in the way, in a process of their own ----------------------------------------------------------------------


async def crowd(port: int, per_kind: int) -> None:
    """Until killed. Whoever is thrown out comes again; each of 250 addresses has as many as the next."""
    kinds = (silent, dripping, hardly_reading)
    async with asyncio.TaskGroup() as group:
        for number in range(per_kind):
            for kind in kinds:
                group.create_task(stubborn(port, f"127.{1 + number % 250}.0.1", kind))
            await asyncio.sleep(0.001)


async def stubborn(port: int, address: str, kind: Callable[[socket.socket], Awaitable[None]]) -> None:
    loop = asyncio.get_running_loop()
    while True:
        with socket.socket() as connection, contextlib.suppress(OSError):
            connection.setblocking(False)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            connection.bind((address, 0))
            await loop.sock_connect(connection, ("127.0.0.1", port))
            await kind(connection)
        await asyncio.sleep(1)


async def silent(connection: socket.socket) -> None:
    await asyncio.get_running_loop().sock_recv(connection, 1)


async def dripping(connection: socket.socket) -> None:
    for byte in REQUEST * 100:
        await asyncio.get_running_loop().sock_sendall(connection, bytes([byte]))
        await asyncio.sleep(1)


async def hardly_reading(connection: socket.socket) -> None:
    loop = asyncio.get_running_loop()
    await loop.sock_sendall(connection, REQUEST + b"\r\n")
    while await loop.sock_recv(connection, 256):
        await asyncio.sleep(1)


# --- the good readers -------------------------------------------------------------------------------------------------


async def poll_all(port: int) -> tuple[Counter[str], list[float]]:
    """Each at its time, whether the ones before are answered or not; every fourth on a connection of its own."""
    start, codes, times = time.perf_counter() + 0.1, Counter[str](), list[float]()
    kept: list[Connection] = []
    etag = ask(port, FEED, Accept_Encoding="gzip").headers["etag"]

    async def poll(number: int) -> None:
        due = start + number * SECONDS / POLLS
        await asyncio.sleep(max(0, due - time.perf_counter()))
        wanted = f"Accept-Encoding: gzip\r\nIf-None-Match: {etag}\r\n\r\n" if number % 2 else "\r\n"
        try:
            async with asyncio.timeout(10):
                codes[await one(port, REQUEST + wanted.encode(), kept, alone=number % 4 == 0)] += 1
        except (OSError, TimeoutError, asyncio.IncompleteReadError) as error:
            codes[type(error).__name__] += 1
        times.append((time.perf_counter() - due) * 1000)

    await asyncio.gather(*map(poll, range(POLLS)))
    for _, writer in kept:
        writer.close()
    return codes, times


async def one(port: int, request: bytes, kept: list[Connection], *, alone: bool) -> str:
    reader, writer = kept.pop() if kept and not alone else await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    length = head.partition("content-length: ")[2].partition("\r\n")[0]
    if head.split(" ", 2)[1] == "200":
        await reader.readexactly(int(length))
    if alone:
        writer.close()
    else:
        kept.append((reader, writer))
    return head.split(" ", 2)[1]


# --- all together -----------------------------------------------------------------------------------------------------


def newsroom(folder: Path) -> Newsroom:
    made = Newsroom(folder, CONFIG)
    for number in range(50):
        made.write(
            f"news/eu/{number}.md", story(f"Story {number}", "Words and more words. " * 180, section="News / EU")
        )
    edit(made, 0)
    made.publish()
    return made


def edit(made: Newsroom, edition: int) -> None:
    made.write("news/eu/fish.md", story(f"Fish quotas, edition {edition}", section="News / EU"))
    for number in range(SECTIONS):
        made.write(f"desk-{number}/story.md", story(f"Story {number}, edition {edition}", "Words. " * 400))


def regenerate(made: Newsroom, stop: Event, count: list[int]) -> None:
    """By the publishing process of the server that runs."""
    command = [sys.executable, "-m", "feedsvc", "publish", "--config", str(made.config)]
    while not stop.wait(0.5):
        count[0] += 1
        edit(made, count[0])
        subprocess.run(command, check=True, capture_output=True)


def main() -> int:
    if NGINX is None:
        sys.exit("needs nginx (Debian: apt-get install nginx-light)")
    with tempfile.TemporaryDirectory(prefix="feedsvc-slow-") as folder:
        base, ports = Path(folder), (free_port(), free_port())
        made = newsroom(base / "newsroom")
        changes = {
            "127.0.0.1:8000": f"127.0.0.1:{ports[0]}",
            "/var/cache/nginx/feedsvc": str(base / "cache"),
            "www.harbourledger.example": NAMES[0],
        }
        with serving(made, ports[0]), nginx("nginx-proxy.conf", base / "proxy", ports[1], changes):
            return judge(*measure(made, ports[1]))


def measure(made: Newsroom, port: int) -> tuple[Counter[str], list[float]]:
    rude = subprocess.Popen([sys.executable, __file__, "crowd", str(port), str(PER_KIND)])
    stop, count = Event(), [0]
    work = Thread(target=regenerate, args=(made, stop, count))
    try:
        time.sleep(ARRIVAL)
        print(f"{connections(port):,} connections in the way")
        work.start()
        found = asyncio.run(poll_all(port))
        print(f"{connections(port):,} connections in the way; {SECTIONS} sections regenerated {count[0]} times")
    finally:
        stop.set()
        rude.kill()
        rude.wait()
        if work.is_alive():
            work.join()
    return found


def connections(port: int) -> int:
    """Established ones to `port` (Linux)."""
    table = Path("/proc/net/tcp").read_text("ascii").splitlines()[1:]
    return sum(line.split()[2].endswith(f":{port:04X}") and line.split()[3] == "01" for line in table)


def judge(codes: Counter[str], times: list[float]) -> int:
    cuts = statistics.quantiles(times, n=100)
    print(f"{len(times):,} polls: {dict(sorted(codes.items()))}")
    print(f"p50 {cuts[49]:.1f} ms, p90 {cuts[89]:.1f} ms, p99 {cuts[98]:.1f} ms, worst {max(times):.1f} ms")
    bad = sum(count for code, count in codes.items() if code not in ("200", "304"))
    return 1 if bad or cuts[98] > ALLOWED_MS else 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["crowd"]:
        asyncio.run(crowd(*map(int, sys.argv[2:4])))
    sys.exit(main())
