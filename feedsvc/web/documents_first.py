"""Answers requests for documents at once, and passes all others to an application that may be made later.

Most requests are for documents. Flask, the templates and the operators' pages take as long to load as the rest of a
serving process, so a process answers for documents before it has loaded them.
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
    """Options for the answers with documents."""

    feeds_for_people: bool = False
    """True if people who open a feed in a browser are redirected to the page for following."""
    downloads: int = 0
    """Maximum whole downloads of a document by one client in an hour; 0 for no limit."""
    note: Note = ignore
    """Called after each answer with a document."""


def documents_first(view: View, addresses: tuple[str, ...], behind: Wsgi, options: FrontOptions) -> Wsgi:
    """The WSGI application that answers for the documents of `view`, and passes all other requests on to `behind`."""
    front = Front(view, addresses, behind, Downloads(options.downloads), options.note)
    return FeedsForPeople(view, front) if options.feeds_for_people else front


class Later:
    """A WSGI application that `make` creates once: on `prepare`, or on the first request."""

    def __init__(self, make: Callable[[], Wsgi]) -> None:
        self._make = make
        self._made: Wsgi | None = None

    def prepare(self) -> Wsgi:
        """The application, made if it is missing. Requests that come meanwhile wait."""
        with LOADING:
            if self._made is None:
                self._made = self._make()
            return self._made

    def __call__(self, environ: Environ, start: StartResponse) -> Iterable[bytes]:
        return (self._made or self.prepare())(environ, start)
