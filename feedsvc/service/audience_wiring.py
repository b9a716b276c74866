"""The wiring of what counts and proves: the counter stands in the way of requests, so it comes with little."""

import atexit

from feedsvc.config import Config
from feedsvc.service.preview import PreviewConfig
from feedsvc.store.sqlite.store import Store, store_path
from feedsvc.web.audience.counter import Counter, ignore
from feedsvc.web.front import Note
from feedsvc.web.view import View, wsgi_path


def make_counter(settings: Config) -> Counter | None:
    """The counter, which takes notes of requests; None for a preview, and where nothing is counted or proved."""
    wanted = settings.audience
    if isinstance(settings, PreviewConfig) or not (wanted.count or wanted.prove):
        return None
    return Counter(frozenset(map(wsgi_path, _proved(settings))))


def note_of(counter: Counter | None) -> Note:
    """The function that is told of each answer with a document."""
    return counter.note if counter else ignore


def start_recorder(counter: Counter | None, settings: Config, view: View) -> None:
    """Starts the thread that makes figures of what `counter` noted; the last ones are kept when the process ends. It
    has connections of its own to the store, so that it takes none from those who serve."""
    if counter is None:
        return
    from feedsvc.service.stores import ledger_beside
    from feedsvc.store.audience.database import AudienceStore
    from feedsvc.web.audience.recorder import Recorder

    ledger = ledger_beside(settings, Store(store_path(settings.state.path)))
    stores = (ledger, AudienceStore(settings.state.path))
    recorder = Recorder(counter, view, stores, _proved(settings), counts_readers=settings.audience.count)
    recorder.start()
    atexit.register(recorder.finish)


def _proved(settings: Config) -> list[str]:
    """The paths of the feeds of which it is proved what partners fetch."""
    return [feed.path for feed in settings.feeds] if settings.audience.prove else []
