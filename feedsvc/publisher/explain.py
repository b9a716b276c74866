"""Explains why an article is or is not in a feed, by the ledger and the plan, as of one instant."""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from msgspec.structs import fields, replace

from feedsvc.model import codec
from feedsvc.model.article import Article, ArticleCopy, Status
from feedsvc.model.codec import FOREVER
from feedsvc.model.counting import span
from feedsvc.model.explanation import Explanation, NotFound, Verdict
from feedsvc.model.feed import Feed
from feedsvc.model.format import Format, FormatFault
from feedsvc.model.local_time import local_iso, local_time
from feedsvc.model.plan import FeedPlan, Plan
from feedsvc.model.problem import Problem
from feedsvc.model.selection import Selection
from feedsvc.model.urls import SITE
from feedsvc.publisher.article_lookup import find_article, find_feeds
from feedsvc.publisher.article_search import near_matches, search
from feedsvc.publisher.articles import normalised
from feedsvc.publisher.feeds import FeedBuilder, make_feed_builder
from feedsvc.publisher.rules import irrelevant_reason
from feedsvc.store import history, ledger, revisions
from feedsvc.store.entries import LedgerEntry
from feedsvc.store.problems import all_problems
from feedsvc.store.transaction import Transaction

_ELSEWHERE = "not in that section"
Answer = tuple[bool, str]
"""True if the article is in the feed; and the reason, or its place in the feed."""


def explain(
    transaction: Transaction, plan: Plan, formats: Mapping[str, Format], now: datetime, *, article: str, feed: str = ""
) -> Explanation:
    """The explanation for one article in one feed, or in all if `feed` is empty.

    `article` is a path below the articles folder, an id, a key, a URL, or a part of a headline or of a file's name;
    `feed` a path or a URL. Raises NotFound if there is no such article or feed, or more than one such article.
    """
    problems = all_problems(transaction)
    entry = _find(transaction, plan, article, problems)
    builder = make_feed_builder(transaction, plan, formats, now)
    filenames = {form.filename for form in formats.values()}
    paths = find_feeds(feed, builder.sections.titles, [custom.path for custom in plan.feeds], filenames)
    if not isinstance(entry, LedgerEntry):
        unread = f"quarantined: {_because(entry)}"
        return Explanation(article=article, path=entry.place, verdicts=tuple(_left_out(each, unread) for each in paths))
    rollback = _rollback(transaction, entry.number, plan.timezone)
    subject = _Subject(transaction, plan, now, builder, entry, entry.copy, problems)
    closed = closed_reason(entry, subject.copy, rollback, codec.seconds(now), plan.timezone)
    page = plan.address(subject.copy.url, entry.key, entry.slug).replace(SITE, plan.addresses[0], 1)
    state = f"not out: {closed}" if closed else f"out since {local_time(codec.instant(entry.opens), plan.timezone)}"
    name = f"{subject.copy.title} ({entry.path or 'no file'}, id {entry.id}, key {entry.key})"
    verdicts = tuple(_verdict(subject, path, closed) for path in paths)
    return Explanation(
        article=name,
        path=entry.path or "",
        page=page,
        state=state,
        note=_note(entry, problems, rollback),
        verdicts=verdicts,
    )


def _find(transaction: Transaction, plan: Plan, wanted: str, problems: Collection[Problem]) -> LedgerEntry | Problem:
    """The article that `wanted` names, or the problem of its file, of which no version was read. Raises NotFound."""
    entry = find_article(transaction, plan, wanted)
    if entry is None:
        if bad := _quarantined(wanted, problems):
            return bad[0]
        entry = search(transaction, wanted)
    if entry is not None:
        return (_is_unread(entry, entry.copy) and _problem_of(entry, problems)) or entry
    new = "a new file is known after the next regeneration"
    raise NotFound(
        f"no article has the path, headline, id, key or URL {wanted}; {near_matches(transaction, wanted) or new}"
    )


def _is_unread(entry: LedgerEntry, copy: ArticleCopy) -> bool:
    """True if only the identity of the article is known, which was imported."""
    return entry.path is not None and entry.opens >= FOREVER and copy.status is Status.USABLE


def _left_out(path: str, reason: str) -> Verdict:
    return Verdict(feed=path, included=False, reason=reason)


class _Subject(NamedTuple):
    """The article in question, and the facts about it."""

    transaction: Transaction
    plan: Plan
    now: datetime
    feeds: FeedBuilder
    entry: LedgerEntry
    copy: ArticleCopy
    problems: tuple[Problem, ...]


def _verdict(subject: _Subject, path: str, closed: str) -> Verdict:
    """The verdict on the feed at `path`; `closed` is the reason why the article is in no feed, or empty."""
    custom = next((plan for plan in subject.plan.feeds if plan.path == path), None)
    if closed:
        included, reason = False, closed
    elif custom:
        included, reason = _explain_guarded(subject, custom)
    else:
        included, reason = _explain_section(subject, path.strip("/"))
    unrelated = not closed and custom is None and not included and reason.startswith(_ELSEWHERE)
    served = _served(subject.transaction, subject.entry, path, subject.plan.timezone)
    return Verdict(feed=path, included=included, reason=reason, unrelated=unrelated, served=served)


def _explain_section(subject: _Subject, section: str) -> Answer:
    mine = sorted(ledger.sections_of(subject.transaction, subject.entry.number) - {""})
    if section and section not in mine:
        return False, f"{_ELSEWHERE}; it is in {', '.join(mine) or 'none'}"
    feed = subject.feeds.section_feed(section).feed
    return _place(subject, feed, subject.plan.policy(section).limit)


def _place(subject: _Subject, feed: Feed, limit: int) -> Answer:
    zone, address = subject.plan.timezone, subject.plan.addresses[0]
    return place_in(feed, subject.entry, limit, subject.now, subject.problems, zone, address)


def _explain_guarded(subject: _Subject, plan: FeedPlan) -> Answer:
    try:
        return _explain_custom(subject, plan)
    except FormatFault as fault:
        return False, f"nothing is known of it: {fault}"


def _explain_custom(subject: _Subject, plan: FeedPlan) -> Answer:
    form, copy, entry = subject.feeds.channels.format_of(plan), subject.copy, subject.entry
    if why := irrelevant_reason(form.profile, normalised(copy, subject.plan), plan.options):
        return False, f"not for {form.name}: {why}"
    for name, value in _conditions(plan.selection):
        if not subject.feeds.matches(replace(plan, selection=Selection(**{name: value})), copy):
            return False, f"the feed's selection: {_condition(name, value)}"
    custom = subject.feeds.custom_feed(plan)
    for result in custom.results:
        if result.article.key == entry.key and result.broken:
            return False, "; ".join(how for how, _ in result.broken)
    window = form.profile.max_age
    if window and entry.published <= codec.seconds(subject.now) - window:
        return False, f"older than the {span(window)} that {form.name} looks back"
    return _place(subject, custom.feed, plan.policy.limit)


# --- decisions, of values alone ---------------------------------------------------------------------------------------


def closed_reason(entry: LedgerEntry, copy: ArticleCopy, rollback: str, now: int, zone: str = "UTC") -> str:
    """The reason why the article is in no feed at `now` (seconds); empty if it is open. `rollback` describes the
    rollback in force for it, if any."""
    if entry.path is None:
        return f"withdrawn by removal: its file is gone{_since(entry.withdrawn, zone)}"
    if copy.status is not Status.USABLE:
        return (
            "it is a draft"
            if copy.status is Status.DRAFT
            else f"withdrawn by its status{_since(entry.withdrawn, zone)}"
        )
    if entry.closes == entry.opens and rollback:
        return f"taken out by the {rollback}"
    if _is_unread(entry, copy):
        return "its file was not read yet"
    if entry.is_open(now):
        return ""
    if entry.opens > now and not entry.phase:
        is_embargo = copy.embargo is not None and codec.seconds(copy.embargo) == entry.opens
        return f"{'embargo until' if is_embargo else 'dated in the future, so not before'} {_shown(entry.opens, zone)}"
    return f"expired {_shown(entry.closes, zone)}"


def place_in(
    feed: Feed,
    entry: LedgerEntry,
    limit: int,
    now: datetime,
    problems: Collection[Problem],
    zone: str = "UTC",
    address: str = SITE,
) -> Answer:
    """The article's place among the items of `feed`, or since when the feed is full without it. `address` is the
    canonical address, which `problems` use to name articles."""
    keys = [each.key for each in feed.articles]
    if entry.key in keys:
        number = keys.index(entry.key)
        failed = [each for each in problems if _is_of(each, feed, feed.articles[number], address)]
        return (False, failed[0].reason) if failed else (True, f"item {number + 1} of {len(keys)}")
    if len(keys) < limit:
        return False, f"it left the window of {limit} articles, and does not come back"
    oldest = min((each.published for each in feed.articles), default=now)
    return (
        False,
        f"the window of {limit} is full since {local_iso(oldest, zone)}; it is of {_shown(entry.published, zone)}",
    )


def _note(entry: LedgerEntry, problems: Collection[Problem], rollback: str) -> str:
    """A remark for all feeds: an unreadable file keeps its last good version, or a rollback is in force."""
    if bad := _problem_of(entry, problems):
        return f"the file as it is now is quarantined, its last good version stays: {_because(bad)}"
    return f"it is as after the {rollback}, until its file changes or that is released" if rollback else ""


def _problem_of(entry: LedgerEntry, problems: Collection[Problem]) -> Problem | None:
    """The problem of the unreadable file of `entry`; None if it has none."""
    return next((each for each in problems if each.place == entry.path and not each.warning), None)


def _quarantined(wanted: str, problems: Collection[Problem]) -> list[Problem]:
    """The problems of the unreadable files that `wanted` names by path, or by the end of one."""
    return [each for each in problems if f"/{each.place}".endswith(f"/{wanted}") and not each.warning]


def _is_of(problem: Problem, feed: Feed, article: Article, address: str) -> bool:
    """True if `problem` says that a format could not render `article` for `feed`."""
    url = article.url.replace(SITE, address)
    return problem.place == feed.path and url in problem.reason and not problem.warning


def _conditions(selection: Selection) -> Iterator[tuple[str, Any]]:
    """The fields of `selection` that are set, and their values."""
    for field in fields(Selection):
        if value := getattr(selection, field.name):
            yield field.name, value


def _condition(name: str, value: Any) -> str:
    """A field of a Selection in the syntax of config.toml."""
    shown = value if isinstance(value, str) else ", ".join(value)
    return f"{name.replace('without_', 'exclude ')} {shown}"


def _since(when: int | None, zone: str) -> str:
    return "" if when is None else f" since {_shown(when, zone)}"


def _because(problem: Problem) -> str:
    return f"{problem.reason} ({problem.remedy})" if problem.remedy else problem.reason


def _shown(seconds: int, zone: str) -> str:
    return local_iso(codec.instant(seconds), zone)


# --- the history ------------------------------------------------------------------------------------------------------


def _served(transaction: Transaction, entry: LedgerEntry, feed: str, zone: str) -> str:
    """The revision that the feed shows, or showed last and until when; empty if the Editions that are kept have
    none."""
    last = history.last_served(transaction, feed, entry.key)
    if last is None:
        return ""
    made = codec.instant(last.updated)
    number = max(
        (each.number for each in revisions.of(transaction, entry.number) if each.changed_at <= made), default=1
    )
    if last.until is None:
        return f"revision {number} of {_shown(last.updated, zone)} is served"
    return f"revision {number} of {_shown(last.updated, zone)} was served last, until {_shown(last.until, zone)}"


def _rollback(transaction: Transaction, number: int, zone: str) -> str:
    """A description of the rollback in force for the article; empty if there is none."""
    active = history.active_rollback(transaction)
    if active is None or history.pinned_version(transaction, number) is None:
        return ""
    return f"rollback to edition {active.edition} of {local_iso(active.since, zone)}"
