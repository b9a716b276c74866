"""A newsroom that the tests of the pages share, and a page as a tree."""

from datetime import UTC, datetime
from typing import Any

from lxml import html
from msgspec.structs import replace

from feedsvc.model.article import Article, Media, Person, Section
from feedsvc.model.feed import Feed, Link, Outline
from feedsvc.model.urls import SITE
from feedsvc.pages import Site

TYPES = {"rss": "application/rss+xml", "atom": "application/atom+xml", "json": "application/feed+json"}
NAMES = {"rss": "rss.xml", "atom": "atom.xml", "json": "feed.json"}
NEWS = Section(path="news", title="News")
EU = Section(path="news/eu", title="EU")
PICTURE = Media(
    url=f"{SITE}/media/harbour.jpg", type="image/jpeg", width=1200, height=800, title="The harbour at dawn",
    description="Cranes over the harbour of Antwerp.", credit="Photo by A. Peeters",
)  # fmt: skip


def links(folder: str = "/") -> tuple[Link, ...]:
    return tuple(Link(format=name, href=f"{SITE}{folder}{NAMES[name]}", type=TYPES[name]) for name in NAMES)


SITE_OF_NEWS = Site(
    title="The Harbour Ledger",
    description="News from the water’s edge",
    copyright="© 2021 The Harbour Ledger",
    links=links(),
    opml=f"{SITE}/feeds.opml",
)

ARTICLE = Article(
    id="1",
    iri="tag:harbourledger.example,2021:1",
    key="k1",
    slug="ports-agree",
    url=f"{SITE}/articles/k1/ports-agree",
    title="Ports agree on a common timetable",
    summary="Nine ports will share one timetable.",
    content="<p>Nine ports will share one timetable. It begins in spring.</p>",
    published=datetime(2021, 11, 15, 7, 52, tzinfo=UTC),
    updated=datetime(2021, 11, 15, 7, 52, tzinfo=UTC),
    sections=(("News", "EU"),),
    tags=("ports", "trade"),
    authors=(Person(name="Ada Vries", url="https://ada.example/"),),
    media=(PICTURE,),
)


def article(**changes: Any) -> Article:
    return replace(ARTICLE, **changes)


def feed(*articles: Article, folder: str = "/", title: str = "The Harbour Ledger", description: str = "") -> Feed:
    return Feed(
        id=f"tag:harbourledger.example,2021:{folder}",
        path=folder,
        title=title,
        description=description,
        home=f"{SITE}{folder}",
        updated=ARTICLE.updated,
        articles=articles,
        links=links(folder),
    )


def outlines() -> tuple[Outline, ...]:
    eu = Outline(feed=feed(folder="/news/eu/", title="EU"))
    return (Outline(feed=feed(folder="/news/", title="News"), children=(eu,)),)


def tree(page: bytes) -> Any:
    return html.document_fromstring(page.decode())


def words(node: Any) -> str:
    return " ".join(node.text_content().split())
