"""Where a saved page has its text: marked or not, in whatever its template puts around it."""

from collections.abc import Iterable

import pytest

from feedsvc.model.problem import Problem
from feedsvc.model.reader import ReaderOptions, Reading, Source
from feedsvc.readers import read, to_html

LEAD = "The new dredger came into the harbour before sunrise on Monday."
FIRST = (
    "It had left the yard four days earlier, and on its way it met nothing but rain, two trawlers and a pilot boat that"
    " wanted to know, twice, what a ship of that size was looking for in so small a place."
)
SECOND = (
    "The harbour master, who had waited for it since three in the morning, said that the fairway would be two metres"
    " deeper by the end of May, and that nobody would have to wait for the tide any more."
)
THIRD = (
    "Not everybody on the quay was pleased: the oyster growers fear for their beds, and they have asked for a meeting"
    " with the council, with the engineers, and with whoever else has signed the papers."
)
TEXT = f"<p>{FIRST}</p><p>{SECOND}</p><p>{THIRD}</p>"
HEAD = (
    '<meta property="og:title" content="The dredger is here">'
    '<meta property="article:published_time" content="2026-03-02T06:30:00+01:00">'
)


def reading(body: str, head: str = HEAD) -> Reading:
    page = f"<!DOCTYPE html><html lang=en><head>{head}</head><body>{body}</body></html>"
    return read(Source(path="news/a.html", data=page.encode()), ReaderOptions(timezone="Europe/Berlin"))


def html(body: str) -> str:
    return to_html(reading(body).copy, "news").replace("\n", "")


def lines(body: str) -> list[str]:
    """The text of each paragraph."""
    found = html(body).replace("<div>", "").replace("</div>", "")
    return [line.removeprefix("<p>") for line in found.split("</p>") if line]


def warnings(problems: Iterable[Problem]) -> list[str]:
    return [problem.reason for problem in problems if problem.warning]


# --- marked or not ----------------------------------------------------------------------------------------------------

HEADLINE = "<h1>The dredger is here</h1>"
TEASER = "<article><h3><a href=/b>A much longer headline of quite another story from the coast</a></h3></article>"


@pytest.mark.parametrize(
    "body",
    [
        f"<div class=story>{HEADLINE}{TEXT}</div><section>{TEASER * 3}</section>",
        f"<section>{TEASER * 3}</section><div>{HEADLINE}{TEXT}</div>",
        f"<main><div>{HEADLINE}{TEXT}</div><div class=cards>{TEASER * 3}</div></main>",
        f"<ul><li><a href=/>Home</a></li><li><a href=/n>News</a></li></ul><div>{HEADLINE}{TEXT}</div>",
        f"<div>{HEADLINE}{TEXT}</div><div><h3>Most read</h3><p>Fish prices fell again on Friday.</p></div>",
        f"<div>{HEADLINE}{TEXT}</div><div>Imprint. All rights reserved.</div>",
        f"<table><tr><td><a href=/>Home</a> <a href=/n>News</a></td><td>{HEADLINE}{TEXT}</td></tr></table>",
    ],
)
def test_teasers_and_menus_are_not_the_text(body: str) -> None:
    assert lines(body) == [FIRST, SECOND, THIRD]


def test_text_that_nothing_marks_is_told_as_a_guess_where_sentences_were_left_out() -> None:
    other = "<div><p>Fish prices fell again on Friday, and the market closed at noon for want of buyers.</p></div>"
    found, problems = reading(f"<div>{HEADLINE}{TEXT}</div>{other}")
    assert "Fish prices" not in found.body
    assert any("not marked" in reason for reason in warnings(problems))
    assert all(problem.remedy for problem in problems)
    assert warnings(reading(f"<article>{HEADLINE}{TEXT}</article>{other}").problems) == []


def test_blocks_of_one_article_are_all_of_it() -> None:
    blocks = "".join(f"<article class=block><p>{text}</p></article>" for text in (FIRST, SECOND))
    assert lines(f"<main>{HEADLINE}{blocks}</main>") == [FIRST, SECOND]


def test_of_several_articles_with_headlines_the_longest_is_the_text() -> None:
    other = f"<article class=post><h2><a href=/b>The ferry</a></h2><p>{THIRD}</p></article>"
    assert lines(f"<article class=post>{HEADLINE}<p>{FIRST}</p><p>{SECOND}</p></article>{other}") == [FIRST, SECOND]


# --- the lead ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        f"<article><header>{HEADLINE}<p class=lead>{LEAD}</p></header>{TEXT}</article>",
        f"<article><header>{HEADLINE}<div><p>{LEAD}</p></div><p class=byline>By Ann Aal</p></header>{TEXT}</article>",
        f"<article>{HEADLINE}<div class=lead>{LEAD}</div><div class=article-body>{TEXT}</div></article>",
        f"<article>{HEADLINE}<h2 class=subtitle>{LEAD}</h2><div class=article-body>{TEXT}</div></article>",
        f"<div>{HEADLINE}<p itemprop=description>{LEAD}</p><div itemprop=articleBody>{TEXT}</div></div>",
        f"<div class=news><div class=teaser-text><p>{LEAD}</p></div><div class=news-text-wrap>{TEXT}</div></div>",
    ],
)
def test_the_lead_comes_first(body: str) -> None:
    text = html(body)
    assert 0 <= text.find(LEAD) < text.find(FIRST) < text.find(THIRD)
    assert "By Ann Aal" not in text


@pytest.mark.parametrize("lead", ["Ice!", "Boats stay in.", LEAD])
@pytest.mark.parametrize(
    "around",
    [
        "<article><header>{headline}<p class=lead>{lead}</p></header>{text}</article>",
        "<article>{headline}<div class=lead>{lead}</div><div class=article-body>{text}</div></article>",
        "<p class=standfirst itemprop=description>{lead}</p><div itemprop=articleBody>{text}</div>",
    ],
)
def test_what_is_called_the_lead_may_be_short_and_is_a_paragraph(around: str, lead: str) -> None:
    text = html(around.format(headline=HEADLINE, lead=lead, text=TEXT))
    assert text.startswith("<p")
    assert text.partition(">")[2].startswith(f"{lead}</p>")


# --- what templates put around all of it ------------------------------------------------------------------------------

STORY = f"<article>{HEADLINE}{TEXT}</article>"


@pytest.mark.parametrize(
    "body",
    [
        f'<form id="aspnetForm" method="post"><input type=hidden name=state><div>{HEADLINE}{TEXT}</div></form>',
        f"<form method=post>{STORY}<button>Search</button></form>",
        f'<header class="top"><div>Logo</div><main>{STORY}</main>',
        f"<nav><a href=/>Home</a>{STORY}",
        f"<aside><a href=/>Home</a>{STORY}",
        f'<div role="complementary">{STORY}</div>',
        f'<div role="dialog" class="modal overlay">{STORY}</div>',
        f"<div class=sidebar><div>{HEADLINE}{TEXT}</div></div>",
        f'<div style="display: none" id=app>{STORY}</div>',
        f"<button>Menu{STORY}",
        f"<noscript>{STORY}</noscript><div id=root></div>",
        f"<noscript><p>{FIRST}</p><p>{SECOND}</p><p>{THIRD}</p></noscript>",
    ],
)
def test_a_part_that_is_never_text_is_text_if_it_holds_the_page(body: str) -> None:
    text = html(body)
    assert [text.count(each) for each in (FIRST, SECOND, THIRD)] == [1, 1, 1]


# --- what is not text within it ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "part",
    [
        '<div class="sharedaddy sd-sharing-enabled"><h3>Like this:</h3><span>Like</span> <span>Loading...</span></div>',
        '<div id="jp-relatedposts" class="jp-relatedposts"><h3>Related</h3><p>The bridge was closed again.</p></div>',
        '<div class="newsletterSignup"><p>Get the harbour news every morning, in your mail.</p></div>',
        '<section class="post-comments" id="comments"><p>Nobody asked us, writes one who lives there.</p></section>',
        '<div class="c-author-bio"><p>Ann Aal writes about boats.</p></div>',
        '<ul class="entry-tags"><li><a href=/t/a>Harbour</a></li><li><a href=/t/b>Dredgers</a></li></ul>',
        "<h3>Read also</h3><ul><li><a href=/a>The bridge</a></li><li><a href=/b>The ferry</a></li></ul>",
        "<p><a href=/c>The mayor opens the new bridge</a></p>",
        "<p><strong>Lesen Sie auch:</strong> <a href=/c>Die Brücke</a></p>",
        "<p>Advertisement</p>",
        '<p style="display:none">Hidden</p>',
        "<h4>Temas relacionados</h4>",
    ],
)  # fmt: skip
def test_what_belongs_to_the_page_is_left_out(part: str) -> None:
    body = f"<div class=entry-content><p>{FIRST}</p><p>{SECOND}</p>{part}<p>{THIRD}</p></div>"
    assert lines(body) == [FIRST, SECOND, THIRD]


@pytest.mark.parametrize(
    "part",
    [
        "<p>By the time the boat came in, everybody had left.</p>",
        '<p>They <a href="https://quay.example/">share</a> the key, and the boat.</p>',
        "<p>On <span class=date>2 March</span> the lock was closed, as it is every year at that time.</p>",
        "<ul><li>Two metres deeper</li><li>Open by May</li></ul>",
        "<blockquote><p>It is about time.</p></blockquote>",
        "<h2>The oysters</h2>",
        "<div class=is-hidden-print><p>The council meets on Tuesday, and it will be a long night.</p></div>",
        "<section class=section--has-ads><p>The council meets on Tuesday, and it will be a long night.</p></section>",
        "<div id=sharing-with-a-second-harbour><p>Sharing is what two harbours do, and it costs them little.</p></div>",
    ],
)  # fmt: skip
def test_what_only_looks_so_stays(part: str) -> None:
    body = f"<div class=entry-content><p>{FIRST}</p><p>{SECOND}</p>{part}<p>{THIRD}</p></div>"
    text = html(body)
    for piece in ("".join(part.split("<")[1:2]).partition(">")[2], FIRST, SECOND, THIRD):
        assert piece in text
    assert len(text) > len(FIRST + SECOND + THIRD) + 20


def test_a_soft_hyphen_is_no_part_of_a_word() -> None:
    text = TEXT.replace("harbour master", "har&shy;bour mas\u00adter")
    assert "harbour master" in html(f"<article>{text}</article>")


@pytest.mark.parametrize(
    ("line", "is_text"), [("Hello, Port Arden! ⚓️", True), ("Ready? 🙂", True), ("3 min read ⏱", False)]
)
def test_a_short_line_above_the_text_is_text_if_it_is_a_sentence(line: str, is_text: bool) -> None:
    assert (f"<p>{line}</p>" in html(f"<main><h1>The dredger is here</h1><p>{line}</p>{TEXT}</main>")) is is_text


def test_a_date_alone_above_the_text_is_no_text_also_outside_of_a_block() -> None:
    day = '<time datetime="2026-03-02">2 March</time>'
    assert lines(f"<article>{HEADLINE}{day}{TEXT}</article>") == [FIRST, SECOND, THIRD]
    schedule = f"<article>{HEADLINE}{TEXT}<ul><li>{day} Dredging</li></ul></article>"
    assert "2 March" in html(schedule)
