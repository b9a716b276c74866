"""Judges articles by the rules of a partner's format: accepted, or rejected and why. Pure functions."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import TypeVar

from msgspec.structs import replace

from feedsvc.model.article import Article, ArticleCopy
from feedsvc.model.base import Value
from feedsvc.model.exceptions import describe_exception
from feedsvc.model.feed import Feed
from feedsvc.model.format import FormatFault, Profile, Rule
from feedsvc.model.problem import Problem
from feedsvc.model.urls import SITE

MAX_REJECTED = 2_000
"""Maximum articles that a feed may reject: a regeneration must not read a whole archive that the partner refuses."""
T = TypeVar("T")


class RuleResult(Value, frozen=True, kw_only=True):
    """The judgement on one article: the rules that it violates, each as `(violation, remedy)`."""

    article: Article
    broken: tuple[tuple[str, str], ...] = ()
    doubtful: tuple[tuple[str, str], ...] = ()
    """Violated rules that do not exclude the article."""
    near: tuple[str, ...] = ()
    """Limits that the article comes close to."""
    failed: bool = False
    """True if a rule raised an exception, so that the article could not be judged."""

    @property
    def accepted(self) -> bool:
        return not self.broken


def judge(profile: Profile, article: Article, feed: Feed) -> RuleResult:
    """The judgement on `article` in `feed`, of which only the channel counts."""
    try:
        found = [(rule, _by_path(rule.violation(article, feed))) for rule in profile.rules]
        near = tuple(near for rule, how in found if not how and (near := rule.near(article, feed)))
    except FormatFault:
        raise
    except Exception as error:  # noqa: BLE001 - an error in a newsroom's own rule must not affect other feeds
        why = f"a rule cannot judge it: {describe_exception(error)}"
        return RuleResult(article=article, broken=((why, "correct the format"),), failed=True)
    return RuleResult(
        article=article,
        broken=tuple((how, rule.remedy) for rule, how in found if how and rule.hard),
        doubtful=tuple((how, rule.remedy) for rule, how in found if how and not rule.hard),
        near=near,
    )


def _by_path(how: str) -> str:
    """`how` with URLs of this site shortened to paths, as operators know them."""
    return how.replace(SITE, "") if how else ""


def irrelevant_reason(profile: Profile, copy: ArticleCopy, options: dict[str, object]) -> str:
    """The reason why the partner cannot use an article; empty if it can, or if that is unknown."""
    try:
        return profile.irrelevant(copy, options)
    except FormatFault:
        raise
    except Exception:  # noqa: BLE001 - as above
        return ""


def judge_until(
    profile: Profile, candidates: Iterable[tuple[T, Article]], feed: Feed, limit: int
) -> tuple[tuple[T, RuleResult], ...]:
    """The judgements on `candidates`, each with the value paired with its article, until `limit` articles are accepted.

    Candidates are read only as they are judged. Also ends after MAX_REJECTED rejected ones.
    """
    judged: list[tuple[T, RuleResult]] = []
    accepted = 0
    for candidate, article in candidates:
        result = judge(profile, article, feed)
        judged.append((candidate, result))
        accepted += result.accepted
        if accepted >= limit or len(judged) - accepted >= MAX_REJECTED:
            break
    return tuple(judged)


def first_expiry(profile: Profile, judged: Iterable[RuleResult]) -> datetime | None:
    """The instant at which the first of the articles becomes too old for the partner; None for never."""
    published = [each.article.published for each in judged]
    return min(published) + timedelta(seconds=profile.max_age) if published and profile.max_age else None


def label(article: Article) -> str:
    """The title and the address of an article, for operators."""
    return f"{article.title or 'without a title'} ({article.url.removeprefix(SITE)})"


def problems(name: str, path: str, judged: Iterable[RuleResult]) -> Iterator[Problem]:
    """A Problem for each article that the feed at `path`, in the format `name`, rejects or accepts with doubts."""
    for each in judged:
        if each.broken:
            yield _problem(path, each.article, f"is held back from {name}: ", each.broken)
        elif each.doubtful:
            yield replace(_problem(path, each.article, f"may not please {name}: ", each.doubtful), warning=True)


def feed_warnings(profile: Profile, feed: Feed) -> Iterator[Problem]:
    """A warning for each oddity of the feed as a whole."""
    try:
        found = profile.feed_warnings(feed)
    except FormatFault:
        raise
    except Exception as error:  # noqa: BLE001 - as above
        found = ((f"a rule cannot judge the feed: {describe_exception(error)}", "correct the format"),)
    for how, remedy in found:
        yield Problem(place=feed.path, reason=_by_path(how), remedy=remedy, warning=True)


def requirements(rules: Iterable[Rule]) -> Iterator[str]:
    """Descriptions of the rules."""
    for rule in rules:
        yield rule.requirement if rule.hard else f"{rule.requirement} (asked for, not required)"


def _problem(path: str, article: Article, what: str, rules: tuple[tuple[str, str], ...]) -> Problem:
    reason = f"the article {label(article)} {what}{'; '.join(how for how, _ in rules)}"
    remedy = "; ".join(dict.fromkeys(remedy for _, remedy in rules))
    return Problem(place=path, reason=reason, remedy=remedy)
