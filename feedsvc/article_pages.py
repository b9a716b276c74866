"""The articles' own pages: those that feeds lead to with the Edition itself, all others little by little."""

from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import Connection, Row

from feedsvc import pages
from feedsvc.compose import Composer, own_page
from feedsvc.model import Article
from feedsvc.pages import Frame, Site
from feedsvc.press import Press
from feedsvc.store import editions, marks

SLICE = 300
"""Pages that are printed in one go: a second's work at most, after which what is due comes first."""

PrintPage = Callable[[str, Callable[[], bytes], str], None]
"""Prints at a path what is made, or complains of the place that is named."""


class ArticlePages:
    """Prints into the Edition of `press` what waits in `marks`, as the articles are at `now` (seconds)."""

    def __init__(
        self, connection: Connection, press: Press, composer: Composer, site: Site, now: int, print_page: PrintPage
    ) -> None:
        self._connection = connection
        self._press = press
        self._composer = composer
        self._site = site
        self._now = now
        self._print_page = print_page
        self._frames: dict[str, Frame] = {}

    def print_news(self, needed: Iterable[int]) -> None:
        """The pages of the articles `needed`, and of those that just changed, up to a SLICE.

        What is not open any more goes at once, however many there are.
        """
        self._print_all(marks.unprinted_closed(self._connection, self._now))
        changed = marks.newest_dirty(self._connection, SLICE)
        self._print_all(marks.unprinted_among(self._connection, {*needed, *changed}))

    def print_more(self) -> None:
        """A SLICE of those that wait."""
        self._print_all(marks.unprinted_newest(self._connection, SLICE))

    def _print_all(self, rows: Iterable[Row[Any]]) -> None:
        done = []
        for row in rows:
            self._print(row)
            done.append(row.number)
        marks.put_printed(self._connection, done)

    def _print(self, row: Row[Any]) -> None:
        article = self._composer.article(row) if row.opens <= self._now < row.closes else None
        page = own_page(article) if article else ""
        prefix = f"/articles/{row.key}/"
        known = editions.heads_below(self._connection, prefix)
        former = known.keys() - {page}
        self._press.know(known)
        if article and page:
            self._print_page(page, lambda: pages.article(self._frame(article), article), prefix)
        self._press.drop(former, editions.FORGOTTEN if page else editions.GONE)

    def _frame(self, article: Article) -> Frame:
        """Made once for each section."""
        path = article.places[0][-1].path if article.places else ""
        if path not in self._frames:
            links = self._composer.shell(path).links
            self._frames[path] = pages.frame(self._site, self._composer.trail(path), links)
        return self._frames[path]
