"""What the tests of publication as files and of nginx stand on: a published newsroom, its folder, and real servers."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1] / "web"))
sys.path.insert(0, str(Path(__file__).parents[1]))  # for the benchmarks, which take ports from there too

import psutil
from edition import ADDRESSES, CONFIG, Newsroom, story

from feedsvc.service.settings import host_of
from feedsvc.store.sqlite.database import Store
from feedsvc.web import export
from feedsvc.web.topics import topic_links

DEPLOY = Path(__file__).parents[2] / "deploy"
HOSTS = tuple(map(host_of, ADDRESSES))
PLACES = (".", *(f"_mirrors/{host}" for host in HOSTS[1:]))
"""Where the documents of each host lie in the folder."""
NAMES = tuple(f"[{host}]" if ":" in host else host for host in HOSTS)
"""The hosts as a Host header has them."""
NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
BROTLI = Path("/usr/lib/nginx/modules/ngx_http_brotli_static_module.so")
ODD = """
[[feeds]]
path = "/odd/a'b\\"c$d{e};é.xml"
format = "atom"

[[sections]]
path = "log"
limit = 1
archive = true

[push]
hubs = ["http://127.0.0.1:9/"]
"""


def newsroom(folder: Path, more: str = ODD) -> Newsroom:
    """A newsroom of three addresses in which something is gone, and something moved, by now."""
    made = Newsroom(folder, CONFIG + more)
    made.write("sport/regatta.md", story("Regatta called off"))
    made.write("news/tide.md", story("Tide tables", slug="tides"))
    made.write("log/1.md", story("Log of the first day"))
    early = datetime.now(UTC) - timedelta(minutes=10)
    made.publish(early)
    made.write("log/2.md", story("Log of the second day"))
    (made.articles / "sport/regatta.md").unlink()
    made.write("news/tide.md", story("Tide tables again", slug="tide tables"))
    made.publish(early + timedelta(minutes=5))
    return made


def publish_to(made: Newsroom, folder: Path) -> export.Written:
    """The current Edition as files."""
    settings = made.settings
    redirects = {redirect.from_: redirect.to for redirect in settings.redirects}
    store = Store(made.database)
    try:
        site = settings.site
        hosts = tuple(map(host_of, (site.url, *site.mirrors)))
        links = topic_links((site.url, *site.mirrors), settings.push.hubs)
        return export.write(
            store,
            settings.articles_folder,
            hosts,
            folder,
            redirects,
            site.title,
            site.language,
            links[0] if links else None,
        )
    finally:
        store.close()


# --- servers ----------------------------------------------------------------------------------------------------------


@contextmanager
def running(command: list[str], port: int, log: Path, **environment: str) -> Iterator["subprocess.Popen[bytes]"]:
    """A server of ours, from when it listens until it has ended."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, env=os.environ | environment
        )
    try:
        _wait_for(port, process, log)
        yield process
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            for child in psutil.Process(process.pid).children(recursive=True):  # none is left without it
                child.kill()
            process.kill()
            process.wait()


def _wait_for(port: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + 20
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"{process.args!r} does not listen:\n{log.read_text('utf-8')}") from None
            time.sleep(0.05)
        else:
            return


@contextmanager
def serving(made: Newsroom, port: int) -> Iterator["subprocess.Popen[bytes]"]:
    """`feedsvc serve`."""
    command = [sys.executable, "-m", "feedsvc", "serve", "--config", str(made.config), "--port", str(port)]
    with running(command, port, made.config.with_name("serve.log")) as process:
        wait_until(lambda: ask(port, "/-/health").code == 200)
        yield process


@contextmanager
def nginx(name: str, folder: Path, port: int, changes: dict[str, str]) -> Iterator["subprocess.Popen[bytes]"]:
    """A real nginx with `deploy/NAME`, as an ordinary process whose files lie in `folder`.

    `changes` are made to the shipped file: what an operator would change, and each of them has to be there.
    """
    assert NGINX is not None
    folder.mkdir()
    conf = folder / "nginx.conf"
    conf.write_text(shipped(name, folder, port, changes), "utf-8")
    command = [NGINX, "-p", str(folder), "-e", str(folder / "error.log"), "-c", str(conf), "-g", "daemon off;"]
    with running(command, port, folder / "output.log") as process:
        yield process


def shipped(name: str, folder: Path, port: int, changes: dict[str, str]) -> str:
    """`deploy/NAME` for a user without rights: its own port, process file, logs, and folders for what it buffers."""
    text = (DEPLOY / name).read_text("utf-8")
    temporary = "".join(
        f"    {kind}_temp_path {folder}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    load = f"load_module {BROTLI};" if BROTLI.exists() else ""
    own = {
        "user www-data;": "user root;" if os.geteuid() == 0 else "",  # who owns the folder of the test
        "pid /run/nginx.pid;": f"pid {folder}/nginx.pid;",
        "error_log /var/log/nginx/error.log warn;": f"error_log {folder}/error.log warn;",
        "listen 80 default_server": f"listen 127.0.0.1:{port} default_server",
        "http {\n": f"http {{\n{temporary}",
    }
    for old, new in (own | changes).items():
        assert old in text, f"{old!r} is not in deploy/{name}"
        text = text.replace(old, new)
    if load:
        text = text.replace("# brotli_static on;", "brotli_static on;")
    return re.sub(r"^include /etc/nginx/modules-enabled/.*$", load, text, flags=re.MULTILINE)


# --- clients ----------------------------------------------------------------------------------------------------------


class Answer(NamedTuple):
    code: int
    headers: dict[str, str]
    """By name in lower case."""
    body: bytes


class Client:
    """Asks one server, on one connection, and sends no header by itself."""

    def __init__(self, port: int) -> None:
        self._connection = HTTPConnection("127.0.0.1", port, timeout=10)

    def ask(self, path: str, method: str = "GET", **headers: str) -> Answer:
        """`headers` with `_` for `-`."""
        try:
            return self._ask(path, method, **headers)
        except ConnectionError:  # idle for too long
            self.close()
            return self._ask(path, method, **headers)

    def _ask(self, path: str, method: str, **headers: str) -> Answer:
        self._connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        for name, value in ({"Host": NAMES[0]} | headers).items():
            self._connection.putheader(name.replace("_", "-"), value)
        if method == "POST":
            self._connection.putheader("Content-Length", "0")
        self._connection.endheaders()
        response = self._connection.getresponse()
        body = response.read()
        pairs = [(name.lower(), value) for name, value in response.getheaders()]
        assert len(dict(pairs)) == len(pairs), f"a header twice: {pairs}"
        return Answer(response.status, dict(pairs), body)

    def close(self) -> None:
        self._connection.close()


def ask(port: int, path: str, method: str = "GET", **headers: str) -> Answer:
    client = Client(port)
    try:
        return client.ask(path, method, **headers)
    finally:
        client.close()


def send(port: int, request: bytes) -> bytes:
    """Raw bytes there, and all that comes back."""
    with socket.create_connection(("127.0.0.1", port), 10) as connection:
        connection.sendall(request)
        found = b""
        try:
            while chunk := connection.recv(2**16):
                found += chunk
        except OSError:
            pass  # reset: the server wanted no more
    return found


def wait_until(condition: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not _holds(condition):
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


def _holds(condition: Callable[[], bool]) -> bool:
    try:
        return condition()
    except OSError:
        return False
