"""A language is a tag of BCP 47 wherever it is shown, or it is not shown at all."""

import json

import pytest
from formats_sample import article, atom, every, json_feed
from msgspec.structs import replace

from feedsvc import pages
from feedsvc.model.article import ArticleCopy
from feedsvc.model.cleaning import cleaned
from feedsvc.model.reader import ReaderOptions, Reading, Source
from feedsvc.readers import read


def told(said: str) -> Reading:
    front = json.dumps({"title": "Bell", "lang": said})
    return read(Source(path="a.md", data=f"---\n{front}\n---\nText\n".encode()), ReaderOptions())


@pytest.mark.parametrize("said", ["english", "Deutsch", "en, fr", "C"])
def test_what_is_no_tag_is_left_out_and_told(said: str) -> None:
    reading = told(said)
    assert reading.copy.language == ""
    assert ["is not a language tag, such as en or pt-BR" in problem.reason for problem in reading.problems] == [True]


@pytest.mark.parametrize(("said", "tag"), [("en_US", "en-US"), ("fr-", "fr"), ("i-klingon", "tlh")])
def test_feeds_and_pages_have_the_same_tag(said: str, tag: str) -> None:
    reading = told(said)
    assert (reading.copy.language, reading.problems) == (tag, ())
    shown = replace(article(), language=reading.copy.language)
    (entry,) = every(atom(shown, language="de"), "a:entry")
    assert entry.get("{http://www.w3.org/XML/1998/namespace}lang") == tag
    assert json_feed(shown, language="de")["items"][0]["language"] == tag
    page = pages.article(pages.frame(pages.Site(title="The Lantern", language="de"), (), ()), shown).decode()
    assert f'<article class="piece" lang="{tag}"' in page
    assert f'"inLanguage":"{tag}"' in page


def test_copies_are_cleaned_whoever_reads_them() -> None:
    assert cleaned(ArticleCopy(title="Bell", language="english")).language == ""
