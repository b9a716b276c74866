"""A pattern that is compiled when it is first used."""

import re

import pytest

from feedsvc.model.lazy_pattern import LazyPattern, lazy_pattern


def test_it_is_compiled_at_its_first_use_and_once(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled: list[str] = []
    really = re.compile

    def noted(source: str, flags: int = 0) -> re.Pattern[str]:
        compiled.append(source)
        return really(source, flags)

    monkeypatch.setattr(re, "compile", noted)
    pattern = lazy_pattern("a+")
    assert compiled == []
    assert [bool(pattern.search(text)) for text in ("caat", "b")] == [True, False]
    assert pattern.sub("-", "caat") == "c-t"
    assert compiled == ["a+"]


def test_flags_count() -> None:
    assert lazy_pattern("a", re.IGNORECASE).fullmatch("A")
    assert not lazy_pattern("a").fullmatch("A")


def test_a_method_that_patterns_lack_is_an_error() -> None:
    with pytest.raises(AttributeError):
        LazyPattern("a", 0).nothing  # noqa: B018
