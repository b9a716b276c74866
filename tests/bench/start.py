"""From `feedsvc serve` to the first 200 where something was published before, and the memory of the whole service.

Run it with `.venv/bin/python tests/bench/start.py`. The newsroom is the sample. It prints medians of the seconds until
a feed is served, of the CPU time of all processes until all is loaded, and of their memory then (RSS, in MB). The
yardsticks are a Python that only imports Flask and SQLAlchemy, in turns with it, and the goals of 0.5 s and 140 MB.
With `--against CHECKOUT` the version there does the same, and the ratios of this one to it are printed.
"""

import argparse
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import chdir
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[1] / "process"))

from service import PATHS, ROOT, Newsroom, Service, environment

HERE = "this version"
GOAL_SECONDS, GOAL_MB = 0.5, 140
LOADED = ("/", "/-/health")
"""Asked before memory is measured: they need all that a serving process ever loads for readers."""


class Start(NamedTuple):
    seconds: float
    """Until the first 200."""
    cpu: float
    """Seconds of all processes until the service rests."""
    memory: float
    """MB of RSS of all processes."""
    processes: int


def newsroom(folder: Path, root: Path, articles: Path) -> Newsroom:
    """A newsroom in `folder` of these articles, published by the version of `root`."""
    made = Newsroom(folder)
    shutil.copytree(articles, made.articles, dirs_exist_ok=True)
    PATHS[:] = [str(root)]
    subprocess.run(made.command("publish"), check=True, capture_output=True, env=environment())
    return made


def start(made: Newsroom, root: Path) -> Start:
    PATHS[:] = [str(root)]
    service, begun = Service(made), time.monotonic()
    service.start()
    try:
        while service.serves() is None:
            time.sleep(0.002)
        seconds = time.monotonic() - begun
        for path in LOADED:
            service.wait_until_served(path)
        rest(service)
        family = service.family()
        memory = sum(process.memory_info().rss for process in family) / 2**20
        return Start(seconds, cpu(service), memory, len(family))
    finally:
        service.end()


def cpu(service: Service) -> float:
    return sum(sum(process.cpu_times()[:2]) for process in service.family())


def rest(service: Service) -> None:
    before = -1.0
    while cpu(service) - before > 0.05:
        before = cpu(service)
        time.sleep(0.5)


def yardstick() -> float:
    begun = time.monotonic()
    subprocess.run([sys.executable, "-c", "import flask, sqlalchemy"], check=True)
    return time.monotonic() - begun


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--articles", type=Path, default=ROOT / "articles")
    parser.add_argument("--against", type=Path, help="another checkout of this program")
    given = parser.parse_args(arguments)
    roots = {HERE: ROOT} | ({str(given.against): given.against.absolute()} if given.against else {})
    found: dict[str, list[Start]] = {name: [] for name in roots}
    imports = []
    with tempfile.TemporaryDirectory(prefix="feedsvc-bench-") as folder, chdir(folder):
        rooms = {
            name: newsroom(Path(folder) / str(n), root, given.articles) for n, (name, root) in enumerate(roots.items())
        }
        for _ in range(given.rounds):
            imports.append(yardstick())
            for name, root in roots.items():
                found[name].append(start(rooms[name], root))
    show(
        statistics.median(imports),
        {name: Start(*map(statistics.median, zip(*each, strict=True))) for name, each in found.items()},
    )


def show(imports: float, medians: dict[str, Start]) -> None:
    print(f"a Python that imports Flask and SQLAlchemy: {imports:.2f} s")
    here = medians[HERE]
    for name, each in medians.items():
        print(
            f"{name}: first 200 after {each.seconds:.2f} s ({each.seconds / imports:.2f} × the yardstick, "
            f"{each.seconds / GOAL_SECONDS:.2f} × {GOAL_SECONDS} s); CPU {each.cpu:.2f} s; "
            f"{each.memory:.0f} MB in {each.processes:.0f} processes ({each.memory / GOAL_MB:.2f} × {GOAL_MB} MB)"
        )
        if name != HERE:
            print(
                f"this version to it: first 200 {here.seconds / each.seconds:.2f} ×, "
                f"CPU {here.cpu / each.cpu:.2f} ×, memory {here.memory / each.memory:.2f} ×"
            )


if __name__ == "__main__":
    main()
