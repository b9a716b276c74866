"""How fast a poll is answered: nginx on a static file, `feedsvc serve` with one worker, a Flask view that renders.

Run it with `.venv/bin/python tests/bench/serve.py` where there are two cores, nginx and wrk (Debian: nginx-light and
wrk). All three serve the same feed of 50 items, each on core 0 while wrk is on core 1, in turns within one run, so that
a noisy machine disturbs all alike; quote the ratios. It ends by itself within some minutes and prints

- requests/s, CPU time of the server per request (the safer figure) and their ratios to nginx, medians over the rounds;
- the latency of conditional polls at a steady rate while all of 200 sections are regenerated, over and over.
"""

import argparse
import os
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import NamedTuple

import psutil

sys.path.insert(0, str(Path(__file__).parents[1] / "deploy"))

from deploy_sample import ask, publish_to, running
from edition import Newsroom, story
from ports import free_port

from feedsvc.store import state
from feedsvc.store.sqlite.database import Store

FEED, HOST = "/news/eu/rss.xml", "news.example"
CONNECTIONS, ITEMS, SECTIONS, SEED = 64, 50, 200, 7
QUIET = """
[site]
title = "The Lantern"
url = "https://news.example"
[schedule]
every = "1d"
watch = false
"""
NGINX = """
daemon off; worker_processes 1; pid nginx.pid; error_log error.log; {user}
events {{ worker_connections 1024; }}
http {{
    access_log off; sendfile on; tcp_nopush off; keepalive_requests 1000000000; gzip_static on; gzip_vary on;
    open_file_cache max=1000 inactive=60s; open_file_cache_valid 1s;
    types {{ application/rss+xml xml; }}
    {temporary}
    server {{ listen 127.0.0.1:{port}; root {root}; }}
}}
"""
PLAIN = """
import gzip, json, pathlib
from datetime import datetime, timezone
from feedgen.feed import FeedGenerator
from flask import Flask, Response, request

app = Flask("plain")
items = json.loads(pathlib.Path(__file__).with_name("items.json").read_text("utf-8"))
when = datetime(2026, 11, 15, tzinfo=timezone.utc)

@app.get("/<path:path>")
def feed(path):
    made = FeedGenerator()
    made.load_extension("dc")
    made.title("The Lantern"); made.description("News"); made.language("en"); made.updated(when)
    made.link(href="https://news.example/", rel="alternate"); made.link(href="https://news.example/rss.xml", rel="self")
    for number, item in enumerate(items):
        entry = made.add_entry(order="append")
        entry.id(f"tag:news.example,2026:{number}"); entry.title(item["title"])
        entry.link(href=f"https://news.example/articles/{number}"); entry.description(item["body"][:300])
        entry.content(item["body"], type="CDATA"); entry.published(when); entry.updated(when)
        entry.category(term="News / EU"); entry.dc.dc_creator("Ada Lint")
    response = Response(made.rss_str(), content_type="application/rss+xml")
    if "gzip" in request.accept_encodings:
        response.set_data(gzip.compress(response.get_data(), 6, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
    response.add_etag()
    return response.make_conditional(request)
"""
STEADY = "function delay() return {delay} end\n"


class Server(NamedTuple):
    name: str
    port: int
    process: int
    etags: dict[str, str]


class Load(NamedTuple):
    rate: float
    cpu: float
    """Microseconds of the server per request."""
    p99: float
    """Milliseconds."""


KINDS = {
    "304": ({"Accept-Encoding": "gzip"}, True),
    "200 gzip": ({"Accept-Encoding": "gzip"}, False),
    "200 identity": ({}, False),
}


# --- the servers ------------------------------------------------------------------------------------------------------


def newsroom(folder: Path, config: str = QUIET) -> Newsroom:
    made = Newsroom(folder, config)
    shutil.rmtree(made.articles)
    for number, (title, body) in enumerate(items()):
        made.write(f"news/eu/{number}.md", story(title, body))
    made.publish()
    return made


def items() -> list[tuple[str, str]]:
    """Titles and bodies of words that compress about as prose does: few of them are common, most are rare."""
    source = random.Random(SEED)
    stock = ["".join(source.choices("etaoinshrdlucmfwypvbgk", k=source.randint(2, 9))) for _ in range(1500)]
    weights = [1 / rank for rank in range(1, len(stock) + 1)]

    def words(count: int) -> str:
        return " ".join(source.choices(stock, weights, k=count))

    return [(words(9), "\n\n".join(f"{words(57)}." for _ in range(8))) for _ in range(ITEMS)]


@contextmanager
def nginx(made: Newsroom, base: Path) -> Iterator[Server]:
    port, folder = free_port(), base / "nginx"
    folder.mkdir()
    publish_to(made, base / "site")
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    conf = NGINX.format(
        port=port,
        root=base / "site",
        user="user root;" if os.geteuid() == 0 else "",
        temporary=" ".join(f"{kind}_temp_path {folder}/{kind};" for kind in kinds),
    )
    (folder / "nginx.conf").write_text(conf, "utf-8")
    command = ["nginx", "-p", str(folder), "-e", "error.log", "-c", str(folder / "nginx.conf")]
    with running(pinned(command), port, base / "nginx.log") as process:
        yield server("nginx", port, process.pid)


@contextmanager
def feedsvc(made: Newsroom, base: Path, *, pin: bool = True) -> Iterator[Server]:
    port = free_port()
    command = [sys.executable, "-m", "feedsvc", "serve", "--config", str(made.config), "--port", str(port)]
    log = base / f"feedsvc-{port}.log"
    with running(pinned(command) if pin else command, port, log) as process:
        yield server("feedsvc serve", port, process.pid)


@contextmanager
def plain(base: Path) -> Iterator[Server]:
    import json

    port, folder = free_port(), base / "plain"
    folder.mkdir()
    (folder / "plain.py").write_text(PLAIN, "utf-8")
    stories = [{"title": title, "body": body} for title, body in items()]
    (folder / "items.json").write_text(json.dumps(stories), "utf-8")
    granian = [sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port), "--no-ws"]
    command = [*granian, "--blocking-threads", "1", "--working-dir", str(folder), "plain:app"]
    with running(pinned(command), port, base / "plain.log") as process:
        yield server("Flask + feedgen", port, process.pid)


def pinned(command: list[str], core: int = 0) -> list[str]:
    return ["taskset", "-c", str(core), *command]


def server(name: str, port: int, process: int) -> Server:
    deadline = time.monotonic() + 20
    while (first := ask(port, FEED, Host=HOST)).code != 200:
        assert time.monotonic() < deadline, f"{name} does not serve {FEED}: {first}"
        time.sleep(0.1)
    packed = ask(port, FEED, Host=HOST, Accept_Encoding="gzip")
    size = f"{len(first.body):,} bytes, {packed.headers.get('content-encoding', 'identity')} {len(packed.body):,}"
    print(f"{name}: {size}")
    return Server(name, port, process, {"identity": first.headers["etag"], "gzip": packed.headers["etag"]})


# --- the load ---------------------------------------------------------------------------------------------------------


def load(target: Server, kind: str, seconds: int, script: Path | None = None) -> Load:
    """One run of wrk. Raises AssertionError if any answer was an error."""
    headers, conditional = KINDS[kind]
    sent = {"Host": HOST} | headers | ({"If-None-Match": target.etags["gzip"]} if conditional else {})
    options = [option for name, value in sent.items() for option in ("-H", f"{name}: {value}")]
    scripted = ["-s", str(script)] if script else []
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--latency", *scripted, *options]
    before = cpu(target.process)
    url = f"http://127.0.0.1:{target.port}{FEED}"
    report = subprocess.run(pinned([*command, url], 1), check=True, capture_output=True, text=True).stdout
    used = cpu(target.process) - before
    assert "Non-2xx" not in report, report
    assert "Socket errors" not in report, report
    return told(report, used)


def told(report: str, used: float) -> Load:
    """The figures of wrk in `report`, for which the server used so many seconds of CPU."""
    count = float(_figure(r"(\d+) requests in", report))
    value, unit = re.search(r"99%\s+([\d.]+)(us|ms|s)", report).groups()  # type: ignore[union-attr]  # or it is no wrk
    scale = {"us": 0.001, "ms": 1.0, "s": 1000.0}[unit]
    return Load(float(_figure(r"Requests/sec:\s+([\d.]+)", report)), used / max(count, 1.0) * 1e6, float(value) * scale)


def _figure(pattern: str, report: str) -> str:
    found = re.search(pattern, report)
    assert found, report
    return found[1]


def cpu(process: int) -> float:
    """Seconds of CPU of the process and all its children."""
    top = psutil.Process(process)
    times = [each.cpu_times() for each in (top, *top.children(recursive=True))]
    return sum(each.user + each.system for each in times)


def throughput(servers: list[Server], rounds: int, seconds: int) -> dict[tuple[str, str], Load]:
    """Medians over the rounds, by kind and server."""
    found: dict[tuple[str, str], list[Load]] = {}
    for number in range(rounds + 1):
        for kind in KINDS:
            for each in servers:
                measured = load(each, kind, seconds if number else 1)
                if number:  # the first is to warm up
                    found.setdefault((kind, each.name), []).append(measured)
    return {key: Load(*map(statistics.median, zip(*loads, strict=True))) for key, loads in found.items()}


def show(medians: dict[tuple[str, str], Load]) -> None:
    print(f"\n{'':14}{'':18}{'req/s':>9}{'x nginx':>9}{'CPU us':>9}{'x nginx':>9}{'p99 ms':>9}{'x render':>9}")
    for (kind, name), each in medians.items():
        yardstick, slowest = medians[kind, "nginx"], medians[kind, "Flask + feedgen"]
        ratios = each.rate / yardstick.rate, yardstick.cpu / each.cpu, each.rate / slowest.rate
        figures = f"{each.rate:9,.0f}{ratios[0]:9.2f}{each.cpu:9.1f}{ratios[1]:9.2f}{each.p99:9.2f}{ratios[2]:9.0f}"
        print(f"{kind:14}{name:18}{figures}")


# --- while sections are regenerated -----------------------------------------------------------------------------------


def latency(base: Path, rate: int, seconds: int) -> None:
    made = newsroom(base / "sections", QUIET.replace("watch = false", "watch = true"))
    touch(made, 0)
    made.publish()
    script = base / "steady.lua"
    script.write_text(STEADY.format(delay=1000 * CONNECTIONS // rate), "utf-8")
    with feedsvc(made, base, pin=False) as target:
        idle, busy, stop, count = [], [], Event(), [0]
        for _ in range(3):
            idle.append(load(target, "304", seconds, script).p99)
            stop.clear()
            work = Thread(target=regenerate, args=(made, stop, count))
            work.start()
            try:
                busy.append(load(target, "304", seconds, script).p99)
            finally:
                stop.set()
                work.join()
    print(f"\np99 of a 304, {CONNECTIONS} connections, about {rate}/s, medians of 3 runs of {seconds} s")
    print(f"nothing else to do: {statistics.median(idle):.2f} ms {idle}")
    print(f"{SECTIONS} sections regenerated, {count[0]} times: {statistics.median(busy):.2f} ms {busy}")


def touch(made: Newsroom, edition: int) -> None:
    for number in range(SECTIONS):
        made.write(f"desk-{number}/story.md", story(f"Story {number}, edition {edition}", "Words. " * 400))


def regenerate(made: Newsroom, stop: Event, count: list[int]) -> None:
    """Change a story of every section, see it published by the server's own publishing process, and so on."""
    store = Store(made.database)
    while not stop.is_set():
        before = edition(store)
        count[0] += 1
        touch(made, count[0])
        while edition(store) == before and not stop.wait(0.05):
            pass
    store.close()


def edition(store: Store) -> int:
    with store.read() as connection:
        return state.current_edition(connection)


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=2, help="of each measurement")
    parser.add_argument("--rate", type=int, default=2000, help="polls a second for the latency")
    parser.add_argument(
        "--throughput", action="store_true", help="leave out the latency while sections are regenerated"
    )
    options = parser.parse_args(arguments)
    missing = [tool for tool in ("nginx", "wrk", "taskset") if shutil.which(tool) is None]
    if missing or (os.cpu_count() or 1) < 2:
        sys.exit(f"needs two cores, and of these: {', '.join(missing)} (Debian: apt-get install nginx-light wrk)")
    with tempfile.TemporaryDirectory(prefix="feedsvc-bench-") as folder, ExitStack() as stack:
        base = Path(folder)
        made = newsroom(base / "newsroom")
        servers = [stack.enter_context(each) for each in (nginx(made, base), feedsvc(made, base), plain(base))]
        show(throughput(servers, options.rounds, options.seconds))
        stack.pop_all().close()
        if not options.throughput:
            latency(base, options.rate, 4)


if __name__ == "__main__":
    main()
