"""From the save of an article to the served feed, with `watch`, in a small and in a large archive.

Run it with `.venv/bin/python tests/bench/watch.py --articles 1000 100000`. One of the newest 50 articles is saved again
and again, each time when the service has come to rest, once in place and once aside and renamed. It prints the time
until the feed of its section has it (asked every 5 ms), the CPU time that all processes of the service spend on it, and
how the two grow with the archive. The yardstick is 1 s at the 95th percentile, and 1.5 times the CPU.
"""

import argparse
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path

import corpus

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[1] / "process"))

from service import Newsroom, Service, running

EDITS = 50
NEWEST = 50
PATIENCE = 900.0
"""Seconds for a first Edition, and for the pages that follow it."""


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


def measure(articles: int, sections: int) -> tuple[list[float], float]:
    """The seconds until each edit was served, in order, and the CPU seconds of one."""
    source = random.Random(articles)
    with tempfile.TemporaryDirectory(prefix="feedsvc-bench-") as name:
        room = Newsroom(Path(name))
        corpus.write(room.articles, articles, sections, "markdown")
        newest = sorted(room.articles.rglob("*.md"))[-NEWEST:]
        with running(room, path="") as service:
            service.wait_until_served(patience=PATIENCE)
            rest(service)
            seconds, used = [], []
            for number in range(EDITS):
                path = source.choice(newest)
                before = cpu(service)
                seconds.append(edit(service, path, section_of(path), f"Edit {number}", aside=number % 2 == 1))
                time.sleep(1)
                used.append(cpu(service) - before)
        return sorted(seconds), statistics.median(used)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--articles", type=int, nargs="+", default=[1000, 100_000])
    parser.add_argument("--sections", type=int, default=40)
    given = parser.parse_args()
    spent = []
    for articles in sorted(given.articles):
        seconds, used = measure(articles, given.sections)
        p95 = seconds[int(0.95 * len(seconds)) - 1]
        spent.append(used)
        print(
            f"{articles:,} articles: p50 {statistics.median(seconds):.2f} s, p95 {p95:.2f} s (1 s: {p95:.2f} ×), "
            f"at most {seconds[-1]:.2f} s; CPU {used:.2f} s, {used / spent[0]:.2f} × that of the smallest"
        )


if __name__ == "__main__":
    main()
