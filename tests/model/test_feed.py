"""A feed, and the forms in which it is published."""

from datetime import UTC, datetime

import pytest

from feedsvc.model.feed import Feed, Link, link_of
from feedsvc.model.urls import SITE

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def test_a_feed_finds_its_own_form_by_name() -> None:
    link = Link(format="rss", href=f"{SITE}/rss.xml", type="application/rss+xml")
    feed = Feed(id="i", path="/", title="T", description="", home=SITE, updated=NOON, links=(link,))
    assert feed.link("rss") == link
    assert link_of(feed.links, "atom") is None
    with pytest.raises(KeyError, match="not published as atom"):
        feed.link("atom")
