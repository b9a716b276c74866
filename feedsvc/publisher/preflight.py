"""A feed as its partner sees it, before it does: what is taken, what is held back and why, what comes near a limit."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection

from feedsvc.model.article import Article
from feedsvc.model.base import Value
from feedsvc.model.explanation import NotFound
from feedsvc.model.format import Format
from feedsvc.model.plan import FeedPlan, Plan
from feedsvc.publisher import render
from feedsvc.publisher.feeds import Composer
from feedsvc.publisher.paging import pages, render_within_size
from feedsvc.publisher.rules import JudgedFeed, RuleResult, asked, feed_warnings, label


class PreflightReport(Value, frozen=True, kw_only=True):
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


def preflight(
    connection: Connection, plan: Plan, formats: Mapping[str, Format], now: datetime, *, feed: str
) -> PreflightReport:
    """Of the feed of the operator's own at the path `feed`. Raises Unknown where there is none."""
    own = {each.path: each for each in plan.feeds}
    found = own.get(feed) or own.get(f"/{feed}")
    if found is None:
        known = ", ".join(own) or "none: add [[feeds]] to config.toml"
        raise NotFound(f"there is no feed of your own at {feed}; there are {known}")
    composer = Composer(connection, plan, formats, now)
    return _trial(found, composer.format(found), composer.custom_feed(found))


def _trial(plan: FeedPlan, form: Format, own: JudgedFeed) -> PreflightReport:
    documents, notes = _documents(form, own)
    return PreflightReport(
        feed=plan.path,
        format=form.name,
        asks=tuple(_asked(form)),
        accepted=tuple(label(article) for article in own.feed.articles),
        held=tuple((label(each.article), _told(each.broken)) for each in own.judged if each.broken),
        doubtful=tuple((label(each.article), _told(each.doubtful)) for each in own.judged if _is_doubtful(each)),
        near=tuple((label(each.article), "; ".join(each.near)) for each in own.judged if each.near),
        documents=documents,
        notes=(*notes, *_counted(form, own.feed.articles)),
    )


def _is_doubtful(each: RuleResult) -> bool:
    return each.accepted and bool(each.doubtful)


def _told(rules: tuple[tuple[str, str], ...]) -> str:
    return "; ".join(f"{how} ({remedy})" for how, remedy in rules)


def _asked(form: Format) -> list[str]:
    profile = form.profile
    limits = [
        f"{profile.max_items} articles at most" if profile.max_items else "",
        f"{profile.min_items} articles at least (asked for, not required)" if profile.min_items else "",
        f"articles of the last {profile.max_age // 3600} hours" if profile.max_age else "",
        f"{profile.max_bytes:,} bytes at most" if profile.max_bytes else "",
    ]
    return [*filter(None, limits), *asked(profile.rules)]


def _documents(form: Format, own: JudgedFeed) -> tuple[tuple[tuple[str, int], ...], list[str]]:
    sizes: list[tuple[str, int]] = []
    notes = [str(problem) for problem in feed_warnings(form.profile, own.feed)]
    for part in pages(form, own.feed):
        body, problems = render_within_size(part.form, part.feed, render.render)
        sizes.append((part.path, len(body or b"")))
        notes += [str(problem) for problem in problems]
        if form.profile.max_bytes and len(body or b"") > 0.9 * form.profile.max_bytes:
            notes.append(f"{part.path} is near the {form.profile.max_bytes:,} bytes that {form.name} takes")
    return tuple(sizes), notes


def _counted(form: Format, articles: tuple[Article, ...]) -> list[str]:
    if len(articles) >= form.profile.min_items:
        return []
    return [f"{len(articles)} articles, where {form.name} wants {form.profile.min_items} at least: select more"]
