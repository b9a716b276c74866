"""A small newsroom on disk with a real published Edition: what the tests of the web stand on."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path
from typing import Any, NamedTuple
from wsgiref.util import setup_testing_defaults

from flask import Flask

from feedsvc.config import Config, load
from feedsvc.model.report import Report
from feedsvc.service import site_wiring
from feedsvc.service.regeneration import Regeneration, RegenerationOptions
from feedsvc.service.settings import hubs_of
from feedsvc.service.wiring import make_regeneration
from feedsvc.store import documents
from feedsvc.store.lease import Lease, acquire, new_holder, release
from feedsvc.store.sqlite.database import Store, prepare_store, store_path
from feedsvc.web.site import make_flask
from feedsvc.web.tokens import hash_of
from feedsvc.web.topics import topic_links
from feedsvc.web.view import View, wsgi_path

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
CANONICAL = "https://news.example"
MIRRORS = ("https://mirror.example.net", "http://[2001:db8::7]:8080")
ADDRESSES = (CANONICAL, *MIRRORS)
CONFIG = f"""\
[site]
title = "The Lantern"
url = "{CANONICAL}"
mirrors = ["{MIRRORS[0]}", "{MIRRORS[1]}"]
id_authority = "news.example,2026"

[[sections]]
path = "news/eu"
every = "1m"

[[redirects]]
from = "/feed/"
to = "/rss.xml"

[[redirects]]
from = "/вести/"
to = "/новости/rss.xml"

[[redirects]]
from = "/old%20feed"
to = "https://elsewhere.example/feed?of=old"
"""
SMALL = """\
[site]
title = "The Lantern"
url = "https://news.example"

[defaults]
formats = ["rss"]
"""
"""One address and one format: for tests that publish often."""
OPERATORS_TOKEN = "uU3m0Zk-2bqFvX8sJ1yT9wLrE5oHcD7gNaPiKx4V6tQ"
CONSOLE = f'[console]\ntrust = ["sha256:{hash_of(OPERATORS_TOKEN)}"]\n'
OPERATOR = {"HTTP_AUTHORIZATION": f"Bearer {OPERATORS_TOKEN}"}
"""What the environ has of a request by an operator, where the config says CONSOLE."""
SECRET = "the minister resigns at dawn"
"""Stands in every article that must not be seen: drafts, embargoed ones, and the files themselves."""
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
FILM = bytes(range(256)) * 40


def story(title: str, body: str = "", **front: str) -> str:
    head = "".join(
        f"{key}: {value}\n" for key, value in {"title": title, "date": "2026-11-15T07:52:00Z", **front}.items()
    )
    return f"---\n{head}---\n\n{body or title + ' and what came of it. ' * 40}\n"


class Newsroom:
    """Articles and config in `folder`. Nothing is published before `publish` is called."""

    def __init__(self, folder: Path, config: str = CONFIG) -> None:
        self.articles = folder / "articles"
        self.config = folder / "config.toml"
        self.config.parent.mkdir(parents=True, exist_ok=True)
        self.config.write_text(config, "utf-8")
        self.write("news/eu/fish.md", story("Fish quotas agreed", section="News / EU", slug="fish"))
        self.write("новости/мост.md", story("Новый мост открыт", slug="мост"))
        self.write("news/photo.md", story("A picture", image="harbour.svg", media="\n- {url: tide bell.mp4}"))
        self.write("news/harbour.svg", SVG)
        self.write("news/tide bell.mp4", FILM)
        self.write("news/secret-draft.md", story(f"Draft, {SECRET}", SECRET, status="draft"))
        self.write("news/secret-notes.md", story(f"Later, {SECRET}", SECRET, embargo="2030-01-01T00:00:00Z"))

    def write(self, name: str, content: str | bytes) -> Path:
        path = self.articles / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    @property
    def settings(self) -> Config:
        return load(self.config)

    @property
    def database(self) -> Path:
        return store_path(self.settings.state.path)

    def publish(self, at: datetime = NOON) -> Report:
        """One regeneration at the instant `at`, by the real Publisher."""
        with self.press(at) as publish:
            return publish(at)

    def go_on(self, at: datetime = NOON) -> Report:
        """Some of the pages that wait."""
        with self._regeneration(at) as (regeneration, lease):
            return regeneration.publish_pending(lease, lambda: at)

    @contextmanager
    def press(self, at: datetime = NOON) -> Iterator[Callable[[datetime], Report]]:
        """The real Publisher, kept for several regenerations."""
        options = RegenerationOptions(wait_for_writers=False, accept_removals=True)
        with self._regeneration(at) as (regeneration, lease):
            yield lambda at: regeneration.run(lease, lambda: at, options)

    @contextmanager
    def _regeneration(self, at: datetime) -> Iterator[tuple[Regeneration, Lease]]:
        settings = self.settings
        store, _ = prepare_store(settings.state.path)
        regeneration = make_regeneration(settings, store)
        try:
            with store.write() as connection:
                lease = acquire(connection, new_holder(), at)
            yield regeneration, lease
            with store.write() as connection:
                release(connection, lease)
        finally:
            store.close()


class Served:
    """The serving side of a Newsroom as one process has it; it follows when it is told to, and time stands still."""

    def __init__(self, newsroom: Newsroom, now: datetime = NOON, cache: int = 2**24) -> None:
        settings = newsroom.settings
        self.store = Store(newsroom.database)
        addresses = (settings.site.url, *settings.site.mirrors)
        self.view = View(self.store, len(addresses), cache, topic_links(addresses, hubs_of(settings)))
        self.now = now
        site = site_wiring.site(settings)._replace(clock=lambda: self.now, hub=site_wiring.hub(settings, self.store))
        self.app: Flask = make_flask(self.view, self.store, site, addresses)
        self.client = self.app.test_client()

    def paths(self) -> list[str]:
        """Every live path of the canonical address, held ready or on the shelf, as WSGI has it."""
        with self.store.read() as connection:
            rows = list(documents.everything(connection))
        live = {row.path for row in rows if row.address == 0 and row.status == documents.LIVE}
        return sorted(map(wsgi_path, live))


@contextmanager
def served(newsroom: Newsroom) -> Iterator[Served]:
    """`newsroom` with its current Edition, served."""
    side = Served(newsroom)
    side.view.follow()
    try:
        yield side
    finally:
        side.store.close()


class Answer(NamedTuple):
    code: int
    headers: dict[str, str]
    """By name in lower case."""
    body: bytes

    @property
    def hash(self) -> str:
        """What the ETag of these bytes has to be."""
        return f'"{blake2b(self.body, digest_size=12).hexdigest()}"'


Wsgi = Callable[[dict[str, Any], Any], Iterable[bytes]]


def ask(app: Wsgi, path: str | bytes, method: str = "GET", **more: str) -> Answer:
    """One request as a server makes it: `path` decoded, `more` for the environ, such as HTTP_HOST."""
    raw = path if isinstance(path, bytes) else path.encode()
    environ: dict[str, Any] = {"HTTP_HOST": "news.example", "SCRIPT_NAME": "", "QUERY_STRING": ""}
    environ |= {"REQUEST_METHOD": method, "PATH_INFO": raw.decode("latin-1"), "SERVER_PROTOCOL": "HTTP/1.1", **more}
    setup_testing_defaults(environ)
    said: list[Any] = []
    parts = app(environ, lambda status, headers, exc_info=None: said.append((status, list(headers))))
    body = b"".join(parts)
    if hasattr(parts, "close"):
        parts.close()
    ((status, headers),) = said
    named = {name.lower(): value for name, value in headers}
    assert len(named) == len(headers), f"a header twice: {headers}"
    return Answer(int(status[:3]), named, body)


CODINGS = ("identity", "gzip", "br")


def etags(app: Wsgi, path: str) -> dict[str, str]:
    """The ETag of each representation of a document."""
    return {coding: ask(app, path, HTTP_ACCEPT_ENCODING=coding).headers["etag"] for coding in CODINGS}
