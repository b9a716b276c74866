"""The console for editors and operators: explanations for articles, the feeds, the partners, the Editions.

Each page has its JSON at the same address plus `.json`. The console is read-only, and everyone but operators is
refused.
"""

from collections.abc import Callable, Collection, Mapping
from threading import BoundedSemaphore
from typing import Any, NamedTuple, Protocol, TypeVar
from urllib.parse import parse_qs

import msgspec
from flask import Response, request

from feedsvc import pages
from feedsvc.model.audience import DeliveryReport, FeedAudience
from feedsvc.model.explanation import Explanation, NotFound
from feedsvc.model.operator_answers import FeedChanges, FeedDraft, FoundArticle, PartnerFeed, PreflightReport
from feedsvc.model.text import one_line
from feedsvc.store import history, item_counts
from feedsvc.store.audience.deliveries import LastFetch
from feedsvc.store.port import Store
from feedsvc.store.transaction import Transaction
from feedsvc.web.console_form import ARTICLE, BUILD, Field, build_form, draft_listings, search_form
from feedsvc.web.console_listings import (
    CONSOLE,
    EditionFacts,
    FeedFacts,
    Listing,
    changed_feeds,
    delivered_link,
    delivery_listings,
    editions_listing,
    explanation_listings,
    feeds_listing,
    found_listing,
    partners_listing,
    preflight_listings,
)
from feedsvc.web.private_answers import plain, private, refusal
from feedsvc.web.trust import is_operator
from feedsvc.web.view import View

SHOWN = 100
"""Rows of a list on one page, and in one JSON document."""
_LONGEST, _LONGEST_QUERY = 1_000, 8_192
"""Maximum characters read of one value of a query, and of the whole query."""
_WAIT = 5.0
"""Seconds for which a question waits for the one before it to end."""
T = TypeVar("T")


class Answers(Protocol):
    """Answers that need the configuration or the rules of formats. Each may raise NotFound."""

    def explain(self, transaction: Transaction, article: str, feed: str) -> Explanation: ...
    def search(self, transaction: Transaction, wanted: str) -> tuple[FoundArticle, ...]: ...
    def partners(self) -> tuple[PartnerFeed, ...]: ...
    def preflight(self, transaction: Transaction, feed: str) -> PreflightReport: ...
    def changes(self, transaction: Transaction, edition: int) -> tuple[FeedChanges, ...]: ...
    def build(self, transaction: Transaction, asked: Mapping[str, str]) -> FeedDraft: ...
    def delivered(self, transaction: Transaction, article: str) -> DeliveryReport: ...
    def audiences(self, feeds: Collection[str]) -> Mapping[str, FeedAudience]: ...
    def last_fetches(self) -> Mapping[str, LastFetch]: ...


class Shown(NamedTuple):
    """One answer, as JSON and as a page."""

    title: str
    data: object
    listings: tuple[Listing, ...]
    note: str = ""
    asks: tuple[Field, ...] = ()
    """The fields of the form; empty if there is no form."""
    paste: str = ""
    """Text to be copied to config.toml; empty for none."""
    more: bool = False
    """True if there is another page of the list."""


class Busy(Exception):
    """The question before this one has not been answered within `_WAIT`."""


class Console:
    """The pages below `/-/` that only operators see. `trust` is `[console] trust`: see `web.trust`."""

    def __init__(
        self, view: View, store: Store, answers: Answers, site: tuple[str, str, str], trust: tuple[str, ...]
    ) -> None:
        """`site` holds the title, the language and the time zone of the site."""
        self._view = view
        self._store = store
        self._answers = answers
        self._title, self._language, self._zone = site
        self._trust = trust
        self._turn = BoundedSemaphore(1)

    def respond(self, name: str) -> Response:
        """The answer of the page `name` (one of CONSOLE), as JSON if `name` ends with `.json`."""
        if not is_operator(self._trust, request.environ):
            return refusal(self._trust)
        kind, _, suffix = name.partition(".")
        make = {
            "search": self._search,
            "feeds": self._feeds,
            "partners": self._partners,
            "delivered": self._delivered,
            "editions": self._editions,
            "build": self._build,
        }
        code = 200
        try:
            shown = self._in_turn(lambda: make[kind](_asked(request.environ)))
        except NotFound as error:
            asked = _asked(request.environ)
            again = search_form(asked.article, asked.feed) if kind == "search" else ()
            shown, code = Shown(kind.capitalize(), {"error": str(error)}, (), str(error), again), 404
        except Busy:
            return plain("Another question is being answered: ask again in some seconds.\n", 503, ("Retry-After", "5"))
        if suffix:
            return private(Response(msgspec.json.encode(shown.data), code, content_type="application/json"))
        return self._page(kind, shown, code)

    def _in_turn(self, make: Callable[[], T]) -> T:
        """The result of `make`. One question is answered at a time, to leave the processor to readers. Raises Busy."""
        if not self._turn.acquire(timeout=_WAIT):
            raise Busy
        try:
            return make()
        finally:
            self._turn.release()

    def _page(self, name: str, shown: Shown, code: int) -> Response:
        asked = _asked(request.environ)
        body = pages.render(
            "console.html",
            site_title=self._title,
            language=self._language,
            title=shown.title,
            shown=shown,
            name=name,
            names=CONSOLE,
            page=asked.page,
        )
        response = private(Response(body, code, content_type=pages.TYPE))
        response.headers["Content-Security-Policy"] = pages.CSP.replace("form-action 'none'", "form-action 'self'")
        return response

    def _search(self, asked: "Asked") -> Shown:
        fields = search_form(asked.article, asked.feed)
        if not asked.article:
            return Shown("Search", {}, (), asks=fields)
        with self._store.read() as transaction:
            try:
                found = self._answers.explain(transaction, asked.article, asked.feed)
            except NotFound as error:
                matches = self._answers.search(transaction, asked.article)
                return self._found(matches, str(error), fields, asked)
        listings = (*explanation_listings(found), delivered_link(asked.article))
        return Shown("Search", found, listings, found.note, fields)

    def _found(self, matches: tuple[FoundArticle, ...], note: str, fields: tuple[Field, ...], asked: "Asked") -> Shown:
        if not matches:
            raise NotFound(note)
        part, more = _paged(matches, asked.page)
        said = f"{len(matches)} articles fit {asked.article}."  # `note` may contain headlines of hidden articles
        return Shown("Search", {"articles": part, "more": more}, (found_listing(part),), said, fields, more=more)

    def _feeds(self, asked: "Asked") -> Shown:
        with self._store.read() as transaction:
            part, more = _paged(item_counts.published(transaction), asked.page)
        counted = self._answers.audiences([path for path, _ in part])
        found = tuple(
            FeedFacts(path=path, items=items, changed=self._view.changed(path), audience=counted.get(path))
            for path, items in part
        )
        return Shown("Feeds", {"feeds": found, "more": more}, (feeds_listing(found, self._zone),), more=more)

    def _partners(self, asked: "Asked") -> Shown:
        if asked.feed:
            with self._store.read() as transaction:
                report = self._answers.preflight(transaction, asked.feed)
            return Shown(f"Partner {report.feed}", report, preflight_listings(report, SHOWN))
        part, more = _paged(self._answers.partners(), asked.page)
        changes = tuple(self._view.changed(each.path) for each in part)
        listing = partners_listing(part, changes, self._zone, self._answers.last_fetches())
        return Shown("Partners", {"partners": part, "more": more}, (listing,), more=more)

    def _delivered(self, asked: "Asked") -> Shown:
        fields = (ARTICLE._replace(value=asked.article),)
        if not asked.article:
            return Shown("Delivered", {}, (), asks=fields)
        with self._store.read() as transaction:
            try:
                found = self._answers.delivered(transaction, asked.article)
            except NotFound as error:
                return self._found(self._answers.search(transaction, asked.article), str(error), fields, asked)
        return Shown("Delivered", found, delivery_listings(found, self._zone), asks=fields)

    def _editions(self, asked: "Asked") -> Shown:
        with self._store.read() as transaction:
            if asked.edition:
                found = self._answers.changes(transaction, asked.edition)
                part, more = _paged(found, asked.page)
                title = f"Edition {asked.edition}"
                data = {"edition": asked.edition, "feeds": part, "more": more}
                return Shown(title, data, changed_feeds(part, SHOWN), "" if found else "No feed changed.", more=more)
            rows = history.last_editions(transaction)
        kept = tuple(
            EditionFacts(edition=row.edition, at=row.at, documents=row.documents, note=row.note) for row in rows
        )
        return Shown("Editions", {"editions": kept}, (editions_listing(kept, self._zone),))

    def _build(self, asked: "Asked") -> Shown:
        with self._store.read() as transaction:
            draft = self._answers.build(transaction, asked.form)
        fields = build_form(asked.form, draft.formats)
        return Shown("Build a feed", draft, draft_listings(draft, SHOWN), draft.note, fields, paste=draft.table)


class Asked(NamedTuple):
    """The parsed query of a request; a missing or invalid value is 0 or empty."""

    article: str
    feed: str
    edition: int
    page: int
    """The page number, from 1."""
    form: dict[str, str]
    """The values of the form for a new feed, by the names of its fields."""


def _asked(environ: Mapping[str, Any]) -> Asked:
    said = parse_qs(environ.get("QUERY_STRING", "")[:_LONGEST_QUERY], errors="replace")

    def text(name: str) -> str:
        return one_line(said.get(name, [""])[0])[:_LONGEST]

    def number(name: str) -> int:
        value = text(name)
        return int(value) if value.isascii() and value.isdecimal() and len(value) < 10 else 0

    form = {name: text(name) for name in BUILD}
    return Asked(text("article"), text("feed"), number("edition"), max(1, number("page")), form)


def _paged(rows: "list[T] | tuple[T, ...]", page: int) -> tuple[tuple[T, ...], bool]:
    """The rows of one page, and True if more pages follow."""
    first = (page - 1) * SHOWN
    return tuple(rows[first : first + SHOWN]), len(rows) > first + SHOWN
