"""Which articles stand in which feed, and when."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from feedsvc.model.article import Article, ArticleCopy, Media, Person, Status
from feedsvc.model.selection import (
    MATCH_ALL,
    Selection,
    folder_chain,
    is_open,
    matches,
    section_names,
    section_paths,
    select,
    visibility_span,
)

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
ARTICLE = Article(
    id="1",
    iri="urn:x:1",
    key="k",
    slug="s",
    url="https://a.example/1",
    title="T",
    summary="",
    published=NOON,
    updated=NOON,
    content="",
    language="en-GB",
    sections=(("News", "EU"), ("Sport",)),
    tags=("Fish",),
    authors=(Person(name="Ann Vey"),),
    media=(Media(url="https://a.example/film.mp4", type="video/mp4"),),
)


@pytest.mark.parametrize(
    ("folder", "chain"),
    [
        ("", ()),
        ("news/eu", ("News", "Eu")),
        ("north-sea/deep_water", ("North sea", "Deep water")),
        ("новости", ("Новости",)),
        ("-", ()),
    ],
)
def test_a_folder_names_a_section(folder: str, chain: tuple[str, ...]) -> None:
    assert folder_chain(folder) == chain


def test_an_article_stands_in_every_section_on_the_way_down() -> None:
    assert section_names([("News", "EU"), ("Sport",)]) == {"news": "News", "news/eu": "EU", "sport": "Sport"}


def test_a_name_without_a_letter_is_no_section() -> None:
    assert list(section_paths(("News", "???", "EU"))) == [("news", "News"), ("news/eu", "EU")]


@pytest.mark.parametrize(
    ("changes", "span"),
    [
        ({}, (NOON, None)),
        ({"embargo": NOON + HOUR}, (NOON + HOUR, None)),
        ({"embargo": NOON - HOUR}, (NOON, None)),
        ({"expires": NOON + HOUR}, (NOON, NOON + HOUR)),
        ({"status": Status.DRAFT}, None),
        ({"status": Status.WITHDRAWN}, None),
    ],
)
def test_an_article_is_open_from_its_date_or_embargo_until_it_expires(
    changes: dict[str, object], span: tuple[datetime, datetime | None] | None
) -> None:
    assert visibility_span(ArticleCopy(title="T", **changes), NOON) == span  # type: ignore[arg-type]  # a table of fields


@pytest.mark.parametrize(("hours", "open_"), [(-1, False), (0, True), (0.99, True), (1, False)])
def test_it_opens_at_the_instant_and_is_closed_at_the_instant(hours: float, open_: bool) -> None:
    assert is_open(replace(ARTICLE, expires=NOON + HOUR), NOON + hours * HOUR) is open_


@pytest.mark.parametrize(
    "selection",
    [
        MATCH_ALL,
        Selection(sections=("news",)),
        Selection(sections=("news/eu", "culture")),
        Selection(tags=("fish",)),
        Selection(authors=("ann vey",)),
        Selection(language="en"),
        Selection(language="EN-gb"),
        Selection(media="video"),
        Selection(without_sections=("culture",), without_tags=("cats",), without_authors=("Bob",)),
    ],
)
def test_what_a_selection_admits(selection: Selection) -> None:
    assert matches(selection, ARTICLE)


@pytest.mark.parametrize(
    "selection",
    [
        Selection(sections=("eu",)),
        Selection(tags=("cats",)),
        Selection(authors=("Ann",)),
        Selection(language="e"),
        Selection(language="en-US"),
        Selection(media="audio"),
        Selection(without_sections=("news",)),
        Selection(without_tags=("FISH",)),
        Selection(without_authors=("Ann Vey",)),
        Selection(sections=("news",), tags=("cats",)),
    ],
)
def test_what_a_selection_refuses(selection: Selection) -> None:
    assert not matches(selection, ARTICLE)


def test_select_keeps_order_and_limit_and_what_is_open() -> None:
    articles = [replace(ARTICLE, id=str(number), published=NOON - number * HOUR) for number in range(-2, 5)]
    assert [article.id for article in select(MATCH_ALL, articles, NOON, 3)] == ["0", "1", "2"]


@given(st.lists(st.text(max_size=20), max_size=6))
def test_every_section_path_is_a_path_of_slugs_below_the_one_before(names: list[str]) -> None:
    paths = [path for path, _ in section_paths(tuple(names))]
    for above, path in zip(["", *paths], paths, strict=False):
        assert path.startswith(f"{above}/" if above else "")
        assert all(part and not part.isspace() for part in path.split("/"))
