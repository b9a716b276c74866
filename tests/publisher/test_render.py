"""An error in one article or page costs no other, as values."""

from ledger_sample import article

from feedsvc.model.feed import EPOCH_DATE, Feed
from feedsvc.model.format import Format
from feedsvc.publisher.render import guarded, render

FEED = Feed(
    id="x", path="/x", title="X", description="", home="", updated=EPOCH_DATE, articles=tuple(map(article, (1, 2, 3)))
)


def form(*bad: int) -> Format:
    """A format that lists titles, and cannot render the articles of these numbers; 0 stands for the empty feed."""

    def listed(feed: Feed) -> bytes:
        if {f"Story {number}" for number in bad} & {each.title for each in feed.articles}:
            raise ValueError("a bad article")
        if not feed.articles and 0 in bad:
            raise ValueError("a bad feed")
        return ", ".join(each.title for each in feed.articles).encode()

    return Format(name="list", type="text/plain", render=listed)


def test_a_feed_that_can_be_rendered_has_no_problems() -> None:
    assert render(form(), FEED) == (b"Story 1, Story 2, Story 3", ())


def test_articles_that_cannot_be_rendered_are_left_out_and_named() -> None:
    body, problems = render(form(1, 3), FEED)
    assert body == b"Story 2"
    assert [problem.place for problem in problems] == ["/x", "/x"]
    assert "list cannot render the article https://site.invalid/articles/key1/story-1: " in problems[0].reason


def test_there_is_no_document_where_not_even_the_rest_can_be_rendered() -> None:
    body, problems = render(form(0, 1, 2, 3), FEED)
    assert body is None
    assert "list cannot render the feed: " in problems[-1].reason


def test_an_error_becomes_a_problem_of_the_place() -> None:
    assert guarded(lambda: b"page", "/a", "cannot be made") == (b"page", None)
    body, problem = guarded(lambda: str(1 / 0).encode(), "/a", "the page /a cannot be made")
    assert body is None
    assert problem is not None
    assert problem.place == "/a"
    assert problem.reason.startswith("the page /a cannot be made: ZeroDivisionError")
