"""A feed as its partner sees it, before it does: what is taken, what is held back and why, what comes near a limit."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection

from feedsvc.model.article import Article
from feedsvc.model.base import Noun
from feedsvc.model.explanation import Unknown
from feedsvc.model.format import Format
from feedsvc.model.plan import FeedPlan, Plan
from feedsvc.publisher import render
from feedsvc.publisher.feeds import Composer
from feedsvc.publisher.paging import fit, pages
from feedsvc.publisher.rules import Judgement, OwnFeed, asked, called, doubts


class Trial(Noun, frozen=True, kw_only=True):
    """Of one feed. Articles are named by title and address, and those in doubt with what is wrong and the remedy."""

    feed: str
    format: str
    asks: tuple[str, ...]
    accepted: tuple[str, ...]
    held: tuple[tuple[str, str], ...]
    doubtful: tuple[tuple[str, str], ...]
    near: tuple[tuple[str, str], ...]
    documents: tuple[tuple[str, int], ...]
    """Path and bytes of each."""
    notes: tuple[str, ...]
    """What is to be said of the feed as a whole."""


def try_feed(connection: Connection, plan: Plan, formats: Mapping[str, Format], now: datetime, *, feed: str) -> Trial:
    """Of the feed of the operator's own at the path `feed`. Raises Unknown where there is none."""
    own = {each.path: each for each in plan.feeds}
    found = own.get(feed) or own.get(f"/{feed}")
    if found is None:
        known = ", ".join(own) or "none: add [[feeds]] to config.toml"
        raise Unknown(f"there is no feed of your own at {feed}; there are {known}")
    composer = Composer(connection, plan, formats, now)
    return _trial(found, composer.form(found), composer.operator_feed(found))


def _trial(plan: FeedPlan, form: Format, own: OwnFeed) -> Trial:
    documents, notes = _documents(form, own)
    return Trial(
        feed=plan.path,
        format=form.name,
        asks=tuple(_asked(form)),
        accepted=tuple(called(article) for article in own.feed.articles),
        held=tuple((called(each.article), _told(each.broken)) for each in own.judged if each.broken),
        doubtful=tuple((called(each.article), _told(each.doubtful)) for each in own.judged if _is_doubtful(each)),
        near=tuple((called(each.article), "; ".join(each.near)) for each in own.judged if each.near),
        documents=documents,
        notes=(*notes, *_counted(form, own.feed.articles)),
    )


def _is_doubtful(each: Judgement) -> bool:
    return each.accepted and bool(each.doubtful)


def _told(rules: tuple[tuple[str, str], ...]) -> str:
    return "; ".join(f"{how} ({remedy})" for how, remedy in rules)


def _asked(form: Format) -> list[str]:
    profile = form.profile
    limits = [
        f"{profile.most} articles at most" if profile.most else "",
        f"{profile.least} articles at least (asked for, not required)" if profile.least else "",
        f"articles of the last {profile.window // 3600} hours" if profile.window else "",
        f"{profile.size:,} bytes at most" if profile.size else "",
    ]
    return [*filter(None, limits), *asked(profile.rules)]


def _documents(form: Format, own: OwnFeed) -> tuple[tuple[tuple[str, int], ...], list[str]]:
    sizes: list[tuple[str, int]] = []
    notes = [str(problem) for problem in doubts(form.profile, own.feed)]
    for part in pages(form, own.feed):
        body, problems = fit(part.form, part.feed, render.render)
        sizes.append((part.path, len(body or b"")))
        notes += [str(problem) for problem in problems]
        if form.profile.size and len(body or b"") > 0.9 * form.profile.size:
            notes.append(f"{part.path} is near the {form.profile.size:,} bytes that {form.name} takes")
    return tuple(sizes), notes


def _counted(form: Format, articles: tuple[Article, ...]) -> list[str]:
    if len(articles) >= form.profile.least:
        return []
    return [f"{len(articles)} articles, where {form.name} wants {form.profile.least} at least: select more"]
