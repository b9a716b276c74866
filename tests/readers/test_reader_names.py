"""Authors are people: each once, without `By`, and with what belongs to a name."""

import json

import pytest

from feedsvc.model.reader import ReaderOptions, Source
from feedsvc.readers import html_of, read


def authors(path: str, text: str, sidecar: bytes | None = None) -> list[str]:
    return [
        each.name for each in read(Source(path=path, data=text.encode(), sidecar=sidecar), ReaderOptions()).copy.authors
    ]


def in_front_matter(line: str) -> list[str]:
    return authors("a.md", f"---\ntitle: T\n{line}\n---\nx")


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("authors: [Ann Aal, Ann Aal]", ["Ann Aal"]),
        ("authors: [Ann Aal, ANN AAL, Bo Brigg]", ["Ann Aal", "Bo Brigg"]),
        ("authors: Ann Aal, Ann Aal", ["Ann Aal"]),
        ("author: John Tide, Jr.", ["John Tide, Jr."]),
        ("author: [John Tide, Jr.]", ["John Tide, Jr."]),
        ("authors: John Tide, III, Ann Aal, PhD", ["John Tide, III", "Ann Aal, PhD"]),
        ("author: Ann Aal, M.D.", ["Ann Aal, M.D."]),
        ("author: By Ann Aal", ["Ann Aal"]),
        ("author: Von Ann Aal und Bo Brigg", ["Ann Aal", "Bo Brigg"]),
        ("author: Ann Aal and Bo Brigg", ["Ann Aal", "Bo Brigg"]),
        ("author: Ann Aal, Bo Brigg and Cy Cole", ["Ann Aal", "Bo Brigg", "Cy Cole"]),
        ("author: Quay and Sons", ["Quay and Sons"]),
        ("author: Ann and Bo Aal", ["Ann and Bo Aal"]),
        ("author: José Aal y Brigg", ["José Aal y Brigg"]),
        ("author: Ann von Aal", ["Ann von Aal"]),
        ("author: Bydgoszcz Desk", ["Bydgoszcz Desk"]),
        ("author: https://people.example/ann", []),
        ("authors: [https://people.example/ann, Bo Brigg]", ["Bo Brigg"]),
        ("author: By", ["By"]),
    ],
)
def test_names_in_front_matter(line: str, names: list[str]) -> None:
    assert in_front_matter(line) == names


def test_of_two_entries_of_one_name_the_one_that_says_more_stays() -> None:
    front = "authors: [Ann Aal, {name: Ann Aal, email: ann@x.example}]"
    [author] = read(Source(path="a.md", data=f"---\ntitle: T\n{front}\n---\nx".encode()), ReaderOptions()).copy.authors
    assert author.email == "ann@x.example"


def test_a_name_may_be_a_link_of_markdown() -> None:
    front = "author: '[Ann Aal](https://people.example/ann) (Press Quay)'"
    [author] = read(Source(path="a.md", data=f"---\ntitle: T\n{front}\n---\nx".encode()), ReaderOptions()).copy.authors
    assert (author.name, author.url) == ("Ann Aal", "https://people.example/ann")


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("By Ann Aal", ["Ann Aal"]),
        ("Von Ann Aal, dpa", ["Ann Aal", "dpa"]),
        ("Por Ana Aal y Beto Brigg", ["Ana Aal", "Beto Brigg"]),
        ("ANN AAL AND BO BRIGG", ["ANN AAL", "BO BRIGG"]),
        ("Ann Aal, Bo Brigg and Cy Cole", ["Ann Aal", "Bo Brigg", "Cy Cole"]),
        ("Ann Aal, Port Arden", ["Ann Aal, Port Arden"]),
        ("By Ann Aal, Political Correspondent", ["Ann Aal"]),
        ("John Tide, Jr.", ["John Tide, Jr."]),
        ("the desk of the coast", ["the desk of the coast"]),
    ],
)
def test_names_in_the_byline_of_a_news_item(byline: str, names: list[str]) -> None:
    item = {"uri": "urn:x:1", "headline": "T", "byline": byline, "versioncreated": "2026-03-01T09:00:00Z"}
    assert authors("a.json", json.dumps(item)) == names


def test_a_headline_at_the_top_of_an_items_text_is_not_said_twice() -> None:
    item = {"uri": "urn:x:1", "headline": "The boat", "versioncreated": "2026-03-01T09:00:00Z"}
    ld = {"@type": "NewsArticle", "headline": "The boat"}
    for each, body in (
        (item | {"body_html": "<h1>The boat</h1><p>It is late.</p>"}, "<p>It is late.</p>"),
        (item | {"body_text": "The boat\n\nIt is late."}, "It is late."),
        (ld | {"articleBody": "THE BOAT\n\nIt is late."}, "It is late."),
        (ld | {"articleBody": "The boats\n\nIt is late."}, "The boats\n\nIt is late."),
    ):
        assert read(Source(path="a.json", data=json.dumps(each).encode()), ReaderOptions()).copy.body == body


@pytest.mark.parametrize(
    ("body", "rest"),
    [
        ("# The boat\n\nIt is late.", "It is late."),
        ("#  The *boat* #\nIt is late.", "It is late."),
        ("The boat\n========\n\nIt is late.", "It is late."),
        ("# The boats\n\nIt is late.", "# The boats\n\nIt is late."),
        ("## The boat\n\nIt is late.", "## The boat\n\nIt is late."),
        ("It is late.\n\n# The boat", "It is late.\n\n# The boat"),
        ("# The boat", ""),
    ],
)
def test_a_headline_at_the_top_of_markdown_is_not_said_twice(body: str, rest: str) -> None:
    copy = read(Source(path="a.md", data=f"---\ntitle: The boat\n---\n{body}".encode()), ReaderOptions()).copy
    assert (copy.title, copy.body) == ("The boat", rest)


def test_a_frame_in_an_items_text_becomes_a_link() -> None:
    item = {"uri": "urn:x:1", "headline": "T", "versioncreated": "2026-03-01T09:00:00Z"}
    item["body_html"] = '<p>x</p><iframe src="https://www.youtube.com/embed/abcdef1"></iframe>'
    copy = read(Source(path="a.json", data=json.dumps(item).encode()), ReaderOptions()).copy
    assert 'href="https://www.youtube.com/watch?v=abcdef1"' in html_of(copy.markup, copy.body, "")


@pytest.mark.parametrize(
    ("line", "field", "value"),
    [
        ("title: 'Q&#038;A: it&#8217;s here'", "title", "Q&A: it’s here"),
        ("title: Fish &amp; ice", "title", "Fish & ice"),
        ("title: A &lt;b&gt; of boats", "title", "A <b> of boats"),
        ("title: Fish & ice; and more", "title", "Fish & ice; and more"),
        ("summary: 'It&#8217;s here'", "summary", "It’s here"),
        ("url: https://x.example/?a=1&region=2", "url", "https://x.example/?a=1&region=2"),
        ("id: a&amp;b", "id", "a&amp;b"),
    ],
)
def test_entities_that_an_export_left_are_signs(line: str, field: str, value: str) -> None:
    copy = read(Source(path="a.md", data=f"---\n{line}\n---\nx".encode()), ReaderOptions()).copy
    assert getattr(copy, field) == value
