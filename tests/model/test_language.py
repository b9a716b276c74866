"""The script of a language decides which way it is written, and where it names none, the language does."""

import pytest

from feedsvc.model.language import direction, language_tag


@pytest.mark.parametrize(
    "language",
    ["ar", "arc", "fa-IR", "HE", "ur", "ps", "yi", "sd", "ug", "dv", "ckb", "az-Arab-IR", "ku_Arab", "fa_AF"],
)
def test_these_languages_are_written_from_the_right(language: str) -> None:
    assert direction(language) == "rtl"


@pytest.mark.parametrize(
    "language", ["en", "", "ks-Deva", "ku", "fa-Latn", "ar-Latn", "pt-BR", "de-1996", "zh-Hant-TW", "-"]
)
def test_these_languages_are_written_from_the_left(language: str) -> None:
    assert direction(language) == "ltr"


@pytest.mark.parametrize(
    ("said", "told"),
    [
        *[(tag, tag) for tag in ("en", "pt-BR", "zh-Hant-TW", "de-1996", "sl-rozaj-biske", "es-419", "en-x-ledger")],
        ("en_US", "en-US"),
        ("en_US.UTF-8", "en-US"),
        ("sr_RS@latin", "sr-RS"),
        ("fr-", "fr"),
        (" fr ", "fr"),
        ("i-klingon", "tlh"),
        ("I-KLINGON", "tlh"),
        ("zh-min-nan", "nan"),
        *[
            (odd, "")
            for odd in ("english", "English", "deutsch", "en,fr", "en fr", "中文", "C", "POSIX", "x-klingon", "")
        ],
        *[(odd, "") for odd in ("e", "en--US", "en-waytoolongpart", "en-US-US", "12", "en-\u0131", "a" * 1000)],
    ],
)
def test_a_language_has_a_tag_of_bcp_47_or_none(said: str, told: str) -> None:
    assert language_tag(said) == told
    assert language_tag(told) == told
