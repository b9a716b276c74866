"""A plan knows the terms of each section, and on which address an article is read."""

from datetime import UTC, datetime

import pytest

from feedsvc.model.article import Media
from feedsvc.model.feed import LiveStream
from feedsvc.model.plan import FeedPlan, FeedPolicy, Plan, SectionPlan
from feedsvc.model.selection import MATCH_ALL
from feedsvc.model.urls import SITE

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
POLICY = FeedPolicy(formats=("rss",), limit=50, full=True, interval=300)
NEWS = SectionPlan(
    path="news", title="", description="", policy=FeedPolicy(formats=("atom",), limit=9, full=False, interval=60)
)
LIVE = LiveStream(id="l", title="L", url="https://a.example/l", picture=Media(url=f"{SITE}/media/l.png"), since=NOON)
PARTNER = FeedPlan(
    path="/x.xml", title="", description="", policy=POLICY, selection=MATCH_ALL,
    options={"image": "/media/x.png", "email": "a@b.example", "count": 3},
)  # fmt: skip
PLAN = Plan(
    title="T", description="", language="en", author="", copyright="", logo=f"{SITE}/media/logo.png", icon="",
    addresses=("https://a.example", "https://b.example"), authority="a.example,2026", defaults=POLICY,
    sections={"news": NEWS}, feeds=(PARTNER,), live=(LIVE,), digest="",
)  # fmt: skip


def test_a_section_has_its_own_terms_or_those_of_all() -> None:
    assert (PLAN.policy("news"), PLAN.policy("news/eu"), PLAN.policy("")) == (NEWS.policy, POLICY, POLICY)


@pytest.mark.parametrize(
    ("url", "read_at"),
    [
        ("", f"{SITE}/articles/k/%D1%81"),
        ("https://a.example/1", f"{SITE}/1"),
        ("https://a.example.org/1", "https://a.example.org/1"),
        ("https://b.example/1", "https://b.example/1"),
    ],
)
def test_an_article_is_read_at_its_own_address_or_here_and_on_a_mirror_by_its_readers(url: str, read_at: str) -> None:
    assert PLAN.address(url, "k", "с") == read_at


@pytest.mark.parametrize(
    ("archive", "limit", "batch", "page"),
    [(False, 50, 1, 50), (True, 50, 16, 50), (True, 2, 1, 2), (True, 900, 300, 100)],
)
def test_a_third_of_a_feed_goes_to_its_archive_at_a_time(archive: bool, limit: int, batch: int, page: int) -> None:
    policy = FeedPolicy(formats=(), limit=limit, full=True, interval=300, archive=archive)
    assert (policy.batch, policy.candidates_needed, policy.archive_page) == (batch, limit + batch, page)


def test_all_pictures_that_the_config_names_are_known() -> None:
    assert set(PLAN.picture_urls()) - {""} == {f"{SITE}/media/{name}.png" for name in ("logo", "l", "x")}
