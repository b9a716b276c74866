"""Faults of a publishing node, by chance: kills, freezes, lines that are cut or silent, sessions that are ended.

A trace in the database, by triggers, tells under which epoch each Edition was written.
"""

import random
import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread

import psutil
from postgresql_server import Server
from service import Service, wait_for
from several_nodes import Nodes, Reader

from feedsvc.store.publications import PUBLICATION

_TRACE = f"""
CREATE SCHEMA trace;
CREATE TABLE trace.editions (number bigserial, edition bigint, epoch bigint);
CREATE TABLE trace.epochs (epoch bigint, at double precision);
CREATE FUNCTION trace.edition() RETURNS trigger SECURITY DEFINER LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO trace.editions (edition, epoch) SELECT CAST(convert_from(NEW.value, 'UTF8') AS bigint),
        (SELECT max(CAST(objid AS bigint)) FROM pg_locks WHERE pid = pg_backend_pid()
         AND locktype = 'advisory' AND classid = {PUBLICATION} AND objsubid = 2);
    RETURN NULL; END $$;
CREATE FUNCTION trace.epoch() RETURNS trigger SECURITY DEFINER LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO trace.epochs VALUES (NEW.epoch, extract(epoch FROM clock_timestamp())); RETURN NULL; END $$;
CREATE TRIGGER edition AFTER INSERT OR UPDATE ON notes FOR EACH ROW
    WHEN (NEW.name = 'edition') EXECUTE FUNCTION trace.edition();
CREATE TRIGGER epoch AFTER UPDATE ON leases FOR EACH ROW
    WHEN (NEW.epoch <> OLD.epoch) EXECUTE FUNCTION trace.epoch();
"""


class Trace:
    """The Editions of a database, and the epochs under which they were written, from now on."""

    def __init__(self, server: Server, url: str) -> None:
        self._server, self._database = server, url.rpartition("/")[2]
        self.sql(_TRACE)

    def sql(self, statement: str) -> list[tuple[object, ...]]:
        return self._server.sql(statement, self._database)

    def disorder(self) -> list[tuple[object, ...]]:
        """The Editions that are written under no epoch, an earlier one than the one before, or out of their turn."""
        before = "lag(epoch, 1, epoch) OVER w AS former, lag(edition, 1, edition - 1) OVER w AS last"
        found = f"SELECT edition, epoch, {before} FROM trace.editions WINDOW w AS (ORDER BY number)"
        return self.sql(f"SELECT * FROM ({found}) t WHERE epoch IS NULL OR epoch < former OR edition <> last + 1")

    def taken_over(self, since: float) -> float | None:
        """Seconds from the instant `since` until another holder had the lease; None if it stayed with its holder."""
        at = self.sql(f"SELECT min(at) FROM trace.epochs WHERE at > {since}")[0][0]
        return None if at is None else float(str(at)) - since

    def publishing(self, nodes: Nodes) -> Service:
        """The node whose process holds the lease, once one does."""
        return wait_for(lambda: self._holder(nodes), "a node that publishes")

    def _holder(self, nodes: Nodes) -> Service | None:
        held = self.sql("SELECT holder FROM leases WHERE expires_at > extract(epoch FROM clock_timestamp())")
        pid = int(str(held[0][0]).split(":")[1]) if held else 0
        return next((each for each in nodes.services if pid in {one.pid for one in each.family()}), None)


class Line:
    """The line from one node to the database at `port`. It can be cut, and it can be silent."""

    def __init__(self, port: int) -> None:
        self._target = ("127.0.0.1", port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._flows = Event()
        self._flows.set()
        self._ends: set[socket.socket] = set()
        self._accepting = Thread(target=self._accept, daemon=True)
        self._accepting.start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                Thread(target=self._lead, args=(near,), daemon=True).start()

    def _lead(self, near: socket.socket) -> None:
        with near, suppress(OSError), socket.create_connection(self._target) as far:
            self._ends |= {near, far}
            back = Thread(target=self._carry, args=(far, near), daemon=True)
            back.start()
            self._carry(near, far)
            back.join()
            self._ends -= {near, far}

    def _carry(self, one: socket.socket, other: socket.socket) -> None:
        with suppress(OSError):
            while data := one.recv(65_536):
                self._flows.wait()
                other.sendall(data)
        _shut(one, other)

    def cut(self) -> None:
        _shut(*self._ends.copy())

    @contextmanager
    def silent(self) -> Iterator[None]:
        """Nothing comes through, and nobody is told; what was sent then never comes."""
        self._flows.clear()
        try:
            yield
        finally:
            self.cut()
            self._flows.set()

    def end(self) -> None:
        _shut(self._listener)  # by which the thread that waits for others ends
        self._accepting.join()
        self._listener.close()
        self.cut()


def _shut(*ends: socket.socket) -> None:
    for each in ends:
        with suppress(OSError):
            each.shutdown(socket.SHUT_RDWR)


class Faults:
    """Faults of whichever of `nodes` publishes, each of which `reader` must not notice."""

    def __init__(self, nodes: Nodes, lines: dict[Service, Line], trace: Trace, reader: Reader, seed: int = 1) -> None:
        self._nodes, self._lines, self._trace, self._reader = nodes, lines, trace, reader
        self._chance = random.Random(seed)
        kinds = (self._cut, self._freeze, self._kill, self._end_sessions)
        self._kinds: tuple[Callable[[Service], None], ...] = (
            *kinds,
            *(self._be_silent, self._kill_node, self._freeze_node),
        )
        self._begun, self._edit = 0.0, 0
        self.take_overs: list[float] = []
        """Seconds from each fault until another process had the lease, where one had."""
        self.delays: list[float] = []
        """Seconds from each fault until an edit that was made right after it was on every node that was up."""

    def happen(self, number: int) -> str:
        """The kind of the fault of this number, when it is over and every node shows everything."""
        node = self._trace.publishing(self._nodes)
        kind = self._kinds[number % len(self._kinds)]
        time.sleep(self._chance.random())
        self._nodes.edit()
        time.sleep(self._chance.random() * 0.3)  # so that some of them find a publication under way
        self._begun = time.time()
        kind(node)
        if (seconds := self._trace.taken_over(self._begun)) is not None:
            self.take_overs.append(seconds)
        self._nodes.wait_for_edit(self._nodes.edit())
        return kind.__name__.strip("_")

    def _is_seen(self, *down: Service) -> None:
        number = self._nodes.edit()
        self._nodes.wait_for_edit(number, [each for each in self._nodes.services if each not in down])
        self.delays.append(time.time() - self._begun)

    def _last(self) -> None:
        """Waits until a fault that takes a random time is over."""
        time.sleep(max(0.0, self._begun + self._chance.uniform(1, 30) - time.time()))

    def _cut(self, node: Service) -> None:
        self._lines[node].cut()
        self._is_seen()

    def _end_sessions(self, _node: Service) -> None:
        here = "datname = current_database() AND pid <> pg_backend_pid()"
        self._trace.sql(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {here}")
        self._is_seen()

    def _be_silent(self, node: Service) -> None:
        with self._lines[node].silent():
            self._is_seen(node)
            self._last()

    def _kill(self, node: Service) -> None:
        node.publisher().kill()
        self._is_seen()

    def _kill_node(self, node: Service) -> None:
        with self._reader.without(node):
            for process in node.family():
                process.kill()
            self._is_seen(node)
            node.start()
            node.wait_until_served()

    def _freeze(self, node: Service) -> None:
        with frozen([node.publisher()]):
            self._is_seen()
            self._last()

    def _freeze_node(self, node: Service) -> None:
        with self._reader.without(node), frozen(node.family()):
            self._is_seen(node)
            self._last()


@contextmanager
def frozen(processes: list[psutil.Process]) -> Iterator[None]:
    _signal(processes, signal.SIGSTOP)
    try:
        yield
    finally:
        _signal(processes, signal.SIGCONT)


def _signal(processes: list[psutil.Process], number: signal.Signals) -> None:
    for each in processes:
        with suppress(psutil.NoSuchProcess):  # the supervisor has ended it meanwhile
            each.send_signal(number)
