"""Renders and writes the documents of a publication, and records the problems of each."""

from collections.abc import Callable, Iterable

from msgspec.structs import replace

from feedsvc import pages
from feedsvc.model.document import Document
from feedsvc.model.feed import Feed
from feedsvc.model.format import Format, FormatFault
from feedsvc.model.problem import Problem
from feedsvc.model.urls import SITE
from feedsvc.publisher import render
from feedsvc.publisher.page_jobs import MadePage
from feedsvc.publisher.paging import render_within_size
from feedsvc.publisher.writer import EditionWriter
from feedsvc.store.problems import replace_problems, troubled
from feedsvc.store.transaction import Transaction


class Output:
    """Writes through `writer`. `troubled` are the origins of the problems known before."""

    def __init__(self, transaction: Transaction, writer: EditionWriter, troubled: frozenset[str]) -> None:
        self._transaction = transaction
        self._troubled = troubled
        self._put_off: set[str] = set()
        self.writer = writer

    @property
    def put_off(self) -> frozenset[str]:
        """The paths of feeds with a document that stayed as it was because its format could not be used."""
        return frozenset(self._put_off)

    def write_feed(self, feed: Feed, form: Format, path: str) -> None:
        """Writes `feed` as the document at `path`. If it cannot be rendered, the last good document stays."""
        self.replace_problems(path, self._write_or_put_off(feed, form, path, feed.interval))

    def write_archive(self, feed: Feed, form: Format, path: str, max_age: int) -> None:
        """Writes `feed` as an archive document, which servers load on demand."""
        self.replace_problems(path, self._write_or_put_off(feed, form, path, max_age, on_demand=True))

    def write_part(self, feed: Feed, form: Format, path: str) -> tuple[Problem, ...]:
        """Writes `feed` as one of several documents of a feed. Returns its problems, for the feed as a whole. Raises
        FormatFault."""
        return self._write_feed(feed, form, path, feed.interval)

    def write_page(self, path: str, make: Callable[[], bytes], max_age: int) -> None:
        """Writes the page that `make` returns. If it raises an exception, the last good page stays."""
        body, problem = render.page(path, make, path)
        document = None if body is None else Document(path=path, type=pages.TYPE, body=body, max_age=max_age)
        self.write_made(MadePage(path, document, problem), path)

    def write_made(self, page: MadePage, place: str) -> None:
        """Writes `page`. If it could not be made, the last good page stays, and the Problem is one of `place`."""
        self.replace_problems(_page_origin(place), (page.problem,) if page.problem else ())
        if page.document is not None:
            self.writer.write(page.document, page.coded)

    def drop_pages_and_feeds(self, paths: set[str], status: int) -> None:
        """Removes the documents at `paths`, with their problems; `status` is as in `EditionWriter.drop`."""
        self.writer.drop(paths, status)
        for path in paths:
            self.replace_problems(path, ())
            self.replace_problems(_page_origin(path), ())

    def drop_archives(self, paths: set[str], status: int) -> None:
        """Removes the archive documents at `paths`, with their problems."""
        self.writer.drop(paths, status)
        for path in sorted(paths):
            replace_problems(self._transaction, path, ())

    def replace_problems(self, origin: str, problems: Iterable[Problem]) -> None:
        """Replaces the former problems of `origin` by `problems`."""
        found = tuple(self._with_addresses(problem) for problem in problems)
        if found or origin in self._troubled:
            replace_problems(self._transaction, origin, found)

    def _with_addresses(self, problem: Problem) -> Problem:
        """`problem` with the site's address in place of its placeholder `SITE`."""
        return replace(problem, reason=problem.reason.replace(SITE, self.writer.address))

    def _write_or_put_off(
        self, feed: Feed, form: Format, path: str, max_age: int, *, on_demand: bool = False
    ) -> tuple[Problem, ...]:
        try:
            return self._write_feed(feed, form, path, max_age, on_demand=on_demand)
        except FormatFault as fault:
            self._put_off.add(feed.path)
            return (render.problem_of(fault, form, path),)

    def _write_feed(
        self, feed: Feed, form: Format, path: str, max_age: int, *, on_demand: bool = False
    ) -> tuple[Problem, ...]:
        media_type = f"{form.type}; charset=utf-8"
        if self.writer.is_current(path, media_type, max_age, feed):
            return ()
        body, problems = render_within_size(form, feed, render.render)
        if body is None:
            return problems
        topic = form.names_hubs and bool(feed.hubs)
        document = Document(path=path, type=media_type, body=body, max_age=max_age, on_demand=on_demand, topic=topic)
        if problems:  # not cached as rendered: the problems must be found again as long as they last
            self.writer.write(document)
        else:
            self.writer.write_rendered(document, feed)
        return problems


def make_output(transaction: Transaction, writer: EditionWriter) -> Output:
    """An output through `writer` that replaces the problems known so far."""
    return Output(transaction, writer, frozenset(troubled(transaction)))


def _page_origin(place: str) -> str:
    return f"the page of {place}"
