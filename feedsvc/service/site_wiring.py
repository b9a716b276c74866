"""The wiring of everything that is served besides documents: builds a Flask application from the configuration."""

from collections.abc import Callable
from pathlib import Path

from flask import Flask

from feedsvc.config import Config
from feedsvc.model.status_lists import IgnoredFiles
from feedsvc.service.console_answers import ConsoleAnswers
from feedsvc.service.front_wiring import front_options
from feedsvc.service.pokes import Pokes
from feedsvc.service.settings import addresses_of, interval, now, redirects_of
from feedsvc.service.stores import ledger_beside
from feedsvc.store.port import Store as AnyStore
from feedsvc.store.sqlite.store import Store
from feedsvc.web.audience.counter import ignore
from feedsvc.web.front import Note
from feedsvc.web.site import Site, make_flask, make_inner
from feedsvc.web.topics import Hub
from feedsvc.web.view import View


def site(settings: Config) -> Site:
    """The values and functions that the web application needs from the newsroom's configuration."""
    answers = ConsoleAnswers(settings)
    return Site(
        title=settings.site.title,
        language=settings.site.language,
        articles=settings.articles_folder,
        redirects=redirects_of(settings),
        interval=interval(settings),
        clock=now,
        trust=settings.console.trust,
        front=front_options(settings),
        explain=answers.explain,
        answers=answers,
        serves_only=not settings.server.publish,
        ignored=_ignored_files(settings.articles_folder),
        timezone=settings.articles.timezone,
    )


def make_inner_app(settings: Config, store: Store, view: View) -> Flask:
    """The Flask application for everything besides the documents of `view`."""
    return make_inner(view, store, _whole_site(settings, store))


def make_app(settings: Config, store: Store, view: View, note: Note = ignore) -> Flask:
    """The whole application as a Flask application, including the documents of `view`. `note` is called with each
    answer that has a document."""
    made = _whole_site(settings, store)
    return make_flask(view, store, made._replace(front=made.front._replace(note=note)), addresses_of(settings))


def _whole_site(settings: Config, store: Store) -> Site:
    ledger = ledger_beside(settings, store)
    return site(settings)._replace(hub=hub(settings, ledger), poke=Pokes(ledger).put, ledger=ledger)


def hub(settings: Config, store: AnyStore) -> Hub | None:
    """The function that answers requests for subscriptions; None if the service has no hub."""
    if not settings.push.hub:
        return None
    from feedsvc.service.push_wiring import make_hub

    return make_hub(settings, store).answer


def _ignored_files(articles: Path) -> Callable[[], tuple[IgnoredFiles, ...]]:
    """A function that lists the files that are not articles, sidecars or media. Readers are imported at its first
    call."""

    def ignored() -> tuple[IgnoredFiles, ...]:
        from feedsvc.library.ignored import ignored_files
        from feedsvc.readers import SUFFIXES

        return ignored_files(articles, SUFFIXES)

    return ignored
