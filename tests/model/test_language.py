"""The script of a language decides which way it is written, and where it names none, the language does."""

import pytest

from feedsvc.model.language import direction


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
