"""Whatever bytes a file has, it is read or it is Unreadable; and a page that is put together comes apart again."""

import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from feedsvc.model.reader import ReaderOptions, Source, Unreadable
from feedsvc.model.text import xml_safe
from feedsvc.readers import SUFFIXES, read, to_html

RULES = ReaderOptions(timezone="Europe/London", furniture=("Follow us", "Newsletter"))

WORDS = st.sampled_from(
    ["harbour", "ferry", "the", "crew", "of", "towns", "who", "said", "شهر", "news", "roku", "more", "15"]
)
NAMES = st.sampled_from(["News", "Middle East", "Arts & Culture", "U.S.", "اخبار", "Europe"])
SPACE = st.sampled_from([" ", "  ", "\u00a0", " \u00a0 ", "\t"])
BLANKS = st.sampled_from(["\n\n", "\n\n\n", "\r\n\r\n", "\n \u00a0\n", "\u2029"])


def sentence(least: int, most: int) -> st.SearchStrategy[str]:
    return st.lists(WORDS, min_size=least, max_size=most).map(lambda words: " ".join(words).capitalize())


HEADLINES = sentence(4, 12)
PARAGRAPHS = st.tuples(sentence(3, 60), st.sampled_from([".", "?", ".”", "!", "…"])).map("".join)
CREDITS = st.sampled_from(
    ["(Photo by AFP)", "(File photo by Jane Doe)", "(Reuters)", "(AFP photo)", "(via X)", "(Photo: X)"]
)
DATES = st.sampled_from(
    [
        "Monday, 15 November 2021 7:52 AM  [ Last Update: Monday, 15 November 2021 8:10 AM ]",
        "15 November 2021",
        "2021-11-15",
    ]
)
ANNOUNCEMENT = "The Harbour Ledger’s website can also be accessed at the following alternate addresses:"
FURNITURE = [
    "SHARE THIS ARTICLE",
    "Harbour Ledger News Roku",
    "Read more",
    "Read also: A harbour",
    "Follow us on X",
    f"{ANNOUNCEMENT}\n\nwww.a.example\nb.example",
]


@st.composite
def pages(draw: st.DrawFn) -> tuple[str, dict[str, object]]:
    """A page's text, and what must come of it."""
    names = draw(st.lists(NAMES, min_size=2, max_size=4) | st.just([]))
    title = draw(HEADLINES)
    date = draw(st.none() | DATES)
    caption = draw(st.none() | PARAGRAPHS)
    body = draw(st.lists(PARAGRAPHS, min_size=1, max_size=8))
    parts = [*body]
    for line in draw(st.lists(st.sampled_from(FURNITURE), unique=True)):
        parts.insert(draw(st.integers(0, len(parts))), line)
    if caption is not None:
        parts.insert(0, f"{caption} {draw(CREDITS)}")
    slash = draw(SPACE) + "/" + draw(SPACE)
    head = [slash.join(names)] if names else []
    text = draw(BLANKS).join([*head, title, *([date] if date else []), *parts])
    return text, {"names": tuple(names), "title": title, "date": date, "caption": caption or "", "body": body}


@given(pages())
def test_every_paragraph_is_there_once_and_in_order_and_nothing_else(made: tuple[str, dict[str, object]]) -> None:
    text, expected = made
    copy = read(Source(path="a.txt", data=text.encode()), RULES).copy
    assert copy.title == expected["title"]
    assert copy.sections == ((expected["names"],) if expected["names"] else ())
    assert (copy.published is not None) == (expected["date"] is not None)
    assert copy.caption == expected["caption"]
    assert copy.body.split("\n\n") == expected["body"]
    assert copy.alternates == (("www.a.example", "b.example") if ANNOUNCEMENT in text else ())


def is_told(reason: str, remedy: str) -> bool:
    return bool(reason and remedy)


def attempt(source: Source) -> None:
    """Read and render; whoever refuses says why, and what to do."""
    try:
        copy, problems = read(source, RULES)
        html = to_html(copy, source.folder)
    except Unreadable as refusal:
        told = is_told(refusal.reason, refusal.remedy)
    else:
        told = all(is_told(problem.reason, problem.remedy) for problem in problems)
        assert xml_safe(html + copy.body + copy.title) == html + copy.body + copy.title
    assert told


PATHS = st.sampled_from(sorted(SUFFIXES)).map("news/eu/story{}".format)
FRONT = st.text("abc:-#[]{}&*!|>'\"%@`,?\n\t 019~.=+", max_size=120)
KEYS = st.sampled_from(
    [
        "title",
        "date",
        "section",
        "tags",
        "author",
        "image",
        "media",
        "embargo",
        "status",
        "draft",
        "alternates",
        "url",
        "extra",
    ]
)
VALUES = st.recursive(
    st.sampled_from(
        ["x", "", "2021-11-15", "a/b", "https://x.example/a.png", "../..", "http://[", "true", "15 Nov", "a, b"]
    ),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(KEYS | st.sampled_from(["name", "url", "width"]), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(PATHS, st.binary(max_size=200))
@example("a.md", b"---\n")
@example("a.txt", b"\xff\xfe\x00\xd8")
@example("a.txt", b"\xed\xa0\x80")
def test_no_bytes_raise_anything_but_unreadable(path: str, data: bytes) -> None:
    attempt(Source(path=path, data=data))


@given(PATHS, st.text(max_size=300))
def test_no_text_raises_anything_but_unreadable(path: str, text: str) -> None:
    attempt(Source(path=path, data=text.encode("utf-8", "replace")))


@given(PATHS, st.sampled_from(["---", "+++"]), FRONT, FRONT)
def test_no_front_matter_raises_anything_but_unreadable(path: str, fence: str, front: str, body: str) -> None:
    attempt(Source(path=path, data=f"{fence}\n{front}\n{fence}\n{body}".encode(), sidecar=front.encode()))


def flow(value: object) -> str:
    """A value as YAML in flow style."""
    if isinstance(value, list):
        return "[" + ", ".join(map(flow, value)) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {flow(item)}" for key, item in value.items()) + "}"
    return f"'{value}'"


@given(st.dictionaries(KEYS, VALUES))
def test_no_value_raises_anything_but_unreadable(values: dict[str, object]) -> None:
    front = "".join(f"{key}: {flow(value)}\n" for key, value in values.items())
    attempt(Source(path="news/a.md", data=f"---\n{front}---\nbody".encode(), picture="news/a.png"))


HOSTILE = {
    "one line": lambda: "x" * 1_000_000,
    "short lines": lambda: "a\n" * 500_000,
    "short paragraphs": lambda: "a\n\n" * 320_000,
    "blank": lambda: "\n" * 1_000_000,
    "spaces": lambda: " " * 1_000_000,
    "no-break spaces": lambda: "\u00a0" * 500_000,
    "slashes": lambda: "a / " * 250_000,
    "wide slashes": lambda: " / " * 320_000,
    "brackets": lambda: "x\n\n" + "(" * 1_000_000,
    "credit": lambda: "x\n\n" + "(Photo by " * 100_000 + ")",
    "colons": lambda: "x\n\n" + ": " * 500_000,
    "hosts": lambda: f"x\n\n{ANNOUNCEMENT}\n" + "a.example\n" * 100_000,
    "long host": lambda: f"x\n\n{ANNOUNCEMENT}\n" + "a." * 500_000,
    "announcements": lambda: "x\n\n" + f"{ANNOUNCEMENT}\n" * 11_000,
    "half announcements": lambda: "x\n\n" + "our website can be reached at the mirror\n" * 24_000,
    "furniture": lambda: "x\n\n" + "SHARE THIS ARTICLE\n" * 50_000,
    "furniture only": lambda: "Read more\n" * 100_000,
    "digits": lambda: "x\n\n" + "1" * 1_000_000,
    "dates": lambda: "x\n\n" + "15 November 2021\n" * 60_000,
    "date labels": lambda: "x\n\n" + "updated " * 120_000,
    "bullets": lambda: "x\n\n" + "- a\n" * 250_000,
    "blank bullets": lambda: "x\n\n- \n" + "- \n" * 250_000,
    "wrapped": lambda: ("x" * 70 + "\n") * 14_000,
    "marks": lambda: "\u200f" * 320_000,
    "combining": lambda: "a" + "\u0301" * 400_000,
    "fences": lambda: "---\n" * 250_000,
    "open fence": lambda: "---\n" + "a: b\n" * 200_000,
    "headings": lambda: "# \n" * 320_000,
    "emphasis": lambda: "*_" * 500_000,
    "links": lambda: "[" * 1_000_000,
    "images": lambda: "![](" * 250_000,
    "quotes": lambda: ">" * 1_000_000,
    "code": lambda: "`" * 1_000_000,
    "code runs": lambda: "".join("`" * n + " " for n in range(3_000)),
    "table": lambda: "|" * 400_000 + "\n" + "|-" * 200_000,
    "footnotes": lambda: "[^a]" * 120_000 + "\n\n[^a]: x",
    "definitions": lambda: "".join(f"[a{n}]: /b\n" for n in range(60_000)),
    "references": lambda: "[a]: /b\n\n" + "[a]" * 300_000,
    "html": lambda: "<a>" * 320_000,
    "comments": lambda: "<!--" * 250_000,
    "entities": lambda: "&#1;" * 250_000,
    "lists": lambda: "- " * 500_000,
    "setext": lambda: "a\n=\n" * 250_000,
    "link titles": lambda: "[a](b \"" * 140_000,
    "processing": lambda: "<?" * 500_000,
    "cdata": lambda: "<![CDATA[" * 100_000,
}  # fmt: skip


@pytest.mark.parametrize("suffix", sorted({".txt", ".md"}))
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_of_a_megabyte_take_a_few_seconds(name: str, suffix: str) -> None:
    source = Source(path=f"a{suffix}", data=HOSTILE[name]().encode())
    start = time.process_time()
    attempt(source)
    assert time.process_time() - start < 5
