"""`create_app()` under another server: the same bytes from every worker, and never a second publisher."""

import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
from service import LONG, Newsroom, Service, environment, running, wait_for


@contextmanager
def gunicorn(room: Newsroom, workers: int) -> Iterator[Service]:
    """Stands in for the service as far as readers go."""
    bind = f"127.0.0.1:{room.port}"
    command = [sys.executable, "-m", "gunicorn", "feedsvc:create_app()", "--bind", bind, "--workers", str(workers)]
    named = environment() | {"FEEDSVC_CONFIG": str(room.config)}
    with (room.folder / "gunicorn.log").open("ab") as log:
        process = subprocess.Popen(command, env=named, cwd=room.folder, stdout=log, stderr=log)
    try:
        yield Service(room)
    finally:
        children = psutil.Process(process.pid).children(recursive=True)
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(LONG)
        finally:
            for child in children:
                if child.is_running():
                    child.kill()


def publications(room: Newsroom) -> int:
    """How often anybody took the lease."""
    connection = sqlite3.connect(room.folder / ".feedsvc" / "store.sqlite3")
    try:
        return int(connection.execute("SELECT epoch FROM leases").fetchone()[0])
    finally:
        connection.close()


def test_four_workers_serve_the_same_bytes_and_publish_nothing_when_a_publisher_runs(tmp_path: Path) -> None:
    room = Newsroom(tmp_path)
    other = Newsroom(tmp_path)  # the same folder, another port
    for number in range(20):
        room.write(f"news/old{number}.md")
    with running(other) as service:
        service.wait_for_title("old19")
        with gunicorn(room, 4) as readers:
            readers.wait_until_served()
            time.sleep(1)
            answers = [readers.get("/news/rss.xml") for _ in range(60)]
            own = service.get("/news/rss.xml")
            assert {(each.status, each.headers["etag"], each.body) for each in answers} == {
                (200, own.headers["etag"], own.body)
            }
            room.write("news/new.md")
            wait_for(lambda: all("new" in readers.titles("/news/rss.xml") for _ in range(12)), "all workers follow")
            assert publications(room) == 1


def test_on_a_fresh_machine_the_first_edition_is_made_without_a_crowd(tmp_path: Path) -> None:
    room = Newsroom(tmp_path)
    room.write("news/old.md")
    with gunicorn(room, 4) as readers:
        readers.wait_for_title("old")
        wait_for(lambda: not publishers(room), "the publication ends")
        assert readers.get("/-/status", Accept="application/json").body.startswith(b'{"edition":1,')


def publishers(room: Newsroom) -> list[int]:
    """Those that were started for this newsroom."""
    found = (process.info for process in psutil.process_iter(["pid", "cmdline"]))
    return [each["pid"] for each in found if {"publish", str(room.config)} <= set(each["cmdline"] or ())]
