"""How articles are judged by a partner's rules, as values."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from ledger_sample import NOON, article

from feedsvc.model.article import Article
from feedsvc.model.feed import EPOCH_DATE, Feed
from feedsvc.model.format import Profile, Rule
from feedsvc.model.urls import SITE
from feedsvc.publisher import rules
from feedsvc.publisher.rules import feed_warnings, first_expiry, irrelevant_reason, judge, judge_until, requirements

FEED = Feed(id="x", path="/x.xml", title="X", description="", home="", updated=EPOCH_DATE)
EVEN = Rule(
    requirement="an even number",
    violation=lambda each, _feed: "odd" if int(each.title.split()[-1]) % 2 else "",
    remedy="count again",
    near=lambda each, _feed: "nearly ten" if each.title.endswith(" 8") else "",
)
SHORT = Rule(requirement="a short title", violation=lambda *_: "long", remedy="cut it", hard=False)


def stumble(*_given: object) -> str:
    raise RuntimeError("boom")


def test_a_hard_rule_keeps_an_article_out_and_a_soft_one_only_casts_doubt() -> None:
    profile = Profile(rules=(EVEN, SHORT))
    odd, even, near = (judge(profile, article(number), FEED) for number in (1, 2, 8))
    assert (odd.accepted, odd.broken, odd.doubtful) == (False, (("odd", "count again"),), (("long", "cut it"),))
    assert (even.accepted, even.doubtful, even.near) == (True, (("long", "cut it"),), ())
    assert near.near == ("nearly ten",)


def test_a_rule_that_stumbles_rejects_the_article_and_says_so() -> None:
    broken = Rule(requirement="a wonder", violation=stumble, remedy="none")
    assert "boom" in judge(Profile(rules=(broken,)), article(1), FEED).broken[0][0]
    [warning] = feed_warnings(Profile(feed_warnings=stumble), FEED)  # type: ignore[arg-type]
    assert "boom" in warning.reason
    assert irrelevant_reason(Profile(irrelevant=stumble), article(1), {}) == ""


def test_what_is_of_the_site_itself_is_named_by_its_path() -> None:
    size = Rule(requirement="a known size", violation=lambda each, _: f"unknown: {SITE}/media/{each.key}", remedy="say")
    result = judge(Profile(rules=(size,)), article(1), FEED)
    assert result.broken == ((f"unknown: /media/{article(1).key}", "say"),)
    [warning] = feed_warnings(Profile(feed_warnings=lambda _: ((f"odd: {SITE}/x", "mend"),)), FEED)
    assert warning.reason == "odd: /x"


def read(count: int, seen: list[int]) -> Iterator[tuple[int, Article]]:
    for number in range(count):
        seen.append(number)
        yield number, article(number)


def test_the_limit_counts_what_is_accepted_and_no_more_candidates_are_read() -> None:
    seen: list[int] = []
    judged = judge_until(Profile(rules=(EVEN,)), read(100, seen), FEED, 3)
    assert [number for number, result in judged if result.accepted] == [0, 2, 4]
    assert seen == [number for number, _ in judged] == [0, 1, 2, 3, 4]


def test_a_partner_that_refuses_everything_does_not_have_a_whole_archive_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "MAX_REJECTED", 7)
    never = Rule(requirement="nothing", violation=lambda *_: "no", remedy="")
    seen: list[int] = []
    judge_until(Profile(rules=(never,)), read(100, seen), FEED, 3)
    assert len(seen) == 7


def test_the_first_expiry_is_that_of_the_oldest_article() -> None:
    judged = [judge(Profile(), article(number), FEED) for number in (1, 5, 3)]
    assert first_expiry(Profile(max_age=86_400), judged) == NOON - timedelta(hours=5) + timedelta(days=1)
    assert first_expiry(Profile(), judged) is None
    assert first_expiry(Profile(max_age=86_400), ()) is None


def test_problems_name_the_article_and_all_its_remedies_once() -> None:
    judged = [judge(Profile(rules=(EVEN, SHORT)), article(number), FEED) for number in (1, 2)]
    held, doubtful = rules.problems("msn", "/msn.xml", judged)
    assert (held.place, held.warning, held.remedy) == ("/msn.xml", False, "count again")
    assert "Story 1 (/articles/key1/story-1) is held back from msn: odd" in held.reason
    assert (doubtful.warning, doubtful.remedy) == (True, "cut it")
    assert "may not please msn: long" in doubtful.reason


def test_requirements_say_which_of_them_are_soft() -> None:
    assert list(requirements((EVEN, SHORT))) == ["an even number", "a short title (asked for, not required)"]
