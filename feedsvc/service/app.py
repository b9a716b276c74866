"""The wiring of the serving side: from the configuration to a WSGI application."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from threading import Thread

from flask import Flask

from feedsvc.config import Config, load
from feedsvc.model.status_lists import IgnoredFiles
from feedsvc.service.console_answers import ConsoleAnswers
from feedsvc.service.preview import PreviewConfig
from feedsvc.service.program import environment, python_command
from feedsvc.service.settings import addresses_of, config_path, hubs_of, interval, now, redirects_of
from feedsvc.store.sqlite.database import Store, store_path
from feedsvc.web.first_edition import FirstEdition, wait_for_first_edition
from feedsvc.web.follower import Follower
from feedsvc.web.front import Wsgi
from feedsvc.web.hub_endpoint import Hub
from feedsvc.web.preview import PreviewGate
from feedsvc.web.request_log import RequestLog
from feedsvc.web.site import Site, make_flask
from feedsvc.web.topics import topic_links
from feedsvc.web.view import View

LOG_REQUESTS = "FEEDSVC_LOG_REQUESTS"
"""The environment variable that asks for a log of requests, if it is set."""
FIRST = 10.0
"""Seconds for which `create_app` waits for a first Edition, so that the very first reader finds it; then it returns
without."""


def create_app(config: str | Path | None = None) -> Flask:
    """The service as a WSGI application for any server (gunicorn, `flask --app feedsvc run`, granian).

    It serves what is published and keeps no schedule: `feedsvc serve` does, or a timer that runs `feedsvc publish`.
    If nothing was ever published, or only the first articles of a large archive, one publication is started in a
    process of its own, and the first Edition is waited for; not with `[server] publish = false`.
    Raises ConfigError for a configuration that cannot be used.
    """
    path = config_path(config)
    settings = load(path)
    view, app = _make_app(settings)
    if settings.server.publish and not (view.edition.number and view.edition.whole):
        _start_publication(path)
        wait_for_first_edition(view, FIRST)
    return app


def serving_app(settings: Config) -> Wsgi:
    """The WSGI application alone: it serves what is in the store, now and later. That of a preview answers this machine
    alone.

    Before a first Edition readers wait a little, or are told so; whoever watches the service is answered at once.
    """
    view, app = _make_app(settings)
    served: Wsgi = FirstEdition(view, app.wsgi_app)
    if isinstance(settings, PreviewConfig):
        served = PreviewGate(served)
    return RequestLog(served) if os.environ.get(LOG_REQUESTS) else served


def _make_app(settings: Config) -> tuple[View, Flask]:
    """The application, and the view that it serves, which follows the store from now on."""
    store = Store(store_path(settings.state.path))
    addresses = addresses_of(settings)
    view = View(store, len(addresses), settings.server.cache, topic_links(addresses, hubs_of(settings)))
    app = make_flask(view, store, site(settings)._replace(hub=hub(settings, store)), addresses)
    Follower(view, store).start()
    return view, app


def site(settings: Config) -> Site:
    """The facts about the newsroom that the web application needs."""
    answers = ConsoleAnswers(settings)
    return Site(
        title=settings.site.title,
        language=settings.site.language,
        articles=settings.articles.path,
        redirects=redirects_of(settings),
        interval=interval(settings),
        clock=now,
        trust=settings.console.trust,
        feeds_for_people=settings.pages.feeds_for_people,
        downloads=settings.server.downloads or 0,
        explain=answers.explain,
        answers=answers,
        serves_only=not settings.server.publish,
        ignored=_ignored_files(settings.articles.path),
        timezone=settings.articles.timezone,
    )


def hub(settings: Config, store: Store) -> Hub | None:
    """The function that answers requests for subscriptions; None if there is no hub here."""
    if not settings.push.hub:
        return None
    from feedsvc.service.push_wiring import make_hub

    return make_hub(settings, store).answer


def _ignored_files(articles: Path) -> Callable[[], tuple[IgnoredFiles, ...]]:
    """Lists the files of which nothing comes. Readers are imported only when somebody asks."""

    def ignored() -> tuple[IgnoredFiles, ...]:
        from feedsvc.library.ignored import ignored_files
        from feedsvc.readers import SUFFIXES

        return ignored_files(articles, SUFFIXES)

    return ignored


def _start_publication(config: Path) -> None:
    """Starts `feedsvc publish`. If several processes do so at once, the lease lets one of them publish."""
    process = subprocess.Popen(  # noqa: S603 - our own program
        python_command("feedsvc", "publish", "--config", str(config)),
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        env=environment(),
    )
    Thread(target=process.wait, name="first publication", daemon=True).start()  # reaps it, so that no zombie stays
