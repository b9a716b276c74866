"""The wiring of the serving side: config in, WSGI application out."""

import subprocess
import sys
import time
from pathlib import Path
from threading import Thread

from flask import Flask
from sqlalchemy import Connection

from feedsvc.config import Config, load
from feedsvc.model.explanation import Explanation
from feedsvc.service.settings import config_path, interval, now, store_path
from feedsvc.store.sqlite.database import Store
from feedsvc.web.follower import Follower
from feedsvc.web.operators import Explain
from feedsvc.web.site import Site, make_flask
from feedsvc.web.view import View

FIRST = 10.0
"""Seconds to wait for a first Edition, so that the first reader of all finds it; then it starts without."""


def create_app(config: str | Path | None = None) -> Flask:
    """The service as a WSGI application for any server (gunicorn, `flask --app feedsvc run`, granian).

    It serves what is published and keeps no schedule: `feedsvc serve` does, or a timer that runs `feedsvc publish`.
    Where nothing was ever published, or not all of a large archive, one publication is started, in a process of its
    own, and a first Edition is waited for.
    Raises ConfigError for a configuration that cannot be used.
    """
    path = config_path(config)
    settings = load(path)
    view, app = _serve(settings)
    if not (view.edition.number and view.edition.whole):
        _publish_once(path)
        _wait_for_first(view)
    return app


def serving_app(settings: Config) -> Flask:
    """The WSGI application alone: whatever there is in the store, now and later. A first Edition is waited for."""
    view, app = _serve(settings)
    _wait_for_first(view)
    return app


def _wait_for_first(view: View) -> None:
    deadline = time.monotonic() + FIRST
    while not view.edition.number and time.monotonic() < deadline:
        time.sleep(0.05)


def _serve(settings: Config) -> tuple[View, Flask]:
    store = Store(store_path(settings))
    addresses = (settings.site.url, *settings.site.mirrors)
    view = View(store, len(addresses), cache=settings.server.cache)
    app = make_flask(view, store, site(settings), addresses)
    Follower(view, store).start()
    return view, app


def site(settings: Config) -> Site:
    return Site(
        title=settings.site.title,
        language=settings.site.language,
        articles=settings.articles.path,
        redirects={redirect.from_: redirect.to for redirect in settings.redirects},
        interval=interval(settings),
        clock=now,
        downloads=settings.server.downloads or 0,
        explain=_explainer(settings),
    )


def _explainer(settings: Config) -> Explain:
    """What it takes to say why is loaded only when somebody asks: a server needs no readers and formats."""

    def explain(connection: Connection, article: str, feed: str) -> Explanation:
        from feedsvc.publisher.explain import explain as say
        from feedsvc.service.wiring import formats_of, make_plan

        return say(connection, make_plan(settings), formats_of(settings), now(), article=article, feed=feed)

    return explain


def _publish_once(config: Path) -> None:
    """The lease sees to it that of several processes that start at once, one publishes."""
    command = [sys.executable, "-m", "feedsvc", "publish", "--config", str(config)]
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True)  # noqa: S603 - our own program
    Thread(target=process.wait, name="first publication", daemon=True).start()  # so that it leaves no zombie
