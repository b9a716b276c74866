"""One article that every partner takes, and how the tests have it judged and rendered as the service does."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from formats_sample import NOON, OPTIONS, article, feed
from lxml import etree
from msgspec.structs import replace

from feedsvc.formats import FORMATS
from feedsvc.model.article import Article, Media, Person
from feedsvc.model.feed import Feed, LiveStream
from feedsvc.model.urls import SITE
from feedsvc.publisher.paging import Page, pages, render_within_size
from feedsvc.publisher.render import render
from feedsvc.publisher.rules import RuleResult, judge_until

SCHEMAS = Path(__file__).parent / "schemas"
PARTNERS = sorted(name for name, form in FORMATS.items() if not form.filename)
RSS = [name for name in PARTNERS if FORMATS[name].type == "application/rss+xml"]

WIDE = Media(
    url=f"{SITE}/media/quay.jpg",
    type="image/jpeg",
    length=284_113,
    width=1600,
    height=900,
    title="The quay",
    description="The quay at dawn",
    credit="Mara Lindt",
)
CLIP = Media(
    url="https://cdn.example/crane.mp4", type="video/mp4", length=5_000_000, width=1280, height=720, duration=96.4
)
HLS = Media(url="https://cdn.example/crane/master.m3u8", type="application/vnd.apple.mpegurl", duration=96.4)
EPISODE = Media(url="https://cdn.example/bell.mp3", type="audio/mpeg", length=4_915_200, duration=307)
BODY = "".join(f"<p>{'The crane lifts another crate out of the hold. ' * 8}</p>" for _ in range(4))
PUBLISHED = NOON - timedelta(hours=30)
EDITED = NOON - timedelta(hours=2)
LIVE = LiveStream(
    id="livedesk0001",
    title="Live: harbour desk",
    url="https://live.example/desk/master.m3u8",
    picture=Media(url=f"{SITE}/media/slate.jpg", type="image/jpeg", width=1920, height=1080),
    since=datetime(2026, 1, 1, tzinfo=UTC),
    description="All day",
)


def full(number: int = 1, **given: Any) -> Article:
    """Everything that any partner asks for."""
    usual: dict[str, Any] = {
        "title": f"Night ferry returns after three years, part {number}",
        "summary": "The first overnight sailing left Port Arden with 212 passengers.",
        "content": BODY,
        "published": PUBLISHED,
        "updated": PUBLISHED,
        "authors": (Person(name="Ines Calder"),),
        "tags": ("Transport", "Sea wall"),
        "media": (WIDE, HLS, CLIP, EPISODE),
    }
    return article(number, **usual | given)


def asked(name: str, **options: object) -> Feed:
    """The feed of the format `name`, without articles yet."""
    shell = feed(options=OPTIONS | options, live=(LIVE,), path=f"/partners/{name}.xml")
    return replace(shell, links=tuple(link for link in shell.links if link.format == name))


def judged(name: str, *articles: Article, **options: object) -> tuple[RuleResult, ...]:
    profile = FORMATS[name].profile
    suited = [each for each in articles if not profile.irrelevant(each, OPTIONS | options)]
    return judge_until(profile, suited, asked(name, **options), 10_000)


def documents(name: str, *articles: Article, **options: object) -> list[tuple[Page, bytes]]:
    """What is published of those that the partner takes."""
    accepted = (each.article for each in judged(name, *articles, **options) if each.accepted)
    return rendered(name, *accepted, **options)


def rendered(name: str, *accepted: Article, **options: object) -> list[tuple[Page, bytes]]:
    made = []
    for page in pages(FORMATS[name], replace(asked(name, **options), articles=accepted, updated=NOON)):
        body, _ = render_within_size(page.form, page.feed, render)
        assert body is not None
        made.append((page, body))
    return made


def document(name: str, *articles: Article, **options: object) -> bytes:
    ((_, body),) = documents(name, *articles, **options)
    return body


def items(name: str, *articles: Article, **options: object) -> list[etree._Element]:
    """The items of an RSS profile, streams left out."""
    found = etree.fromstring(document(name, *articles, **options)).findall("channel/item")
    return [item for item in found if item.findtext("guid") != LIVE.id]
