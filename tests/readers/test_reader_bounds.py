"""No file costs more than a second or so, whoever wrote it: what takes readers or parsers longer is bounded, and named.

Each of these took half a minute or more, or all the memory there is, before it had its bound.
"""

import json
import time
from collections.abc import Callable
from contextlib import suppress

import pytest

from feedsvc.model.excerpt import excerpt
from feedsvc.model.reader import ReaderOptions, Source, Unreadable
from feedsvc.model.selection import DEEPEST, folder_chain, section_names
from feedsvc.model.text import slugify
from feedsvc.readers import html_of, read, to_html

SIZE = 5 * 2**20
FRONT = 250_000
MARKS = "x" + "\u0301\u0323" * 100_000
HEAD = "News   /   EU\n\nThe headline\n\n"
LD = {"@type": "NewsArticle", "headline": "T", "datePublished": "2026-11-19T08:00:00Z"}


def front(lines: str) -> str:
    return f"---\ntitle: T\n{lines}\n---\n\nThe text.\n"


def toml(lines: str) -> str:
    return f"+++\ntitle = 'T'\n{lines}\n+++\n\nThe text.\n"


def ld(**fields: object) -> str:
    return json.dumps(LD | fields, ensure_ascii=False)


def numbered(form: str, size: int) -> str:
    return "".join(form.format(number) for number in range(size // len(form)))


TRAPS: dict[str, Callable[[], str]] = {
    "marks in a title.md": lambda: front(f"slug: {MARKS}"),
    "marks in a heading.md": lambda: f"# {MARKS}\n\nThe text.",
    "wide letters in a heading.md": lambda: "# " + "\ufdfa " * (SIZE // 4),
    "deep section.md": lambda: front("section: " + "a/" * (FRONT // 2)),
    "deep sections.md": lambda: front("sections: [" + ", ".join(["a/b/c/d/e/f/g/h"] * 15_000) + "]"),
    "many sections.md": lambda: front("sections:\n" + numbered("- s{}\n", FRONT // 2)),
    "many authors.md": lambda: front("author: " + "a," * (FRONT // 2)),
    "many pictures.md": lambda: front("media:\n" + numbered("- {}.jpg\n", FRONT // 2)),
    "dotted key.md": lambda: toml("a." * (FRONT // 2) + "a = 1"),
    "dotted table.md": lambda: toml("[" + "a . " * (FRONT // 4) + "a]"),
    "dotted keys in quotes.md": lambda: toml("x = {" + '"a".' * (FRONT // 4) + "a = 1}"),
    "attributes.md": lambda: front("") + "<div " + numbered("a{} ", 900_000) + ">",
    "attributes with brackets.md": lambda: (
        front("") + "<div " + numbered("<{0} " + " ".join(f"{sign}{{0}}" for sign in "abcdefghijklmnop"), 900_000) + ">"
    ),
    "sizes of a picture.md": lambda: front("") + '<img src="a.jpg" SRCSET="' + "a 1x, " * 150_000 + '">',
    "many sizes of many pictures.md": lambda: front("") + ('<img srcset="' + "a 1x, " * 20 + '">') * 6_000,
    "odd address.md": lambda: front("") + '<a href="http://x.example/' + "|" * 900_000 + '">x</a>',
    "no heading.md": lambda: "a\n\n" * 330_000,
    "furniture below a long line.txt": lambda: HEAD + "word " * 100_000 + "\n" + "share\n" * 80_000,
    "long breadcrumb.txt": lambda: "a   /   " * (SIZE // 8) + "b\n\nThe headline\n\nThe text.\n",
    "long list.txt": lambda: HEAD + "a:\n- b\n" * (SIZE // 7),
    "ampersands.txt": lambda: HEAD + "&" * 900_000,
    "many addresses.txt": lambda: (
        f"{HEAD}The website is also available at these mirror addresses:\n\n" + numbered("a{}.example\n", 900_000)
    ),
    "brackets.html": lambda: "<title>T</title><article><p>" + ">" * SIZE,
    "keywords.html": lambda: "<title>T</title><meta name=keywords content='" + numbered("a{},", SIZE) + "'>",
    "section.html": lambda: "<title>T</title><meta property=article:section content='" + "a/" * (SIZE // 2) + "'>",
    "pictures.html": lambda: "<title>T</title>" + numbered("<meta property=og:image content={}.jpg>", SIZE),
    "authors.json": lambda: ld(author=[f"a{number}" for number in range(400_000)]),
    "tags.json": lambda: ld(keywords=numbered("a{},", SIZE)),
    "films.json": lambda: ld(
        associatedMedia=[{"@type": "ImageObject", "url": f"{number}"} for number in range(40_000)]
    ),
    "numbers.json": lambda: "[" + "1," * (SIZE // 2) + "1]",
    "list.json": lambda: ld(articleBody="a:\n" + "- b\n" * (SIZE // 5)),
    "entities.json": lambda: ld(description="&gt;" * (SIZE // 4)),
}


@pytest.mark.parametrize("name", TRAPS)
def test_a_trap_costs_little_time_and_space(name: str) -> None:
    data = TRAPS[name]().encode()[:SIZE]
    begun = time.process_time()
    with suppress(Unreadable):
        copy = read(Source(path=name, data=data), ReaderOptions()).copy
        html = to_html(copy, "")
        assert len(excerpt(html)) <= 300
        assert len(slugify(copy.slug or copy.title)) <= 80
        assert sum(map(len, section_names(copy.sections))) < 100_000
        assert len(copy.authors) + len(copy.tags) + len(copy.media) + len(copy.alternates) <= 1_500
        assert len(html) < 8_000_000
    assert time.process_time() - begun < 4


REFUSALS = (
    ("a.txt", "x" * 1_000_001, "has more than 1,000,000 characters of text"),
    ("a.md", "x" * 1_000_001, "has more than 1,000,000 characters of text"),
    ("a.html", f"<title>T</title><p>{'x' * 1_000_001}</p>", "has more than 1,000,000 characters of text"),
    ("a.json", ld(articleBody="x" * 1_000_001), "has more than 1,000,000 characters of text"),
    ("a.txt", "x" * 10_001 + "\n\nThe text.", "has a headline of more than 10,000 characters"),
    ("a.md", toml("a." * 60 + "a = 1"), "nested more than 20 levels deep"),
    ("a.json", ld(keywords=[[]] * 200_000), "has more than 200,000 values"),
    ("a.md", front("id: " + "x" * 10_001), "id: has more than 10,000 characters"),
)


@pytest.mark.parametrize(("name", "text", "reason"), REFUSALS, ids=[f"{name} {reason}" for name, _, reason in REFUSALS])
def test_what_is_too_much_is_named_with_its_remedy(name: str, text: str, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason) as refusal:
        read(Source(path=name, data=text.encode()), ReaderOptions())
    assert refusal.value.remedy


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        ("section: " + "a/" * 21, "section: goes more than 20 sections deep"),
        (
            "sections: [" + ", ".join(f"a{number}/b" for number in range(51)) + "]",
            "sections: names more than 100 sections",
        ),
        ("tags: " + "a," * 500, "tags: has more than 500 entries"),
        ("summary: " + "x" * 10_001, "summary: has more than 10,000 characters"),
    ],
)
def test_what_is_too_much_and_can_be_left_out_costs_a_warning(lines: str, reason: str) -> None:
    copy, problems = read(Source(path="a.md", data=front(lines).encode()), ReaderOptions())
    assert [(problem.reason, problem.warning) for problem in problems] == [(reason, True)]
    assert (copy.sections, copy.tags, copy.summary) == ((), (), "")


def test_what_an_article_may_well_have_is_taken() -> None:
    lines = "section: " + "/".join("abcdefghijklmnopqrst") + "\ntags: " + ",".join(map(str, range(500)))
    copy, problems = read(Source(path="a.md", data=front(lines).encode()), ReaderOptions())
    assert (len(copy.sections[0]), len(copy.tags), problems) == (20, 500, ())
    text = "The ferry was late again; nobody said why.\n\n" * 20_000
    for name, head in (("a.txt", HEAD), ("a.md", "# T\n\n")):
        copy = read(Source(path=name, data=(head + text[:400_000]).encode()), ReaderOptions()).copy
        assert to_html(copy, "").count("<p>") > 9_000
    dotted = toml('site = "a.b.c.d.e.f"\nclock = "' + "a." * 60 + '"')
    assert read(Source(path="a.md", data=dotted.encode()), ReaderOptions()).copy.title == "T"


def test_a_folder_below_the_deepest_section_belongs_to_it() -> None:
    assert folder_chain("/".join(["a"] * 50)) == ("A",) * DEEPEST


def test_a_kept_text_that_would_not_be_taken_any_more_stops_nothing() -> None:
    assert html_of("html", "<div>" * 30_000, "") == ""
    assert html_of("text", "One", "") == "<p>One</p>"
