"""An article keeps its id and key for ever, and two ids that people take for one are one."""

from itertools import islice
from string import ascii_lowercase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedsvc.model.identity import absolute, id_candidates, key_of, mint, normalised_id, tag

AUTHORITY = "ledger.example,2026"


def test_keys_stay_what_they_are() -> None:
    """They stand in URLs and ids that readers know: another version must make the same ones."""
    assert key_of("news/ferry.md") == "m77cmzbq72lm"
    assert mint(AUTHORITY, "news/ferry.md", "").id == "tag:ledger.example,2026:m77cmzbq72lm"


@given(st.text())
def test_a_key_is_twelve_characters_of_base_32(name: str) -> None:
    assert len(key_of(name)) == 12
    assert not set(key_of(name)) - set(ascii_lowercase + "234567")


def test_a_name_has_one_key_however_its_accents_are_composed() -> None:
    assert key_of("caf\u00e9.md") == key_of("cafe\u0301.md")
    assert key_of("cafe.md") != key_of("caf\u00e9.md")


def test_an_article_is_called_by_its_id_or_else_by_its_path() -> None:
    by_id, by_path = mint(AUTHORITY, "a.md", "story-1"), mint(AUTHORITY, "a.md", "")
    assert (by_id.id, by_id.key) == ("story-1", key_of("story-1"))
    assert (by_path.id, by_path.key) == (tag(AUTHORITY, key_of("a.md")), key_of("a.md"))


def test_where_a_name_is_taken_there_is_always_another_and_always_the_same() -> None:
    first = list(islice(id_candidates(AUTHORITY, "a.md", ""), 50))
    assert first == list(islice(id_candidates(AUTHORITY, "a.md", ""), 50))
    assert len({identity.id for identity in first}) == len({identity.key for identity in first}) == 50
    assert first[:2] == [mint(AUTHORITY, "a.md", ""), mint(AUTHORITY, "a.md", "", 2)]


@pytest.mark.parametrize(
    ("given", "iri"),
    [
        ("urn:uuid:1", "urn:uuid:1"),
        ("https://a.example/1", "https://a.example/1"),
        ("story 1", "tag:ledger.example,2026:id:story%201"),
        ("a b:c", "tag:ledger.example,2026:id:a%20b:c"),
        ("статья", "tag:ledger.example,2026:id:%D1%81%D1%82%D0%B0%D1%82%D1%8C%D1%8F"),
    ],
)
def test_every_id_has_an_absolute_iri(given: str, iri: str) -> None:
    assert absolute(AUTHORITY, given) == iri


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Story-1", "story-1"),
        ("caf\u00e9", "CAFE\u0301"),
        ("Ｓtory", "story"),
        ("straße", "STRASSE"),
        ("story 1", absolute(AUTHORITY, "story 1")),
    ],
)
def test_ids_that_people_take_for_one_are_one(one: str, other: str) -> None:
    assert normalised_id(AUTHORITY, one) == normalised_id(AUTHORITY.upper(), other)


def test_other_ids_are_others() -> None:
    assert len({normalised_id(AUTHORITY, given) for given in ("1", "2", "story", "storey", "urn:x:1")}) == 5
