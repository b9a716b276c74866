"""Redirects people who open a feed in a browser to the page for following it (`[pages] feeds_for_people`).

Browsers mark navigations by headers (Fetch Metadata Request Headers, sections 2.1 and 2.2). Scripts and feed readers
cannot: they send none of these headers, or the destination `empty`.
"""

from collections.abc import Container, Iterable
from typing import Any
from urllib.parse import quote

from feedsvc.model.urls import FOLLOW
from feedsvc.store.errors import StoreError
from feedsvc.web.front import Environ, StartResponse, Wsgi
from feedsvc.web.table import Held, Table
from feedsvc.web.view import View

_FEEDS = ("application/rss+xml", "application/atom+xml", "application/feed+json")
_DECIDING = "Sec-Fetch-Dest, Sec-Fetch-Mode"
_RAW = "raw"
"""The query by which a person gets the feed itself."""


class FeedsForPeople:
    """A WSGI application (PEP 3333) that redirects people from the feeds of `view` to pages; all other requests go to
    `behind`.

    Feeds opened by a token are never redirected.
    """

    def __init__(self, view: View, behind: Wsgi) -> None:
        self._view = view
        self._behind = behind

    def __call__(self, environ: Environ, start: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO") or "/"
        documents = self._view.edition.tables[0]  # each address has the same paths
        if path not in documents or not _is_feed_at(path, documents):
            return self._behind(environ, start)
        page = follow_page_of(path, documents) if is_navigation(environ) else ""
        return _send_to(quote(page.encode("latin-1")), start) if page else self._behind(environ, _varying(start))


def _is_feed_at(path: str, documents: Table) -> bool:
    try:
        return is_feed(documents[path])
    except StoreError:
        return False


def is_feed(held: Held) -> bool:
    """True if the document is RSS, Atom or JSON Feed, which browsers do not display."""
    headers = held.variants["identity"].fresh
    return next((value for name, value in headers if name == "Content-Type"), "").startswith(_FEEDS)


def is_navigation(environ: Environ) -> bool:
    """True for a request that a browser sent because a person followed a link or typed an address."""
    return (
        environ.get("HTTP_SEC_FETCH_DEST") == "document"
        and environ.get("HTTP_SEC_FETCH_MODE") == "navigate"
        and environ["REQUEST_METHOD"] == "GET"
        and environ.get("HTTP_ACCEPT", "").startswith("text/html")
        and environ.get("QUERY_STRING") != _RAW
    )


def follow_page_of(path: str, documents: Container[str]) -> str:
    """The path of the page for following that is nearest to the feed at `path`; empty if `documents` has none."""
    folder = path
    while folder:
        folder = folder.rpartition("/")[0]
        if (page := f"{folder}/{FOLLOW}") in documents:
            return page
    return ""


def _send_to(location: str, start: StartResponse) -> list[bytes]:
    """The answer that redirects a person to `location`, a quoted path. No cache may keep it."""
    headers = [("Location", location), ("Cache-Control", "no-store"), ("Vary", _DECIDING), ("Content-Length", "0")]
    start("303 See Other", headers)
    return []


def _varying(start: StartResponse) -> StartResponse:
    """A `start` function for a feed that extends Vary: caches learn that people get another answer (RFC 9110 section
    12.5.5)."""

    def start_varying(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
        told = [(name, f"{value}, {_DECIDING}" if name == "Vary" else value) for name, value in headers]
        return start(status, told, *rest)

    return start_varying
