"""Tries what several nodes on PostgreSQL promise: real nodes, a real server, and somebody who polls all the time.

    .venv/bin/python tests/bench/nodes.py edits --times 30     # one edit on four nodes; its cost
    .venv/bin/python tests/bench/nodes.py failover --times 20  # the primary is killed and the standby promoted
    .venv/bin/python tests/bench/nodes.py failover --times 20 --synchronous
    .venv/bin/python tests/bench/nodes.py outage --minutes 10  # the server is away; a node is restarted

Each says on its last lines what it measured, and ends with an error if a reader saw what none should see.
"""

import argparse
import re
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from threading import Thread

import psutil
import psycopg

sys.path.append(str(Path(__file__).parents[1]))
sys.path.append(str(Path(__file__).parents[1] / "process"))

from postgresql_server import Server, version_folder
from service import Service, wait_for
from several_nodes import FILES, Nodes, Reader, etags, newest

from feedsvc.store.lease import TERM
from feedsvc.store.lineage import GAP

IDLE = 10.0
"""Seconds for which the database is watched without an edit."""
PATHS = ("/rss.xml", "/atom.xml", "/feed.json", "/")


@contextmanager
def beginning(
    *names: str, url: Callable[[str], str] = str, settings: dict[str, str] | None = None
) -> Iterator[tuple[Server, Nodes]]:
    """A server, and nodes that serve a few articles; the first two of them may publish."""
    server = Server(version_folder("oldest")).initialize().start(**(settings or {}))
    with TemporaryDirectory() as folder:
        nodes = Nodes(Path(folder), url(server.new_database()))
        try:
            for number, name in enumerate(names):
                nodes.start(name, publish=number < 2)
            for _ in range(3):
                nodes.edit()
            nodes.wait_for_edit(3)
            yield server, nodes
        finally:
            nodes.end()
            server.end()


def say(*lines: str) -> None:
    print(*lines, sep="\n", flush=True)


def spread(found: list[float]) -> str:
    ordered = sorted(found)
    return f"median {median(ordered):.2f}, p95 {ordered[int(len(ordered) * 0.95)]:.2f}, longest {ordered[-1]:.2f}"


# --- edits ------------------------------------------------------------------------------------------------------------


class Seen(Thread):
    """Notes when a node first shows an edit."""

    def __init__(self, node: Service, number: int) -> None:
        super().__init__()
        self._node, self._number = node, number
        self.at = 0.0
        self.start()

    def run(self) -> None:
        wait_for(lambda: newest(self._node) >= self._number, f"edit {self._number}")
        self.at = time.time()


class Work:
    """The work that a server has done: seconds of its statements, and of the processor."""

    def __init__(self, server: Server) -> None:
        self._server = server
        took = "SELECT sum(total_exec_time + total_plan_time) FROM pg_stat_statements"
        self.statements = float(str(server.sql(took)[0][0])) / 1000
        self.processor, self.at = self._processor(), time.monotonic()

    def _processor(self) -> float:
        """Of all its processes, also those that ended."""
        main = psutil.Process(int((self._server.data / "postmaster.pid").read_text().split()[0]))
        ended = main.cpu_times()
        times = [process.cpu_times() for process in main.children()]
        return sum(each.user + each.system for each in (ended, *times)) + ended.children_user + ended.children_system


def edits(given: argparse.Namespace) -> None:
    more = {"track_commit_timestamp": "on", "shared_preload_libraries": "pg_stat_statements"}
    more["pg_stat_statements.track_planning"] = "on"
    with beginning("one", "two", "three", "four", settings=more) as (server, nodes):
        server.sql("CREATE EXTENSION pg_stat_statements")
        database = nodes.url.rpartition("/")[2]
        committed = "SELECT extract(epoch FROM pg_xact_commit_timestamp(xmin)) FROM notes WHERE name = 'edition'"
        first = Work(server)
        time.sleep(IDLE)
        idle = Work(server)
        last: list[float] = []
        every: list[float] = []
        ours = psycopg.connect(server.url(database, user="admin"), autocommit=True)
        ours.execute(committed)
        begun = Work(server)
        for _ in range(given.times):
            number = nodes.edit()
            nodes.wait_for_edit(number, nodes.services[:1])
            seen = [Seen(node, number) for node in nodes.services]
            commit = float(ours.execute(committed).fetchall()[0][0])
            for each in seen:
                each.join()
            every += [each.at - commit for each in seen]
            last.append(max(each.at for each in seen) - commit)
            time.sleep(0.5)
        ended = Work(server)
        ours.close()
    say(f"seconds from the commit to each of 4 nodes: {spread(every)}", f"to the last of them: {spread(last)}")
    for name in ("statements", "processor"):
        rate = (getattr(idle, name) - getattr(first, name)) / (idle.at - first.at)
        cost = getattr(ended, name) - getattr(begun, name) - rate * (ended.at - begun.at)
        say(f"the database, {name}: {1000 * cost / given.times:.1f} ms an edit, {1000 * rate:.1f} ms a second idle")


# --- failover ---------------------------------------------------------------------------------------------------------


def changed_ids(nodes: Nodes, known: dict[int, str]) -> list[str]:
    """The faults of the ids that the nodes show, against those that are `known`; new ones are added to these."""
    found = []
    for node in nodes.services:
        for item in re.findall(r"<item>.*?</item>", node.wait_until_served().text, re.DOTALL):
            title, guid = re.findall(r"<(?:title|guid[^>]*)>(.*?)<", item)
            file = int(title.rpartition("-")[2]) % FILES
            if known.setdefault(file, guid) != guid:
                found.append(f"{title} has the id {guid} in place of {known[file]}")
    return found


def edition(server: Server, database: str) -> int:
    return int(str(server.sql("SELECT convert_from(value, 'UTF8') FROM notes WHERE name = 'edition'", database)[0][0]))


def follow(standby: Server, primary: Server) -> None:
    """Makes `standby` anew from `primary`, in its own folder and on its own port, and waits until it follows."""
    shutil.rmtree(standby.data, ignore_errors=True)
    source = f"host=127.0.0.1 port={primary.port} user=admin"
    standby.run("pg_basebackup", "-D", str(standby.data), "-d", source, "-R", "-X", "stream", "-c", "fast", "--no-sync")
    standby.start()
    wait_for(lambda: primary.sql("SELECT 1 FROM pg_stat_replication WHERE state = 'streaming'"), "the standby follows")


def failover(given: argparse.Namespace) -> None:
    spare = Server(version_folder("oldest"))

    def both(url: str) -> str:
        return re.sub(r"(127\.0\.0\.1:\d+)", rf"\1,127.0.0.1:{spare.port}", url)

    problems: list[str] = []
    back: list[float] = []
    lost = 0
    with beginning("one", "two", "three", url=both) as (server, nodes):
        database, primary, standby = nodes.url.rpartition("/")[2], server, spare
        try:
            known: dict[int, str] = {}
            with Reader(*nodes.services) as reader:
                for number in range(given.times):
                    follow(standby, primary)
                    if given.synchronous:
                        primary.sql("ALTER SYSTEM SET synchronous_standby_names = '*'")
                        primary.sql("SELECT pg_reload_conf()")
                    nodes.wait_for_edit(nodes.edit())
                    lags = number % 2 == 1 and not given.synchronous
                    if lags:  # what follows is lost
                        standby.stop("fast")
                        nodes.wait_for_edit(nodes.edit())
                    nodes.edit()
                    time.sleep(0.1 * (number % 7))
                    problems += changed_ids(nodes, known)
                    had = edition(primary, database)
                    primary.kill()
                    begun = time.monotonic()
                    if lags:
                        standby.start()
                    standby.promote()
                    lost += (missing := max(0, had - edition(standby, database)))
                    if missing and given.synchronous:
                        problems.append(f"{missing} Editions were lost")
                    nodes.wait_for_edit(nodes.edit())
                    back.append(time.monotonic() - begun)
                    if edition(standby, database) < had + (0 if given.synchronous else GAP - 10):
                        problems.append(f"edition {edition(standby, database)} after {had}")
                    problems += refused(primary, standby, nodes, database)
                    problems += changed_ids(nodes, known)
                    problems += [f"not everywhere: {title}" for title in nodes.missing()]
                    problems += reader.errors
                    reader.errors.clear()
                    say(f"{number}: an edit was on 3 nodes {back[-1]:.1f} s after the kill; {missing} lost; {problems}")
                    primary, standby = standby, primary
                    if given.synchronous:
                        primary.sql("ALTER SYSTEM RESET synchronous_standby_names")
                        primary.sql("SELECT pg_reload_conf()")
        finally:
            spare.end()
    say(f"seconds from the kill to an edit on all nodes: {spread(back)}", f"{lost} Editions were lost and came back")
    say(f"{reader.polls} polls; one node was behind another for {reader.lag:.2f} s at most")
    if problems:
        sys.exit("\n".join(problems))


def refused(old: Server, new: Server, nodes: Nodes, database: str) -> list[str]:
    """The faults after the old primary came back as if nothing had happened, and edits were made."""
    old.start()
    had = edition(old, database)
    took = 0.0
    for _ in range(4):  # by the last one all who wait for the lease have opened another connection
        begun = time.monotonic()
        nodes.wait_for_edit(nodes.edit())
        took = max(took, time.monotonic() - begun)
        time.sleep(TERM / 3)
    found = [f"the old primary has edition {now} after {had}"] if (now := edition(old, database)) != had else []
    found += [f"beside the old primary an edit took {took:.1f} s"] if took > 5 else []
    old.kill()
    nodes.wait_for_edit(nodes.edit())
    return found + ([] if edition(new, database) > had else ["nothing was published on the new primary"])


# --- outage -----------------------------------------------------------------------------------------------------------


def outage(given: argparse.Namespace) -> None:
    with beginning("one", "two", "three") as (server, nodes):
        restarted = nodes.services[1]
        before = [etags(node) for node in nodes.services]
        with Reader(*nodes.services, pause=len(nodes.services) / given.rate) as reader:
            begun = time.monotonic()
            server.stop("fast")
            nodes.edit()
            time.sleep(given.minutes * 30)
            with reader.without(restarted):
                restarted.end()
                restarted.start()
                restarted.wait_until_served()
            time.sleep(max(0.0, begun + given.minutes * 60 - time.monotonic()))
            same = [etags(node) for node in nodes.services] == before
            polls, seconds = reader.polls, time.monotonic() - begun
            server.start()
            back = time.monotonic()
            nodes.wait_for_edit(nodes.edits)
            agreed = time.monotonic() - back
        alike = len({str(etags(node)) for node in nodes.services}) == 1
    say(f"{polls / seconds:.0f} polls a second, {len(reader.errors)} errors, the same bytes: {same}")
    say(f"{agreed:.1f} s after the server was back, what was edited meanwhile was on all nodes, alike: {alike}")
    if reader.errors or not (same and alike):
        sys.exit("\n".join(reader.errors[:20]) or "the bytes are others")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    kinds = parser.add_subparsers(required=True)
    for work in (edits, failover, outage):
        kind = kinds.add_parser(work.__name__)
        kind.set_defaults(work=work)
        kind.add_argument("--times", type=int, default=30)
        kind.add_argument("--synchronous", action="store_true")
        kind.add_argument("--minutes", type=float, default=10)
        kind.add_argument("--rate", type=float, default=200)
    given = parser.parse_args()
    given.work(given)


if __name__ == "__main__":
    main()
