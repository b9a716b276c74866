"""Renders feeds and pages so that an error in one article or document does not affect others."""

from collections.abc import Callable

from feedsvc.model.exceptions import describe_exception
from feedsvc.model.feed import Feed
from feedsvc.model.format import Format, FormatFault
from feedsvc.model.problem import Problem

_REMEDY = "look for odd values in the article; report this"
_FOREIGN_REMEDY = "correct the format, or look for odd values in the article"


def render(form: Format, feed: Feed) -> tuple[bytes | None, tuple[Problem, ...]]:
    """`feed` in the format `form`, without the articles that cannot be rendered, and a Problem for each of these.

    The document is None if no article is left, or if the rest cannot be rendered either: an error of the format must
    not empty a feed. Raises FormatFault.
    """
    body, problem = _render(form, feed)
    if problem is None:
        return body, ()
    alone = [(article, _render(form, feed.with_only(article))[1]) for article in feed.articles]
    troubles = tuple(trouble for _, trouble in alone if trouble is not None)
    left = [article for article, trouble in alone if trouble is None]
    body, again = _render(form, feed.with_only(*left))
    if feed.articles and not left:
        return None, (*troubles, again or problem)
    return body, (*troubles, *([again] if again else []))


def problem_of(fault: FormatFault, form: Format, path: str) -> Problem:
    """The problem of the feed at `path` while its format cannot be used."""
    reason = f"{form.name} cannot render the feed, and its last good document stays: {fault.reason}"
    return Problem(place=path, reason=reason, remedy=fault.remedy)


def _render(form: Format, feed: Feed) -> tuple[bytes | None, Problem | None]:
    what = f"the article {feed.articles[0].url}" if len(feed.articles) == 1 else "the feed"
    body, problem = guarded(lambda: _checked(form, feed), feed.path, f"{form.name} cannot render {what}")
    return body, (problem and _with_remedy(problem, form))


def _with_remedy(problem: Problem, form: Format) -> Problem:
    remedy = _FOREIGN_REMEDY if form.foreign else problem.remedy
    return Problem(place=problem.place, reason=problem.reason, remedy=remedy)


def _checked(form: Format, feed: Feed) -> bytes:
    """The document. Raises TypeError if it is not bytes."""
    body: object = form.render(feed)
    if not isinstance(body, bytes):
        raise TypeError(f"returned {type(body).__name__}, not bytes")
    return body


def page(path: str, make: Callable[[], bytes], place: str) -> tuple[bytes | None, Problem | None]:
    """The page at `path` that `make` returns and None; or None and the Problem of `place` that prevents it."""
    return guarded(make, place, f"the page {path} cannot be made")


def guarded(make: Callable[[], bytes], place: str, failure: str) -> tuple[bytes | None, Problem | None]:
    """The result of `make` and None; or None and a Problem of `place` whose reason begins with `failure`.

    Raises FormatFault, which concerns more than one document, and KeyboardInterrupt, by which people end programs. All
    other exceptions are caught: libraries raise SystemExit, and those in Rust a BaseException of their own.
    """
    try:
        return make(), None
    except (FormatFault, KeyboardInterrupt):
        raise
    except BaseException as error:  # noqa: BLE001 - no error in one document may affect the others
        return None, Problem(place=place, reason=f"{failure}: {describe_exception(error)}", remedy=_REMEDY)
