"""What a regeneration costs as the archive grows: cold, the rest, a quiet tick, one edit, 1,000 edits, a restart.

`.venv/bin/python tests/bench/regenerate.py --articles 1000 10000 100000` prints medians of wall time, CPU time (that of
all processes) and peak memory (of the publishing one), their ratios to the floors of the same run (scandir and stat of
all files; reading them all), to Hugo if the Debian package `hugo` is there (RSS of the site and of each folder only, of
the same Markdown files), and how the cost grows. `cold` ends when all feeds are out, with the pages that they lead to;
`rest` follows at once where the archive is large: the articles that are in no feed are entered; `pages` are those of
these, which follow in slices. `one edit` is told by the watcher, `1,000 edits` by nobody. `edit, resident` is one of
several edits that one process publishes, one after the other, as a publisher does that stays.
"""

import argparse
import itertools
import json
import math
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import corpus

HUGO = """baseURL = "https://bench.example/"
title = "Bench"
disableKinds = ["taxonomy", "term", "sitemap", "robotsTXT", "404"]
[outputs]
home = ["RSS"]
section = ["RSS"]
page = []
[services.rss]
limit = 50
"""
CONFIG = """[site]
title = "Bench"
url = "https://bench.example"
[schedule]
every = "5m"
watch = false
"""
STEP = """
import json, resource, statistics, sys, time
from pathlib import Path
from feedsvc.service.settings import now
from feedsvc.config import load
from feedsvc.service.regeneration import RegenerationOptions
from feedsvc.service.scan_request import Scan
from feedsvc.service.wiring import make_regeneration
from feedsvc.store.sqlite.database import Store, prepare_store
from feedsvc.store.lease import acquire, new_holder, release
from feedsvc.web.view import View

settings, what, hints = load(Path(sys.argv[1])), sys.argv[2], sys.argv[3:]

def peak():
    # Of this program alone; getrusage counts what its parent held when it was started.
    return next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM:")) / 1024

def cpu():
    return sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))

start, used = time.perf_counter(), cpu()
if what == "restart":
    view = View(Store(settings.state.path / "store.sqlite3"), 1, 2**26)
    assert view.follow() and view.edition.tables[0]["/rss.xml"]
else:
    edits = []
    store, _ = prepare_store(settings.state.path)
    with store.write() as connection:
        lease = acquire(connection, new_holder(), now())
    regeneration = make_regeneration(settings, store)
    if what == "pages":
        while regeneration.publish_pending(lease, now).pending_pages:
            pass
    elif what == "resident":
        for path in hints:
            with open(settings.articles_folder / path, "a") as file:
                file.write("\\n\\nOne more paragraph.\\n")
            began = time.perf_counter(), cpu()
            options = RegenerationOptions(frozenset((path,)), wait_for_writers=False)
            regeneration.run(lease, now, options)
            edits.append((time.perf_counter() - began[0], cpu() - began[1]))
    else:
        options = RegenerationOptions(frozenset(hints) or Scan.FULL, wait_for_writers=False)
        regeneration.run(lease, now, options)
    with store.write() as connection:
        release(connection, lease)
    store.close_for_good()
wall = time.perf_counter() - start
regeneration = None  # its worker processes end, which are counted only then
used = cpu() - used
if what == "resident":
    wall, used = map(statistics.median, zip(*edits))
print(json.dumps({"wall": wall, "cpu": used, "peak": peak()}))
"""
Figures = dict[str, float]
RESIDENT = 25
"""Edits that one process publishes."""


def publish(room: Path, what: str = "publish", *hints: str) -> Figures:
    """One step in a process of its own; the time that Python takes to start and import is not counted."""
    command = [sys.executable, "-c", STEP, str(room / "config.toml"), what, *hints]
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}  # as where it runs
    found = subprocess.run(command, check=True, capture_output=True, text=True, env=env)
    figures: Figures = json.loads(found.stdout)
    return figures


def floor_stat(folder: Path) -> float:
    start = time.perf_counter()
    for path, _, _ in os.walk(folder):
        with os.scandir(path) as entries:
            for entry in entries:
                entry.stat()
    return time.perf_counter() - start


def floor_read(folder: Path) -> float:
    start = time.perf_counter()
    for path, _, names in os.walk(folder):
        for name in names:
            with open(f"{path}/{name}", "rb") as file:  # noqa: PTH123 - the floor is without comfort
                file.read()
    return time.perf_counter() - start


def hints_of(room: Path) -> list[str]:
    """The paths of all articles, as a watcher tells them."""
    root = room / "articles"
    return [path.relative_to(root).as_posix() for path in sorted(root.rglob("*.*"))]


def edit(room: Path, count: int, source: random.Random) -> list[str]:
    """Edit so many articles; their paths."""
    chosen = source.sample(hints_of(room), count)
    for name in chosen:
        path = room / "articles" / name
        path.write_text(path.read_text(encoding="utf-8") + "\n\nOne more paragraph.\n", encoding="utf-8")
    return chosen


def hugo(room: Path) -> float | None:
    if not shutil.which("hugo"):
        return None
    site = room / "hugo"
    layouts = site / "layouts"
    layouts.mkdir(parents=True, exist_ok=True)
    (site / "config.toml").write_text(HUGO, encoding="utf-8")
    content = site / "content"
    if not content.exists():
        content.symlink_to(room / "articles", target_is_directory=True)
    start = time.perf_counter()
    subprocess.run(["hugo", "--quiet", "--source", str(site)], check=True, capture_output=True)
    took = time.perf_counter() - start
    feeds = len(list((site / "public").rglob("index.xml")))
    folders = sum(each.is_dir() for each in (room / "articles").iterdir())
    if feeds != folders + 1:  # with the pages' kind disabled, for one, Hugo is fast, and finds no article
        raise SystemExit(f"hugo made {feeds} feeds of {folders} folders")
    return took


def measure(articles: int, sections: int, kind: str, rounds: int, *, pages: bool) -> dict[str, Figures]:
    source = random.Random(articles)
    with tempfile.TemporaryDirectory(prefix="feedsvc-bench-") as name:
        room = Path(name)
        corpus.write(room / "articles", articles, sections, kind)
        (room / "config.toml").write_text(CONFIG, encoding="utf-8")
        found: dict[str, list[Figures]] = {}
        for _ in range(rounds):
            shutil.rmtree(room / ".feedsvc", ignore_errors=True)
            found.setdefault("cold", []).append(publish(room))
            found.setdefault("rest", []).append(publish(room))
            if pages:
                found.setdefault("pages", []).append(publish(room, "pages"))
            found.setdefault("restart", []).append(publish(room, "restart"))
            found.setdefault("quiet tick", []).append(publish(room))
            hints = edit(room, 1, source)
            found.setdefault("one edit", []).append(publish(room, "publish", *hints))
            hints = source.choices(hints_of(room), k=RESIDENT)
            found.setdefault("edit, resident", []).append(publish(room, "resident", *hints))
            edit(room, min(1000, articles), source)
            found.setdefault("1,000 edits", []).append(publish(room))
            found.setdefault("floor: stat", []).append({"wall": floor_stat(room / "articles")})
            found.setdefault("floor: read", []).append({"wall": floor_read(room / "articles")})
            if kind == "markdown" and (took := hugo(room)) is not None:
                found.setdefault("hugo", []).append({"wall": took})
    return {
        what: {key: statistics.median(each[key] for each in runs) for key in runs[0]} for what, runs in found.items()
    }


def show(articles: int, found: dict[str, Figures]) -> None:
    print(f"\n{articles:,} articles")
    yardsticks = {name: found[name]["wall"] for name in ("floor: stat", "floor: read", "hugo") if name in found}
    for what, figures in found.items():
        ratios = ", ".join(f"{figures['wall'] / value:6.2f} × {name}" for name, value in yardsticks.items())
        extra = f"CPU {figures['cpu']:7.2f} s, peak {figures['peak']:5.0f} MB" if "cpu" in figures else ""
        print(f"  {what:14} {figures['wall']:8.3f} s  {ratios}  {extra}")


def main() -> None:
    parser = argparse.ArgumentParser(description="Regeneration against the size of the archive")
    parser.add_argument("--articles", type=int, nargs="+", default=[1000, 10_000])
    parser.add_argument("--sections", type=int, default=40)
    parser.add_argument("--kind", choices=("markdown", "captured"), default="markdown")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--pages", action="store_true", help="also print the pages of articles that are in no feed")
    given = parser.parse_args()
    sizes = sorted(given.articles)
    all_found = {size: measure(size, given.sections, given.kind, given.rounds, pages=given.pages) for size in sizes}
    for size, found in all_found.items():
        show(size, found)
    for small, large in itertools.pairwise(sizes):
        for what in ("cold", "rest", "quiet tick", "one edit", "edit, resident"):
            growth = math.log(all_found[large][what]["wall"] / all_found[small][what]["wall"]) / math.log(large / small)
            print(f"growth exponent {small:,} to {large:,}, {what}: {growth:.2f}")


if __name__ == "__main__":
    main()
