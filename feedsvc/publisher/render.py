"""Renders feeds and pages; an error in one article or document costs no other."""

from collections.abc import Callable

from feedsvc.model.feed import Feed
from feedsvc.model.format import Format
from feedsvc.model.problem import Problem

_REMEDY = "look for odd values in the article; report this"


def render(form: Format, feed: Feed) -> tuple[bytes | None, tuple[Problem, ...]]:
    """`feed` in the format `form`, without the articles that cannot be rendered, and a Problem for each of these.

    None in place of the document if not even the others can be rendered.
    """
    body, problem = _render(form, feed)
    if problem is None:
        return body, ()
    alone = [(article, _render(form, feed.with_only(article))[1]) for article in feed.articles]
    body, again = _render(form, feed.with_only(*(article for article, trouble in alone if trouble is None)))
    return body, tuple(trouble for trouble in (*(trouble for _, trouble in alone), again) if trouble is not None)


def _render(form: Format, feed: Feed) -> tuple[bytes | None, Problem | None]:
    what = f"the article {feed.articles[0].url}" if len(feed.articles) == 1 else "the feed"
    return guarded(lambda: form.render(feed), feed.path, f"{form.name} cannot render {what}")


def guarded(make: Callable[[], bytes], place: str, failure: str) -> tuple[bytes | None, Problem | None]:
    """The result of `make` and None; or None and a Problem of `place` whose reason begins with `failure`."""
    try:
        return make(), None
    except Exception as error:  # noqa: BLE001 - whatever one document stumbles over must not cost the others
        return None, Problem(place=place, reason=f"{failure}: {error!r}", remedy=_REMEDY)
