"""The Flask application behind the front desk: files, redirects, the operators' pages, and error pages."""

from collections.abc import Callable, Container, Mapping
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote, unquote_to_bytes

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound

from feedsvc import pages
from feedsvc.model.addresses import uri
from feedsvc.model.selection import DEEPEST
from feedsvc.model.status_lists import IgnoredFiles
from feedsvc.model.urls import HUB, OPERATORS, POKE, is_follow_page
from feedsvc.store.documents import GONE, NOT_FOUND
from feedsvc.store.errors import StoreError
from feedsvc.store.port import Store as AnyStore
from feedsvc.store.sqlite.store import Store
from feedsvc.web.console import Answers, Console
from feedsvc.web.console_listings import CONSOLE
from feedsvc.web.documents_first import FrontOptions, documents_first
from feedsvc.web.files import Files
from feedsvc.web.front import ADDRESS, METHODS
from feedsvc.web.headers import PREFLIGHT
from feedsvc.web.operators import Explain, Operators
from feedsvc.web.poke import Poke, poke_at
from feedsvc.web.topics import Hub, answer_at
from feedsvc.web.view import View

_LONGEST = 1_000
"""Maximum characters of an address that are searched for the section above it."""


class Site(NamedTuple):
    """The facts of the site that the web needs. `redirects` are as in the configuration; `interval` is as for
    Operators."""

    title: str
    language: str
    articles: Path
    redirects: Mapping[str, str]
    interval: int
    clock: Callable[[], datetime]
    explain: Explain | None = None
    answers: Answers | None = None
    """Answers the questions of the console; None for no console."""
    trust: tuple[str, ...] = ()
    """The entries of `[console] trust`, by which `web.trust` recognises an operator; empty for no operators."""
    ignored: Callable[[], tuple[IgnoredFiles, ...]] = tuple
    """Returns the files that yield no article; called when an operator looks at the status."""
    timezone: str = "UTC"
    """The newsroom's time zone."""
    front: FrontOptions = FrontOptions()
    """Options for the answers with documents."""
    serves_only: bool = False
    """True if this node serves and another one publishes."""
    ledger: AnyStore | None = None
    """The store that answers the questions of operators; None for the one that is served from."""
    hub: Hub | None = None
    """Answers requests for subscriptions (WebSub); None if there is no hub here."""
    poke: Poke | None = None
    """Asks the publisher to look at the articles; None for no such endpoint."""


def make_flask(view: View, store: Store, site: Site, addresses: tuple[str, ...]) -> Flask:
    """The whole web as a Flask application. Its WSGI front answers documents before Flask sees the request."""
    app = make_inner(view, store, site)
    app.wsgi_app = documents_first(view, addresses, app.wsgi_app, site.front)  # type: ignore[method-assign, assignment]  # Flask's documented way
    return app


def make_inner(view: View, store: Store, site: Site) -> Flask:
    """The Flask application for everything that is not a document, behind `documents_first`."""
    app = Flask("feedsvc", static_folder=None)
    app.url_map.merge_slashes = False
    app.before_request(_only_reading)
    shown = Operators(
        view,
        store,
        site.title,
        site.language,
        site.interval,
        site.clock,
        site.explain,
        site.trust,
        ignored=site.ignored,
        timezone=site.timezone,
        serves_only=site.serves_only,
        ledger=site.ledger,
    )
    for answer in (shown.health, shown.ready, shown.fresh, shown.status, shown.metrics):
        app.add_url_rule(f"/-/{answer.__name__}", view_func=answer, methods=METHODS)
    if site.hub is not None:
        _add_posted(app, HUB, "hub", answer_at(site.hub))
    if site.poke is not None:
        _add_posted(app, POKE, "poke", poke_at(site.poke, site.trust))
    app.add_url_rule("/-/status.json", view_func=shown.status_json, methods=METHODS)
    if site.answers is not None:
        _add_console(
            app,
            Console(view, site.ledger or store, site.answers, (site.title, site.language, site.timezone), site.trust),
        )
    back = _Back(view, site)
    app.register_error_handler(NotFound, back.elsewhere)
    app.register_error_handler(HTTPException, back.wrong)
    app.register_error_handler(StoreError, back.unreadable)
    app.wsgi_app = view.disks.around(app.wsgi_app)  # type: ignore[method-assign, assignment]  # as above
    return app


def _add_console(app: Flask, console: Console) -> None:
    """Adds the pages of the console, and their JSON."""
    for name in (f"{name}{suffix}" for name in CONSOLE if name != "status" for suffix in ("", ".json")):
        app.add_url_rule(f"/-/{name}", f"console {name}", partial(console.respond, name), methods=METHODS)


def _add_posted(app: Flask, path: str, name: str, answer: Callable[[], Response]) -> None:
    """Adds an endpoint that takes only POST."""
    app.add_url_rule(path, name, answer, methods=("POST",), provide_automatic_options=False)


def _only_reading() -> Response | None:
    """Refuses methods other than GET and HEAD (and POST where it is allowed): Flask would answer OPTIONS, and take
    `get` for GET. Answers CORS preflight requests."""
    method = request.environ["REQUEST_METHOD"]
    if method in METHODS or (method == "POST" and request.endpoint in _POSTED):
        return None
    if _is_preflight(request.environ):
        return Response(status=204, headers=[*PREFLIGHT])
    raise MethodNotAllowed(("POST",) if _is_to_post() else METHODS)


_POSTED = ("hub", "poke")
"""The endpoints that take POST."""


def _is_to_post() -> bool:
    """True if the requested address takes only POST, whatever the method of this request."""
    trouble = request.routing_exception
    if isinstance(trouble, MethodNotAllowed):
        return "GET" not in [*(trouble.valid_methods or METHODS)]
    return request.endpoint in _POSTED


def _is_preflight(environ: Mapping[str, Any]) -> bool:
    """True for a CORS preflight request for public content."""
    return (
        environ["REQUEST_METHOD"] == "OPTIONS"
        and bool(environ.get("HTTP_ORIGIN"))
        and environ.get("HTTP_ACCESS_CONTROL_REQUEST_METHOD") in METHODS
        and not environ.get("PATH_INFO", "").startswith(OPERATORS)
    )


class _Back:
    def __init__(self, view: View, site: Site) -> None:
        self._view = view
        self._files = Files(site.articles, view.disks.articles)
        told = {_raw(old): uri(new) for old, new in site.redirects.items()}
        self._redirects = told | {OPERATORS: f"{OPERATORS}status"}  # the first page of the console
        self._messages = {code: pages.status_message(site.title, code, site.language) for code in pages.STATUS_WORDS}

    def elsewhere(self, _error: NotFound) -> Response:
        """Answers for paths that are neither documents nor known to Flask: files, moved addresses, withdrawn pages."""
        try:
            return self._elsewhere()
        except StoreError:
            return self._message(503)

    def _elsewhere(self) -> Response:
        path = request.environ.get("PATH_INFO") or "/"
        address = request.environ[ADDRESS]
        edition = self._view.edition
        held = self._view.find(address, path)
        if held is not None:
            # A document reaches this point only if its body is not available.
            return (held.file and self._files.answer(held, request.environ)) or self._message(503)
        if path in self._redirects:
            return self._moved(self._redirects[path])
        if f"{path}/" in edition.tables[address]:
            return self._moved(_quoted(f"{path}/"))
        page = path.removesuffix("/")
        if path != page and is_follow_page(page) and page in edition.tables[address]:
            return self._moved(_quoted(page))  # a static server may have added the slash
        if not edition.number:
            return self._message(503)
        status, page = self._view.fate(path)
        if status == NOT_FOUND and f"{path}/" in edition.gone:
            status = GONE
        return (
            self._moved(_quoted(page)) if page else self._message(status, _section_above(path, edition.tables[address]))
        )

    def wrong(self, error: HTTPException) -> Response:
        response = self._message(error.code or 500)
        response.headers.update([header for header in error.get_headers() if header[0] != "Content-Type"])
        return response

    def unreadable(self, _error: StoreError) -> Response:
        return self._message(503)

    def _moved(self, location: str) -> Response:
        response = self._message(301)
        response.autocorrect_location_header = False  # relative: the request's Host is never echoed
        response.headers.update({"Location": location, "Cache-Control": "public, max-age=3600"})
        return response

    def _message(self, code: int, section: str = "") -> Response:
        """The page for a status code, with a link to `section` (a quoted path) if there is one."""
        headers = {
            "Cache-Control": "no-store",
            "Content-Security-Policy": pages.CSP,
            "X-Content-Type-Options": "nosniff",
            "Access-Control-Allow-Origin": "*",
        }
        retry = {"Retry-After": "2"} if code == 503 else {}
        body = self._messages.get(code, self._messages[500])
        body = pages.with_section(body, section) if section and code in (404, 410) else body
        return Response(body, code, headers | retry, content_type="text/html; charset=utf-8")


def _section_above(path: str, documents: Container[str]) -> str:
    """The quoted path of the nearest section page in `documents`, at or above `path`; empty if only the whole site is
    left."""
    folder = path[:_LONGEST].rstrip("/")
    for _ in range(DEEPEST):
        if not folder.strip("/"):
            break
        if f"{folder}/" in documents:
            return _quoted(f"{folder}/")
        folder = folder.rpartition("/")[0]
    return ""


def _quoted(raw: str) -> str:
    return quote(raw.encode("latin-1"))


def _raw(path: str) -> str:
    """A path of the configuration, quoted or not, in the form that WSGI has."""
    return unquote_to_bytes(path).decode("latin-1")
