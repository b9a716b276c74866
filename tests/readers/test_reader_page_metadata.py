"""What a saved page says of its article: headline, dates and authors, in the ways in which systems write them."""

import json
from datetime import UTC, datetime

import pytest

from feedsvc.model.article import ArticleCopy, Person, Status
from feedsvc.model.reader import ReaderOptions, Source, Unreadable
from feedsvc.readers import read, to_html

TEXT = (
    "<p>The ferry to the islands goes twice a day from Monday on, at eight in the morning and at four, and takes"
    " bicycles again, as long as there is room for them.</p><p>In winter it had stayed in the harbour, since its engine"
    " was too old for the new rules, and the new one too large for the old hull.</p>"
)
ZONE = "Europe/Berlin"


def copy_of(head: str = "", body: str = f"<article><h1>The ferry</h1>{TEXT}</article>") -> ArticleCopy:
    page = f"<!DOCTYPE html><html><head>{head}</head><body>{body}</body></html>"
    return read(Source(path="a.html", data=page.encode()), ReaderOptions(timezone=ZONE)).copy


def meta(name: str, content: str) -> str:
    return f'<meta name="{name}" content="{content}">'


def ld(**said: object) -> str:
    node = {"@context": "https://schema.org", "@type": "NewsArticle", "headline": "The ferry"} | said
    return f'<script type="application/ld+json">{json.dumps(node)}</script>'


# --- headline ---------------------------------------------------------------------------------------------------------

LOGO = '<h1><a href="/">The Quay Post</a></h1>'


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ("<title>The ferry - The Quay Post</title>", f"{LOGO}<h2>The ferry</h2>{TEXT}"),
        ("<title>The Quay Post | The ferry</title>", f"{LOGO}<h2>The ferry</h2>{TEXT}"),
        ("<title>The ferry – The Quay Post</title>", f"{LOGO}{TEXT}"),
        ("<title>The ferry - The Quay Post</title>", f"<h1 class=site-title>The Quay Post</h1>{TEXT}"),
        ("<title>The ferry | Islands | The Quay Post</title>", f"{LOGO}<h1>The ferry</h1>{TEXT}"),
        (meta("application-name", "The Quay Post") + "<title>The ferry :: The Quay Post</title>", TEXT),
        (
            '<meta property="og:title" content="The ferry - The Quay Post">',
            f"{LOGO}<article><h1>The ferry</h1>{TEXT}</article>",
        ),
    ],
)
def test_the_headline_is_told_apart_from_the_name_of_the_site(head: str, body: str) -> None:
    assert copy_of(head, body).title == "The ferry"


def test_a_headline_may_have_a_dash() -> None:
    assert copy_of("<title>The ferry - a farewell</title>", f"<h1>The ferry - a farewell</h1>{TEXT}").title == (
        "The ferry - a farewell"
    )


# --- dates ------------------------------------------------------------------------------------------------------------

NAMES = "date pubdate publishdate DC.date sailthru.date cXenseParse:recs:publishtime og:published_time"
NINE = datetime(2026, 3, 1, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ("", f"<article><h1>T</h1><time datetime=2026-03-01T09:00:00Z>1 March</time>{TEXT}</article>"),
        ("", f"<article><header><h1>T</h1><p><time datetime=2026-03-01T09:00Z>x</time></p></header>{TEXT}</article>"),
        ("", f"<article><h1>T</h1><time pubdate datetime=2026-03-01T09:00:00Z></time>{TEXT}</article>"),
        ("", f"<div><h1>T</h1><time class='entry-date published' datetime=2026-03-01T09:00:00Z></time>{TEXT}</div>"),
        ("", f"<div><h1>T</h1><abbr class=published title=2026-03-01T09:00:00Z>today</abbr>{TEXT}</div>"),
        ("", f"<div><h1>T</h1><span class=post-date>1 March 2026, 10:00</span>{TEXT}</div>"),
        ("", f"<div><h1>T</h1><p><span itemprop=datePublished content=2026-03-01T09:00:00Z>x</span></p>{TEXT}</div>"),
        *(
            (meta(name, "2026-03-01T09:00:00Z") + "<title>T</title>", TEXT)
            for name in NAMES.split()
        ),
        (ld(dateModified="2026-03-01T09:00:00Z"), TEXT),
        (ld(datePublished="2026-3-1T9:00:00Z"), TEXT),
        (meta("article:published_time", "1772355600"), f"<h1>T</h1>{TEXT}"),
        (meta("article:published_time", "1772355600000"), f"<h1>T</h1>{TEXT}"),
        (meta("article:published_time", "2026-3-1T10:00:00"), f"<h1>T</h1>{TEXT}"),
        (meta("article:published_time", "So., 01.03.2026 - 10:00"), f"<h1>T</h1>{TEXT}"),
        (meta("article:published_time", "01.03.2026 10:00 MEZ"), f"<h1>T</h1>{TEXT}"),
        (meta("article:published_time", "2026-03-01CET10:00:00+0100"), f"<h1>T</h1>{TEXT}"),
        (meta("article:published_time", "soon") + meta("date", "2026-03-01T09:00:00Z"), f"<h1>T</h1>{TEXT}"),
    ],
)  # fmt: skip
def test_a_date_is_found_however_the_page_has_it(head: str, body: str) -> None:
    assert copy_of(head, body).published == NINE


def test_the_surest_date_comes_first() -> None:
    body = f"<article><h1>T</h1><time datetime=2026-03-04T09:00:00Z></time>{TEXT}</article>"
    head = meta("date", "2026-03-03") + meta("article:published_time", "2026-03-02T09:00:00Z")
    assert copy_of(head + ld(datePublished="2026-03-01T09:00:00Z"), body).published == NINE
    assert copy_of(head, body).published == datetime(2026, 3, 2, 9, tzinfo=UTC)


def test_the_dates_of_comments_and_of_other_articles_are_not_the_articles() -> None:
    others = "<div id=comments><time datetime=2026-01-01></time></div><ul class=related><li><time datetime=2026-02-01>"
    assert copy_of("", f"{others}</ul><article><h1>T</h1>{TEXT}</article>").published is None


def test_a_date_that_only_one_page_writes_so_is_left_out() -> None:
    assert copy_of(meta("date", "05/08/2014 07:01:00")).published is None
    with pytest.raises(Unreadable, match="is not one whole date"):
        copy_of(meta("article:published_time", "05/08/2014 07:01:00"))


# --- authors ----------------------------------------------------------------------------------------------------------

ANN = (Person(name="Ann Aal"),)


@pytest.mark.parametrize(
    "byline",
    [
        '<p class="byline">By <a rel="author" href="/ann">Ann Aal</a></p>',
        '<div class="article-author">Ann Aal</div>',
        '<div class="article__author"><span>Von</span> <span class="article__author-name">Ann Aal</span></div>',
        "<address>By Ann Aal</address>",
        '<span itemprop="author"><span itemprop="name">Ann Aal</span></span>',
        '<p itemprop="author" itemscope><span itemprop="name">Ann Aal</span> <span>Reporter</span></p>',
        '<span class="author vcard"><a class="url fn n" href="/author/ann">Ann Aal</a></span>',
        '<div><a href="/author/ann-aal">Ann Aal</a></div>',
        "<p>By Ann Aal</p>",
        "<p>Von Ann Aal</p>",
        '<div class="ArticleByline_names">BY ANN AAL | 1 March 2026</div>'.replace("ANN AAL", "Ann Aal"),
    ],
)
def test_a_byline_names_the_author_and_is_no_text(byline: str) -> None:
    copy = copy_of("", f"<article><h1>The ferry</h1>{byline}{TEXT}</article>")
    assert [person.name for person in copy.authors] == ["Ann Aal"]
    assert "Ann Aal" not in copy.body
    assert to_html(copy, "").startswith("<p>The ferry to the islands")


@pytest.mark.parametrize(
    "head",
    [
        meta("sailthru.author", "Ann Aal"),
        meta("byl", "By Ann Aal"),
        meta("twitter:label1", "Written by") + meta("twitter:data1", "Ann Aal"),
        '<meta name=parsely-page content=\'{"title": "T", "author": "Ann Aal"}\'>',
        meta("author", "Ann Aal") + meta("author", "Ann Aal"),
        meta("author", "Ann Aal, Ann Aal"),
        ld(author="By Ann Aal"),
        ld(author=["Ann Aal", {"name": "Ann Aal"}]),
        ld(author="https://www.social.example/annaal") + meta("author", "Ann Aal"),
        ld(author={"@type": "Person", "name": "Von Ann Aal"}),
    ],
)
def test_the_author_is_named_once_and_without_what_comes_before_the_name(head: str) -> None:
    assert copy_of(head).authors == ANN


@pytest.mark.parametrize(
    ("head", "names"),
    [
        (ld(author={"name": ["Ann Aal", "Bo Brigg"]}), ["Ann Aal", "Bo Brigg"]),
        (meta("author", "Ann Aal and Bo Brigg"), ["Ann Aal", "Bo Brigg"]),
        (meta("author", "Ann Aal, Bo Brigg und Cy Carl"), ["Ann Aal", "Bo Brigg", "Cy Carl"]),
        (meta("author", "John Tide, Jr."), ["John Tide, Jr."]),
        (meta("author", "Ann Aal, Staff Writer"), ["Ann Aal"]),
        (meta("author", "https://social.example/ann"), []),
        (meta("author", "admin"), []),
        (meta("author", "Anna de la Mer"), ["Anna de la Mer"]),
    ],
)
def test_names_are_told_apart(head: str, names: list[str]) -> None:
    assert [person.name for person in copy_of(head).authors] == names


def test_what_begins_like_a_byline_and_is_a_sentence_is_text() -> None:
    copy = copy_of(
        "", f"<article><h1>The ferry</h1><p>By the time the boat came in, everybody had left.</p>{TEXT}</article>"
    )
    assert copy.authors == ()
    assert "By the time" in copy.body


def test_the_address_of_an_author_is_kept() -> None:
    byline = '<p class="byline">By <a rel="author" href="https://quay.example/ann">Ann Aal</a></p>'
    copy = copy_of("", f"<article><h1>The ferry</h1>{byline}{TEXT}</article>")
    assert copy.authors == (Person(name="Ann Aal", url="https://quay.example/ann"),)


# --- JSON-LD ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("wrapping", ["<![CDATA[{}]]>", "\n<![CDATA[\n{}\n]]>\n", "//<![CDATA[\n{}\n//]]>"])
def test_json_ld_may_stand_in_a_bare_section_of_characters(wrapping: str) -> None:
    node = {
        "@type": "NewsArticle",
        "headline": "The ferry",
        "datePublished": "2026-03-01T09:00:00Z",
        "author": "Ann Aal",
    }
    script = f'<script type="application/ld+json">{wrapping.replace("{}", json.dumps(node))}</script>'
    copy = copy_of(script, TEXT)
    assert (copy.title, copy.published, copy.authors) == ("The ferry", NINE, ANN)


def test_microdata_says_what_json_ld_would() -> None:
    body = (
        '<div itemscope itemtype="https://schema.org/NewsArticle"><h1 itemprop="headline">The ferry</h1>'
        '<meta itemprop="datePublished" content="2026-03-01T09:00:00Z"><meta itemprop="inLanguage" content="en-GB">'
        '<meta itemprop="articleSection" content="Islands"><div itemprop="author" itemscope><span itemprop="name">Ann'
        f' Aal</span></div><div itemprop="articleBody">{TEXT}</div></div>'
    )
    copy = copy_of("<title>No</title>", body)
    assert (copy.title, copy.published, copy.authors) == ("The ferry", NINE, ANN)
    assert (copy.language, copy.sections) == ("en-GB", (("Islands",),))


# --- release ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "status"), [("draft", Status.DRAFT), ("hidden", Status.DRAFT), ("published", Status.USABLE)]
)
def test_the_status_of_a_page_holds_it_back(said: str, status: Status) -> None:
    copy = copy_of(meta("status", said) + meta("date", "2026-03-01T09:00:00Z") + meta("category", "Islands"))
    assert (copy.status, copy.published, copy.sections) == (status, NINE, (("Islands",),))


@pytest.mark.parametrize("said", ["", "perhaps"])
def test_a_status_that_cannot_be_read_holds_the_page_back(said: str) -> None:
    with pytest.raises(Unreadable, match="status"):
        copy_of(meta("status", said))
