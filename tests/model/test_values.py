"""The nouns clean themselves, and cannot be wrong in what every room relies on."""

import re
from datetime import UTC, datetime, timedelta, timezone

import msgspec
import pytest
from msgspec.structs import replace

from feedsvc.model.article import Article, ArticleCopy, Media, Person
from feedsvc.model.base import utc_second
from feedsvc.model.document import Document
from feedsvc.model.feed import Feed, Link
from feedsvc.model.problem import Problem
from feedsvc.model.reader import Unreadable
from feedsvc.model.urls import SITE

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def test_an_instant_is_utc_in_whole_seconds() -> None:
    there = datetime(2026, 11, 20, 14, 0, 0, 999_999, tzinfo=timezone(timedelta(hours=2)))
    assert utc_second(there) == NOON
    assert utc_second(there).tzinfo is UTC


@pytest.mark.parametrize(
    "value",
    [
        datetime(2026, 11, 20, 12),  # noqa: DTZ001 - that is the point
        datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=1))),
        datetime(9999, 12, 31, 23, 30, tzinfo=timezone(-timedelta(hours=1))),
    ],
)
def test_what_is_no_instant_raises_value_error(value: datetime) -> None:
    with pytest.raises(ValueError, match=re.escape(value.isoformat())):
        utc_second(value)
    with pytest.raises(ValueError, match=re.escape(value.isoformat())):
        ArticleCopy(title="T", published=value)


def test_a_copy_cleans_its_text() -> None:
    copy = ArticleCopy(title=" A\0 \u00a0title\n", summary=" one \n two ", body="a\r\nb\x0b", tags=("a ", "", "a", "b"))
    assert (copy.title, copy.summary, copy.body, copy.tags) == ("A title", "one\ntwo", "a\nb", ("a", "b"))


def test_a_copy_drops_sections_without_names() -> None:
    assert ArticleCopy(title="T", sections=((), ("", " "), (" News ", "EU"))).sections == (("News", "EU"),)


def test_whatever_a_copy_carries_can_be_stored_and_comes_back() -> None:
    odd = "a\ud800b\0"
    copy = ArticleCopy(
        title=odd,
        body=odd,
        extra={odd: [odd, {odd: (odd,)}], "when": NOON, "n": 1},
        authors=(Person(name=odd),),
        media=(Media(url=f"https://a.example/{odd}", description=odd),),
        published=NOON,
    )
    back = msgspec.json.decode(msgspec.json.encode(copy), type=ArticleCopy)
    assert replace(back, extra={}) == replace(copy, extra={})
    assert back.extra["ab"] == ["ab", {"ab": ["ab"]}]


@pytest.mark.parametrize(
    ("type", "medium"),
    [
        ("image/png", "image"),
        ("audio/mpeg", "audio"),
        ("video/mp4", "video"),
        ("application/pdf", "document"),
        ("", "document"),
    ],
)
def test_a_medium_is_known_by_its_type(type: str, medium: str) -> None:
    assert Media(url="https://a.example/x", type=type).medium == medium


def test_a_document_has_the_links_of_the_address_that_was_asked() -> None:
    document = Document(path="/rss.xml", type="x", max_age=1, body=f"{SITE}/a {SITE}.example".encode())
    assert document.at("https://b.example") == b"https://b.example/a https://b.example.example"


def test_a_feed_finds_its_own_form_by_name() -> None:
    link = Link(format="rss", href=f"{SITE}/rss.xml", type="application/rss+xml")
    feed = Feed(id="i", path="/", title="T", description="", home=SITE, updated=NOON, links=(link,))
    assert feed.link("rss") == link
    with pytest.raises(KeyError, match="not published as atom"):
        feed.link("atom")


def test_a_problem_reads_as_place_reason_and_remedy() -> None:
    assert str(Problem(place="a.md", reason="is bad", remedy="mend it")) == "a.md: is bad (mend it)"
    assert str(Problem(place="a.md", reason="is odd", warning=True)) == "a.md: warning: is odd"
    assert Unreadable("is bad", "mend it").problem("a.md") == Problem(place="a.md", reason="is bad", remedy="mend it")


def test_an_article_has_its_media_by_kind() -> None:
    media = (Media(url="a", type="image/png"), Media(url="b", type="video/mp4"))
    article = Article(
        id="1", iri="urn:x:1", key="k", slug="s", url="u", title="T", summary="", content="", published=NOON,
        updated=NOON, media=media,
    )  # fmt: skip
    assert article.media_of("video") == media[1:]
    assert article.section_paths == ()
