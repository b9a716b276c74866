"""Same articles, same bytes: on every run, process and machine."""

import locale
import os
import subprocess
import sys
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

import pytest
from formats_sample import FILM, OPTIONS, PICTURE, SOUND, article, feed, read
from hypothesis import given, settings
from hypothesis import strategies as some

from feedsvc.formats import FORMATS, _opml
from feedsvc.model.article import Media, Person
from feedsvc.model.feed import Feed, Outline

HERE = Path(__file__).parent
PLACES = [
    {"PYTHONHASHSEED": "1", "TZ": "UTC", "LC_ALL": "C"},
    {"PYTHONHASHSEED": "2", "TZ": "Pacific/Kiritimati", "LC_ALL": "de_DE.UTF-8"},
    {"PYTHONHASHSEED": "3", "TZ": "America/St_Johns", "LC_ALL": "fa_IR"},
]


def everything() -> Feed:
    return feed(
        article(1, media=(PICTURE, FILM, SOUND)),
        article(2, language="ar", correction="R&D"),
        options=OPTIONS,
        cover="https://ledger.example/cover.jpg",
        accent="0B5FA5",
    )


def fingerprints() -> str:
    """One line per document."""
    documents = [form.render(everything()) for form in FORMATS.values()]
    documents.append(_opml.render("All", (Outline(feed=everything()),)))
    return "\n".join(sha256(document).hexdigest() for document in documents)


def settle() -> None:
    """Take on the locale of the environment, where the machine has it."""
    with suppress(locale.Error):
        locale.setlocale(locale.LC_ALL, "")


@pytest.mark.parametrize("place", PLACES, ids=[place["TZ"] for place in PLACES])
def test_neither_seed_nor_zone_nor_locale_changes_a_byte(place: dict[str, str]) -> None:
    program = "from test_formats_same_bytes import fingerprints, settle; settle(); print(fingerprints())"
    path = os.pathsep.join([str(HERE), str(HERE.parents[1])])
    there = subprocess.run(
        [sys.executable, "-c", program], env=os.environ | place | {"PYTHONPATH": path}, capture_output=True, text=True
    )
    assert there.stdout.strip() == fingerprints(), there.stderr


def test_a_second_render_gives_the_same() -> None:
    assert fingerprints() == fingerprints()


text = some.text(max_size=30)
numbers = some.none() | some.integers() | some.floats()
media = some.builds(Media, url=text.map("https://x.example/".__add__), type=text, title=text, description=text,
                    credit=text, length=some.none() | some.integers(), duration=numbers, thumbnail=text)  # fmt: skip
people = some.builds(Person, name=text, email=text, url=text)


@settings(max_examples=60, deadline=None, database=None)
@given(
    some.fixed_dictionaries(
        {
            "title": text,
            "summary": text,
            "content": text,
            "correction": text,
            "language": text,
            "tags": some.lists(text, max_size=2).map(tuple),
            "sections": some.lists(some.lists(text, min_size=1, max_size=2).map(tuple), max_size=2).map(tuple),
            "authors": some.lists(people, max_size=2).map(tuple),
            "media": some.lists(media, max_size=2).map(tuple),
        }
    )
)
def test_no_text_whatsoever_costs_a_feed_or_a_neighbour(odd: dict[str, object]) -> None:
    for form in ("rss", "atom"):
        assert len(read(form, article(1, **odd), article(2)).entries) == 2
    assert FORMATS["json"].render(feed(article(1, **odd)))
