"""Publishes a newsroom with any installed feedsvc and looks at all that is published, through public means alone.

These are the command line, `create_app()` and the folder that `publish --to` writes. The clock is fixed for all of it.
"""

import json
import os
import subprocess
import tomllib
from collections.abc import Iterable, Iterator
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote, urlsplit

from ask_application import CODINGS, Answer, Questions

HERE = Path(__file__).parent
CLOCK = HERE / "fixed_clock"
_PATIENCE = 3600.0
"""Seconds after which a command is given up."""
_OURS = ("_errors/", "_mirrors/", "maps.conf", ".feedsvc")
"""Names in an exported folder that are no documents."""


MEMORY = (
    *("id", "key", "path", "title", "slug", "first_seen", "published", "available", "updated", "revision", "shown"),
    *("digest", "withdrawn", "adopted"),
)
"""Fields of an exported ledger. The fingerprint is not among them: each version may make it in its own way."""


class Service:
    """An installed feedsvc, whose interpreter is `python`, over the newsroom that `config` configures."""

    def __init__(self, python: Path, config: Path) -> None:
        self._python = python
        self.config = config
        self.site = config.parent / "site"
        """The folder for `publish --to`."""
        about = tomllib.loads(config.read_text(encoding="utf-8"))
        self.hosts = [urlsplit(url).netloc for url in (about["site"]["url"], *about["site"].get("mirrors", ()))]
        self._fixed_paths = ["/", "/nowhere", *(each["from"] for each in about.get("redirects", ()))]

    def run(self, now: datetime, *arguments: str) -> subprocess.CompletedProcess[str]:
        """A command at `now`, such as `run(now, "publish")`. Raises AssertionError where it was wrong use (exit 2)."""
        command = [str(self._python), "-P", "-m", "feedsvc", *arguments]
        done = self._call(now, command)
        assert done.returncode in (0, 1), f"{' '.join(command)} ended with {done.returncode}: {done.stderr[-2000:]}"
        assert "Traceback" not in done.stderr, done.stderr[-4000:]
        return done

    def publish(self, now: datetime, *options: str) -> None:
        """Publishes. Raises AssertionError if that did not come to its end: exit 1 may mean no more than a bad file."""
        done = self.run(now, "publish", *options)
        assert datetime.fromisoformat(self.status(now)["last"]) == now, done.stderr[-4000:]

    def status(self, now: datetime) -> dict[str, Any]:
        """The document that `status --json` prints."""
        found: dict[str, Any] = json.loads(self.run(now, "status", "--json").stdout)
        return found

    def ledger(self, now: datetime) -> list[dict[str, Any]]:
        """The MEMORY of every article, in the order of `ledger export`."""
        lines = map(json.loads, self.run(now, "ledger", "export").stdout.splitlines())
        return [{name: line[name] for name in MEMORY} for line in lines if "id" in line]

    def export(self, now: datetime) -> dict[str, str]:
        """Publishes, and writes `site`; the SHA-256 and modification time of every file in there, by name."""
        self.publish(now, "--to", str(self.site))
        return {
            name: f"{sha256(path.read_bytes()).hexdigest()} {int(path.stat().st_mtime)}"
            for path in sorted(self.site.rglob("*"))
            if path.is_file() and not (name := path.relative_to(self.site).as_posix()).startswith(".feedsvc")
        }

    def paths(self, now: datetime, more: Iterable[str] = ()) -> list[str]:
        """The percent-encoded paths of all documents at any address, of some that are not there, and `more`."""
        feeds = (quote(path) for path, _ in items_of_feeds(self.status(now)))
        return sorted({*self._fixed_paths, *feeds, *_documents(self.site), *more})

    def answers(self, now: datetime, paths: list[str], bodies: Path | None = None) -> list[Answer]:
        """The answers of the WSGI application for `paths` at each address, in each coding."""
        given = Questions(
            config=str(self.config),
            hosts=self.hosts,
            paths=paths,
            codings=list(CODINGS),
            bodies=str(bodies) if bodies else "",
        )
        program = str(HERE / "ask_application.py")
        done = self._call(now, [str(self._python), "-P", program], json.dumps(given))
        assert done.returncode == 0, done.stderr[-4000:]
        return [Answer(*json.loads(line)) for line in done.stdout.splitlines()]

    def _call(self, now: datetime, command: list[str], given: str = "") -> subprocess.CompletedProcess[str]:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("FEEDSVC")}
        environment |= {
            "PYTHONPATH": str(CLOCK),
            "FEEDSVC_FIXED_NOW": now.isoformat(),
            "FEEDSVC_CONFIG": str(self.config),
        }
        return subprocess.run(
            command, input=given, env=environment, capture_output=True, text=True, timeout=_PATIENCE, check=False
        )


def _documents(site: Path) -> Iterator[str]:
    """The paths of the documents that are files in the exported folder `site`, of all its addresses."""
    mirrors = sorted((site / "_mirrors").glob("*"))
    for root in (site, *mirrors):
        for path in root.rglob("*"):
            name = path.relative_to(root).as_posix()
            if path.is_file() and not name.startswith(_OURS) and not _is_coded(path):
                yield _path(name)


def _is_coded(path: Path) -> bool:
    """True for the compressed form of the file beside it."""
    return path.suffix in (".gz", ".br") and path.with_suffix("").exists()


def _path(name: str) -> str:
    if name.startswith("articles/"):
        return quote(f"/{name.removesuffix('/index.html')}")
    return quote(f"/{name}".removesuffix("index.html") if f"/{name}".endswith("/index.html") else f"/{name}")


def put_file(path: Path, data: bytes, modified: datetime) -> None:
    """Writes a file with the modification time `modified`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    os.utime(path, (modified.timestamp(), modified.timestamp()))


def modified(folder: Path) -> dict[str, int]:
    """The modification time, in seconds, of every file below `folder`."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): int(path.stat().st_mtime) for path in files}


class Item(NamedTuple):
    """An item of a JSON Feed, as readers know it."""

    id: str
    published: str
    modified: str


def items(body: bytes) -> list[Item]:
    """The items of a JSON Feed, in its order."""
    return [
        Item(each["id"], each.get("date_published", ""), each.get("date_modified", ""))
        for each in json.loads(body)["items"]
    ]


def items_of_feeds(status: dict[str, Any]) -> Iterator[tuple[str, int]]:
    """The path and the number of items of each feed of `status --json`; in earlier versions these were lists."""
    for each in status["feeds"]:
        yield (each["path"], each["items"]) if isinstance(each, dict) else tuple(each)
