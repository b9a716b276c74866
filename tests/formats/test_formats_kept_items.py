"""A document of kept items is, byte for byte, the one that feedgen prints of all of them."""

from collections.abc import Callable
from typing import Any

import pytest
from formats_sample import FILM, PICTURE, SOUND, article, feed
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from feedsvc.formats import atom, rss
from feedsvc.model.article import Person, Status
from feedsvc.model.feed import Feed, Link, Withdrawal

FORMATS: dict[str, tuple[Callable[[Feed], bytes], Callable[[Feed], bytes]]] = {
    "rss": (rss.render, rss._print),
    "atom": (atom.render, atom._print),
}
MARKUP = "\n    <item>\n  <entry>\n</item>\n    </item>\n  </entry>\n  </channel>\n</rss>\n</feed>\n]]>&amp;"
ARTICLES = (
    *(article(number) for number in range(6)),
    article(6, content=MARKUP, title=MARKUP, summary=MARKUP, correction=MARKUP, tags=(MARKUP,)),
    article(7, media=(PICTURE, FILM, SOUND), content="", language="fa"),
    article(8, status=Status.WITHDRAWN, authors=(Person(name=MARKUP),), language="de"),
)
GONE = Withdrawal(
    id="x", iri="urn:x", url="https://site.invalid/", published=ARTICLES[0].published, when=ARTICLES[0].updated
)
OLDER = tuple(Link(format=name, href=f"https://site.invalid/1.{name}", type="text/xml") for name in FORMATS)
CHANGES: tuple[dict[str, Any], ...] = (
    {},
    {"title": MARKUP, "description": "Other", "updated": ARTICLES[0].updated, "interval": 60},
    {"language": "fa"},
    {"language": "de", "full": False},
    {"full": False, "author": "Other", "copyright": "Other", "logo": "https://x.example/a.svg", "accent": "aabbcc"},
    {"id": "tag:other.example,2020:/"},
    {"hubs": ("https://hub.example/",), "older": OLDER, "current": OLDER, "withdrawn": (GONE,)},
)


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("changes", CHANGES)
def test_items_that_other_feeds_printed_come_out_as_they_would_here(name: str, changes: dict[str, Any]) -> None:
    render, whole = FORMATS[name]
    here = replace(feed(), **changes)
    for chosen in (ARTICLES[:4], ARTICLES[2:], ARTICLES[::-1], ARTICLES, (), ARTICLES[:1] * 2):
        for other in CHANGES:
            render(replace(feed(), **other).with_only(*ARTICLES[:3]))
        shown = here.with_only(*chosen)
        assert render(shown) == whole(shown)
        assert render(shown) == whole(shown)


@pytest.mark.parametrize("name", FORMATS)
@given(data=st.data())
def test_an_article_that_says_anything_else_is_printed_anew(name: str, data: st.DataObject) -> None:
    render, whole = FORMATS[name]
    text = st.text("<>&;ab \n\"'", max_size=12)
    field = data.draw(st.sampled_from(("title", "summary", "content", "correction")))
    edited = article(3, **{field: data.draw(text) or "x"})
    shown = feed().with_only(*ARTICLES[:3], edited, *ARTICLES[4:])
    assert render(shown) == whole(shown)


@pytest.mark.parametrize("name", FORMATS)
def test_only_new_items_go_through_feedgen(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    render = FORMATS[name][0]
    given: list[int] = []
    module, printed = {"rss": rss, "atom": atom}[name], FORMATS[name][1]

    def counting(feed: Feed) -> bytes:
        given.append(len(feed.articles))
        return printed(feed)

    monkeypatch.setattr(module, "_print", counting)
    shown = feed().with_only(*(article(number, title=f"Only here, {name} {number}") for number in range(20)))
    render(shown)
    render(shown)
    render(shown.with_only(*shown.articles[1:], article(30, title=f"New in {name}")))
    assert given == [20, 0, 1]
