"""Front matter is what stands there: every scalar a string; whatever could mean something else is refused by line."""

import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedsvc.model.reader import Unreadable
from feedsvc.readers.metadata.front_matter import parse_toml, parse_yaml, split
from feedsvc.readers.metadata.plain_yaml import plain_yaml
from feedsvc.readers.metadata.whole_yaml import whole_yaml

SCALARS = [
    "no", "yes", "on", "off", "y", "n", "true", "false", "True", "NO", "Null", "NULL", "nULL", "None", "nil",
    "0123", "0x1F", "0o17", "1_000", "12:30", "1:2:3", "190:20:30", "1e3", "1.0", "1.", ".5", "-0", "+1", ".inf",
    "2021-11-15", "2021-11-15T07:52:00Z", "2021-11-15 07:52:00 +0330", "685_230", "0b11", "1,000", "=", "<<",
    "a:b", "-.INF", ".nan", "http://x.example/a#b", "don't", "50%", "C:\\x", "x@y",
    "NaN", "1e999", "2021-02-30", "ab | cd", "x & y", "x * y", "what?", "why!", "a,b", "(a)", "a{b", "a]b",
    "—", "اخبار", "a-b", "00", "9" * 400,
]  # fmt: skip


@pytest.mark.parametrize("scalar", SCALARS)
def test_a_yaml_scalar_is_the_string_that_stands_there(scalar: str) -> None:
    assert parse_yaml(f"section: {scalar}\nlist:\n- {scalar}\n") == {"section": scalar, "list": [scalar]}


@pytest.mark.parametrize("scalar", [key for key in SCALARS if key != "nULL"])
def test_a_yaml_key_is_the_string_that_stands_there(scalar: str) -> None:
    assert parse_yaml(f"{scalar}: x") == {scalar: "x"}


@pytest.mark.parametrize("nothing", ["", "~", "null", '""', "''", "# comment", "|", ">"])
def test_nothing_is_the_empty_string(nothing: str) -> None:
    assert parse_yaml(f"a: {nothing}\nb: x") == {"a": "", "b": "x"}


@pytest.mark.parametrize(
    ("text", "table"),
    [
        ('a: "~"', {"a": "~"}),
        ("a: 'null'", {"a": "null"}),
        ('a: "x\\u0000\\x07y"', {"a": "xy"}),
        ("a: |\n  one\n  two\n", {"a": "one\ntwo\n"}),
        ("a: >\n  one\n  two\n", {"a": "one two\n"}),
        ("a: one\n  two", {"a": "one two"}),
        ("a: !!str 1", {"a": "1"}),
        ("a: ! 'The bell: a tale'", {"a": "The bell: a tale"}),
        ("a: [x, {b: no}]", {"a": ["x", {"b": "no"}]}),
        ("? a\n: b", {"a": "b"}),
        ("a: &anchor x", {"a": "x"}),
        ("", {}),
        ("# nothing\n", {}),
        ("a:\n- 1\n-\n- ~", {"a": ["1", "", ""]}),
    ],
)
def test_yaml_is_otherwise_yaml(text: str, table: dict[str, object]) -> None:
    assert parse_yaml(text) == table


TRAPS = {
    "alias": "a: &x [y]\nb: *x",
    "merge": "a: &x {y: z}\nb:\n  <<: *x",
    "bomb": "a: &a [x,x]\n" + "".join(f"{n}: &{n} [*{p},*{p},*{p}]\n" for p, n in pairwise("abcdefgh")),
    "own alias": "a: &a [*a]",
    "unknown alias": "a: *nobody",
    "python tag": "a: !!python/object/apply:os.system [id]",
    "binary tag": "a: !!binary R0lG",
    "own tag": "a: !x y",
    "bare tag": "a: ! y",
    "set": "a: !!set {x}",
    "timestamp": "a: !!timestamp 2021-11-15",
    "int": "a: !!int 3",
    "tag on table": "!!map {a: b}",
    "twice": "a: 1\na: 2",
    "twice quoted": "a: 1\n'a': 2",
    "twice below": "x:\n  a: 1\n  a: 2",
    "key is a list": "[a]: b",
    "key is a table": "{a: b}: c",
    "key is an alias": "a: &x y\n*x : z",
    "list": "- a\n- b",
    "text": "just text",
    "number": "42",
    "two documents": "a: b\n--- \nc: d",
    "deep flow": "a: " + "[" * 50 + "]" * 50,
    "deep block": "".join(" " * n + "a:\n" for n in range(50)),
    "deepest flow": "a: " + "[" * 100_000,
    "deepest map": "a: " + "{x: " * 50_000,
    "deep dashes": "a:\n" + "- " * 50_000,
    "colon": "title: Strike: third week",
    "tab": "a:\n\t- b",
    "open quote": 'a: "b',
    "open flow": "a: [b",
    "open quote 2": "a: 'b\nc: d",
    "indent": "a: b\n   c: d",
    "back": "a:\n    b: c\n  d: e",
    "percent": "a: %b",
    "at": "a: @b",
    "backtick": "a: `b`",
    "comma": "a: [b,, c]",
    "escape": 'a: "\\q"',
    "directive": "%YAML 9.9\n--- \na: b",
    "big": "a: " + "x" * 300_000,
    "many": "\n".join(f"k{n}: v" for n in range(60_000)),
    "surrogate": 'a: "\\ud800',
    "colon in list": "a:\n- b: c: d",
    "brace": "a: {b",
    "no space": "a:b",
    "curly": "title: {{ page.title }}",
    "pipe": "a: | b",
    "anchor twice": "a: & b",
    "question": "? \n? \n",
    "bracket": "a: ]",
    "quote tail": 'a: "b" c',
}  # fmt: skip


@pytest.mark.parametrize("trap", TRAPS)
def test_a_yaml_trap_is_refused_with_what_to_do(trap: str) -> None:
    with pytest.raises(Unreadable) as refusal:
        parse_yaml(TRAPS[trap])
    assert refusal.value.remedy


def test_all_traps_take_less_than_a_second() -> None:
    start = time.process_time()
    for trap in TRAPS.values():
        with pytest.raises(Unreadable):
            parse_yaml(trap)
    assert time.process_time() - start < 1


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("---\na: b\ntitle: Strike: third week\n---\n", 3),
        ("---\na: b\na: c\n---\n", 3),
        ("---\n\n\na: *x\n---\n", 4),
        ("\n\n---\na: !x y\n---\n", 4),
        ("+++\na = 1\nb = \n+++\n", 3),
        ("+++\na = 1\na = 2\n+++\n", 3),
    ],
)
def test_a_refusal_names_the_line_of_the_file(text: str, line: int) -> None:
    with pytest.raises(Unreadable, match=rf"line {line}\b"):
        split(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0123", "'0123'"),
        ("true", "true"),
        ("1_000", "1_000"),
        ("1.50", "1.50"),
        ("inf", "inf"),
        ("2021-11-15", "2021-11-15"),
        ("2021-11-15T07:52:00+03:30", "2021-11-15T07:52:00+03:30"),
        ("2021-11-15T07:52:00", "2021-11-15T07:52:00"),
        ("07:52:00", "07:52:00"),
        ("0x1F", "0x1F"),
    ],
)
def test_toml_values_become_strings(text: str, value: str) -> None:
    expected = {"1_000": "1000", "0x1F": "31"}.get(text, text)
    assert parse_toml(f"a = {value}\nb = [{value}]\n[c]\nd = {value}") == {
        "a": expected,
        "b": [expected],
        "c": {"d": expected},
    }


@pytest.mark.parametrize(
    "text",
    [
        "a", "a =", "a = b", "a = 0123", "a = 1\na = 2", "[a]\n[a]", "a = '''x", "a = 2021-02-30", "a = \"\\ud800\"",
        "a = " + "[" * 100_000, "a = " + "{x=" * 20_000, ".".join("a" * 60) + " = 1", "a = " + "9" * 5000,
        "a = 0x" + "f" * 5000, "[" * 3000,
        "a = " + "[" * 30 + "]" * 30, "a = \"" + "x" * 300_000 + "\"", "\x00", "a\u2028b",
    ],
)  # fmt: skip
def test_a_toml_trap_is_refused_with_what_to_do(text: str) -> None:
    with pytest.raises(Unreadable) as refusal:
        parse_toml(text)
    assert refusal.value.remedy


@pytest.mark.parametrize(
    ("text", "table", "body"),
    [
        ("no front matter", {}, "no front matter"),
        ("", {}, ""),
        ("---\na: b\n---\nbody", {"a": "b"}, "\nbody"),
        ("---\na: b\n...\nbody", {"a": "b"}, "\nbody"),
        ("---  \na: b\n--- \n", {"a": "b"}, "\n"),
        ("\n \n---\na: b\n---", {"a": "b"}, ""),
        ("---\n---\nbody", {}, "\nbody"),
        ("+++\na = 'b'\n+++\nbody", {"a": "b"}, "\nbody"),
        ("+++\n+++\n", {}, "\n"),
        ("---\na: |\n  ---\n  x\n---\n\n---\n", {"a": "---\nx\n"}, "\n\n---\n"),
        ("----\nnot front matter", {}, "----\nnot front matter"),
        ("text\n---\na: b\n---\n", {}, "text\n---\na: b\n---\n"),
    ],
)
def test_front_matter_is_between_its_fences(text: str, table: dict[str, object], body: str) -> None:
    assert split(text) == (table, body)


@pytest.mark.parametrize("text", ["---\nembargo: 2099-01-01\n\nbody", "+++\na = 1\n---\n", "---", "---\n", "+++"])
def test_front_matter_without_an_end_is_refused(text: str) -> None:
    with pytest.raises(Unreadable, match="no end") as refusal:
        split(text)
    assert refusal.value.remedy


# --- the short way ----------------------------------------------------------------------------------------------------

LINES = st.sampled_from(
    (
        *("title: Harbour: ten years on", "title: A plain headline, with commas", 'title: "In quotes # all of it"'),
        *("date: 2026-03-09T07:30:00+01:00", "id: 0123", "draft: no", "slug: null", "a: ~", "tags: [a, b c, null]"),
        *("tags: [a, b]", "tags: [a,b]", "tags: []", "k: v # comment", "k: v#none", "k: a  b", "k: a :b", "k: 'it''s'"),
        *(
            "k:",
            "k: v ",
            "  more",
            "- item",
            "",
            "null: x",
            "k: [a: b]",
            "k: [x#y, z]",
            "k: a\u00a0b",
            "k: é",
            "k: a: b",
        ),
        *(
            "k: |",
            "k: >",
            "  text",
            "k: {a: b}",
            "k: &a b",
            "k: *a",
            "k: !!str b",
            "k: 'a\tb'",
            "k: a\u2028b",
            "? k",
            "k: v:",
        ),
        *(
            "k: [a , 'b, c']",
            'k: ["a" , b]',
            "k: [a, ]",
            "k: [ ]",
            "k: “a”",
            "k: (a)",
            "k: 😀",
            "k: （a）",
            "k: \ufeffa",
            "k: ''''",
            "k: '''",
            "k: 'a'b'",
            r'k: "\""',
            r'k: "\\"',
            r'k: "a\"',
            r'k: "\/"',
            r"""k: ['it''s', "\""]""",
        ),
        *(
            "- a",
            "-  'b, c'",
            "- a: b",
            "- a:",
            "- null",
            "-",
            "- [a]",
            "  - a",
            '  - "b" ',
            "   - a",
            "  a: b",
            "  a:",
        ),
    )
)
SIGNS = st.text("ab: #,[]{}'\"\\\n\t-?&*!|>%@`~0\u00a0é\u2028\x85", max_size=24)


@given(st.lists(LINES | SIGNS | SIGNS.map("k: {}".format), max_size=5).map("\n".join))
@settings(max_examples=1500)
def test_what_is_read_the_short_way_is_what_the_parser_reads(text: str) -> None:
    plain = plain_yaml(text)
    assert plain is None or plain == whole_yaml(text)


@pytest.mark.parametrize(
    "text",
    [
        "title: Nullified  :the vote",
        "title: Harbour, ten years on",
        'title: "A: b"',
        "date: 2026-03-09T07:30:00+01:00",
        "k: [a, b c]",
        "k: ['News / EU', \"a, b\",c]",
        "k: []",
        "k: “Fish” – and chips",
        "k: 'It''s: done'",
        r'k: "She said \"no\", and a \\"',
        "k: Ёлка 🎄",
        "k:",
        "k:\n  - a b\n  - 'c: d'",
        "k:\n- a\n- (b)",
        "k:\n  name: Ada Keel\n  tags:\n  - a",
    ],
)
def test_what_newsrooms_write_is_read_the_short_way(text: str) -> None:
    assert plain_yaml(f"{text}\nauthor: Ada Keel\n") == whole_yaml(f"{text}\nauthor: Ada Keel\n")
    assert plain_yaml(text)
