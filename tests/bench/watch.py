"""From the save of an article to the served feed, with `watch`, in a small and in a large archive.

Run it with `.venv/bin/python tests/bench/watch.py --articles 1000 100000`. One of the newest 50 articles is saved again
and again, each time when the service has come to rest, once in place and once aside and renamed. It prints the time
until the feed of its section has it (asked every 5 ms), the CPU time that all processes of the service spend on it, and
how the two grow with the archive. The yardsticks at the 95th percentile are 0.25 s for a file that was renamed to its
place and 0.6 s for one that was written in place, and 1.5 times the CPU. With `--against CHECKOUT` the version there
does the same beside this one, in turns, and the ratios of this one to it are printed.
"""

import argparse
import random
import statistics
import sys
import tempfile
import time
from contextlib import ExitStack, chdir
from pathlib import Path
from typing import NamedTuple

import corpus

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[1] / "process"))

from service import PATHS, ROOT, Newsroom, Service, running

NEWEST = 50
PATIENCE = 900.0
"""Seconds for a first Edition, and for the pages that follow it."""
GOALS = {"renamed": 0.25, "written in place": 0.6}
"""Seconds at the 95th percentile, by the kind of save."""


class Sample(NamedTuple):
    """The seconds of each save, by its kind, and the CPU seconds of all."""

    seconds: dict[str, list[float]]
    used: list[float]


class Candidate(NamedTuple):
    """A version that runs, over a newsroom of its own."""

    name: str
    room: Newsroom
    service: Service
    found: Sample


def cpu(service: Service) -> float:
    return sum(sum(process.cpu_times()[:2]) for process in service.family())


def rest(service: Service) -> None:
    """Wait until the service has hardly anything to do: no page waits to be printed any more."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        used = cpu(service)
        time.sleep(1)
        if 0 <= cpu(service) - used < 0.05:  # less than before is what processes had used that have ended
            return
    raise SystemExit("the service does not come to rest")


def edit(service: Service, path: Path, section: str, title: str, *, aside: bool) -> float:
    """Save the article under another `title`; after how many seconds the feed has it."""
    _, head, body = path.read_text(encoding="utf-8").split("---\n", 2)
    lines = [f"title: {title}", *(line for line in head.splitlines() if not line.startswith("title:"))]
    place = path.with_name(f".{path.name}") if aside else path
    place.write_text("\n".join(("---", *lines, "---", body)), encoding="utf-8")
    if aside:
        place.rename(path)
    begun = time.monotonic()
    while f"<title>{title}</title>" not in service.get(f"/{section}/rss.xml").text:
        if time.monotonic() > begun + PATIENCE:
            raise SystemExit(f"{title} was never published")
        time.sleep(0.005)
    return time.monotonic() - begun


def section_of(path: Path) -> str:
    [line] = [line for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("categories: ")]
    return line.partition("[")[2].strip("]").lower().replace(" / ", "/").replace(" ", "-")


def candidate(name: str, root: Path, folder: Path, articles: int, sections: int, stack: ExitStack) -> Candidate:
    """The version of the checkout `root`, once it serves a corpus in `folder` and rests."""
    room = Newsroom(folder)
    corpus.write(room.articles, articles, sections, "markdown")
    PATHS[:] = [str(root)]
    service = stack.enter_context(running(room, path=""))
    service.wait_until_served(patience=PATIENCE)
    rest(service)
    return Candidate(name, room, service, Sample({kind: [] for kind in GOALS}, []))


def measure(roots: dict[str, Path], articles: int, sections: int, edits: int) -> dict[str, Sample]:
    """The samples of each version, whose saves take turns."""
    source = random.Random(articles)
    with tempfile.TemporaryDirectory(prefix="feedsvc-bench-") as name, chdir(name), ExitStack() as stack:
        all_of_them = [
            candidate(each, root, Path(name) / str(number), articles, sections, stack)
            for number, (each, root) in enumerate(roots.items())
        ]
        for number in range(edits):
            for each in all_of_them:
                path = source.choice(sorted(each.room.articles.rglob("*.md"))[-NEWEST:])
                kind, before = list(GOALS)[number % 2], cpu(each.service)
                aside = kind == "renamed"
                seconds = edit(each.service, path, section_of(path), f"Edit {number}", aside=aside)
                each.found.seconds[kind].append(seconds)
                time.sleep(1)
                each.found.used.append(cpu(each.service) - before)
        return {each.name: each.found for each in all_of_them}


def p95(seconds: list[float]) -> float:
    return sorted(seconds)[max(0, int(0.95 * len(seconds)) - 1)]


def show(articles: int, found: dict[str, Sample], smallest: float) -> None:
    first = next(iter(found.values()))
    for name, (seconds, used) in found.items():
        for kind, goal in GOALS.items():
            middle, late = statistics.median(seconds[kind]), p95(seconds[kind])
            ratio = (
                f", p50 {middle / statistics.median(first.seconds[kind]):.2f} × that of this version"
                if name != HERE
                else ""
            )
            print(
                f"{articles:,} articles, {name}, {kind}: p50 {middle:.2f} s, p95 {late:.2f} s "
                f"({late / goal:.2f} × {goal} s){ratio}"
            )
        spent = statistics.median(used)
        print(f"{articles:,} articles, {name}: CPU {spent:.2f} s, {spent / smallest:.2f} × that of the smallest")


HERE = "this version"


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--articles", type=int, nargs="+", default=[1000, 100_000])
    parser.add_argument("--sections", type=int, default=40)
    parser.add_argument("--edits", type=int, default=50)
    parser.add_argument("--against", type=Path, help="another checkout of this program")
    given = parser.parse_args(arguments)
    roots = {HERE: ROOT} | ({str(given.against): given.against.absolute()} if given.against else {})
    smallest = 0.0
    for articles in sorted(given.articles):
        found = measure(roots, articles, given.sections, given.edits)
        smallest = smallest or statistics.median(found[HERE].used)
        show(articles, found, smallest)


if __name__ == "__main__":
    main()
