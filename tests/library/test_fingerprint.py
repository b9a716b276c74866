"""Hashes tell in which fields readers see a difference, and only there."""

import pytest
from msgspec.structs import replace

from articles import COPY
from feedsvc.library.fingerprint import VISIBLE_FIELDS, FieldHashes, changed_fields, fingerprint, hash_fields
from feedsvc.model.article import ArticleCopy, Media, Person
from feedsvc.readers import html_of

CHANGES = {
    "title": replace(COPY, title="Another"),
    "summary": replace(COPY, summary="Told in short."),
    "body": replace(COPY, body="Other words."),
    "url": replace(COPY, url="https://elsewhere.example/a"),
    "language": replace(COPY, language="nl"),
    "correction": replace(COPY, correction="It was a boat."),
    "authors": replace(COPY, authors=(Person(name="Ada Keel"),)),
    "media": replace(COPY, media=(Media(url="https://elsewhere.example/a.png"),)),
}


def hashes(copy: ArticleCopy, folder: str = "") -> FieldHashes:
    return hash_fields(copy, html_of(copy.markup, copy.body, folder))


@pytest.mark.parametrize("field", VISIBLE_FIELDS)
def test_each_visible_field_tells_its_own_change(field: str) -> None:
    after = CHANGES[field]
    assert fingerprint(after) != fingerprint(COPY)
    assert changed_fields(COPY, after) == (field,)
    assert hashes(COPY).changed(hashes(after)) == (field,)


@pytest.mark.parametrize(
    "after",
    [
        replace(COPY, tags=("boats",), sections=(("News",),), slug="other", published=None, extra={"x": 1}),
        replace(COPY, media=(Media(url="a.png", file="a.png"),)),
    ],
    ids=["dates, sections and tags", "media that cannot be published"],
)
def test_what_readers_do_not_see_changes_nothing(after: ArticleCopy) -> None:
    assert fingerprint(after) == fingerprint(COPY)
    assert hashes(COPY).changed(hashes(after)) == ()


@pytest.mark.parametrize(
    ("before", "after", "changed"),
    [
        ("One\ntwo *three*", "One two _three_", ()),
        ("One\n\n    two", "One\n\n     two", ("body",)),
        ("One two", "One  two", ()),
    ],
    ids=["the same written otherwise", "spaces in preformatted text", "spaces"],
)
def test_the_body_counts_as_readers_see_it(before: str, after: str, changed: tuple[str, ...]) -> None:
    copies = (replace(COPY, markup="markdown", body=body) for body in (before, after))
    one, other = map(hashes, copies)
    assert one.changed(other) == changed


def test_the_same_text_in_another_folder_leads_elsewhere() -> None:
    linked = replace(COPY, markup="markdown", body="[More](map.pdf)")
    assert hashes(linked, "news").changed(hashes(linked, "sport")) == ("body",)


def test_an_excerpt_counts_as_the_summary_only_where_a_file_gives_one() -> None:
    other = replace(COPY, body="Other words.")
    assert hashes(COPY).changed(hashes(other)) == ("body",)
    assert hashes(COPY).changed(hashes(replace(COPY, summary="The ferry was late again."))) == ()
    assert hashes(COPY).changed(hashes(replace(other, summary="Short."))) == ("body", "summary")


def test_hashes_are_kept_and_read_again() -> None:
    for copy in (COPY, CHANGES["summary"]):
        assert FieldHashes.decode(hashes(copy).encode()) == hashes(copy)
    for damaged in (b"", hashes(COPY).encode()[1:]):
        with pytest.raises(ValueError, match="no hashes"):
            FieldHashes.decode(damaged)


def test_another_url_is_the_hash_of_that_url() -> None:
    assert hashes(COPY).with_url("https://elsewhere.example/a") == hashes(CHANGES["url"])
