"""The articles' own pages: those that feeds lead to with the Edition itself, all others little by little."""

from collections.abc import Callable, Iterable
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Row

from feedsvc import pages
from feedsvc.compose import Composer, own_page
from feedsvc.model import Article
from feedsvc.pages import Frame, Site
from feedsvc.press import Press
from feedsvc.store import editions, marks
from feedsvc.store.editions import Heads

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
        rest = iter(rows)
        while some := list(islice(rest, SLICE)):
            known = editions.heads_below(self._connection, (f"/articles/{row.key}" for row in some))
            for row, (folder, heads) in zip(some, known.items(), strict=True):
                self._print(row, folder, heads)
            marks.put_printed(self._connection, [row.number for row in some])
            self._press.pause()

    def _print(self, row: Row[Any], folder: str, known: dict[str, Heads]) -> None:
        """`known` is what stands below `folder`, which is the article's."""
        article = self._composer.article(row) if row.opens <= self._now < row.closes else None
        page = own_page(article) if article else ""
        former = known.keys() - {page}
        if article and page:
            self._press.know({page: known.get(page, {})})
            self._print_page(page, lambda: pages.article(self._frame(article), article), f"{folder}/")
        self._press.drop(former, editions.FORGOTTEN if page else editions.GONE)

    def _frame(self, article: Article) -> Frame:
        """Made once for each section."""
        path = article.places[0][-1].path if article.places else ""
        if path not in self._frames:
            links = self._composer.shell(path).links
            self._frames[path] = pages.frame(self._site, self._composer.trail(path), links)
        return self._frames[path]
