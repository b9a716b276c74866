"""Behind the front desk: Flask, for files, redirects, the operators' addresses, and all that is wrong."""

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

import msgspec
from flask import Flask, Response, redirect, request, send_file
from sqlalchemy.exc import DatabaseError
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from feedsvc import pages, status
from feedsvc.store import editions
from feedsvc.store.database import Store
from feedsvc.web.front import Front, is_same
from feedsvc.web.view import Held, View, wsgi_path

METHODS = ["GET", "HEAD"]
_WORDS = {
    404: ("Not found", "There is nothing at this address, and as far as we know there never was."),
    405: ("Not possible", "This address can be read, and nothing else."),
    410: ("Gone", "What was here has been taken down for good."),
    503: ("One moment", "Nothing has been published yet. Please come back in a few seconds."),
}


class Site(NamedTuple):
    """What the web needs to know of the site; `interval` are the seconds between two regenerations."""

    title: str
    language: str
    articles: Path
    redirects: Mapping[str, str]
    interval: int
    clock: Callable[[], datetime]


def make_flask(view: View, store: Store, site: Site, hosts: tuple[str, ...]) -> Flask:
    """The whole web as a Flask application whose WSGI front answers documents before Flask sees them."""
    app = Flask("feedsvc", static_folder=None)
    app.url_map.merge_slashes = False
    back = _Back(view, store, site)
    app.add_url_rule("/-/health", view_func=back.health, methods=METHODS)
    app.add_url_rule("/-/ready", view_func=back.ready, methods=METHODS)
    app.add_url_rule("/-/status", view_func=back.status, methods=METHODS)
    app.add_url_rule("/", "root", back.anything, methods=METHODS, defaults={"path": ""})
    app.add_url_rule("/<path:path>", "anything", back.anything, methods=METHODS, strict_slashes=False)
    app.register_error_handler(HTTPException, back.http_error)
    app.register_error_handler(DatabaseError, back.no_store)
    front = Front(view, hosts, app.wsgi_app)
    back.front = front
    app.wsgi_app = front  # type: ignore[method-assign, assignment]  # Flask's documented way to put a WSGI layer in front
    return app


class _Back:
    def __init__(self, view: View, store: Store, site: Site) -> None:
        self._view = view
        self._store = store
        self._site = site
        self.front: Front

    # --- whatever the front did not answer ----------------------------------------------------------------------------

    def anything(self, path: str) -> Response:
        """Files, moved addresses, what is gone, and documents that changed under the front's eyes."""
        del path  # the router's own idea of it has lost bytes that are not UTF-8
        raw = request.environ["PATH_INFO"]
        table = self.front.table(request.headers.get("Host", ""))
        held = table.get(raw)
        if held is not None:
            return self._file(held) if held.file else self._retry(raw)
        if raw in self._site.redirects:
            return _moved(self._site.redirects[raw])
        if not raw.endswith("/") and f"{raw}/" in table:
            return _moved(_quoted(f"{raw}/"))
        if raw in self._view.gone:
            return self._message(410)
        if raw.startswith("/articles/"):
            return self._article(raw)
        return self._message(404 if self._view.number else 503)

    def _article(self, raw: str) -> Response:
        """The key finds an article under whatever slug it was once known."""
        key = raw.split("/")[2]
        with self._store.read() as connection:
            known = editions.below(connection, f"/articles/{key}/") if key.isalnum() and key.isascii() else {}
        live = [path for path, code in known.items() if code == editions.LIVE]
        if live:
            return _moved(_quoted(wsgi_path(live[0])))
        return self._message(410 if editions.GONE in known.values() else 404)

    def _file(self, held: Held) -> Response:
        variant = held.variants["identity"]
        path = self._site.articles / held.file
        if not path.is_file() or str(path.stat().st_size) != dict(variant.fresh)["Content-Length"]:
            return self._message(404)  # it has changed since it was published; the next regeneration settles it
        if is_same(held, request.environ):
            return Response(status=304, headers=variant.same)
        headers = dict(variant.fresh)
        response = send_file(path, headers["Content-Type"], conditional=True, etag=variant.etag.strip('"'))
        for name in ("Cache-Control", "Last-Modified", "Access-Control-Allow-Origin", "X-Content-Type-Options"):
            response.headers[name] = headers[name]
        response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
        return response

    def _retry(self, raw: str) -> Response:
        """The document moved on between the look-up and the reading of its body: look again."""
        self._view.follow()
        held = self.front.table(request.headers.get("Host", "")).get(raw)
        variant = held.variants["identity"] if held else None
        body = self._view.body(held, variant.etag) if held and variant else None
        if variant is None or body is None:
            return self._message(503)
        return Response(body, headers=variant.fresh)

    # --- for operators ------------------------------------------------------------------------------------------------

    def health(self) -> Response:
        """Alive: this process answers."""
        return _plain("ok\n", 200)

    def ready(self) -> Response:
        """An Edition is served, and somebody keeps it up."""
        if not self._view.number:
            return _plain("nothing has been published yet\n", 503)
        with self._store.read() as connection:
            trouble = status.overdue(connection, self._site.clock(), self._site.interval)
        return _plain(f"{trouble or 'ready'}\n", 503 if trouble else 200)

    def status(self) -> Response:
        """A page, or JSON for who asks for it."""
        with self._store.read() as connection:
            found = status.gather(connection, self._site.clock())
        wanted = request.accept_mimetypes.best_match(["text/html", "application/json"], default="text/html")
        if wanted == "application/json":
            body, kind = msgspec.json.encode(found), "application/json"
        else:
            title, language = self._site.title, self._site.language
            body = pages.render("status.html", site_title=title, language=language, title="Status", status=found)
            kind = "text/html; charset=utf-8"
        headers = {
            "Content-Type": kind,
            "Cache-Control": "no-store",
            "Vary": "Accept",
            "Content-Security-Policy": pages.CSP,
        }
        return Response(body, headers=headers)

    # --- what is wrong ------------------------------------------------------------------------------------------------

    def http_error(self, error: HTTPException) -> Response:
        code = error.code or 500
        if code == 308 and error.response is not None:
            return self._message(404)
        response = self._message(code)
        if isinstance(error, MethodNotAllowed):
            response.headers["Allow"] = ", ".join(METHODS)
        return response

    def no_store(self, _error: DatabaseError) -> Response:
        return self._message(503)

    def _message(self, code: int) -> Response:
        title, text = _WORDS.get(
            code, ("Something is wrong", "This did not work. The operators can see why in the log.")
        )
        body = pages.message(self._site.title, code, title, text, self._site.language)
        headers = {
            "Cache-Control": "no-store",
            "Content-Security-Policy": pages.CSP,
            "X-Content-Type-Options": "nosniff",
        }
        retry = {"Retry-After": "2"} if code == 503 else {}
        return Response(body, code, headers | retry, content_type="text/html; charset=utf-8")


def _moved(location: str) -> Response:
    response = redirect(location, 301, Response)
    response.autocorrect_location_header = False  # relative: nothing of the request's own Host comes back
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response  # type: ignore[return-value]  # what redirect made of our own class


def _quoted(raw: str) -> str:
    return quote(raw.encode("latin-1"))


def _plain(text: str, code: int) -> Response:
    return Response(text, code, {"Cache-Control": "no-store"}, content_type="text/plain; charset=utf-8")
