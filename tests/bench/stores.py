"""Compares publications on SQLite and on PostgreSQL: the first of a newsroom, an edit, and an edit of every article.

Prints seconds of this process's processor and of the clock, medians of the rounds, and the ratio to SQLite. The server
is a real one without fsync, so that disks do not count. At the end all stores have to hold the same documents, byte by
byte; otherwise the exit status is 1.

    .venv/bin/python tests/bench/stores.py --articles 400 --rounds 5
"""

import argparse
import sys
import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

sys.path.append(str(Path(__file__).parents[1]))

from newsroom import Newsroom, story
from postgresql_server import VERSIONS, Servers
from shared_newsroom import SharedNewsroom

Times = tuple[float, float]


def timed(work: Callable[[], object]) -> Times:
    used, begun = time.process_time(), time.perf_counter()
    work()
    return time.process_time() - used, time.perf_counter() - begun


def fill(room: Newsroom, articles: int, text: str) -> None:
    for number in range(articles):
        section = f"News / Section {number % 20}"
        room.write(f"{number % 20}/{number}.md", story(f"Story {number}", text, section=section))


def whole_edition(room: Newsroom) -> dict[tuple[int, str], bytes]:
    """The hash of every document, once all pages that wait are published."""
    while (report := room.publish()).backlog_remaining or report.pending_pages:
        while room.go_on().pending_pages:
            pass
    return {place: sha256(body).digest() for place, body in room.edition().items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--articles", type=int, default=400)
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    servers = Servers()
    with TemporaryDirectory() as folder:
        rooms: dict[str, Newsroom] = {"SQLite": Newsroom(Path(folder) / "sqlite")}
        for version in VERSIONS:
            rooms[f"PostgreSQL, {version}"] = SharedNewsroom(Path(folder) / version, servers.prepared_database(version))
        found: dict[str, dict[str, list[Times]]] = {}
        for name, room in rooms.items():
            fill(room, given.articles, "As it was.")
            found.setdefault("first publication", {}).setdefault(name, []).append(timed(room.publish))
        for number in range(given.rounds):
            for name, room in rooms.items():
                room.write("0/0.md", story("Story 0", f"Edit {number}.", section="News / Section 0"))
                found.setdefault("one edit", {}).setdefault(name, []).append(timed(room.publish))
        for name, room in rooms.items():
            fill(room, given.articles, "As it is now.")
            found.setdefault("every article", {}).setdefault(name, []).append(timed(room.publish))
        for what, times in found.items():
            yardstick = median(wall for _, wall in times["SQLite"])
            for name, each in times.items():
                used, wall = median(cpu for cpu, _ in each), median(wall for _, wall in each)
                print(f"{what:<18} {name:<20} {used:7.3f} s of processor {wall:7.3f} s  {wall / yardstick:5.2f} x")
        editions = [whole_edition(room) for room in rooms.values()]
        for room in rooms.values():
            room.close()
    servers.end()
    if any(each != editions[0] for each in editions):
        sys.exit("the stores do not hold the same documents")
    print(f"{len(editions[0]):,} documents are the same on all stores")


if __name__ == "__main__":
    main()
