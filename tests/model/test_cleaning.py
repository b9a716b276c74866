"""What enters is made fit to be stored and published: legal text, even spaces, instants in UTC."""

import re
from datetime import UTC, datetime, timedelta, timezone

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from feedsvc.model.article import ArticleCopy, Media, Person
from feedsvc.model.cleaning import cleaned, cleaned_media, cleaned_person, utc_second

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
TEXT = st.text(st.characters(exclude_categories=()), max_size=30)


def test_an_instant_is_utc_in_whole_seconds() -> None:
    there = datetime(2026, 11, 20, 14, 0, 0, 999_999, tzinfo=timezone(timedelta(hours=2)))
    for instant in (utc_second(there), cleaned(ArticleCopy(title="T", embargo=there)).embargo):
        assert instant == NOON
        assert instant is not None
        assert instant.tzinfo is UTC


@pytest.mark.parametrize(
    "value",
    [
        datetime(2026, 11, 20, 12),  # noqa: DTZ001 - that is the point
        datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=1))),
        datetime(9999, 12, 31, 23, 30, tzinfo=timezone(-timedelta(hours=1))),
    ],
)
def test_what_is_no_instant_raises_value_error(value: datetime) -> None:
    with pytest.raises(ValueError, match=re.escape(value.isoformat())):
        utc_second(value)
    for name in ("published", "updated", "embargo", "expires"):
        with pytest.raises(ValueError, match=re.escape(value.isoformat())):
            cleaned(replace(ArticleCopy(title="T"), **{name: value}))


def test_the_text_of_a_copy_is_cleaned() -> None:
    copy = cleaned(
        ArticleCopy(title=" A\0 \u00a0title\n", summary=" one \n two ", body="a\r\nb\x0b", tags=("a ", "", "a", "b"))
    )
    assert (copy.title, copy.summary, copy.body, copy.tags) == ("A title", "one\ntwo", "a\nb", ("a", "b"))


def test_sections_without_names_are_dropped() -> None:
    assert cleaned(ArticleCopy(title="T", sections=((), ("", " "), (" News ", "EU")))).sections == (("News", "EU"),)


def test_the_text_of_persons_and_media_is_cleaned_alone_and_in_a_copy() -> None:
    person, media = Person(name=" Ann\u200b \u00a0Vey"), Media(url=" x\0", type="image/png ", description="a \n b\x0b ")
    right = Person(name="Ann Vey"), Media(url="x", type="image/png", description="a\nb")
    assert (cleaned_person(person), cleaned_media(media)) == right
    copy = cleaned(ArticleCopy(title="T", authors=(person,), media=(media,)))
    assert (copy.authors, copy.media) == ((right[0],), (right[1],))


def test_whatever_a_copy_carries_can_be_stored_and_comes_back() -> None:
    odd = "a\ud800b\0"
    copy = cleaned(
        ArticleCopy(
            title=odd,
            body=odd,
            extra={odd: [odd, {odd: (odd,)}], "when": NOON, "n": 1},
            authors=(Person(name=odd),),
            media=(Media(url=f"https://a.example/{odd}", description=odd),),
            published=NOON,
        )
    )
    back = msgspec.json.decode(msgspec.json.encode(copy), type=ArticleCopy)
    assert replace(back, extra={}) == replace(copy, extra={})
    assert back.extra["ab"] == ["ab", {"ab": ["ab"]}]


@given(TEXT, st.lists(TEXT, max_size=3).map(tuple))
def test_what_is_clean_stays_as_it_is(text: str, texts: tuple[str, ...]) -> None:
    once = cleaned(
        ArticleCopy(
            title=text,
            body=text,
            summary=text,
            tags=texts,
            sections=(texts,),
            extra={text: list(texts)},
            authors=(Person(name=text),),
            media=(Media(url=text, description=text),),
        )
    )
    assert cleaned(once) == once


def test_media_and_authors_that_are_named_twice_count_once() -> None:
    film = Media(url="https://x.example/a.mp4", title="The bell")
    people = (Person(name="Ann  Aal", email="a@x.example"), Person(name="ann aal"), Person(name="Bo"))
    copy = cleaned(ArticleCopy(title="T", media=(film, Media(url=" https://x.example/a.mp4")), authors=people))
    assert copy.media == (film,)
    assert [person.name for person in copy.authors] == ["Ann Aal", "Bo"]
    assert len(cleaned(replace(copy, media=(Media(url=""), Media(url="")))).media) == 2
