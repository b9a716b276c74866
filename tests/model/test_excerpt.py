"""The summary of an article that has none."""

import pytest

from feedsvc.model.excerpt import excerpt


def test_a_summary_is_the_start_of_the_first_paragraph_that_says_something() -> None:
    assert excerpt("<h2>Not this</h2><p> </p><p>This &amp; <b>that</b>.</p><p>Not this.</p>") == "This & that."
    assert excerpt("no <i>paragraph</i>") == "no paragraph"
    assert excerpt("") == ""
    assert len(excerpt(f"<p>{'word ' * 200}</p>")) <= 300


@pytest.mark.parametrize(
    ("html", "told"),
    [
        ("<table><tr><th>a</th><th>b</th></tr><tr><td>one</td><td>two</td></tr></table>", "a b one two"),
        ("<table><caption>Tides</caption><tr><td>high</td></tr></table>", "Tides high"),
        ("<dl><dt>Ebb</dt><dd>falls</dd></dl>", "Ebb falls"),
        ("<ul><li>one</li><li>two</li></ul>", "one two"),
        ("<details><summary>More</summary>of it</details>", "More of it"),
        ("<figure><img alt=''><figcaption>Quay</figcaption></figure>after", "Quay after"),
        ("<h2>Head</h2>text", "Head text"),
        ("<p>one<br>two</p>", "one two"),
        ("<p>in<b>ter</b>rup<a href='x'>ted</a></p>", "interrupted"),
        ("<blockquote>said</blockquote><pre>code</pre>", "said code"),
    ],
)
def test_cells_and_lines_stay_apart_and_words_whole(html: str, told: str) -> None:
    assert excerpt(html) == told
