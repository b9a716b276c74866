"""The same work by Hugo and by feedsvc, from nothing: feeds in three formats, all pages, each in gzip and brotli.

`.venv/bin/python tests/bench/same_work.py --articles 1000 10000` writes Markdown articles into 44 sections (four desks
with ten beats each, by folder). The yardstick is `hugo`, with feeds of 50 full articles in RSS, Atom and JSON Feed and
a page for each section and article, then `gzip -6` and `brotli -q 5` of all files on two processes. Against it runs
`feedsvc publish`, the whole program as it is started by hand, which also writes what Hugo is not asked for: pages of
older stories, the lists of feeds, a store with the ledger. It prints medians of wall time and of CPU time (of all
processes), in turns in one run, and their ratios. Without the programs `hugo` and `brotli` there is no yardstick. With
`--against CHECKOUT` the version there does the same.
"""

import argparse
import os
import random
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import corpus

CONFIG = """[site]
title = "Bench"
url = "https://bench.example"
[schedule]
every = "5m"
watch = false
"""
ROOT = Path(__file__).parents[2]
SITE = Path(__file__).parent / "hugo"
"""The configuration and the layouts of the site that Hugo makes."""
DESKS, BEATS = 4, 10
FEEDS = ("index.xml", "atom.xml", "feed.json")


class Used(NamedTuple):
    """Seconds."""

    wall: float
    cpu: float


def write_newsroom(room: Path, articles: int) -> None:
    """Articles in folders, one for each section, as both programs take them."""
    source, root = random.Random(7), room / "articles"
    stock = ["".join(source.choices("etaoinshrdlucmfwypvbgk", k=source.randint(2, 9))) for _ in range(2000)]
    places = [root / f"desk-{desk}" / f"beat-{desk}{beat}" for desk in range(DESKS) for beat in range(BEATS)]
    for place in places:
        place.mkdir(parents=True)
        for folder in (place, place.parent):
            (folder / "_index.md").write_text(f"---\ntitle: {folder.name}\n---\n", encoding="utf-8")
    for number in range(articles):
        text = corpus.markdown(number, ("", ""), source, stock)
        own = "\n".join(line for line in text.split("\n") if not line.startswith("categories:"))
        (source.choice(places) / f"story-{number:07d}.md").write_text(own, encoding="utf-8")
    (room / "config.toml").write_text(CONFIG, encoding="utf-8")


def write_site(room: Path) -> Path:
    """A site of the same articles for Hugo."""
    site = shutil.copytree(SITE, room / "hugo")
    (site / "content").symlink_to(room / "articles", target_is_directory=True)
    return site


def hugo(site: Path) -> None:
    public = site / "public"
    shutil.rmtree(public, ignore_errors=True)
    subprocess.run(["hugo", "--quiet", "--source", str(site)], check=True, capture_output=True)
    files = b"\0".join(bytes(path) for path in public.rglob("*") if path.is_file())
    for command in (["gzip", "-6", "-k"], ["brotli", "-q", "5", "-k"]):
        subprocess.run(["xargs", "-0", "-P", "2", "-n", "100", *command], input=files, check=True)


def check(site: Path, articles: int) -> None:
    """Raises SystemExit if a feed or page that Hugo was to make is missing, or has nothing in it."""
    public, folders = site / "public", DESKS * (BEATS + 1) + 1
    for name, wanted in ({"index.html": articles + folders} | dict.fromkeys(FEEDS, folders)).items():
        found = len(list(public.rglob(name)))
        if found != wanted or (public / name).stat().st_size < 1000:
            raise SystemExit(f"hugo made {found} files {name}, and not {wanted}, or nothing is in them")


def feedsvc(room: Path, root: Path = ROOT) -> None:
    """Publishes with the version of the checkout `root`."""
    shutil.rmtree(room / ".feedsvc", ignore_errors=True)
    command = [sys.executable, "-P", "-m", "feedsvc", "publish", "--config", str(room / "config.toml")]
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}  # as where it runs
    subprocess.run(command, check=True, capture_output=True, env=env | {"PYTHONPATH": str(root)})


def used(work: Callable[[], None]) -> Used:
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    work()
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    return Used(wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def measure(articles: int, rounds: int, against: Path | None = None) -> dict[str, Used]:
    """Medians by the name of the program; without `hugo` where it, or `brotli`, is not installed. `against` is another
    checkout of feedsvc."""
    has_yardstick = bool(shutil.which("hugo") and shutil.which("brotli"))
    with tempfile.TemporaryDirectory(prefix="feedsvc-bench-") as name:
        room = Path(name)
        write_newsroom(room, articles)
        works: dict[str, Callable[[], None]] = {"feedsvc": lambda: feedsvc(room)}
        if against:
            works["before"] = lambda: feedsvc(room, against.absolute())
        if has_yardstick:
            site = write_site(room)
            works["hugo"] = lambda: hugo(site)
        found: dict[str, list[Used]] = {what: [] for what in works}
        for _ in range(rounds):
            for what, work in works.items():
                found[what].append(used(work))
        if has_yardstick:
            check(site, articles)
    return {what: Used(*map(statistics.median, zip(*runs, strict=True))) for what, runs in found.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description="The same work by Hugo and by feedsvc")
    parser.add_argument("--articles", type=int, nargs="+", default=[1000, 10_000])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--against", type=Path, help="another checkout of this program")
    given = parser.parse_args()
    for articles in given.articles:
        found = measure(articles, given.rounds, given.against)
        for what, (wall, cpu) in found.items():
            print(f"{articles:,} articles, {what:8} wall {wall:8.2f} s, CPU {cpu:8.2f} s")
        for other in found.keys() - {"feedsvc"}:
            wall, cpu = (ours / theirs for ours, theirs in zip(found["feedsvc"], found[other], strict=True))
            print(f"{articles:,} articles, feedsvc / {other}: wall {wall:.2f}, CPU {cpu:.2f}", flush=True)


if __name__ == "__main__":
    main()
