"""The endpoints for operators and their machines: health, readiness, freshness, status and metrics.

Strangers see only what readers can see, and nothing that unpublished articles would change.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs

import msgspec
from flask import Response, request
from msgspec.structs import replace

from feedsvc import pages
from feedsvc.model.explanation import Explanation, NotFound
from feedsvc.model.stages import SERVED, StageTimes
from feedsvc.model.status_lists import IgnoredFiles, WaitingArticle
from feedsvc.model.text import one_line
from feedsvc.store import destinations, item_counts, ledger_figures, purges, state, status
from feedsvc.store.errors import StoreError
from feedsvc.store.port import Store as AnyStore
from feedsvc.store.sqlite.store import Store
from feedsvc.store.state_disk import disk_problems, with_cause
from feedsvc.store.status import Status
from feedsvc.store.transaction import Transaction
from feedsvc.web import metrics
from feedsvc.web.console_listings import CONSOLE
from feedsvc.web.loading import LOADING
from feedsvc.web.metrics import Figure
from feedsvc.web.negotiate import prefers
from feedsvc.web.public_status import PublicStatus
from feedsvc.web.trust import is_operator
from feedsvc.web.view import View

Explain = Callable[[Transaction, str, str], Explanation]
"""Explains why the given article (second argument) is in a feed (third argument) or not; in all feeds if that is empty.
Raises NotFound."""
_LONGEST = 1_000
_LONGEST_QUERY = 8_192
"""Maximum characters of a query that are read."""
_SHOWN = 500
"""Maximum feeds, and problems, on the page; `feedsvc status` and the JSON have them all."""
_PAGE, _JSON = "text/html", "application/json"


class Operators:
    """The pages and endpoints for operators.

    `interval` is the number of seconds between two regenerations, 0 if they are not regular. `trust` is `[console]
    trust`: see `web.trust`. `ledger` is the store that can explain articles, if it differs from `store`.
    """

    def __init__(
        self,
        view: View,
        store: Store,
        title: str,
        language: str,
        interval: int,
        clock: Callable[[], datetime],
        explain: Explain | None = None,
        trust: tuple[str, ...] = (),
        *,
        ignored: Callable[[], tuple[IgnoredFiles, ...]] = tuple,
        timezone: str = "UTC",
        serves_only: bool = False,
        ledger: AnyStore | None = None,
    ) -> None:
        self.view = view
        self.ledger: AnyStore = ledger or store
        self.store = store
        self.title = title
        self.language = language
        self.interval = interval
        self.clock = clock
        self.explain = explain
        self.trust = trust
        self.ignored = ignored
        self.timezone = timezone
        self.serves_only = serves_only
        self._public = PublicStatus()

    def health(self) -> Response:
        """A constant answer: this process is alive."""
        return _answer("ok\n")

    def ready(self) -> Response:
        """The answer to whether this node has an Edition to serve, however old: 200, or 503 with the reason. A clock
        that is behind is mentioned, but the answer stays 200: the content served is right."""
        return self._judgement("ready", self._cannot_serve())

    def fresh(self) -> Response:
        """The answer to whether the content served is kept up to date: 200, or 503 with the reason."""
        return self._judgement("fresh", self._trouble())

    def _judgement(self, word: str, trouble: str) -> Response:
        if trouble:
            response = _answer(f"{trouble}\n", 503)
            response.headers["Retry-After"] = "2"
            return response
        return _answer("; ".join(filter(None, (word, self._clock_problem()))) + "\n")

    def status(self) -> Response:
        """The status as a page, or as JSON if the client prefers it. Operators see everything, and may ask about an
        article; others see the public part."""
        return self._status(prefers(request.environ.get("HTTP_ACCEPT", ""), (_PAGE, _JSON)))

    def status_json(self) -> Response:
        """The status as JSON, whatever the client prefers."""
        return self._status(_JSON)

    def _status(self, kind: str) -> Response:
        body = self._told_all(kind) if is_operator(self.trust, request.environ) else self._told_less(kind)
        if kind == _JSON:
            response = _answer(body, kind=_JSON)
        else:
            response = _answer(body, kind=pages.TYPE)
            response.headers["Content-Security-Policy"] = pages.CSP.replace("form-action 'none'", "form-action 'self'")
        response.headers["Vary"] = "Accept, Authorization"
        return response

    def _told_all(self, kind: str) -> bytes:
        article, feed = _asked(request.environ)
        with self.store.read() as transaction:
            found = status.read_status(transaction, self.clock(), self.interval)
        answer = None
        if article and self.explain:
            with self.ledger.read() as transaction:
                answer = self._why(transaction, article, feed)
        found = replace(
            found,
            trouble=self._trouble(),
            serves_only=self.serves_only,
            ignored=self.ignored(),
            waiting=_untitled(found.waiting),
        )
        found = status.with_disk(found, self.store.path.parent)
        if kind == _JSON:
            return msgspec.json.encode(answer or found)
        return self._page(found, operator=True, article=article, feed=feed, answer=answer)

    def _told_less(self, kind: str) -> bytes:
        """The public status. It is cached, byte for byte, until the Edition or the trouble changes, so that requests of
        strangers are cheap."""
        edition, trouble = self.view.edition, self._trouble()
        body = self._public.get(edition, kind, trouble)
        if body is None:
            with self.store.read() as transaction:
                found = replace(status.read_public_status(transaction, self.clock(), self.interval), trouble=trouble)
            body = msgspec.json.encode(found) if kind == _JSON else self._page(found, operator=False)
            self._public.put(edition, kind, trouble, body)
        return body

    def _page(self, found: Status, *, operator: bool, **asked: object) -> bytes:
        frame = {
            "site_title": self.title,
            "language": self.language,
            "title": "Status",
            "zone": self.timezone,
            "names": CONSOLE,
        }
        asking = operator and self.explain is not None
        return pages.render(
            "status.html", **frame, status=found, shown=_SHOWN, operator=operator, asking=asking, **asked
        )

    def _why(self, transaction: Transaction, article: str, feed: str) -> Explanation:
        try:
            return self.explain(transaction, article, feed) if self.explain else Explanation(article=article)
        except NotFound as error:
            return Explanation(article=article, note=str(error))

    def metrics(self) -> Response:
        """The metrics in Prometheus' text format 0.0.4: those of the service, then those of this process; for
        strangers, only the public ones."""
        with LOADING:
            from feedsvc.web import metrics_text
        if is_operator(self.trust, request.environ):
            return _answer(metrics_text.text_with_process(self._figures(), self._stages()), kind=metrics_text.TYPE)
        return _answer(metrics_text.text(self._public_figures()), kind=metrics_text.TYPE)

    def _cannot_serve(self) -> str:
        """The reason why this node cannot answer for all documents; empty if it can."""
        return self._judged(lambda _transaction: "")

    def _trouble(self) -> str:
        """The reason why the content served may not be fresh; empty if it is."""
        trouble = self._judged(lambda transaction: status.overdue(transaction, self.clock(), self.interval))
        return with_cause(trouble, self.store.path.parent, is_written=self.serves_only)

    def _judged(self, judge: Callable[[Transaction], str]) -> str:
        """The reason that `judge` finds in the store, or the reason why the store cannot be judged; empty for none."""
        if not self.view.edition.number:
            return "nothing has been published yet; the first Edition is being made"
        try:
            with self.store.read() as transaction:
                state.current_edition(transaction)
                judged = judge(transaction)
            if not self.store.path.is_file():
                return "the store is not in its folder any more: mount its disk; the last edition is served"
        except (StoreError, OSError):
            return "the store cannot be read; the last edition is served"
        return judged

    def _clock_problem(self) -> str:
        try:
            with self.store.read() as transaction:
                return status.clock_problem(transaction, self.clock())
        except StoreError:
            return ""

    def _public_figures(self) -> Iterator[Figure]:
        try:
            told = msgspec.json.decode(self._told_less(_JSON), type=Status)
        except StoreError:
            yield Figure("store_readable", "Whether the store can be read.", 0)
        else:
            yield Figure("store_readable", "Whether the store can be read.", 1)
            yield Figure("articles", "Articles that readers can see.", told.articles)
            yield Figure("sections", "Sections that are published.", len(told.sections))
            yield Figure("feeds", "Feeds that everybody can read.", len(told.feeds))
        yield from self._probes()
        yield self._documents()

    def _probes(self) -> Iterator[Figure]:
        yield Figure("ready", "Whether /-/ready says so.", not self._cannot_serve())
        yield Figure("fresh", "Whether /-/fresh says so.", not self._trouble())

    def _documents(self) -> Figure:
        documents = sum(map(len, self.view.edition.tables))
        return Figure("serving_documents", "Documents that this process serves, at all addresses.", documents)

    def _stages(self) -> dict[str, StageTimes]:
        """The times of the stages: of all publications so far, and of this process."""
        with suppress(StoreError), self.store.read() as transaction:
            return state.STAGE_TIMES.get(transaction) | {SERVED: self.view.served}
        return {SERVED: self.view.served}

    def _figures(self) -> Iterator[Figure]:
        try:
            with self.store.read() as transaction:
                found, pushed = status.count(transaction, self.clock()), ledger_figures.count_push(transaction)
                record = ledger_figures.alarms(transaction)
                copies = destinations.everything(transaction), purges.everything(transaction)
                last = ledger_figures.last_story(transaction, self.clock())
                paths = [path for path, _ in item_counts.published(transaction, metrics.FEEDS)]
        except StoreError:
            yield Figure("store_readable", "Whether the store can be read.", 0)
        else:
            yield Figure("store_readable", "Whether the store can be read.", 1)
            disk = disk_problems(self.store.path.parent, is_written=self.serves_only or bool(found.publisher))
            found = found._replace(problems=found.problems + len(disk))
            yield from metrics.of_the_service(found, self.clock())
            yield from metrics.of_push(pushed, self.clock()) if pushed.is_used else ()
            yield from metrics.of_copies(*copies)
            yield from metrics.of_feeds(((path, self.view.changed(path)) for path in paths), last)
            yield from metrics.of_alarms(record)
        yield from metrics.of_the_machine(self.store.path.parent)
        yield from self._probes()
        yield Figure("serving_edition", "Edition that this process serves.", self.view.edition.number)
        yield self._documents()
        yield Figure("serving_cache_bytes", "Bodies that this process holds in memory.", self.view.cached)


def _untitled(waiting: tuple[WaitingArticle, ...]) -> tuple[WaitingArticle, ...]:
    """`waiting` without titles: the web never reveals what a story says before its time."""
    return tuple(replace(each, title="") for each in waiting)


def _asked(environ: Mapping[str, Any]) -> tuple[str, str]:
    """The article and the feed of the query. Flask's own parser raises for bytes that are not UTF-8."""
    said = parse_qs(environ.get("QUERY_STRING", "")[:_LONGEST_QUERY], errors="replace")
    article, feed = (one_line(said.get(name, [""])[0])[:_LONGEST] for name in ("article", "feed"))
    return article, feed


def _answer(body: str | bytes, code: int = 200, kind: str = "text/plain; charset=utf-8") -> Response:
    headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    return Response(body, code, headers, content_type=kind)
