"""Plain text as feeds can carry it."""

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from feedsvc.model.text import clean_lines, one_line, shorten, slugify, unspaced, xml_safe

ANY = st.text(st.characters(exclude_categories=()), max_size=200)


@given(ANY)
def test_legal_text_goes_through_xml_unchanged(text: str) -> None:
    clean = xml_safe(text)
    root = etree.Element("t")
    root.text = clean
    assert (etree.fromstring(etree.tostring(root, encoding="utf-8")).text or "") == clean
    assert xml_safe(clean) == clean


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\r\nb\rc", "a\nb\nc"),
        ("a\0\x08\x0b\x0c\x1fb", "ab"),
        ("a\ud800\udfff\ufffe\uffffb", "ab"),
        ("tab\tnew\nline", "tab\tnew\nline"),
        ("“quotes” – dashes — 𝄞", "“quotes” – dashes — 𝄞"),
    ],
)
def test_what_is_legal(text: str, expected: str) -> None:
    assert xml_safe(text) == expected


def test_no_character_is_illegal_but_those_of_the_standard() -> None:
    gone = {code for code in range(sys.maxunicode + 1) if xml_safe(f"a{chr(code)}b\n") == "ab\n"}
    controls = {*range(0x20), 0x7F, *range(0x80, 0xA0)} - {*b"\t\n\r", 0x85}
    last = {(plane << 16) + each for plane in range(17) for each in (0xFFFE, 0xFFFF)}  # of every plane
    assert gone == controls | {*range(0xD800, 0xE000), *range(0xFDD0, 0xFDF0)} | last


def test_what_counts_as_even_has_no_space_and_nothing_invisible_in_it() -> None:
    kept = [sign for sign in map(chr, range(sys.maxunicode + 1)) if one_line(f"a{sign}b") == f"a{sign}b"]
    assert not [sign for sign in kept if sign != " " and (sign.isspace() or sign in "\u200b\u2060\ufeff")]
    assert xml_safe("".join(kept)) == "".join(kept)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  a \t b\nc ", "a b c"),
        ("a\u00a0\u2009\u202f\u3000b", "a b"),
        ("\ufeffa\u200bb\u2060c", "abc"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("", ""),
    ],
)
def test_a_line_has_even_spaces_and_nothing_invisible(text: str, expected: str) -> None:
    assert one_line(text) == expected


@given(ANY)
def test_even_text_stays_as_it_is(text: str) -> None:
    assert one_line(one_line(text)) == one_line(text)
    assert clean_lines(clean_lines(text)) == clean_lines(text)


def test_lines_stay_lines() -> None:
    assert clean_lines(" a \u00a0 b \n\n  c\t") == "a b\n\nc"


@given(ANY | st.text(st.characters(max_codepoint=127)))
def test_unspaced_text_has_all_but_what_unicode_counts_as_white_space(text: str) -> None:
    assert unspaced(text) == "".join(sign for sign in text if not sign.isspace())


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Ports agree: 9 of 10!", "ports-agree-9-of-10"),
        ("Новый мост", "новый-мост"),
        ("हिन्दी समाचार", "हिन्दी-समाचार"),
        ("ข่าววันนี้", "ข่าววันนี้"),
        ("Ａｂｃ", "abc"),
        ("Cafe\u0301", "café"),
        ("../../etc/passwd", "etc-passwd"),
        ("???", ""),
        ("", ""),
    ],
)
def test_a_slug_keeps_letters_marks_and_digits_of_every_script(text: str, slug: str) -> None:
    assert slugify(text) == slug


@given(ANY)
def test_a_slug_is_one_segment_of_a_path_and_its_own_slug(text: str) -> None:
    slug = slugify(text)
    assert len(slug) <= 80
    assert not set(slug) & set("/?#%\\. \n")
    assert all(unicodedata.category(char)[0] in "LMN" for char in slug.replace("-", ""))
    assert slugify(slug) == slug


def test_a_long_slug_ends_with_a_whole_word() -> None:
    assert slugify("word " * 50) == "-".join(["word"] * 16)
    assert slugify("w" * 500) == "w" * 80


def test_a_short_text_is_not_shortened() -> None:
    assert shorten("One.  Two.") == "One. Two."


def test_a_long_text_ends_after_a_sentence_or_else_after_a_word() -> None:
    sentence = "Nine ports will share one timetable from the spring on. "
    assert shorten(sentence * 10, longest=120) == (sentence * 2).strip()
    assert shorten("word " * 100, longest=50) == ("word " * 9).strip() + "…"


@given(ANY, st.integers(10, 300))
def test_a_shortened_text_is_never_longer_and_begins_as_the_text_does(text: str, longest: int) -> None:
    short = shorten(text, longest=longest)
    assert len(short) <= longest
    assert one_line(text).startswith(short.removesuffix("…")) or short == one_line(text)
