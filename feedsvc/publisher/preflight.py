"""Reports how a partner would see a feed: articles accepted, articles rejected and why, and limits that are close."""

from collections.abc import Mapping
from datetime import datetime

from feedsvc.model.article import Article
from feedsvc.model.counting import span
from feedsvc.model.explanation import NotFound
from feedsvc.model.feed import Feed
from feedsvc.model.format import Format
from feedsvc.model.operator_answers import PreflightReport
from feedsvc.model.plan import FeedPlan, Plan
from feedsvc.model.urls import SITE
from feedsvc.publisher import render
from feedsvc.publisher.articles import KeptArticles
from feedsvc.publisher.feeds import CustomFeed, make_feed_builder
from feedsvc.publisher.paging import pages, render_within_size
from feedsvc.publisher.rules import RuleResult, feed_warnings, label, requirements
from feedsvc.store.transaction import Transaction


def preflight(
    transaction: Transaction,
    plan: Plan,
    formats: Mapping[str, Format],
    now: datetime,
    *,
    feed: str,
    deepest: int | None = None,
) -> PreflightReport:
    """The report on the custom feed at the path `feed`, as of `now`; at most `deepest` of the newest stories are
    examined.

    Raises NotFound if there is no such feed, and FormatFault if its format cannot be used.
    """
    known_feeds = {each.path: each for each in plan.feeds}
    found = known_feeds.get(feed) or known_feeds.get(f"/{feed}")
    if found is None:
        known = ", ".join(known_feeds) or "none: add [[feeds]] to config.toml"
        raise NotFound(f"there is no feed of your own at {feed}; there are {known}")
    feeds = make_feed_builder(transaction, plan, formats, now, KeptArticles(), deepest)
    return _report(found, feeds.channels.format_of(found), feeds.custom_feed(found))


def _report(plan: FeedPlan, form: Format, custom: CustomFeed) -> PreflightReport:
    documents, notes = _documents(form, custom.feed)
    results = custom.results
    return PreflightReport(
        feed=plan.path,
        format=form.name,
        asks=tuple(_requirements(form)),
        accepted=tuple(label(article) for article in custom.feed.articles),
        held=tuple((label(each.article), _described(each.broken)) for each in results if each.broken),
        doubtful=tuple((label(each.article), _described(each.doubtful)) for each in results if _is_doubtful(each)),
        near=tuple((label(each.article), "; ".join(each.near)) for each in results if each.near),
        documents=documents,
        notes=(*notes, *_too_few(form, custom.feed.articles)),
    )


def _is_doubtful(each: RuleResult) -> bool:
    return each.accepted and bool(each.doubtful)


def _described(rules: tuple[tuple[str, str], ...]) -> str:
    return "; ".join(f"{how} ({remedy})" for how, remedy in rules)


def _requirements(form: Format) -> list[str]:
    profile = form.profile
    limits = [
        f"{profile.max_items} articles at most" if profile.max_items else "",
        f"{profile.min_items} articles at least (asked for, not required)" if profile.min_items else "",
        f"articles of the last {span(profile.max_age)}" if profile.max_age else "",
        f"{profile.max_bytes:,} bytes at most" if profile.max_bytes else "",
    ]
    return [*filter(None, limits), *requirements(profile.rules)]


def _documents(form: Format, feed: Feed) -> tuple[tuple[tuple[str, int], ...], list[str]]:
    """The documents of `feed`, each with its size in bytes; and remarks on them."""
    sizes: list[tuple[str, int]] = []
    notes = [str(problem) for problem in feed_warnings(form.profile, feed)]
    for part in pages(form, feed):
        body, problems = render_within_size(part.form, part.feed, render.render)
        sizes.append((part.path, len(body or b"")))
        notes += [str(problem).replace(SITE, "") for problem in problems]
        if form.profile.max_bytes and len(body or b"") > 0.9 * form.profile.max_bytes:
            notes.append(f"{part.path} is near the {form.profile.max_bytes:,} bytes that {form.name} takes")
    return tuple(sizes), notes


def _too_few(form: Format, articles: tuple[Article, ...]) -> list[str]:
    """A remark if there are fewer articles than the partner requires."""
    if len(articles) >= form.profile.min_items:
        return []
    return [f"{len(articles)} articles, where {form.name} wants {form.profile.min_items} at least: select more"]
