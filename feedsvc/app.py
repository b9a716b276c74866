"""The wiring of the serving side: config in, WSGI application out."""

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask

from feedsvc.config import CONFIG_VARIABLE, Config, load
from feedsvc.store.database import Store
from feedsvc.web.follower import Follower
from feedsvc.web.site import Site, make_flask
from feedsvc.web.view import View


def config_path(given: str | Path | None = None) -> Path:
    """The path of the configuration: as given, else by the environment's FEEDSVC_CONFIG, else `config.toml`."""
    return Path(given or os.environ.get(CONFIG_VARIABLE) or "config.toml")


def now() -> datetime:
    return datetime.now(UTC)


def create_app(config: str | Path | None = None) -> Flask:
    """The service as a WSGI application for any server (gunicorn, `flask --app feedsvc run`, granian).

    It serves what is published and keeps no schedule: that does `feedsvc serve`, or a timer that runs `feedsvc publish`.
    Where nothing was ever published, one publication is started, in a process of its own.
    Raises ConfigError for a configuration that cannot be used.
    """
    path = config_path(config)
    settings = load(path)
    if not store_path(settings).is_file():
        _publish_once(path)
    return serving_app(settings)


def serving_app(settings: Config) -> Flask:
    store = Store(store_path(settings))
    addresses = (settings.site.url, *settings.site.mirrors)
    view = View(store, len(addresses), cache=settings.server.cache)
    site = Site(
        title=settings.site.title,
        language=settings.site.language,
        articles=settings.articles.path,
        redirects={redirect.from_: redirect.to for redirect in settings.redirects},
        interval=settings.schedule.every,
        clock=now,
    )
    app = make_flask(view, store, site, tuple(map(host_of, addresses)))
    Follower(view, store).start()
    return app


def store_path(settings: Config) -> Path:
    return settings.state.path / "store.sqlite3"


def host_of(address: str) -> str:
    return urlsplit(address).hostname or ""


def _publish_once(config: Path) -> None:
    """The lease sees to it that of several processes that start at once, one publishes."""
    command = [sys.executable, "-m", "feedsvc", "publish", "--config", str(config)]
    subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True)  # noqa: S603 - our own program
