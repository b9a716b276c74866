"""Saved pages that are traps, or broken in any way: none takes long, and nothing active comes out of one."""

import random
import re
import time
from collections.abc import Callable
from contextlib import suppress

import pytest

from feedsvc.model.reader import ReaderOptions, Source, Unreadable
from feedsvc.readers import read, to_html

SIZE = 5 * 2**20
PARAGRAPH = "<p>It had left the yard four days earlier, and on its way it met nothing but rain and a pilot boat.</p>"


def nested(tag: str, inner: str) -> str:
    """Two hundred elements within one another, as often as a page may have tags."""
    return (f"<{tag}>" * 200 + inner + f"</{tag.split()[0]}>" * 200) * 240


TRAPS = {
    "nested authors": lambda: nested("div itemprop=author", "x"),
    "nested bylines": lambda: nested("div class=byline", "<a href=/author/x>Ann Aal</a>"),
    "nested captions": lambda: nested("div class=caption", "<img src=a.jpg>x"),
    "nested headers": lambda: nested("header", "<h1>x</h1>"),
    "nested items": lambda: nested('div itemtype="https://schema.org/NewsArticle"', "x"),
    "nested parts that are no text": lambda: nested("aside", PARAGRAPH),
    "nested texts by name": lambda: nested("div class=entry-content", PARAGRAPH),
    "many leads": lambda: (
        "<article><h1>t</h1>" + nested("div class=lead", "It is a lead, of a few words.") + PARAGRAPH * 3
    ),
    "many bylines": lambda: "<h1>t</h1>" + "<a rel=author href=/x>Ann Aal</a>" * 30_000,
    "many names in a list": lambda: "<h1>t</h1><p>By <b>" + "<a href=/x>Ann Aal</a>, " * 15_000,
    "many headlines": lambda: "<article><h1>Ann Aal in the harbour</h1></article>" * 20_000,
    "many noscript pictures": lambda: "<div><img data-x=y><noscript><img src=a.jpg></noscript></div>" * 20_000,
    "many dates": lambda: "<time datetime=x>y</time>" * 40_000,
    "many teasers": lambda: "<article>" + "<p>Read more: x</p>" * 40_000,
    "many paragraphs": lambda: PARAGRAPH * 40_000,
    "long names": lambda: '<div class="' + "aB-" * 1_500_000 + '">x',
    "long set of pictures": lambda: '<img srcset="' + "a 1w, " * 800_000 + '">',
    "long byline": lambda: "<p class=byline>By " + "Ann and " * 600_000,
    "long list of authors": lambda: "<meta name=author content='" + "A," * 2_400_000 + "'>",
    "long title": lambda: "<title>" + " - a" * 1_200_000 + "</title>",
    "long date": lambda: "<p class=date>" + "1." * 2_400_000,
}


@pytest.mark.parametrize("trap", TRAPS.values(), ids=TRAPS.keys())
def test_a_trap_costs_little_time(trap: Callable[[], str]) -> None:
    source = Source(path="a.html", data=f"{trap()}<title>t</title>"[:SIZE].encode())
    begun = time.process_time()
    with suppress(Unreadable):
        to_html(read(source, ReaderOptions()).copy, "")
    assert time.process_time() - begun < 5


PAGE = (
    "<!DOCTYPE html><html lang=en><head><title>The dredger - The Quay Post</title><meta name=author content='Ann Aal'>"
    '<meta property=og:image content="https://i.example/a.jpg"><meta name=date content="2026-03-01T09:00:00Z">'
    '<script type="application/ld+json">{"@type":"NewsArticle","headline":"The dredger"}</script></head><body>'
    "<nav><a href=/>Home</a></nav><article class=post><header><h1>The dredger</h1><p class=lead>Here.</p></header>"
    "<figure><img data-src='https://i.example/b.jpg' src='data:,'><figcaption>The dredger</figcaption></figure>"
    f"<div class='entry-content'>{PARAGRAPH}<p onclick='evil()'>They <a href='javascript:evil()'>came</a>.</p>"
    f"<script>evil()</script><noscript><img src=x onerror='evil()'></noscript>{PARAGRAPH}<ul><li>One</li></ul></div>"
    "<div class='related'><a href=/b>More</a></div></article><footer>Imprint"
    " <svg onload='evil()'></svg></footer></body></html>"
)
PIECES = re.findall(r"<[^>]*>|[^<]+", PAGE)
STRANGE = (
    "<",
    ">",
    '"',
    "'",
    "&",
    "\x00",
    "\ufffe",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "</",
    "<svg>",
    "<math>",
    "<table>",
)
ACTIVE = re.compile(
    r"<(?:script|style|svg|math|iframe|object|embed|form|input|button|base|link|meta|template|noscript)\b"
    r"|<[a-z][^>]*\s(?:on\w+|style|srcdoc)=|(?:href|src)=\"(?!https?://|mailto:)|<img(?![^>]*\ssrc=)",
    re.IGNORECASE,
)


def mutated(source: random.Random) -> str:
    """The page with some of its pieces lost, twice there, elsewhere, or broken."""
    pieces = [*PIECES]
    for _ in range(source.randint(1, 12)):
        at, other = source.randrange(len(pieces)), source.randrange(len(pieces))
        match source.randrange(5):
            case 0:
                pieces[at] = ""
            case 1:
                pieces.insert(at, pieces[other])
            case 2:
                pieces[at], pieces[other] = pieces[other], pieces[at]
            case 3:
                cut = source.randint(0, len(pieces[at]))
                pieces[at] = pieces[at][:cut] + source.choice(STRANGE) + pieces[at][cut:]
            case _:
                pieces[at] = pieces[at][: source.randint(0, len(pieces[at]))]
    return "".join(pieces)


def test_of_two_thousand_mutated_pages_none_hangs_and_none_leaks_script() -> None:
    source = random.Random(14)
    slowest, texts = 0.0, 0
    for _ in range(2_000):
        page = mutated(source)
        begun = time.process_time()
        try:
            html = to_html(read(Source(path="a.html", data=page.encode()), ReaderOptions()).copy, "")
        except Unreadable:
            html = ""
        else:
            texts += "It had left the yard" in html
            assert not ACTIVE.search(html), page
        slowest = max(slowest, time.process_time() - begun)
    assert texts > 1_500
    assert slowest < 1
