"""An author is one author, however the name and the address of mail are written."""

import json

import pytest

from feedsvc.model.article import Person
from feedsvc.model.reader import ReaderOptions, Reading, Source
from feedsvc.readers import read

QUOTED = Person(name="Last, First", email="q@t.example")


def told(author: object) -> Reading:
    front = json.dumps({"title": "Bell", "date": "2026-11-20", "author": author})
    return read(Source(path="a.md", data=f"---\n{front}\n---\nText\n".encode()), ReaderOptions())


@pytest.mark.parametrize(
    ("said", "people"),
    [
        ('"Last, First" <q@t.example>', [QUOTED]),
        ("<b>Ann Vey</b>", [Person(name="Ann Vey")]),
        ('<a href="/ann">Ann Vey</a>', [Person(name="Ann Vey")]),
        ('"Last, First" <q@t.example>, Bo Brigg', [QUOTED, Person(name="Bo Brigg")]),
        ('"Last, First" <q@t.example>; "Brigg; Bo"', [QUOTED, Person(name="Brigg; Bo")]),
        (['"Last, First" <q@t.example>', "Bo Brigg"], [QUOTED, Person(name="Bo Brigg")]),
        ("q@t.example (Last First)", [Person(name="Last First", email="q@t.example")]),
        ('Ann "The Bell" Vey, Bo Brigg', [Person(name='Ann "The Bell" Vey'), Person(name="Bo Brigg")]),
        ('Ann "Vey, Bo Brigg', [Person(name='Ann "Vey'), Person(name="Bo Brigg")]),
        ("Ann Vey <ann@münchen.example>", [Person(name="Ann Vey", email="ann@xn--mnchen-3ya.example")]),
    ],
)
def test_quotation_marks_hold_a_name_together(said: object, people: list[Person]) -> None:
    reading = told(said)
    assert [*reading.copy.authors] == people
    assert not reading.problems


@pytest.mark.parametrize(
    "said",
    ["K <käse@t.example>", {"name": "K", "email": "käse@t.example"}, {"name": "K", "email": "k at t.example"}],
)
def test_mail_that_feeds_cannot_carry_is_left_out_and_told(said: object) -> None:
    reading = told(said)
    assert reading.copy.authors == (Person(name="K"),)
    assert ["is not an e-mail address in ASCII letters" in problem.reason for problem in reading.problems] == [True]


def test_tags_keep_what_stands_in_quotation_marks() -> None:
    front = json.dumps({"title": "Bell", "tags": 'Ports, "Fish, chips", 5" guns'})
    copy = read(Source(path="a.md", data=f"---\n{front}\n---\nText\n".encode()), ReaderOptions()).copy
    assert copy.tags == ("Ports", "Fish, chips", '5" guns')


TEXT = "<p>The ferry to the islands was late again on Monday, said the harbour master, who had seen it all before.</p>"


def on_page(body: str, head: str = "") -> list[str]:
    page = f"<html><head><meta property=og:title content='The ferry'>{head}</head><body>{body}</body></html>"
    return [each.name for each in read(Source(path="a.html", data=page.encode()), ReaderOptions()).copy.authors]


def article(byline: str) -> str:
    return f"<article><h1>The ferry</h1>{byline}{TEXT}{TEXT}</article>"


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("By Ann Aal, Port Arden", ["Ann Aal"]),
        ("By Ann Aal, Bo Brigg, Geneva", ["Ann Aal", "Bo Brigg"]),
        ("By Ann Aal, New Holm", ["Ann Aal"]),
        ("By Ann Aal, John Port", ["Ann Aal", "John Port"]),
        ("Von Ann Aal, dpa", ["Ann Aal", "dpa"]),
        ("By Ann Aal and Bo Brigg", ["Ann Aal", "Bo Brigg"]),
        ("Par Ann Le Quai", ["Ann Le Quai"]),
        ("Par Ann Aal le 12 mars", ["Ann Aal"]),
    ],
)
def test_a_place_behind_a_name_is_no_author(byline: str, names: list[str]) -> None:
    assert on_page(article(f'<p class="byline">{byline}</p>')) == names
    if "mars" not in byline:
        captured = f"News   /   Coast\n\nThe ferry\n\n{byline}\n\nIt was late again on Monday."
        copy = read(Source(path="a.txt", data=captured.encode()), ReaderOptions()).copy
        assert [each.name for each in copy.authors] == names


SITE = "<meta property=og:site_name content='The Quay Post'>"


@pytest.mark.parametrize("said", ["The Quay Post", "Quay Post Newsroom", "quaypost.example", "Editorial Team"])
def test_a_person_whom_the_page_shows_comes_before_the_outlet(said: str) -> None:
    head = f"{SITE}<meta name=author content='{said}'>"
    assert on_page(article('<p class="byline">By Ann Aal</p>'), head) == ["Ann Aal"]
    assert on_page(article(""), head) == [said]
    assert on_page(article('<p class="byline">By Ann Aal</p>'), f"{SITE}<meta name=author content='Bo Brigg'>") == [
        "Bo Brigg"
    ]


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ('<p>Posted by <a href="/u/7">Ann Aal</a> and <a href="/u/8">Bo Brigg</a></p>', ["Ann Aal", "Bo Brigg"]),
        ('<p>3.4.2026 von <b><a href="/u/7">Ann Aal</a></b> am Kai</p>', ["Ann Aal"]),
        ('<p>Autor: <a href="/u/7">keel1984</a></p>', ["keel1984"]),
        ('<div class="author">Posted on March 1, 2026 by Ann Aal</div>', ["Ann Aal"]),
        ("<p>04.02.2026 | 13:10 Uhr | Ann Aal</p>", ["Ann Aal"]),
        ('<p>Design by <a href="/d">Press Quay</a></p>', []),
        ('<p class="author">Log in</p>', []),
        ('<p class="author">Member Login</p>', []),
        ('<p class="author">Photo: Ann Aal</p>', []),
    ],
)
def test_names_beside_words_that_announce_one(byline: str, names: list[str]) -> None:
    assert on_page(article(byline)) == names


def test_a_headline_that_begins_like_a_byline_names_nobody() -> None:
    body = f"<main><h1>Von Sprache und Kai</h1>{TEXT}{TEXT}</main>"
    page = f"<html><head><title>Von Sprache und Kai</title></head><body>{body}</body></html>"
    assert not read(Source(path="a.html", data=page.encode()), ReaderOptions()).copy.authors


def test_the_author_of_the_page_counts_where_json_ld_has_no_article() -> None:
    graph = [
        {"@type": "WebPage", "@id": "#page", "author": {"@id": "#ann"}},
        {"@type": ["Person"], "@id": "#ann", "name": "Ann Aal"},
    ]
    script = json.dumps({"@context": "https://schema.org", "@graph": graph})
    assert on_page(article(""), f"<script type=application/ld+json>{script}</script>") == ["Ann Aal"]


@pytest.mark.parametrize(
    ("said", "names"),
    [
        ("Tide, John", ["John Tide"]),
        ("By Tide, John", ["John Tide"]),
        ("Ann, Bob", ["Ann", "Bob"]),
        ("Quay, Keel", ["Quay", "Keel"]),
        ("tide, john", ["tide", "john"]),
        ("Tide, John; Brigg, Bo", ["Tide, John", "Brigg, Bo"]),
    ],
)
def test_a_name_as_catalogues_write_it_is_one(said: str, names: list[str]) -> None:
    assert [each.name for each in told(said).copy.authors] == names


# --- pages whose data and text name different people ------------------------------------------------------------------


def script_of(author: object) -> str:
    node = {"@context": "https://schema.org", "@type": "NewsArticle", "headline": "The ferry", "author": author}
    return f"<script type=application/ld+json>{json.dumps(node)}</script>"


BYLINE = '<p class="byline">By <a rel="author" href="/ann">Ann Aal</a></p>'


@pytest.mark.parametrize(
    "said",
    ["Quay Media Group", "Arden University", "Fischerverein e.V.", "annaal", "The Ferry Weekly Staff", "Tides & Co"],
)
def test_a_person_whom_the_page_shows_comes_before_whoever_else_its_meta_elements_name(said: str) -> None:
    head = f'<meta name=author content="{said}">'
    assert on_page(article(BYLINE), head) == ["Ann Aal"]
    assert on_page(article("<p><span itemprop=author>Ann Aal</span></p>"), head) == ["Ann Aal"]
    assert on_page(article(""), head)


def test_microdata_comes_before_meta_elements_and_what_is_said_of_a_picture_is_not_the_author() -> None:
    head = "<meta name=author content='Press Holding'>"
    assert on_page(article("<p itemprop=author>By <span itemprop=name>Ann Aal</span></p>"), head) == ["Ann Aal"]
    photo = "<div itemscope itemtype='https://schema.org/ImageObject'><span itemprop=creator>Cy Lens</span></div>"
    assert on_page(article(photo + BYLINE)) == ["Ann Aal"]


@pytest.mark.parametrize(
    ("told", "shown", "names"),
    [
        ("Ann Aal", "Ann Aal and Bo Brigg", ["Ann Aal", "Bo Brigg"]),
        ("Ann", "Ann Aal", ["Ann Aal"]),
        ("Ann Aal", "Bo Brigg", ["Ann Aal"]),
        ("Ann Aal", "Ann Aal in Arden", ["Ann Aal"]),
        ("Bo Brigg", "Ann Aal and Bo Brigg, dpa", ["Ann Aal", "Bo Brigg", "dpa"]),
    ],
)
def test_whoever_is_shown_beside_the_author_of_the_data_comes_too(told: str, shown: str, names: list[str]) -> None:
    byline = f'<p class="byline">By {shown}</p>'
    assert on_page(article(byline), script_of({"@type": "Person", "name": told})) == names


def test_initials_and_parts_of_the_outlets_name_are_the_outlet() -> None:
    site = (
        "<meta property=og:site_name content='QP Quay Post'><link rel=canonical href='https://www.qp-post.example/a'>"
    )
    assert on_page(article("<p>Von Ann Aal</p>"), site + script_of("QP")) == ["Ann Aal"]
    jobs = "<meta property=og:site_name content='Quays &amp; Keels'><meta name=author content='Quays &amp; Keels'>"
    assert on_page(article(BYLINE), jobs) == ["Ann Aal"]
    assert on_page(article('<p class="byline">By Quay Post</p><p>Written by: Ann Aal</p>'), site) == ["Ann Aal"]


@pytest.mark.parametrize(
    ("lines", "names"),
    [
        ("<p><b>By</b></p><p class=full>Ann Aal</p>", ["Ann Aal"]),
        ("<h5>Autor: </h5>Ann Aal/QP", ["Ann Aal"]),
        ("<div><b>Von:</b><br><br>Ann Aal</div>", ["Ann Aal"]),
        ("<p><i>Datum:</i> 19.11.2026<br><i>Autor:</i> Ann Aal<br><i>Quelle:</i> Post</p>", ["Ann Aal"]),
        ("<p>Autorin: Ann Aal, Leiterin der Schule am Kai.</p>", ["Ann Aal"]),
        ("<p>Text von Ann Aal Fotos von Cy Lens</p>", ["Ann Aal"]),
        ("<p>Eine Kolumne von Ann Aal</p>", ["Ann Aal"]),
        ("<div>Ann Aal / 22.04.2026 / 06:15<p>&nbsp;</p></div>", ["Ann Aal"]),
        ('<p class="byline">Coast · Ann Aal, Bo Brigg</p>', ["Ann Aal", "Bo Brigg"]),
        ('<p class="byline">By ANN AAL March 11, 2026 3:46 PM</p>', ["ANN AAL"]),
        ('<p class="byline">Ann (A. J.) Aal</p>', ["Ann Aal"]),
        ("<byline>Von Ann Aal, dpa</byline>", ["Ann Aal", "dpa"]),
        ("<address>Ann Aal</address>", ["Ann Aal"]),
        ('<p class="author">Quelle:</p>', []),
        ('<p class="author">Published by</p>', []),
        ('<p class="author">By December</p>', []),
        ("<p>By FR IT EN</p>", []),
        ('<div class="signature">wer am Kai steht, und wie ihr es wollt</div>', []),
        ('<span class="license-author">Cy Lens</span>', []),
        ("<p class=credit>Reuters</p>", ["Reuters"]),
    ],
)
def test_lines_near_the_headline_that_name_somebody(lines: str, names: list[str]) -> None:
    assert on_page(article(lines)) == names


def test_lists_of_other_articles_and_comments_name_no_author() -> None:
    others = "".join(
        f'<li><a href="/{at}">Other</a> <span class="author">von Cy Lens {at}a</span></li>' for at in range(4)
    )
    far = "<span class=x>x</span>" * 200
    assert on_page(article("") + far + f"<ul>{others}</ul>") == []
    comments = '<div class="leserbriefe"><span class="autor">Cy Lens</span></div>'
    assert on_page(article("") + comments) == []
    assert (
        on_page(article("") + '<nav class="byline">Cy Lens</nav>' + '<div class="comments"><p>By Cy Lens</p></div>')
        == []
    )


def test_a_name_below_the_text_and_the_owner_of_the_site_are_the_last_to_be_asked() -> None:
    assert on_page(f"<article><h1>The ferry</h1>{TEXT}<p><b><i>Anna Aal</i></b></p></article><p>Imprint</p>") == [
        "Anna Aal"
    ]
    assert on_page(f"<article><h1>The ferry</h1>{TEXT}<p><b>Anna Aal</b></p>{TEXT}</article>") == []
    assert on_page(article("") + "<p>© 2020–2026 Anna Aal. All rights reserved</p>") == ["Anna Aal"]
    assert on_page(article(""), "<meta property=og:site_name content='Dr. Anna Aal'>") == ["Anna Aal"]
    assert on_page(article(""), "<meta property=og:site_name content='Quay Post'>") == []
    dateline = (
        "<p>Hamburg (dpa/lno) – The ferry was late again on Monday, said the harbour master, and nobody knew why.</p>"
    )
    assert on_page(f"<article><h1>The ferry</h1>{dateline}{TEXT}</article>") == ["dpa/lno"]
