"""Machines find in a page what its article is."""

import json
from typing import Any

from pages_sample import ARTICLE, PICTURE, SITE_OF_NEWS, article

from feedsvc.model.article import Person
from feedsvc.pages.jsonld import news_article


def linked_data(**changes: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(news_article(SITE_OF_NEWS, article(**changes)))
    return found


def test_the_linked_data_is_a_news_article() -> None:
    data = linked_data()
    assert (data["@type"], data["datePublished"]) == ("NewsArticle", "2021-11-15T07:52:00+00:00")
    assert (data["mainEntityOfPage"], data["image"]) == (ARTICLE.url, [PICTURE.url])
    assert data["author"] == [{"@type": "Person", "name": "Ada Vries", "url": "https://ada.example/"}]
    assert "correction" not in data


def test_an_author_is_linked_by_an_address_of_the_web_alone() -> None:
    bad = linked_data(authors=(Person(name="Eve", url="javascript:alert(1)"),))
    assert bad["author"] == [{"@type": "Person", "name": "Eve"}]


def test_no_text_can_end_the_script_that_it_stands_in_nor_open_a_comment() -> None:
    text = str(news_article(SITE_OF_NEWS, article(title="</script><!-- &amp;")))
    assert not set(text) & set("<>&")
    assert json.loads(text)["headline"] == "</script><!-- &amp;"
