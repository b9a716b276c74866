"""Feeds and pages to bytes; the trouble of one costs no other."""

from collections.abc import Callable

from feedsvc.model.feed import Feed
from feedsvc.model.format import Format
from feedsvc.model.problem import Problem

_REMEDY = "look for odd values in the article; report this"


def render(form: Format, feed: Feed) -> tuple[bytes | None, tuple[Problem, ...]]:
    """`feed` as bytes; articles that `form` cannot render are left out and named. None if it cannot render any feed."""
    body, problem = _attempt(form, feed)
    if problem is None:
        return body, ()
    alone = [(article, _attempt(form, feed.with_only(article))[1]) for article in feed.articles]
    body, again = _attempt(form, feed.with_only(*(article for article, trouble in alone if trouble is None)))
    return body, tuple(trouble for trouble in (*(trouble for _, trouble in alone), again) if trouble is not None)


def _attempt(form: Format, feed: Feed) -> tuple[bytes | None, Problem | None]:
    what = f"the article {feed.articles[0].url}" if len(feed.articles) == 1 else "the feed"
    return guarded(lambda: form.render(feed), feed.path, f"{form.name} cannot render {what}")


def guarded(make: Callable[[], bytes], place: str, failure: str) -> tuple[bytes | None, Problem | None]:
    """What `make` makes, or a Problem of `place` that begins with `failure`."""
    try:
        return make(), None
    except Exception as error:  # noqa: BLE001 - whatever one document stumbles over must not cost the others
        return None, Problem(place=place, reason=f"{failure}: {error!r}", remedy=_REMEDY)
