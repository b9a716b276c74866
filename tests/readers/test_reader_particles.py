"""A word such as `Von` announces a name, or begins one: `Von Ann Aal` is Ann Aal, and `Von Hansen` is Von Hansen."""

import json

import pytest

from feedsvc.model.reader import ReaderOptions, Source
from feedsvc.readers import read

TEXT = "<p>The ferry to the islands was late again on Monday, said the harbour master, who had seen it all before.</p>"
NAMES = [
    "Von Hansen",
    "von Hansen",
    "Di Morrissey",
    "Von Thomas",
    "Da Silva",
    "Af Klint",
    "De Quay",
    "Von der Leyen",
    "De la Cruz",
    "Von Hansen Jr.",
]
BYLINES = [
    ("By Di Morrissey", ["Di Morrissey"]),
    ("By Ann Aal and Di Morrissey", ["Ann Aal", "Di Morrissey"]),
    ("Von Hansen and Ann Aal", ["Von Hansen", "Ann Aal"]),
    ("Von Ann Aal", ["Ann Aal"]),
    ("di Anna Aal", ["Anna Aal"]),
    ("Af Ann Aal og Bo Brigg", ["Ann Aal", "Bo Brigg"]),
    ("Von dpa", ["dpa"]),
    ("Von Reuters", ["Reuters"]),
    ("Par Hansen", ["Hansen"]),
    ("Por Hansen", ["Hansen"]),
]


def authors(path: str, text: str) -> list[str]:
    return [each.name for each in read(Source(path=path, data=text.encode()), ReaderOptions()).copy.authors]


def in_front_matter(author: object) -> list[str]:
    return authors("a.md", f"---\n{json.dumps({'title': 'T', 'author': author})}\n---\nx")


def in_news_item(**fields: object) -> list[str]:
    item = {"uri": "urn:x:1", "headline": "T", "versioncreated": "2026-03-01T09:00:00Z", "body_text": "x"}
    return authors("a.json", json.dumps(item | fields))


def on_page(head: str, byline: str = "") -> list[str]:
    page = f"<html><head>{head}</head><body><article><h1>The ferry</h1>{byline}{TEXT}{TEXT}</article></body></html>"
    return authors("a.html", page)


def in_data(author: object) -> str:
    node = {"@context": "https://schema.org", "@type": "NewsArticle", "headline": "The ferry", "author": author}
    return f"<script type=application/ld+json>{json.dumps(node)}</script>"


@pytest.mark.parametrize("name", NAMES)
def test_a_name_in_a_field_keeps_its_first_word(name: str) -> None:
    assert in_front_matter(name) == [name]
    assert in_front_matter([name, "Bo Brigg"]) == [name, "Bo Brigg"]
    assert in_front_matter({"name": name}) == [name]
    assert in_front_matter(f"{name} <a@x.example>") == [name]
    assert in_news_item(byline=name) == [name]
    assert in_news_item(authors=[{"name": name}]) == [name]
    assert on_page(in_data(name)) == on_page(in_data({"@type": "Person", "name": name})) == [name]
    assert on_page(f'<meta name=author content="{name}">') == [name]


@pytest.mark.parametrize(("byline", "names"), BYLINES)
def test_a_word_before_a_whole_name_is_left_out(byline: str, names: list[str]) -> None:
    assert in_front_matter(byline) == names
    assert on_page(in_data(byline)) == names
    assert on_page(f'<meta name=author content="{byline}">') == names


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("By Di Morrissey", ["Di Morrissey"]),
        ("Di Morrissey", ["Di Morrissey"]),
        ("Von Ann", ["Ann"]),
        ("von Aal", ["Aal"]),
        ("Von dpa", ["dpa"]),
        ("Von Ann Aal", ["Ann Aal"]),
    ],
)
def test_what_a_page_shows_is_rather_a_byline(line: str, names: list[str]) -> None:
    assert on_page("", f'<p class="byline">{line}</p>') == names
