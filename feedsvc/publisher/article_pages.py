"""The articles' own pages: those that feeds lead to with the Edition itself, all others little by little."""

from collections.abc import Callable, Iterable
from itertools import islice
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row

from feedsvc import pages
from feedsvc.model.article import Article
from feedsvc.model.document import Document
from feedsvc.model.urls import article_page_path
from feedsvc.pages import Frame, Site
from feedsvc.publisher.feeds import Composer
from feedsvc.publisher.writer import EditionWriter
from feedsvc.store import documents, notes, pending
from feedsvc.store.documents import DocumentHeads

SLICE = 300
"""Pages that are printed in one go: a quarter of a second's work, after which what is due comes first."""
STEP = 50
"""Pages that are made together: all of them are in memory, and an article may have a million characters."""

Attempt = Callable[[str, Callable[[], bytes], str], bytes | None]
"""The page at a path, as it is made; nothing where that fails, with a complaint of the place that is named."""


class _Place(NamedTuple):
    """Where an article's page is to be: its `folder`, and the `path`, empty if it has none; what stands there now."""

    folder: str
    path: str
    article: Article | None
    below: dict[str, DocumentHeads]


class ArticlePages:
    """Prints into the Edition of `press` what waits in `marks`, as the articles are at `now` (seconds)."""

    def __init__(
        self,
        connection: Connection,
        press: EditionWriter,
        composer: Composer,
        site: Site,
        now: int,
        max_age: int,
        attempt: Attempt,
    ) -> None:
        self._connection = connection
        self._press = press
        self._composer = composer
        self._site = site
        self._now = now
        self._max_age = max_age
        self._attempt = attempt
        self._frames: dict[str, Frame] = {}

    def render_urgent(self, needed: Iterable[int]) -> None:
        """The pages of the articles `needed`, and of those that just changed, up to a SLICE.

        What is not open any more goes at once, however many there are. While the rest of an archive is awaited, so are
        the pages to which no feed leads.
        """
        self._print_all(pending.unprinted_closed(self._connection, self._now))
        awaited = notes.get(self._connection, notes.AWAITED) is not None
        changed = [] if awaited else pending.newest_dirty(self._connection, SLICE)
        self._print_all(pending.unprinted_among(self._connection, {*needed, *changed}))

    def render_some(self) -> None:
        """A SLICE of those that wait."""
        self._print_all(pending.unprinted_newest(self._connection, SLICE))

    def _print_all(self, rows: Iterable[Row[Any]]) -> None:
        """Not page by page: when the processor has the code at hand that makes one, it makes others in less time."""
        rest = iter(rows)
        while some := list(islice(rest, STEP)):
            known = documents.heads_below(self._connection, (f"/articles/{row.key}" for row in some))
            places = [self._place(row, *each) for row, each in zip(some, known.items(), strict=True)]
            made = [self._make(place) for place in places]
            for place, page in zip(places, made, strict=True):
                self._print(place, page)
            pending.put_printed(self._connection, [row.number for row in some])
            self._press.checkpoint()

    def _place(self, row: Row[Any], folder: str, below: dict[str, DocumentHeads]) -> _Place:
        article = self._composer.article(row) if row.opens <= self._now < row.closes else None
        return _Place(folder, article_page_path(article) if article else "", article, below)

    def _make(self, place: _Place) -> bytes | None:
        if (article := place.article) is None or not place.path:
            return None
        return self._attempt(place.path, lambda: pages.article(self._frame(article), article), f"{place.folder}/")

    def _print(self, place: _Place, page: bytes | None) -> None:
        path = place.path
        if page is not None:
            self._press.preload({path: place.below.get(path, {})})
            self._press.write(Document(path=path, type=pages.TYPE, body=page, max_age=self._max_age, shelved=True))
        self._press.drop(place.below.keys() - {path}, documents.NOT_FOUND if path else documents.GONE)

    def _frame(self, article: Article) -> Frame:
        """Made once for each section."""
        path = article.section_paths[0][-1].path if article.section_paths else ""
        if path not in self._frames:
            links = self._composer.empty_feed(path).links
            self._frames[path] = pages.frame(self._site, self._composer.trail(path), links)
        return self._frames[path]
