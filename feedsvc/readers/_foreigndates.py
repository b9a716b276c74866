"""Turns dates in other languages and notations into English ones.

Only words and signs are replaced; the one strict parser of English dates then decides whether the result is a date.
"""

import re
from collections.abc import Callable
from functools import cache
from typing import NamedTuple

from feedsvc.readers._data import fold, table

_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹०१२३४५६७८९০১২৩৪৫৬৭৮৯：，、", "0123456789" * 4 + ":,,")
_CHINESE_DAY = re.compile(r"(\d{4})\s?[年년]\s?(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日일]")
_CHINESE_WEEKDAY = re.compile(r"[(（]\s?[月火水木金土日一二三四五六월화수목금토일周週星期曜]{1,3}\s?[)）]")
_CHINESE_CLOCK = re.compile(
    r"(?:(上午|午前|오전)|(下午|午後|오후))?\s?(\d{1,2})\s?[時时點点시:](?:\s?(\d{1,2})\s?[分분]?)?"
)
_CHINESE = re.compile("[年년時时點点시午오]")
_VIETNAMESE_MONTH = re.compile(r"\btháng\s?(\d{1,2})(?:\s?năm)?\b")
_HALF = re.compile(r"(?<![^\W\d])([ap])\s?\.\s?m\b\.?")
_CLOCK = re.compile(r"(?<![\d.:])(\d{1,2})(?:\s?h\s?|\.)(\d\d)(?:\s?min)?(?![\d.])|(?<![\d.:])(\d{1,2})\s?h(?![^\W\d])")
_WORD = re.compile(r"[^\s\d.,:;/|()\[\]–—·•+-]+(?:[.-][^\s\d.,:;/|()\[\]–—·•+-]+)*")
_ZONE = re.compile(r"[a-z]{1,5}", re.ASCII)
_ENGLISH = ("am", "pm", "at", "on", "of")


class English(NamedTuple):
    """The text of a date; `day_first` if its language never writes the month before the day in figures."""

    text: str
    day_first: bool


class _Words(NamedTuple):
    months: dict[str, str]
    long_months: tuple[str, ...]
    """The names that have more than one word."""
    weekdays: frozenset[str]
    others: dict[str, str]
    """Words and their replacements, which may be a space."""
    own: frozenset[str]
    """English words."""


def english(line: str, is_zone: Callable[[str], bool]) -> English:
    """The date `line` with English names of months, times written with a colon, and no other words except `am`, `pm`
    and the abbreviations for which `is_zone` is true. Raises ValueError for any other word."""
    text = fold(line).translate(_DIGITS)
    if _CHINESE.search(text):
        text = _CHINESE_DAY.sub(r"\1-\2-\3 ", _CHINESE_WEEKDAY.sub(" ", text))
        text = _CHINESE_CLOCK.sub(_western_clock, text)
    text = _VIETNAMESE_MONTH.sub(_named_month, text)
    text = _CLOCK.sub(lambda found: f"{found[1]}:{found[2]}" if found[1] else f"{found[3]}:00", _HALF.sub(r"\1m", text))
    words = _words()
    for name in words.long_months:
        text = text.replace(name, words.months[name])
    several = sum(word in words.months for word in _WORD.findall(text)) > 1
    foreign = text != fold(line)

    def exchanged(found: re.Match[str]) -> str:
        nonlocal foreign
        word = found[0]
        foreign = foreign or word not in words.own
        if word in words.months and not (several and word in words.weekdays):
            return words.months[word]
        if word in words.weekdays:
            return " "
        if word in words.others:
            return words.others[word]
        if _ZONE.fullmatch(word) and is_zone(word.upper()):
            return word.upper()
        raise ValueError("a word that no date has")

    return English(" ".join(_WORD.sub(exchanged, text).split()), foreign)


def _western_clock(found: re.Match[str]) -> str:
    half = " am" if found[1] else " pm" if found[2] else ""
    # 12 hours with am or pm, or 24 hours: some write both at once.
    return f" {found[3]}:{found[4] or '00':0>2}{half if int(found[3]) <= 12 else ''} "


def _named_month(found: re.Match[str]) -> str:
    number = int(found[1])
    return f" {_english_months()[number - 1]} " if 1 <= number <= 12 else found[0]


@cache
def _english_months() -> list[str]:
    return [forms.partition("|")[0] for forms in table("dates")["months"]["en"].split()]


@cache
def _words() -> _Words:
    data = table("dates")
    months: dict[str, set[str]] = {}
    for names in data["months"].values():
        for name, forms in zip(_english_months(), names.split(), strict=True):
            for form in forms.split("|"):
                months.setdefault(fold(form.replace("-", " ")), set()).add(name)
    others = dict.fromkeys(map(fold, data["between"]["words"].split()), " ")
    for half, name in (("a", "am"), ("p", "pm")):
        others |= dict.fromkeys((fold(word).strip(".") for word in data["halves"][half].split()), f" {name} ")
    others |= {fold(word): zone for word, zone in data["zones"].items()}
    weekdays = frozenset(fold(day) for names in data["weekdays"].values() for day in names.split())
    own = {*data["months"]["en"].replace("|", " ").split(), *data["weekdays"]["en"].split(), *_ENGLISH}
    sure = {form: names.pop() for form, names in months.items() if len(names) == 1}
    return _Words(sure, tuple(form for form in sure if " " in form), weekdays, others, frozenset(own))
