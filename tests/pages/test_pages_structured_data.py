"""What search engines and previews are told of an article, a section and the home page."""

import json
import re
from typing import Any

import pytest
from formats_sample import FILM, PICTURE, article, feed
from msgspec.structs import replace
from partner_sample import WIDE, full, judged

from feedsvc import pages
from feedsvc.model.article import Article, Person, Section
from feedsvc.model.text_pictures import text_pictures
from feedsvc.model.urls import SITE

SITE_VALUES = pages.Site(title="The Lantern", logo=f"{SITE}/media/logo.png", canonical="https://news.example")
IN_TEXT = (
    '<p><img src="https://cdn.example/quay.jpg?a=1&amp;b=2" alt="The quay" width="1600" height="900"></p><p>Text</p>'
)


def page(shown: Article) -> str:
    return pages.article(pages.frame(SITE_VALUES, (), ()), shown).decode()


def data(shown: Article) -> list[Any]:
    return [json.loads(each) for each in re.findall(r'<script type="application/ld\+json">(.*?)</script>', page(shown))]


def meta(html: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, content in re.findall(r'<meta property="([^"]*)" content="([^"]*)">', html):
        found.setdefault(name, []).append(content)
    return found


def test_the_publisher_has_its_logo_and_is_the_author_where_none_is_named() -> None:
    (told, *_) = data(article(authors=()))
    assert told["publisher"]["logo"] == {"@type": "ImageObject", "url": f"{SITE}/media/logo.png"}
    assert told["author"] == [told["publisher"]]
    kinds = [
        each["@type"] for each in data(article(authors=(Person(name="Ann"), Person(name="the lantern"))))[0]["author"]
    ]
    assert kinds == ["Person", "Organization"]


def test_a_film_is_a_video_object() -> None:
    (told, *_) = data(article(media=(PICTURE, FILM)))
    (film,) = told["video"]
    assert (film["contentUrl"], film["thumbnailUrl"], film["duration"]) == (FILM.url, FILM.thumbnail, "PT62S")
    assert {"name", "description", "uploadDate"} <= film.keys()
    assert "video" not in data(article())[0]


def test_the_way_to_the_section_is_told() -> None:
    path = (Section(path="news", title="News"), Section(path="news/eu", title="EU"))
    _, crumbs = data(article(section_paths=(path,)))
    assert [(each["position"], each["name"], each["item"]) for each in crumbs["itemListElement"]] == [
        (1, "The Lantern", f"{SITE}/"),
        (2, "News", f"{SITE}/news/"),
        (3, "EU", f"{SITE}/news/eu/"),
    ]
    assert len(data(article(section_paths=()))) == 1


def test_previews_are_told_of_picture_language_section_and_tags() -> None:
    told = meta(page(article(language="en-GB")))
    assert told["og:image:width"] == ["1200"]
    assert told["og:image:height"] == ["800"]
    assert told["og:image:alt"] == ["The quay"]
    assert told["og:locale"] == ["en_GB"]
    assert told["article:section"] == ["EU"]
    assert told["article:tag"] == ["Ports", "Old Cranes"]


def test_the_home_page_and_sections_have_previews_too() -> None:
    for html in (pages.front(SITE_VALUES, feed(), ()), pages.section(SITE_VALUES, feed(), (), ())):
        told = meta(html.decode())
        assert told["og:type"] == ["website"]
        assert told["og:image"] == [f"{SITE}/media/logo.png"]
        assert {"og:title", "og:url", "og:locale", "og:site_name"} <= told.keys()


def test_the_canonical_address_is_the_first_one_on_every_mirror() -> None:
    assert '<link rel="canonical" href="https://news.example/articles/k1/cranes">' in page(article())
    section = pages.section(SITE_VALUES, feed(), (), ()).decode()
    assert '<link rel="canonical" href="https://news.example/news/eu/">' in section


def test_a_picture_in_the_text_stands_for_an_article_that_names_none() -> None:
    shown = article(media=(), content=IN_TEXT)
    assert data(shown)[0]["image"] == ["https://cdn.example/quay.jpg?a=1&b=2"]
    assert meta(page(shown))["og:image:width"] == ["1600"]
    assert data(article(content=IN_TEXT))[0]["image"] == [PICTURE.url]
    assert not text_pictures(article(content='<p><img alt="x"><img src="data:,"></p>'))


@pytest.mark.parametrize("name", ["flipboard", "msn"])
def test_partners_take_a_picture_in_the_text(name: str) -> None:
    whole = full()
    (found,) = judged(name, full(media=(), content=IN_TEXT + whole.content))
    assert found.accepted
    (found,) = judged(name, full(media=()))
    assert not found.accepted


@pytest.mark.parametrize(
    ("picture", "taken"),
    [
        ({"width": 1890, "height": 1000}, True),
        ({"width": 1900, "height": 1000}, False),
        ({"width": 700, "height": 1400}, True),
        ({"width": 690, "height": 1400}, False),
        ({"type": "image/gif"}, False),
    ],
)
def test_msn_takes_leads_of_its_shapes_and_kinds(picture: dict[str, Any], taken: bool) -> None:
    (found,) = judged("msn", full(media=(replace(WIDE, **picture),)))
    assert found.accepted is taken
