"""Words and dates in the language of the reader, and by the newsroom's clock."""

from datetime import UTC, datetime

import pytest

from feedsvc.pages.words import has_form, languages, moment, month_name, words_of

WHEN = datetime(2026, 11, 28, 17, 9, 30, tzinfo=UTC)
WHOLE = [tag for tag in languages() if "-" not in tag]


def test_there_are_a_dozen_languages_and_more() -> None:
    assert len(WHOLE) >= 12


@pytest.mark.parametrize("tag", languages())
def test_every_language_has_every_word(tag: str) -> None:
    words = words_of(tag)
    assert words.keys() - {"digits", "month_names"} == words_of("en").keys()
    assert all(words.values())
    assert len(words["months"]) == 12
    assert words.language == tag


@pytest.mark.parametrize("tag", [tag for tag in WHOLE if tag != "en"])
def test_no_word_of_another_language_is_english(tag: str) -> None:
    same = {name for name, word in words_of(tag).items() if word == words_of("en").get(name)}
    assert same <= {"date", "time", "date_time", "month", "months", "home", "here", "tags", "mail"}


@pytest.mark.parametrize(
    ("language", "zone", "shown"),
    [
        ("en", "UTC", "28 November 2026, 17:09 UTC"),
        ("en-GB", "Europe/Lisbon", "28 November 2026, 17:09"),
        ("en-US", "America/New_York", "November 28, 2026, 12:09 PM"),
        ("en-us", "Asia/Tokyo", "November 29, 2026, 2:09 AM"),
        ("de", "Europe/Berlin", "28. November 2026, 18:09 Uhr"),
        ("fr-CA", "Europe/Paris", "28 novembre 2026 à 18:09"),
        ("ja", "Asia/Tokyo", "2026年11月29日 2:09"),
        ("zh-Hans-CN", "Asia/Shanghai", "2026年11月29日 01:09"),
        ("ru", "Europe/Moscow", "28 ноября 2026 г., 20:09"),
        ("fa", "Asia/Tehran", "۲۸ نوامبر ۲۰۲۶، ۲۰:۳۹"),
        ("pt-BR", "America/Sao_Paulo", "28 de novembro de 2026, 14:09"),
        ("fi", "Europe/Helsinki", "2026-11-28 19:09"),
        ("fi", "UTC", "2026-11-28 17:09 UTC"),
        ("zh-Hant", "Asia/Taipei", "2026-11-29 01:09"),
        ("", "UTC", "2026-11-28 17:09 UTC"),
    ],
)
def test_an_instant_is_shown_by_the_newsrooms_clock_in_the_form_of_the_language(
    language: str, zone: str, shown: str
) -> None:
    assert moment(WHEN, language, zone) == shown


@pytest.mark.parametrize(
    ("language", "shown"), [("en", "29 November 2026"), ("fi", "2026-11-29"), ("es", "29 de noviembre de 2026")]
)
def test_a_date_without_a_time_shows_none(language: str, shown: str) -> None:
    assert moment(datetime(2026, 11, 28, 15, tzinfo=UTC), language, "Asia/Tokyo") == shown


def test_noon_and_midnight_have_names_of_their_own() -> None:
    assert moment(datetime(2026, 1, 2, 12, 5, tzinfo=UTC), "en-US", "UTC") == "January 2, 2026, 12:05 PM UTC"
    assert moment(datetime(2026, 1, 2, 0, 5, tzinfo=UTC), "en-US", "UTC") == "January 2, 2026, 12:05 AM UTC"


def test_a_month_stands_by_itself_in_its_own_case() -> None:
    assert month_name(2026, 11, "ru") == "ноябрь 2026 г."
    assert month_name(2026, 11, "ja") == "2026年11月"
    assert month_name(2026, 11, "fi") == "2026-11"


@pytest.mark.parametrize(
    ("tag", "words"), [("fi", "en"), ("de-AT", "de-AT"), ("pt_br", "pt_br"), ("zh-TW", "en"), ("x", "en")]
)
def test_a_language_without_words_gets_english_ones_and_says_so(tag: str, words: str) -> None:
    assert words_of(tag).language == words
    assert has_form("de-AT")
    assert not has_form("fi")


def test_no_word_has_the_name_of_a_method_which_templates_would_print_in_its_place() -> None:
    assert [name for name in words_of("en") if hasattr(dict, name)] == []
