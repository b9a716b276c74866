"""Documents are answered first, and what is none of them by another application, which may be made later.

Most requests are for documents. Flask, the templates and all that operators ask for take as long to load as the rest of
a serving process, so a process answers for documents before it has them.
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from feedsvc.web.audience.counter import ignore
from feedsvc.web.downloads import Downloads
from feedsvc.web.front import Environ, Front, Note, StartResponse, Wsgi
from feedsvc.web.loading import LOADING
from feedsvc.web.people import FeedsForPeople
from feedsvc.web.view import View


class FrontOptions(NamedTuple):
    """The ways in which documents can be answered."""

    feeds_for_people: bool = False
    """True if people who open a feed in a browser are sent to the page for following."""
    downloads: int = 0
    """Most whole downloads of a document by a client in an hour, 0 for as many as it likes."""
    note: Note = ignore
    """Is told of each answer with a document."""


def documents_first(view: View, addresses: tuple[str, ...], behind: Wsgi, options: FrontOptions) -> Wsgi:
    """The WSGI application that answers for the documents of `view`, and passes all other requests on to `behind`."""
    front = Front(view, addresses, behind, Downloads(options.downloads), options.note)
    return FeedsForPeople(view, front) if options.feeds_for_people else front


class Later:
    """A WSGI application that `make` makes once: when `prepare` is called, or for the first request."""

    def __init__(self, make: Callable[[], Wsgi]) -> None:
        self._make = make
        self._made: Wsgi | None = None

    def prepare(self) -> Wsgi:
        """The application. Requests that come while it is made wait for it."""
        with LOADING:
            if self._made is None:
                self._made = self._make()
            return self._made

    def __call__(self, environ: Environ, start: StartResponse) -> Iterable[bytes]:
        return (self._made or self.prepare())(environ, start)
