"""How a feed is divided into documents, as values."""

import pytest
from ledger_sample import article
from msgspec.structs import replace

from feedsvc.model.feed import EPOCH_DATE, Feed, Link
from feedsvc.model.format import Format, Profile
from feedsvc.model.urls import SITE
from feedsvc.publisher.paging import ADDRESS_MARGIN, numbered, pages, render_within_size
from feedsvc.publisher.render import render


def listed(feed: Feed) -> bytes:
    return "".join(f"{each.title}\n" for each in feed.articles).encode()


FORM = Format(name="list", type="text/plain", render=listed)
FEED = Feed(
    id="x",
    path="/x.txt",
    title="X",
    description="",
    home="",
    updated=EPOCH_DATE,
    articles=tuple(map(article, range(5))),
    links=(Link(format="list", href=f"{SITE}/x.txt", type="text/plain"),),
)


def test_a_feed_that_fits_is_one_document() -> None:
    assert [page.path for page in pages(FORM, FEED)] == ["/x.txt"]
    assert len(pages(replace(FORM, profile=Profile(page_size=5)), FEED)) == 1


def test_a_longer_feed_goes_on_in_further_documents_each_of_which_names_the_next() -> None:
    parts = pages(replace(FORM, profile=Profile(page_size=2)), FEED)
    assert [page.path for page in parts] == ["/x.txt", "/x-2.txt", "/x-3.txt"]
    assert [page.feed.next for page in parts] == [f"{SITE}/x-2.txt", f"{SITE}/x-3.txt", ""]
    assert [len(page.feed.articles) for page in parts] == [2, 2, 1]
    assert parts[1].feed.links[0].href == f"{SITE}/x-2.txt"


def test_an_index_names_the_parts_and_stands_at_the_feeds_own_path() -> None:
    profile = Profile(page_size=2, index=lambda _feed, parts: " ".join(part.path for part in parts).encode())
    index, *parts = pages(replace(FORM, profile=profile), FEED)
    assert index.path == "/x.txt"
    assert index.form.render(index.feed) == b"/x-1.txt /x-2.txt /x-3.txt"
    assert [page.feed.next for page in parts] == ["", "", ""]


@pytest.mark.parametrize(
    ("path", "second"), [("/x.txt", "/x-2.txt"), ("/x", "/x-2"), ("/a.b/x", "/a.b/x-2"), ("/a.b/x.txt", "/a.b/x-2.txt")]
)
def test_the_number_of_a_part_comes_before_the_suffix(path: str, second: str) -> None:
    assert numbered(path, 2) == second


def test_the_oldest_articles_are_left_out_of_a_document_that_would_be_too_large_and_that_is_said() -> None:
    body, problems = render_within_size(replace(FORM, profile=Profile(max_bytes=30)), FEED, render)
    assert body == b"Story 0\nStory 1\nStory 2\n"
    assert [(problem.warning, problem.place) for problem in problems] == [(True, "/x.txt")]
    assert problems[0].reason.startswith("the 2 oldest of 5 articles are left out")
    assert "limit = 3" in problems[0].remedy


def test_a_document_is_measured_at_the_longest_of_addresses() -> None:
    linked = replace(FORM, render=lambda feed: b" ".join([SITE.encode()] * len(feed.articles)))
    size = len(SITE) + ADDRESS_MARGIN
    body, _ = render_within_size(replace(linked, profile=Profile(max_bytes=2 * size + 8)), FEED, render)
    assert body is not None
    assert body.count(SITE.encode()) == 2
