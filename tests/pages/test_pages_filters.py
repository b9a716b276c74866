"""Durations and texts as readers see them."""

import pytest
from pages_sample import article

from feedsvc.pages.filters import article_text, duration, file_name, standfirst


@pytest.mark.parametrize(("seconds", "shown"), [(7, "0:07"), (246.6, "4:07"), (3723, "1:02:03")])
def test_a_duration_is_shown_as_players_do(seconds: float, shown: str) -> None:
    assert duration(seconds) == shown


@pytest.mark.parametrize(
    ("url", "name"),
    [("https://a.example/b/c.pdf?d=/e", "c.pdf"), ("https://a.example/b/", "b"), ("https://a.example", "a.example")],
)
def test_a_file_without_a_title_is_called_by_its_address(url: str, name: str) -> None:
    assert file_name(url) == name


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        ("<h1>a</h1><h2>b</h2>", "<h2>a</h2><h2>b</h2>"),
        ('<h1 id="x">a</h1>', '<h2 id="x">a</h2>'),
        ("<p>a</p>", "<p>a</p>"),
    ],
)
def test_the_headline_is_the_only_heading_of_the_first_rank(html: str, shown: str) -> None:
    assert article_text(html) == shown


@pytest.mark.parametrize(
    ("summary", "content", "shown"),
    [
        ("The ferry is back.", "<p>The <b>ferry</b> is back.</p>", ""),
        ("The ferry & the crew…", "<p>The ferry &amp; the crew are back.</p>", ""),
        ("Three years late.", "<p>The ferry is back.</p>", "Three years late."),
        ("", "<p>The ferry is back.</p>", ""),
    ],
)
def test_a_summary_that_says_what_the_text_says_is_not_shown(summary: str, content: str, shown: str) -> None:
    assert standfirst(article(summary=summary, content=content)) == shown
