"""What operators and their machines ask: whether the service is alive, ready, and how it is."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import parse_qs

import msgspec
from flask import Response, request
from msgspec.structs import replace
from prometheus_client import PROCESS_COLLECTOR, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector, CollectorRegistry
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from feedsvc import pages
from feedsvc.model.explanation import Explanation, NotFound
from feedsvc.model.text import one_line
from feedsvc.store import status
from feedsvc.store.sqlite.database import Store
from feedsvc.store.status import Counts
from feedsvc.web.view import View

Explain = Callable[[Connection, str, str], Explanation]
"""Why an article (second) is in a feed (third), or not; of all feeds where that is empty. Raises Unknown."""
_LONGEST = 1_000
_SHOWN = 500
"""Feeds, and problems, that the page shows; `feedsvc status` has them all, and so has JSON."""
_LOCAL = ("127.", "::ffff:127.")
_FORWARDED = ("HTTP_FORWARDED", "HTTP_X_FORWARDED_FOR", "HTTP_X_REAL_IP", "HTTP_VIA")


class Operators(NamedTuple):
    """`interval` are the seconds between two regenerations, 0 where they keep no regular one."""

    view: View
    store: Store
    title: str
    language: str
    interval: int
    clock: Callable[[], datetime]
    explain: Explain | None = None

    def health(self) -> Response:
        """Alive: this process answers."""
        return _answer("ok\n")

    def ready(self) -> Response:
        """An Edition is served, and somebody keeps it up."""
        trouble = self._trouble()
        return _answer(f"{trouble or 'ready'}\n", 503 if trouble else 200)

    def status(self) -> Response:
        """A page, or JSON for who asks for it. Who asks on this machine is told all, and may ask why; others, less."""
        operator = _is_operator(request.environ)
        article, feed = _asked(request.environ) if operator else ("", "")
        with self.store.read() as connection:
            found = replace(status.read_status(connection, self.clock(), self.interval), trouble=self._trouble())
            answer = self._why(connection, article, feed) if article and self.explain else None
        found = found if operator else status.redacted(found)
        kinds = ["text/html", "application/json"]
        if request.accept_mimetypes.best_match(kinds, default=kinds[0]) == kinds[1]:
            response = _answer(msgspec.json.encode(answer or found), kind=kinds[1])
        else:
            body = pages.render(
                "status.html",
                site_title=self.title,
                language=self.language,
                title="Status",
                status=found,
                shown=_SHOWN,
                asking=operator and self.explain is not None,
                article=article,
                feed=feed,
                answer=answer,
            )
            response = _answer(body, kind="text/html; charset=utf-8")
            response.headers["Content-Security-Policy"] = pages.CSP.replace("form-action 'none'", "form-action 'self'")
        response.headers["Vary"] = "Accept"
        return response

    def _why(self, connection: Connection, article: str, feed: str) -> Explanation:
        try:
            return self.explain(connection, article, feed) if self.explain else Explanation(article=article)
        except NotFound as error:
            return Explanation(article=article, note=str(error))

    def metrics(self) -> Response:
        """The Prometheus text format 0.0.4: of the whole service, then of the process that answers."""
        registry = CollectorRegistry()
        registry.register(_Figures(self._figures()))
        registry.register(PROCESS_COLLECTOR)
        return _answer(generate_latest(registry), kind=CONTENT_TYPE_PLAIN_0_0_4)

    def _trouble(self) -> str:
        if not self.view.edition.number:
            return "nothing has been published yet"
        try:
            with self.store.read() as connection:
                return status.overdue(connection, self.clock(), self.interval)
        except SQLAlchemyError:
            return "the store cannot be read; the last edition is served"

    def _figures(self) -> "Iterator[Figure]":
        try:
            with self.store.read() as connection:
                found = status.count(connection, self.clock())
        except SQLAlchemyError:
            yield Figure("store_readable", "Whether the store can be read.", 0)
        else:
            yield Figure("store_readable", "Whether the store can be read.", 1)
            yield from _of_the_service(found, self.clock())
        yield Figure("ready", "Whether /-/ready says so.", not self._trouble())
        yield Figure("serving_edition", "Edition that this process serves.", self.view.edition.number)
        documents = sum(map(len, self.view.edition.tables))
        yield Figure("serving_documents", "Documents that this process serves, at all addresses.", documents)
        yield Figure("serving_cache_bytes", "Bodies that this process holds in memory.", self.view.cached)


def _asked(environ: Mapping[str, Any]) -> tuple[str, str]:
    """Article and feed of the query; Flask's own reading of it raises for what is no UTF-8."""
    said = parse_qs(environ.get("QUERY_STRING", ""), errors="replace")
    article, feed = (one_line(said.get(name, [""])[0])[:_LONGEST] for name in ("article", "feed"))
    return article, feed


def _is_operator(environ: Mapping[str, Any]) -> bool:
    """Whether the request comes from this machine, and was not passed on for another; problems quote unseen files."""
    address = environ.get("REMOTE_ADDR") or ""
    local = address in ("", "::1") or address.startswith(_LOCAL)  # none at all is a socket of this machine's
    return local and not any(name in environ for name in _FORWARDED)


class Figure(NamedTuple):
    name: str
    help: str
    value: float


class _Figures(Collector):
    def __init__(self, figures: Iterator[Figure]) -> None:
        self._figures = tuple(figures)

    def collect(self) -> Iterator[Metric]:
        for name, text, value in self._figures:
            yield GaugeMetricFamily(f"feedsvc_{name}", text, value)


def _of_the_service(found: Counts, now: datetime) -> Iterator[Figure]:
    yield Figure("edition", "Number of the current edition.", found.edition)
    yield Figure("articles", "Articles in the folder.", found.articles)
    yield Figure("sections", "Sections that are published.", found.sections)
    yield Figure("feeds", "Feeds published.", found.feeds)
    yield Figure("problems", "Problems that hold something back.", found.problems)
    yield Figure("warnings", "Problems that hold nothing back.", found.warnings)
    yield Figure("publisher_up", "Whether a publisher is there.", bool(found.publisher))
    if found.last:
        yield Figure("last_regeneration_timestamp_seconds", "When the last regeneration ended.", found.last.timestamp())
        age = (now - found.last).total_seconds()
        yield Figure("last_regeneration_age_seconds", "Time since the last regeneration ended.", age)


def _answer(body: str | bytes, code: int = 200, kind: str = "text/plain; charset=utf-8") -> Response:
    headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    return Response(body, code, headers, content_type=kind)
