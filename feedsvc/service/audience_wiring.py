"""The wiring of counting readers and recording deliveries. The counter is called for each request, so this module
imports little."""

import atexit

from feedsvc.config import Config
from feedsvc.service.preview import PreviewConfig
from feedsvc.store.sqlite.store import Store, store_path
from feedsvc.web.audience.counter import Counter, ignore
from feedsvc.web.front import Note
from feedsvc.web.view import View, wsgi_path


def make_counter(settings: Config) -> Counter | None:
    """The counter that notes requests; None for a preview, and if nothing is counted or recorded."""
    wanted = settings.audience
    if isinstance(settings, PreviewConfig) or not (wanted.count or wanted.prove):
        return None
    return Counter(frozenset(map(wsgi_path, _proved(settings))))


def note_of(counter: Counter | None) -> Note:
    """The function to be called with each answer that has a document; it does nothing without a counter."""
    return counter.note if counter else ignore


def start_recorder(counter: Counter | None, settings: Config, view: View) -> None:
    """Starts the thread that computes figures from the notes of `counter`; the last ones are stored when the process
    ends. The thread has its own connections to the store, so that it takes none from the serving threads."""
    if counter is None:
        return
    from feedsvc.service.stores import edition_folder, ledger_beside
    from feedsvc.store.audience.database import AudienceStore
    from feedsvc.web.audience.recorder import Recorder

    ledger = ledger_beside(settings, Store(store_path(settings.state.path)))
    stores = (ledger, AudienceStore(settings.state.path, store_path(edition_folder(settings))))
    recorder = Recorder(counter, view, stores, _proved(settings), counts_readers=settings.audience.count)
    recorder.start()
    atexit.register(recorder.finish)


def _proved(settings: Config) -> list[str]:
    """The paths of the feeds for which the fetches by partners are recorded."""
    return [feed.path for feed in settings.feeds] if settings.audience.prove else []
