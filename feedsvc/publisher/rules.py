"""What a partner takes of the articles that a feed would hold: each is judged by the rules of the feed's profile."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from feedsvc.model.article import Article, ArticleCopy
from feedsvc.model.base import Value
from feedsvc.model.feed import Feed
from feedsvc.model.format import Profile, Rule
from feedsvc.model.problem import Problem
from feedsvc.model.urls import SITE

MOST_HELD = 2_000
"""Articles that a feed may hold back: not every regeneration should read a whole archive that the partner refuses."""


class RuleResult(Value, frozen=True, kw_only=True):
    """On one article: the rules that it breaks, `(how, remedy)`, and those that it comes close to."""

    article: Article
    broken: tuple[tuple[str, str], ...] = ()
    doubtful: tuple[tuple[str, str], ...] = ()
    """Broken too, but only soft ones."""
    near: tuple[str, ...] = ()

    @property
    def accepted(self) -> bool:
        return not self.broken


class JudgedFeed(NamedTuple):
    """A feed of the operator's own; the numbers of all articles that were judged for it, and when the first leaves."""

    feed: Feed
    members: list[int]
    judged: tuple[RuleResult, ...]
    turn: datetime | None


def judge(profile: Profile, article: Article, feed: Feed) -> RuleResult:
    """`feed` is the one that would hold the article; its own articles do not matter."""
    try:
        found = [(rule, rule.violation(article, feed)) for rule in profile.rules]
        near = tuple(near for rule, how in found if not how and (near := rule.near(article, feed)))
    except Exception as error:  # noqa: BLE001 - a rule of the newsroom's own must not cost the other feeds
        return RuleResult(article=article, broken=((f"a rule cannot judge it: {error!r}", "correct the format"),))
    return RuleResult(
        article=article,
        broken=tuple((how, rule.remedy) for rule, how in found if how and rule.hard),
        doubtful=tuple((how, rule.remedy) for rule, how in found if how and not rule.hard),
        near=near,
    )


def irrelevant_reason(profile: Profile, copy: ArticleCopy, options: dict[str, object]) -> str:
    """Why an article is not what the partner is for; where that cannot be told, it goes on to the rules."""
    try:
        return profile.irrelevant(copy, options)
    except Exception:  # noqa: BLE001 - as above
        return ""


def judge_until(profile: Profile, articles: Iterable[Article], feed: Feed, limit: int) -> tuple[RuleResult, ...]:
    """Judgements until `limit` articles are accepted, or so many held back that something else must be wrong."""
    judged: list[RuleResult] = []
    accepted = 0
    for article in articles:
        judged.append(judge(profile, article, feed))
        accepted += judged[-1].accepted
        if accepted >= limit or len(judged) - accepted >= MOST_HELD:
            break
    return tuple(judged)


def first_expiry(profile: Profile, judged: Iterable[RuleResult]) -> datetime | None:
    """When the first of the articles has stood as long as the partner wants it; None if none ever has."""
    published = [each.article.published for each in judged]
    return min(published) + timedelta(seconds=profile.max_age) if published and profile.max_age else None


def label(article: Article) -> str:
    """Title and address, for operators."""
    return f"{article.title or 'without a title'} ({article.url.removeprefix(SITE)})"


def problems(name: str, path: str, judged: Iterable[RuleResult]) -> Iterator[Problem]:
    """Each article that is held back from the feed `path` of the format `name`, and each that it may be odd to take."""
    for each in judged:
        if each.broken:
            yield _problem(path, each.article, f"is held back from {name}: ", each.broken, warning=False)
        elif each.doubtful:
            yield _problem(path, each.article, f"may not please {name}: ", each.doubtful, warning=True)


def feed_warnings(profile: Profile, feed: Feed) -> Iterator[Problem]:
    try:
        found = profile.feed_warnings(feed)
    except Exception as error:  # noqa: BLE001 - as above
        found = ((f"a rule cannot judge the feed: {error!r}", "correct the format"),)
    for how, remedy in found:
        yield Problem(place=feed.path, reason=how, remedy=remedy, warning=True)


def _problem(path: str, article: Article, what: str, rules: tuple[tuple[str, str], ...], *, warning: bool) -> Problem:
    reason = f"the article {label(article)} {what}{'; '.join(how for how, _ in rules)}"
    remedy = "; ".join(dict.fromkeys(remedy for _, remedy in rules))
    return Problem(place=path, reason=reason, remedy=remedy, warning=warning)


def asked(rules: Iterable[Rule]) -> Iterator[str]:
    """The rules in words."""
    for rule in rules:
        yield rule.requirement if rule.hard else f"{rule.requirement} (asked for, not required)"
