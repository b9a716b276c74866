"""The front desk: answers requests for documents of the Edition before Flask sees them. No request renders."""

import time
from collections.abc import Callable, Iterable
from typing import Any

from feedsvc.store.errors import StoreError
from feedsvc.web import access, hosts
from feedsvc.web.audience.counter import ignore
from feedsvc.web.downloads import TOO_OFTEN, Downloads
from feedsvc.web.negotiate import Tags, codings, matches, modified_after, unmodified
from feedsvc.web.table import Held, RecordDamaged, Table, Variant, dated
from feedsvc.web.token_links import Opened, answer_with, opened_by, with_token
from feedsvc.web.trust import LOOPBACK_HOST
from feedsvc.web.view import Edition, View, is_shelved

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Wsgi = Callable[[Environ, StartResponse], Iterable[bytes]]
Note = Callable[[str, Edition, Held, Environ, list[bytes]], None]

METHODS = ("GET", "HEAD")
REFUSAL = [("Content-Type", "text/plain; charset=utf-8"), ("Cache-Control", "no-store")]
ADDRESS = "feedsvc.address"
"""The key of the environ with the number of the requested address, for Flask."""


class Front:
    """A WSGI application (PEP 3333) for the documents of `view`; all other requests are passed to `behind`.

    A Host that is not one of `addresses` gets the canonical documents. Lists of headers are copied, since the server
    may change them.
    """

    def __init__(
        self,
        view: View,
        addresses: tuple[str, ...],
        behind: Wsgi,
        downloads: Downloads | None = None,
        note: Note = ignore,
    ) -> None:
        """`note` is called with each answer that has a document; it must be cheap."""
        self._view = view
        self._behind = behind
        self._downloads = downloads or Downloads(0)
        self._addresses = addresses
        self._note = note
        self._numbers = hosts.names(addresses)

    def __call__(self, environ: Environ, start: StartResponse) -> Iterable[bytes]:
        host = environ.get("HTTP_HOST", "")
        address = self._numbers.get(host)
        if address is None:
            if trouble := _host_trouble(host, environ):
                return _refuse(trouble, environ, start)
            address = self._numbers.get(hosts.bare(host), 0)
        if "HTTP_TRANSFER_ENCODING" in environ and environ["REQUEST_METHOD"] in METHODS:
            return _refuse("a body in chunks, which no reading needs", environ, start)
        edition = self._view.edition
        path = environ.get("PATH_INFO") or "/"
        held, opened = self._held(address, path, edition.tables[address]), None
        if held is None and edition.locked and (document := access.meant(edition.locked, path)):
            if not access.is_open(edition.locked, document, path, environ):
                return access.refuse(start)
            held, start = self._held(address, document, edition.apart[address]), access.privately(start)
            opened, path = opened_by(edition.locked, document, path), document
        if held is not None and not held.file and environ["REQUEST_METHOD"] in METHODS:
            if opened is None and is_outdated(held, environ):
                return _fail(environ, start)
            answer = (
                self._answer_opened(held, environ, start, self._addresses[address], opened)
                if opened
                else self._answer(held, environ, start)
            )
            if answer is not None:
                self._note(path, edition, held, environ, answer)
                return answer
            if self._view.has_moved_on(edition):
                return self(environ, start)
            self._view.suspect_damage()
        hostless = {name: value for name, value in environ.items() if name != "HTTP_HOST"}
        return self._behind(hostless | {ADDRESS: address, LOOPBACK_HOST: hosts.is_loopback(host)}, start)

    def _held(self, address: int, path: str, table: Table) -> Held | None:
        """The document at `path` in `table` or in the store; None if there is none, or if it cannot be read: the
        application behind then answers."""
        try:
            return table.find(path) or (self._view.find(address, path) if is_shelved(path) else None)
        except RecordDamaged:
            self._view.suspect_damage()
            return None
        except StoreError:
            return None

    def _answer_opened(
        self, held: Held, environ: Environ, start: StartResponse, address: str, opened: Opened
    ) -> list[bytes] | None:
        """The answer whose links contain the token of the request's path; None if the body is no longer available."""
        body = self._view.body(held, held.variants["identity"].etag)
        if body is None:
            return None
        told = answer_with(held, with_token(body, address, opened), environ.get("HTTP_IF_NONE_MATCH"))
        start(told.status, dated(told.headers, held, time.time()))
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [told.body]

    def _answer(self, held: Held, environ: Environ, start: StartResponse) -> list[bytes] | None:
        """The answer; None if the body is no longer available."""
        order = codings(environ.get("HTTP_ACCEPT_ENCODING", ""))
        best = held.variants.get(order[0]) or held.best(order)
        had = best if environ.get("HTTP_IF_NONE_MATCH") == best.etag else known(held, order, environ)
        if had is not None:
            start("304 Not Modified", had.same.copy())
            return []
        if environ["REQUEST_METHOD"] == "HEAD":
            start("200 OK", dated(best.fresh, held, time.time()))
            return []
        body = self._view.body(held, best.etag)
        if body is None:
            return None
        if seconds := self._downloads.wait(environ):
            start("429 Too Many Requests", [*REFUSAL, ("Retry-After", str(seconds))])
            return [TOO_OFTEN]
        start("200 OK", dated(best.fresh, held, time.time()))
        return [body]


def _host_trouble(host: str, environ: Environ) -> str:
    """The reason why the Host of a request is refused (RFC 9112 section 3.2); empty if it is valid. HTTP/1.0 may omit
    it."""
    if hosts.are_two(host):
        return "more than one Host field"
    if host:
        return "" if hosts.is_possible(host) else "a Host field that is no host"
    return "no Host field" if environ.get("SERVER_PROTOCOL") == "HTTP/1.1" else ""


def _refuse(what: str, environ: Environ, start: StartResponse) -> list[bytes]:
    """Refuses an invalid request, or one that a proxy in front may have read differently (RFC 9112 sections 3.2, 6.3).

    A body in chunks is always refused: servers do not reveal whether there was a Content-Length as well.
    """
    start("400 Bad Request", REFUSAL.copy())
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [f"The request has {what}.\n".encode()]


OUTDATED = "The document has changed.\n"
"""The body of an answer 412."""


def _fail(environ: Environ, start: StartResponse) -> list[bytes]:
    start("412 Precondition Failed", REFUSAL.copy())
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [OUTDATED.encode()]


def is_outdated(held: Held, environ: Environ) -> bool:
    """True if the client wants an answer only from a state that the document no longer has: by If-Match, or by
    If-Unmodified-Since if that is absent (RFC 9110 section 13.2.2)."""
    if (if_match := environ.get("HTTP_IF_MATCH")) is not None:
        return not matches(if_match, held.best(codings(environ.get("HTTP_ACCEPT_ENCODING", ""))).etag)
    if (since := environ.get("HTTP_IF_UNMODIFIED_SINCE")) is not None:
        return modified_after(since, held.modified, shared_second=held.shared_second)
    return False


def known(held: Held, order: tuple[str, ...], environ: Environ) -> Variant | None:
    """The representation that the client has, by If-None-Match, or by date if that is absent (RFC 9110 section 13.2.2);
    None if it has none.

    Only codings that the client accepts count, though not only the best: the ETag of a 304 tells a cache which of its
    representations is valid (RFC 9111 section 4.3.4), and the cache must not hand out one that its client cannot read.
    """
    if_none_match = environ.get("HTTP_IF_NONE_MATCH")
    if if_none_match is not None:
        tags = Tags(if_none_match)
        return next((variant for variant in held.accepted(order) if variant.etag in tags), None)
    since = environ.get("HTTP_IF_MODIFIED_SINCE")
    if since is None:
        return None
    echo = since == held.date and not held.shared_second
    return held.best(order) if echo or unmodified(since, held.modified, shared_second=held.shared_second) else None
