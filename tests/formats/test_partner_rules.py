"""No partner ever gets what it does not take, whatever an article is like; and everything held back is named."""

import json
import random
import re
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from functools import cache
from html import unescape
from typing import Any

import pytest
from jsonschema import Draft7Validator
from lxml import etree
from msgspec.structs import replace
from partner_sample import (
    BODY,
    CLIP,
    EPISODE,
    HLS,
    LIVE,
    PARTNERS,
    PUBLISHED,
    SCHEMAS,
    WIDE,
    documents,
    full,
    judged,
    rendered,
)

from feedsvc.formats import FORMATS
from feedsvc.model.article import Article, Media
from feedsvc.publisher.rules import problems
from feedsvc.publisher.rules import requirements as rules_of

COUNT = 5000
MEDIA = "{http://search.yahoo.com/mrss/}"
ENCODED = "{http://purl.org/rss/1.0/modules/content/}encoded"
CREATOR = "{http://purl.org/dc/elements/1.1/}creator"
NEWS = "{http://www.google.com/schemas/sitemap-news/0.9}"
PAGE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def mutated(number: int) -> Article:
    """An article of which anything may be missing, odd or huge; the same number gives the same one."""
    source = random.Random(number)
    titles = ["", "x", "y" * 20, "z" * 21, "ü" * 150, "t" * 151, "A & B < C > \"D\" 'E'", "]]>", "\u202eright to left"]
    pictures: list[Media] = [
        WIDE,
        replace(WIDE, width=639, height=359),
        replace(WIDE, width=640, height=360),
        replace(WIDE, width=500, height=500),
        replace(WIDE, width=499, height=2000),
        replace(WIDE, width=None, height=None),
        replace(WIDE, width=0, height=-4),
        replace(WIDE, width=4000, height=2250, length=9_000_000),
        replace(WIDE, type="image/svg+xml"),
        replace(WIDE, type="", url="ftp://elsewhere.example/x.jpg"),
        replace(WIDE, url="https://cdn.example/a b?c=\"&d='<>"),
    ]
    films = [
        CLIP,
        HLS,
        replace(CLIP, duration=None),
        replace(CLIP, duration=0.2),
        replace(CLIP, duration=float("nan")),
        replace(CLIP, length=None),
        replace(CLIP, duration=901.0),
        replace(CLIP, url="rtmp://x.example/film", type="video/x-flv"),
        replace(CLIP, captions="https://cdn.example/c.srt", thumbnail="https://cdn.example/t.png"),
    ]
    sounds = [
        EPISODE,
        replace(EPISODE, length=None),
        replace(EPISODE, type="audio/ogg"),
        replace(EPISODE, duration=9.0),
        replace(EPISODE, duration=None),
    ]
    bodies = ["", "<p></p>", "<p>Short.</p>", BODY, f"<p>{'word ' * 149}</p>", f"<p>{'word ' * 150}</p>", BODY * 12]
    bodies += [
        BODY + '<video src="https://x.example/v.mp4"></video><iframe></iframe>',
        "<p>]]&gt; &amp;amp; &lt;</p>" * 99,
    ]
    media = [source.choice(kind) for kind in (pictures, films, sounds) if source.random() < 0.75]
    source.shuffle(media)
    return full(
        number,
        title=source.choice([*titles, full().title, full().title]),
        summary=source.choice(["", "Two words", "s" * 300, "long " * 900, full().summary]),
        content=source.choice(bodies),
        media=tuple(media),
        authors=source.choice([(), full().authors]),
        tags=source.choice([(), ("a, b",), tuple(f"tag number {each}" for each in range(40)), full().tags]),
        sections=source.choice([(), full().sections]),
        language=source.choice(["", "en", "pt-BR", "zh-Hant", "xx_invalid tag"]),
        url=full().url if source.random() < 0.9 else "https://elsewhere.example/ä?b=c&d",
    )


@cache
def all_mutated() -> tuple[Article, ...]:
    return tuple(map(mutated, range(COUNT)))


def size(element: etree._Element) -> tuple[int, int]:
    return int(element.get("width") or 0), int(element.get("height") or 0)


def plain(html: str) -> str:
    return unescape(re.sub(r"<[^>]*>", " ", html))


def items(body: bytes) -> list[etree._Element]:
    found = etree.fromstring(body).findall("channel/item")
    return [item for item in found if item.findtext("guid") != LIVE.id]


def common(item: etree._Element) -> None:
    assert item.findtext("title")
    assert item.findtext("guid")
    assert (item.findtext("link") or "").startswith("http")


def rss(check: Callable[[etree._Element], None]) -> Callable[[bytes], int]:
    def every(body: bytes) -> int:
        for item in items(body):
            common(item)
            check(item)
        return len(items(body))

    return every


def msn(item: etree._Element) -> None:
    assert 20 < len(item.findtext("title") or "") <= 150
    assert plain(item.findtext(ENCODED) or "").strip()
    assert not re.search(r"<(video|audio|iframe|script)", item.findtext(ENCODED) or "")
    (picture,) = item.findall(f"{MEDIA}content")
    width, height = size(picture)
    assert (width, height) == (0, 0) or (width >= 640 and height >= 360)
    assert picture.get("type") in ("image/jpeg", "image/png", "image/gif", "image/webp")
    assert item.find(f"{MEDIA}thumbnail") is None, "nested, never beside"


def smartnews(item: etree._Element) -> None:
    assert plain(item.findtext(ENCODED) or "").strip()
    assert item.findtext(CREATOR)
    assert item.find(f"{MEDIA}thumbnail") is not None
    assert item.findtext(f"{MEDIA}status") == "active"
    assert parsedate_to_datetime(item.findtext("pubDate") or "")


def newsbreak(item: etree._Element) -> None:
    assert plain(item.findtext(ENCODED) or "").strip()
    assert item.findtext(CREATOR)
    assert item.findtext("description")


def yahoo(item: etree._Element) -> None:
    html = item.findtext(ENCODED) or ""
    assert len(plain(html).split()) >= 150
    assert len((item.findtext("description") or "").split()) >= 3
    assert len(item.findall("category")) == 1
    assert item.find(f"{MEDIA}content") is None, "a picture twice is a duplicate photo"
    assert not re.search(r"<(video|audio|iframe|script|div)", html)


def flipboard(item: etree._Element) -> None:
    enclosure = item.find("enclosure")
    assert enclosure is not None
    (picture,) = item.findall(f"{MEDIA}content")
    assert size(picture) == (0, 0) or min(size(picture)) >= 500
    assert item.findtext("description")
    assert item.findtext(CREATOR)


def podcast(item: etree._Element) -> None:
    enclosure = item.find("enclosure")
    assert enclosure is not None
    assert int(enclosure.get("length") or 0) > 0
    assert enclosure.get("type") in ("audio/mpeg", "audio/x-m4a", "audio/mp4", "audio/aac")
    assert len((item.findtext("description") or "").encode()) <= 4000


def mediarss(item: etree._Element) -> None:
    contents = item.findall(f"{MEDIA}content")
    assert contents
    assert all((content.get("url") or "").startswith("http") for content in contents)
    assert not [
        value for content in contents for value in (content.get("width"), content.get("duration")) if value == "0"
    ]


def roku_mrss(item: etree._Element) -> None:
    (content,) = item.findall(f"{MEDIA}content")
    assert int(content.get("duration") or 0) >= 1
    assert len(item.findtext(f"{MEDIA}description") or "") <= 200
    assert item.findtext(f"{MEDIA}category")
    picture = item.find(f"{MEDIA}thumbnail")
    assert picture is not None
    width, height = size(picture)
    assert (width, height) == (0, 0) or (width >= 800 and height >= 450 and abs(width / height - 16 / 9) < 0.05)
    assert content.find(f"{MEDIA}thumbnail") is not None


def schema(name: str, count: Callable[[Any], int]) -> Callable[[bytes], int]:
    validator = Draft7Validator(json.loads((SCHEMAS / f"{name}.schema.json").read_text("utf-8")))

    def every(body: bytes) -> int:
        root = json.loads(body.replace(b"https://site.invalid", b"https://ledger.example"))
        assert not [error.message for error in validator.iter_errors(root)]
        return count(root)

    return every


def news(body: bytes) -> int:
    urls = etree.fromstring(body).findall(f"{PAGE}url")
    for url in urls:
        assert url.findtext(f"{NEWS}news/{NEWS}title")
        assert url.findtext(f"{NEWS}news/{NEWS}publication_date") == PUBLISHED.isoformat()
        assert re.fullmatch(r"[a-z]{2,3}|zh-cn|zh-tw", url.findtext(f".//{NEWS}language") or "")
        assert 12 <= len(url.findtext(f"{PAGE}loc") or "") <= 2048
    return len(urls)


def pages(body: bytes) -> int:
    locations = [each.text or "" for each in etree.fromstring(body).findall(f"{PAGE}url/{PAGE}loc")]
    assert all(each.startswith("https://site.invalid/") and len(each) <= 2048 for each in locations)
    return len(locations)


CHECKS: dict[str, Callable[[bytes], int]] = {
    "alexa": schema("alexa-flash-briefing", len),
    "flipboard": rss(flipboard),
    "mediarss": rss(mediarss),
    "msn": rss(msn),
    "news-sitemap": news,
    "newsbreak": rss(newsbreak),
    "podcast": rss(podcast),
    "roku-json": schema("roku-direct-publisher", lambda root: len(root.get("shortFormVideos", root.get("tvSpecials")))),
    "roku-mrss": rss(roku_mrss),
    "roku-search": schema("roku-search-feed-strict", lambda root: len(root["assets"])),
    "sitemap": pages,
    "smartnews": rss(smartnews),
    "yahoo": rss(yahoo),
}


def check_of(name: str) -> Callable[[bytes], int]:
    """What every item of RSS has, where a partner has no further wishes."""
    return CHECKS.get(name) or rss(lambda item: None)


@pytest.mark.parametrize("name", PARTNERS)
def test_no_article_that_breaks_a_hard_rule_is_published_and_each_one_held_back_is_named(name: str) -> None:
    form = FORMATS[name]
    step = form.profile.max_items or 250
    published = held = 0
    for start in range(0, COUNT, step):
        found = judged(name, *all_mutated()[start : start + step])
        named = [problem for problem in problems(name, "/x", found) if not problem.warning]
        back = [each for each in found if each.broken]
        assert len(named) == len(back)
        assert all(problem.remedy for problem in named)
        held += len(back)
        accepted = [each.article for each in found if each.accepted]
        if accepted:
            published += sum(check_of(name)(body) for page, body in rendered(name, *accepted) if page.form is form)
    assert published > 100
    assert held > 10 or name == "sitemap"


@pytest.mark.parametrize("name", PARTNERS)
def test_an_article_that_has_everything_pleases_every_partner(name: str) -> None:
    (found,) = judged(name, full())
    assert (found.broken, found.doubtful) == ((), ())


TITLES = {0: False, 20: False, 21: True, 150: True, 151: False}


@pytest.mark.parametrize("length", TITLES)
def test_msn_takes_titles_of_21_to_150_characters(length: int) -> None:
    (found,) = judged("msn", full(title="x" * length))
    assert found.accepted is TITLES[length]


@pytest.mark.parametrize(("tag", "taken"), [("en", True), ("en-GB", True), ("", True), ("pt-BR", False), ("ar", False)])
def test_msn_takes_one_language_in_a_feed(tag: str, taken: bool) -> None:
    (found,) = judged("msn", full(language=tag))
    assert found.accepted is taken


def test_what_comes_near_a_limit_is_told() -> None:
    (found,) = judged("msn", full(title="x" * 148))
    assert found.near == ("a title of 148 characters",)
    assert not judged("msn", full(title="x" * 100))[0].near


def test_rules_are_told_in_words() -> None:
    assert "a title of 21 to 150 characters" in list(rules_of(FORMATS["msn"].profile.rules))
    assert all(rule.requirement and rule.remedy for name in PARTNERS for rule in FORMATS[name].profile.rules)


def test_of_a_thousand_whole_articles_smartnews_gets_as_many_as_it_can_carry() -> None:
    made = documents("smartnews", *(full(number, content=BODY * 8) for number in range(100)))
    ((_, body),) = made
    assert 10 < len(items(body)) < 100
    assert len(body) < 1_000_000
