"""A small newsroom's feed, and how the tests read back what was rendered."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import feedparser
from lxml import etree

from feedsvc.formats import FORMATS
from feedsvc.formats._xml import NAMESPACES
from feedsvc.model.article import Article, Media, Person
from feedsvc.model.feed import Feed, Link
from feedsvc.model.urls import SITE

NOON = datetime(2026, 10, 20, 12, tzinfo=UTC)
NAMES = {
    **NAMESPACES,
    "a": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
}
OPTIONS: dict[str, object] = {
    "image": "/media/cover.png",
    "email": "audio@ledger.example",
    "logo": "/media/logo.png",
    "name": "The Harbour Ledger",
}
"""What some format or other cannot do without; the others do not mind."""
PICTURE = Media(
    url=f"{SITE}/media/quay.jpg",
    type="image/jpeg",
    length=40_960,
    width=1200,
    height=800,
    title="The quay",
    description="The quay at dawn",
    credit="Mara Lindt",
    copyright="Harbour Pictures",
)
FILM = Media(
    url="https://cdn.example/crane.mp4", type="video/mp4", duration=61.6, thumbnail="https://cdn.example/crane.jpg"
)
SOUND = Media(url="https://cdn.example/horn.mp3", type="audio/mpeg", length=9_000, title="The horn")


def article(number: int = 1, **given: Any) -> Article:
    """An article that says everything; `given` replaces what it says."""
    usual: dict[str, Any] = {
        "id": f"tag:ledger.example,2026:{number}",
        "iri": f"tag:ledger.example,2026:{number}",
        "key": f"k{number}",
        "slug": "cranes",
        "url": f"{SITE}/articles/k{number}/cranes",
        "title": f"Cranes & ships, part {number}",
        "summary": "Why 3 < 4 & 5 > 4.",
        "content": f'<p>Part {number} of &lt;three&gt; &amp; more.</p><p><a href="{SITE}/x?a=1&amp;b=2">Link</a></p>',
        "published": NOON - timedelta(hours=number),
        "updated": NOON - timedelta(minutes=number),
        "sections": (("News", "EU"),),
        "tags": ("Ports", "Old Cranes"),
        "authors": (Person(name="Ann Vey", email="ann@ledger.example", url="https://ledger.example/ann"),),
        "media": (PICTURE,),
    }
    return Article(**usual | given)


def feed(*articles: Article, **given: Any) -> Feed:
    usual: dict[str, Any] = {
        "id": "tag:ledger.example,2026:feed:news/eu",
        "path": "news/eu",
        "title": "EU – The Harbour Ledger",
        "description": "All from Brussels & beyond",
        "home": f"{SITE}/news/eu/",
        "updated": NOON,
        "articles": articles,
        "links": tuple(
            Link(format=form.name, href=f"{SITE}/news/eu/{form.filename or form.name}", type=form.type)
            for form in FORMATS.values()
        ),
        "copyright": "© The Harbour Ledger",
        "logo": f"{SITE}/media/logo.png",
        "icon": f"{SITE}/media/icon.png",
    }
    return Feed(**usual | given)


def rss(*articles: Article, **given: Any) -> etree._Element:
    """The channel."""
    return one(etree.fromstring(FORMATS["rss"].render(feed(*articles, **given))), "channel")


def atom(*articles: Article, **given: Any) -> etree._Element:
    return etree.fromstring(FORMATS["atom"].render(feed(*articles, **given)))


def json_feed(*articles: Article, **given: Any) -> Any:
    return json.loads(FORMATS["json"].render(feed(*articles, **given)))


def read(form: str, *articles: Article, **given: Any) -> Any:
    """What feedparser understands; it must find nothing to forgive."""
    found = feedparser.parse(FORMATS[form].render(feed(*articles, **given)), sanitize_html=False)
    assert not found.bozo, found.bozo_exception
    return found


def every(parent: etree._Element, path: str) -> list[etree._Element]:
    return list(parent.findall(path, NAMES))


def one(parent: etree._Element, path: str) -> etree._Element:
    (found,) = every(parent, path)
    return found


def text(parent: etree._Element, path: str) -> str:
    return one(parent, path).text or ""


def attributes(element: etree._Element) -> dict[str, str]:
    return {str(name): str(value) for name, value in element.items()}


def texts(parent: etree._Element, path: str) -> list[str]:
    return [each.text or "" for each in every(parent, path)]
