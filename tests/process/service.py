"""A newsroom in a temporary folder, and the real service on a free port, ended by its own process ids."""

import http.client
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import psutil
from click.testing import CliRunner
from ports import free_port
from waiting import LONG as LONG
from waiting import wait_for as wait_for

from feedsvc.service.cli.main import main

ROOT = Path(__file__).parents[2]
PATHS: list[str] = []
"""Folders from which the service's processes take modules first."""


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


class Result(NamedTuple):
    returncode: int
    stdout: str
    stderr: str


class Newsroom:
    """Articles and config.toml in `folder`; nothing runs."""

    def __init__(self, folder: Path, *, tables: str = "", every: str = "1h", watch: bool = True) -> None:
        self.folder = folder
        self.port = free_port()
        self.articles = folder / "articles"
        self.articles.mkdir(parents=True, exist_ok=True)
        self.config = folder / "config.toml"
        self.configure(tables=tables, every=every, watch=watch)

    def configure(self, *, tables: str = "", every: str = "1h", watch: bool = True) -> None:
        head = f'[site]\ntitle = "Low Mere Gazette"\nurl = "http://127.0.0.1:{self.port}"\n'
        head += 'id_authority = "meregazette.example,2026"\n'
        schedule = f'[schedule]\nevery = "{every}"\nwatch = {str(watch).lower()}\n'
        self.config.write_text(f"{head}{schedule}[server]\nport = {self.port}\n{tables}", encoding="utf-8")

    def write(self, name: str, text: str = "", *, head: str = "") -> Path:
        """An article at `name`, titled after it; it appears under its name at once."""
        path = self.articles / name
        path.parent.mkdir(parents=True, exist_ok=True)
        aside = path.with_name(f".{path.name}.new")
        aside.write_text(text or markdown(path.stem, head=head), encoding="utf-8")
        aside.rename(path)
        return path

    def command(self, *arguments: str) -> list[str]:
        verb, *rest = arguments
        return [sys.executable, "-m", "feedsvc", verb, "--config", str(self.config), *rest]

    def run(self, *arguments: str, patience: float = LONG, files: int = -1) -> subprocess.CompletedProcess[str]:
        """The command, to its end; no file that it writes may grow beyond `files` bytes, as on a full disk."""
        command = self.command(*arguments)
        if files >= 0:
            command = ["prlimit", f"--fsize={files}", *command]
        return subprocess.run(command, capture_output=True, text=True, env=environment(), timeout=patience, check=False)

    def here(self, *arguments: str, told: str = "") -> Result:
        """The command, in this process: it costs much less than one of its own. What it logs is not in `stderr`."""
        verb, *rest = arguments
        result = CliRunner().invoke(main, [verb, "--config", str(self.config), *rest], input=told)
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Result(result.exit_code, result.stdout, result.stderr)


def markdown(title: str, *, head: str = "", body: str = "The ferry was late again.") -> str:
    return f"---\ntitle: {title}\ndate: 2026-01-05T10:00:00Z\n{head}---\n\n{body}\n"


def environment() -> dict[str, str]:
    """As ours, without what pytest's own strictness would do to servers of other makers."""
    paths = os.pathsep.join([*PATHS, str(ROOT)])
    return {name: value for name, value in os.environ.items() if name != "FEEDSVC_CONFIG"} | {"PYTHONPATH": paths}


class Service:
    """`feedsvc serve` over a newsroom, from `start` to `end`."""

    def __init__(self, newsroom: Newsroom, *arguments: str) -> None:
        self.newsroom = newsroom
        self.port = newsroom.port
        self._arguments = arguments
        self._process: subprocess.Popen[bytes] | None = None
        self._family: dict[int, psutil.Process] = {}
        self._log = newsroom.folder / "service.log"

    def start(self) -> None:
        if self._process is not None:
            self._process.wait(LONG)
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self.newsroom.command("serve", *self._arguments),
                stdout=log,
                stderr=log,
                env=environment(),
                process_group=0,
            )

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def log(self) -> str:
        return self._log.read_text(encoding="utf-8")

    def family(self) -> list[psutil.Process]:
        """The parent and all that came of it, so that none of them outlives the test."""
        try:
            parent = psutil.Process(self.pid)
            found = [parent, *parent.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []
        self._family |= {process.pid: process for process in found}
        return found

    def publisher(self) -> psutil.Process:
        return wait_for(lambda: self._child("feedsvc.service.publishing_process"), "a publishing process")

    def server(self) -> psutil.Process:
        return wait_for(lambda: self._child("feedsvc.service.serving_process"), "a serving process")

    def pusher(self) -> psutil.Process:
        return wait_for(lambda: self._child("feedsvc.service.push_process"), "a pushing process")

    def _child(self, module: str) -> psutil.Process | None:
        return next((process for process in self.family()[1:] if module in command_line(process)), None)

    def signal(self, number: int) -> None:
        self.family()
        os.kill(self.pid, number)

    def wait(self, patience: float = LONG) -> int:
        """The exit code."""
        assert self._process is not None
        return self._process.wait(patience)

    def end(self) -> int:
        """SIGTERM and, should that not do, SIGKILL for every process of the family; the exit code."""
        if self._process is None:
            return 0
        if self._process.poll() is None:
            self.signal(signal.SIGTERM)
        try:
            return self._process.wait(12)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait()
        finally:
            for process in self._family.values():
                if process.is_running():
                    process.kill()

    # --- as a reader sees it ------------------------------------------------------------------------------------------

    def get(self, path: str, patience: float = 5.0, **headers: str) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=patience)
        try:
            connection.request("GET", path, headers={key.replace("_", "-"): value for key, value in headers.items()})
            response = connection.getresponse()
            return Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())
        finally:
            connection.close()

    def serves(self, path: str = "/rss.xml") -> Answer | None:
        """The answer if it is 200, None if it is anything else, or none at all."""
        try:
            answer = self.get(path)
        except (OSError, http.client.HTTPException):
            return None
        return answer if answer.status == 200 else None

    def wait_until_served(self, path: str = "/rss.xml", patience: float = LONG) -> Answer:
        return wait_for(lambda: self.serves(path), f"{path} is served", patience)

    def titles(self, path: str = "/rss.xml") -> list[str]:
        """Of the items in an RSS feed, in their order."""
        answer = self.serves(path)
        items = re.findall(r"<item>.*?</item>", answer.text if answer else "", re.DOTALL)
        return [re.findall(r"<title>(.*?)</title>", item, re.DOTALL)[0] for item in items]

    def wait_for_title(self, title: str, path: str = "/rss.xml", patience: float = LONG) -> None:
        wait_for(lambda: title in self.titles(path), f"{title} in {path}", patience)


def command_line(process: psutil.Process) -> list[str]:
    try:
        line: list[str] = process.cmdline()
    except psutil.Error:
        return []
    return line


@contextmanager
def running(newsroom: Newsroom, *arguments: str, path: str = "/rss.xml") -> Iterator[Service]:
    """The service, once it serves `path`."""
    service = Service(newsroom, *arguments)
    service.start()
    try:
        if path:
            service.wait_until_served(path)
        yield service
    finally:
        service.end()
