"""The wiring of the serving side: builds a WSGI application from the configuration."""

import os
import subprocess
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING

from feedsvc.config import Config, load
from feedsvc.service.audience_wiring import make_counter, note_of, start_recorder
from feedsvc.service.available_caches import tag_headers
from feedsvc.service.front_wiring import front_options, make_view
from feedsvc.service.preview import PreviewConfig
from feedsvc.service.program import environment, python_command
from feedsvc.service.settings import addresses_of, config_path
from feedsvc.store.sqlite.store import Store
from feedsvc.web.cache_tags import CacheTags
from feedsvc.web.documents_first import Later, documents_first
from feedsvc.web.first_edition import FirstEdition, wait_for_first_edition
from feedsvc.web.front import Wsgi
from feedsvc.web.preview import PreviewGate
from feedsvc.web.request_log import RequestLog
from feedsvc.web.view import View

if TYPE_CHECKING:
    from flask import Flask

LOG_REQUESTS = "FEEDSVC_LOG_REQUESTS"
"""The environment variable that turns on the log of requests, if it is set."""
FIRST = 10.0
"""Seconds for which `create_app` waits for a first Edition, so that the very first request finds it; after that it
returns without one."""


def create_app(config: str | Path | None = None) -> "Flask":
    """The service as a WSGI application for any server (gunicorn, `flask --app feedsvc run`, granian).

    It serves what is published and keeps no schedule: that takes `feedsvc serve`, or a timer that runs
    `feedsvc publish`. If nothing was ever published, or only the first articles of a large backlog, it starts one
    publication in a separate process and waits for the first Edition; not with `[server] publish = false`. Raises
    ConfigError for a configuration that cannot be used.
    """
    from feedsvc.service.site_wiring import make_app

    import_module("feedsvc.web.metrics_text")  # a server may give up the right to read it after it has loaded this
    path = config_path(config)
    settings = load(path)
    store, view = make_view(settings)
    counter = make_counter(settings)
    app = make_app(settings, store, view, note_of(counter))
    if headers := tag_headers(settings):
        app.wsgi_app = CacheTags(app.wsgi_app, headers)  # type: ignore[method-assign, assignment]
    start_recorder(counter, settings, view)
    if settings.state.url:
        _follow(settings)
    if settings.server.publish and not (view.edition.number and view.edition.whole):
        _start_publication(path)
        wait_for_first_edition(view, FIRST)
    return app


def serving_app(settings: Config) -> Wsgi:
    """The WSGI application alone, as `serving_parts` makes it."""
    return serving_parts(settings)[0]


def serving_parts(settings: Config) -> tuple[Wsgi, Callable[[], object]]:
    """The WSGI application alone, and a function that loads everything that is not needed for documents; otherwise the
    first request for anything else would load it.

    The application serves the current Edition of the store and follows new ones. In a preview it answers only requests
    from this machine. Before the first Edition, a few requests for documents wait a little and others get 503 at once;
    requests below /-/ are answered at once.
    """
    store, view = make_view(settings)
    behind = Later(lambda: _behind(settings, store, view))
    counter = make_counter(settings)
    options = front_options(settings)._replace(note=note_of(counter))
    served: Wsgi = documents_first(view, addresses_of(settings), behind, options)
    served = FirstEdition(view, served)
    if headers := tag_headers(settings):
        served = CacheTags(served, headers)
    if isinstance(settings, PreviewConfig):
        served = PreviewGate(served)

    def load_rest() -> None:
        behind.prepare()
        start_recorder(counter, settings, view)

    return RequestLog(served) if os.environ.get(LOG_REQUESTS) else served, load_rest


def _behind(settings: Config, store: Store, view: View) -> Wsgi:
    from feedsvc.service.site_wiring import make_inner_app

    return make_inner_app(settings, store, view).wsgi_app


def _follow(settings: Config) -> None:
    """Keeps the copy of this node up to date in a thread of this process, unless another process does."""
    from feedsvc.service.following_process import run

    Thread(target=run, args=(settings, Event()), name="following", daemon=True).start()


def _start_publication(config: Path) -> None:
    """Starts `feedsvc publish`. If several processes do so at once, the lease lets one of them publish."""
    process = subprocess.Popen(  # noqa: S603 - our own program
        python_command("feedsvc", "publish", "--config", str(config)),
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        env=environment(),
    )
    Thread(target=process.wait, name="first publication", daemon=True).start()  # reaps it, so that no zombie stays
