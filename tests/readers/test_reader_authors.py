"""An author is one author, however the name and the address of mail are written."""

import json

import pytest

from feedsvc.model.article import Person
from feedsvc.model.reader import ReaderOptions, Reading, Source
from feedsvc.readers import read

QUOTED = Person(name="Last, First", email="q@t.example")


def told(author: object) -> Reading:
    front = json.dumps({"title": "Bell", "date": "2026-11-20", "author": author})
    return read(Source(path="a.md", data=f"---\n{front}\n---\nText\n".encode()), ReaderOptions())


@pytest.mark.parametrize(
    ("said", "people"),
    [
        ('"Last, First" <q@t.example>', [QUOTED]),
        ('"Last, First" <q@t.example>, Bo Brigg', [QUOTED, Person(name="Bo Brigg")]),
        ('"Last, First" <q@t.example>; "Brigg; Bo"', [QUOTED, Person(name="Brigg; Bo")]),
        (['"Last, First" <q@t.example>', "Bo Brigg"], [QUOTED, Person(name="Bo Brigg")]),
        ("q@t.example (Last First)", [Person(name="Last First", email="q@t.example")]),
        ('Ann "The Bell" Vey, Bo Brigg', [Person(name='Ann "The Bell" Vey'), Person(name="Bo Brigg")]),
        ('Ann "Vey, Bo Brigg', [Person(name='Ann "Vey'), Person(name="Bo Brigg")]),
        ("Ann Vey <ann@münchen.example>", [Person(name="Ann Vey", email="ann@xn--mnchen-3ya.example")]),
    ],
)
def test_quotation_marks_hold_a_name_together(said: object, people: list[Person]) -> None:
    reading = told(said)
    assert [*reading.copy.authors] == people
    assert not reading.problems


@pytest.mark.parametrize(
    "said",
    ["K <käse@t.example>", {"name": "K", "email": "käse@t.example"}, {"name": "K", "email": "k at t.example"}],
)
def test_mail_that_feeds_cannot_carry_is_left_out_and_told(said: object) -> None:
    reading = told(said)
    assert reading.copy.authors == (Person(name="K"),)
    assert ["is not an e-mail address in ASCII letters" in problem.reason for problem in reading.problems] == [True]


def test_tags_keep_what_stands_in_quotation_marks() -> None:
    front = json.dumps({"title": "Bell", "tags": 'Ports, "Fish, chips", 5" guns'})
    copy = read(Source(path="a.md", data=f"---\n{front}\n---\nText\n".encode()), ReaderOptions()).copy
    assert copy.tags == ("Ports", "Fish, chips", '5" guns')
