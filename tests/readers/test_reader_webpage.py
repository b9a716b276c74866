"""A saved page is its article: what machines are told of it, and the text that people see, without the page around."""

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedsvc.model.article import Person, Status
from feedsvc.model.reader import ReaderOptions, Reading, Source, Unreadable
from feedsvc.model.urls import SITE
from feedsvc.readers import read, to_html

FIRST = "The lock was opened at six, and nobody came through it until noon."
SECOND = "The keeper, who has <em>three</em> keys, had lost the fourth."
TEXT = f"<p>{FIRST}</p><p>{SECOND}</p>"
NODE = {"@context": "https://schema.org", "@type": "NewsArticle", "headline": "The lock opens"}


def reading(html: str | bytes, *, path: str = "a.html", sidecar: str = "", picture: str = "") -> Reading:
    data = html.encode() if isinstance(html, str) else html
    rules = ReaderOptions(timezone="Europe/Berlin", furniture=("Lock News Weekly",))
    return read(Source(path=path, data=data, sidecar=sidecar.encode() or None, picture=picture), rules)


def page(*head: str, body: str = f"<article><h1>The lock opens</h1>{TEXT}</article>") -> str:
    return f"<!DOCTYPE html><html lang=en><head>{''.join(head)}</head><body>{body}</body></html>"


def meta(name: str, content: str) -> str:
    return f'<meta property="{name}" content="{content}">'


def ld(*nodes: object) -> str:
    return "".join(f'<script type="application/ld+json">{json.dumps(node)}</script>' for node in nodes)


def body(html: str) -> str:
    return to_html(reading(page(ld(NODE), body=html)).copy, "").replace("\n", "")


# --- what the page says of its article --------------------------------------------------------------------------------


def test_json_ld_comes_first() -> None:
    told = {
        "description": "A lock, and its keys.",
        "datePublished": "2026-03-01T06:00:00+01:00",
        "dateModified": "2026-03-01T12:00:00+01:00",
        "articleSection": ["News / Canals", "Transport"],
        "keywords": ["locks", "keys"],
        "author": {"@type": "Person", "name": "Ada Keel", "url": "https://lock.example/ada"},
        "inLanguage": "en_GB",
    }
    other = meta("og:title", "Other") + meta("article:published_time", "2020-01-01") + meta("article:tag", "other")
    copy = reading(page(other, ld(NODE | told))).copy
    assert (copy.title, copy.summary, copy.language) == ("The lock opens", "A lock, and its keys.", "en-GB")
    assert copy.published == datetime(2026, 3, 1, 5, tzinfo=UTC)
    assert copy.updated == datetime(2026, 3, 1, 11, tzinfo=UTC)
    assert copy.sections == (("News", "Canals"), ("Transport",))
    assert copy.tags == ("locks", "keys")
    assert copy.authors == (Person(name="Ada Keel", url="https://lock.example/ada"),)


@pytest.mark.parametrize(
    "wrapped",
    [
        [NODE],
        [{"@type": "Organization", "name": "x"}, NODE],
        {"@context": "https://schema.org", "@graph": [{"@type": "WebSite"}, NODE]},
        {"@type": "WebPage", "name": "x", "mainEntity": NODE},
        NODE | {"@type": ["Article", "ReportageNewsArticle"]},
        NODE | {"@type": "https://schema.org/OpinionNewsArticle"},
        NODE | {"@type": "LiveBlogPosting"},
        {"@type": "schema:Article", "schema:headline": {"@value": "The lock opens", "@language": "en"}},
        [{"@type": "Article", "headline": "A teaser"}, NODE],
    ],
)
def test_an_article_is_found_wherever_json_ld_puts_it(wrapped: object) -> None:
    assert reading(page(meta("og:title", "x"), ld(wrapped))).copy.title == "The lock opens"


def test_references_within_a_graph_are_followed() -> None:
    person = {"@id": "#ada", "@type": "Person", "name": "Ada Keel"}
    picture = {"@id": "#lead", "@type": "ImageObject", "url": "https://lock.example/a.jpg", "caption": "The gate"}
    node = NODE | {"author": {"@id": "#ada"}, "image": [{"@id": "#lead"}]}
    copy = reading(page(ld({"@graph": [node, person]}, picture))).copy
    assert copy.authors == (Person(name="Ada Keel"),)
    assert [(media.url, media.description) for media in copy.media] == [("https://lock.example/a.jpg", "The gate")]


def test_json_ld_that_cannot_be_read_costs_a_warning() -> None:
    copy, problems = reading(page(meta("og:title", "The lock"), '<script type="application/ld+json">{"a":</script>'))
    assert copy.title == "The lock"
    assert [problem.warning for problem in problems] == [True]
    assert "JSON-LD is not JSON: line 1" in str(problems[0])


@pytest.mark.parametrize(
    "wrapped", ["<!--\n{}\n-->", "//<![CDATA[\n{}\n//]]>", "/*<![CDATA[*/ {} /*]]>*/", "{};", "\n{}\n"]
)
def test_json_ld_may_be_wrapped_as_templates_do(wrapped: str) -> None:
    script = wrapped.replace("{}", json.dumps(NODE | {"description": "line\nline"}).replace("\\n", "\n"))
    copy, problems = reading(page(f"<script type='Application/LD+JSON; charset=utf-8'>{script}</script>"))
    assert (copy.title, copy.summary, problems) == ("The lock opens", "line\nline", ())


def test_opengraph_and_meta_tell_the_rest() -> None:
    head = (
        meta("og:site_name", "Lock News")
        + meta("og:title", "The lock opens | Lock News")
        + meta("article:published_time", "2026-03-01T06:00:00+0100")
        + meta("article:modified_time", "2026-03-01T12:00:00Z")
        + meta("article:section", "News / Canals")
        + meta("article:tag", "locks")
        + meta("article:tag", "keys, spare")
        + meta("article:author", "https://social.example/ada")
        + '<meta name="author" content="Ada Keel"><meta name=Description content="A lock &amp; its keys.">'
        + meta("og:image", "//img.example/a?w=1&amp;h=2")
        + meta("og:image:width", "1200")
        + meta("og:image:alt", "The gate")
        + meta("og:image", "b.png")
    )
    copy, problems = reading(page(head, "<title>No</title>"), path="news/a.html")
    assert problems == ()
    assert (copy.title, copy.summary, copy.language) == ("The lock opens", "A lock & its keys.", "en")
    assert copy.published == datetime(2026, 3, 1, 5, tzinfo=UTC)
    assert copy.updated == datetime(2026, 3, 1, 12, tzinfo=UTC)
    assert copy.sections == (("News", "Canals"),)
    assert copy.tags == ("locks", "keys, spare")
    assert copy.authors == (Person(name="Ada Keel"),)
    first, second = copy.media
    assert (first.url, first.type, first.width) == ("https://img.example/a?w=1&h=2", "image/jpeg", 1200)
    assert first.description == "The gate"
    assert (second.file, second.type) == ("news/b.png", "image/png")


def test_the_pictures_of_json_ld_replace_those_of_opengraph() -> None:
    head = meta("og:image", "https://x.example/og.jpg") + meta("og:image", "https://x.example/og2.jpg")
    copy = reading(page(head, ld(NODE | {"image": "lead.jpg"}))).copy
    assert [media.file for media in copy.media] == ["lead.jpg"]


@pytest.mark.parametrize(
    ("head", "html", "title"),
    [
        ("<title>From the title | Site</title>" + meta("og:site_name", "Site"), TEXT, "From the title"),
        ("<title>No</title>", f"<h1>No</h1><article><h1>From\n<b>a head</b></h1>{TEXT}</article>", "From a head"),
        ("<title>No</title>", f"<header><h1> </h1></header><h1>Second</h1>{TEXT}", "Second"),
    ],
)  # fmt: skip
def test_the_title_falls_back(head: str, html: str, title: str) -> None:
    assert reading(page(head, body=html)).copy.title == title


def test_a_page_without_a_headline_is_unreadable_unless_its_sidecar_has_one() -> None:
    with pytest.raises(Unreadable, match="no headline"):
        reading(page(body=TEXT))
    assert reading(page(body=TEXT), sidecar='title = "Given"').copy.title == "Given"


@pytest.mark.parametrize("when", ["2026-03-01T06:00", "2026-03-01 06:00:00"])
def test_a_date_without_zone_is_in_the_newsrooms_zone(when: str) -> None:
    copy = reading(page(ld(NODE | {"datePublished": when}))).copy
    assert copy.published == datetime(2026, 3, 1, 5, tzinfo=UTC)


@pytest.mark.parametrize("when", ["2026-03", "tomorrow", "03/04/2026", "2026-02-30T00:00:00Z"])
def test_a_partial_date_holds_the_page_back(when: str) -> None:
    with pytest.raises(Unreadable, match="is not one whole date"):
        reading(page(ld(NODE | {"datePublished": when})))


def test_a_date_line_above_the_text_is_the_date_where_nothing_else_tells() -> None:
    html = f"<article><h1>The lock opens</h1><p>Monday, 2 March 2026 7:52 AM</p>{TEXT}</article>"
    copy = reading(page(body=html)).copy
    assert copy.published == datetime(2026, 3, 2, 6, 52, tzinfo=UTC)
    assert "2 March" not in copy.body
    assert reading(page(meta("article:published_time", "2026-03-01"), body=html)).copy.published == datetime(
        2026, 2, 28, 23, tzinfo=UTC
    )


# --- who the article is, and where ------------------------------------------------------------------------------------


@pytest.mark.parametrize("where", ["https://www.lock.example/2026/lock", "http://lock.example/?p=12"])
def test_the_address_that_the_article_gives_itself_is_its_url(where: str) -> None:
    assert reading(page(ld(NODE | {"url": where}))).copy.url == where


@pytest.mark.parametrize(
    "where",
    [
        "https://web.archive.org/web/2026/https://lock.example/lock",
        "https://archive.ph/AbCdE",
        "http://localhost:8000/lock",
        "https://www.lock.example/",
        "https://www.lock.example",
    ],
)
def test_a_copys_address_or_a_whole_sites_is_not(where: str) -> None:
    assert reading(page(ld(NODE | {"url": where}))).copy.url == ""


def test_where_the_page_was_saved_from_is_not() -> None:
    where = "https://www.lock.example/2026/lock"
    head = meta("og:url", where) + f'<link rel=canonical href="{where}">'
    assert reading(page(head, ld(NODE | {"mainEntityOfPage": where}))).copy.url == ""


@pytest.mark.parametrize(
    ("given", "id"),
    [
        ({"identifier": "LN-2026-17"}, "LN-2026-17"),
        ({"identifier": 1017}, "1017"),
        ({"identifier": {"@type": "PropertyValue", "propertyID": "cms", "value": "17"}}, "17"),
        ({"identifier": ["", "urn:x:1"]}, "urn:x:1"),
        ({"@id": "urn:uuid:6e8bc430-9c3a-11d9-9669-0800200c9a66"}, "urn:uuid:6e8bc430-9c3a-11d9-9669-0800200c9a66"),
        ({"@id": "tag:lock.example,2026:17"}, "tag:lock.example,2026:17"),
        ({"@id": "https://lock.example/a#article"}, ""),
        ({"@id": "#article"}, ""),
        ({"@id": "_:b0"}, ""),
        ({"identifier": "https://lock.example/a", "url": "https://lock.example/a"}, ""),
        ({"identifier": "https://lock.example/a", "mainEntityOfPage": {"@id": "https://lock.example/a"}}, ""),
    ],
)
def test_an_identifier_is_an_id_and_a_place_is_not(given: dict[str, object], id: str) -> None:
    assert reading(page(ld(NODE | given))).copy.id == id


# --- the text ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "html",
    [
        f"<nav>No</nav><article><h1>The lock opens</h1>{TEXT}</article><footer>No</footer>",
        f"<article><p>No, a teaser</p></article><article>{TEXT}</article>",
        f"<main><p>No</p><article><p>No</p><div itemprop='articleBody'>{TEXT}</div></article></main>",
        f"<div>No</div><main>{TEXT}</main>",
        f"<div>No</div><div role=main>{TEXT}</div>",
        f"<header>No</header>{TEXT}<aside>No</aside>",
        f"<p itemprop='articleBody'>{FIRST}</p><div>No</div><p itemprop='x articleBody'>{SECOND}</p>",
    ],
)
def test_the_text_is_the_articles_alone(html: str) -> None:
    assert body(html) == TEXT


@pytest.mark.parametrize(
    "name",
    ["article-body", "x article__body y", "articleBody", "entry-content", "post-content", "post_content", "story-body"],
)
@pytest.mark.parametrize(
    "around",
    [
        "<div>No.</div>{}<div>No.</div>",
        "<main><p>No</p>{}<p>No.</p></main>",
        "<article><h1>The lock opens</h1><div>No</div>{}<div><p>No, sign up for it.</p></div></article>",
        "<article><p>No.</p></article><article><div>{}</div><p>No.</p></article>",
    ],
)
def test_the_text_is_what_systems_for_news_call_it(around: str, name: str) -> None:
    assert body(around.format(f'<div class="{name}">{TEXT}</div>')) == TEXT


def test_text_in_several_parts_of_that_name_is_all_of_it() -> None:
    first, second = (f"<div class=entry-content><p>{text}</p></div>" for text in (FIRST, SECOND))
    assert body(f"<article><h1>The lock opens</h1>{first}<div>No</div>{second}<div>No</div></article>") == TEXT


@pytest.mark.parametrize("part", ["article", "main"])
def test_what_leads_into_the_text_stays(part: str) -> None:
    figure = f'<figure><img src="{SITE}/media/a.jpg"><figcaption>The gate</figcaption></figure>'
    lead = f"<p>{FIRST}</p>"
    rest = f"<div class=entry-content><p>{SECOND}</p></div><p>No.</p>"
    html = f"<{part}><h1>The lock opens</h1><p>3 min</p>{figure}<div>{lead}</div>{rest}</{part}>"
    assert body(html) == f"{figure}{lead}<p>{SECOND}</p>"


@pytest.mark.parametrize(
    "html",
    [
        f"<article><div class=entry-content><p>The lock.</p></div>{TEXT}</article>",
        f"<article><div class=entry-content></div>{TEXT}</article>",
        f"<main><div class=entry-content><p>The lock.</p></div>{TEXT}</main>",
        f"<div class=entry-content></div>{TEXT}",
        f"<div itemprop=articleBody><div class=entry-content><p>Then.</p></div>{TEXT}</div>",
        f"<article><div class=my-entry-content-teaser><p>The lock.</p></div>{TEXT}</article>",
    ],
)
def test_text_beside_what_is_only_called_so_is_not_lost(html: str) -> None:
    assert body(html).endswith(TEXT)


def test_headline_and_date_within_what_is_called_the_text_are_taken_out() -> None:
    above = "<h1>The Lock opens</h1><p class=byline>By Ada Keel</p><p>2 March 2026, 7:52</p>"
    html = f"<div>No</div><div class=post-content>{above}{TEXT}</div>"
    copy = reading(page(ld(NODE), body=html)).copy
    assert (to_html(copy, ""), copy.published) == (TEXT, datetime(2026, 3, 2, 6, 52, tzinfo=UTC))


def test_a_date_line_above_what_is_called_the_text_is_still_the_date() -> None:
    html = f"<article><h1>The lock opens</h1><p>2 March 2026, 7:52</p><div class=story-body>{TEXT}</div></article>"
    copy = reading(page(ld(NODE), body=html)).copy
    assert (to_html(copy, ""), copy.published) == (TEXT, datetime(2026, 3, 2, 6, 52, tzinfo=UTC))


@pytest.mark.parametrize(
    "furniture",
    [
        "<header><p>No</p></header>",
        "<nav><ul><li><a href=/>No</a></li></ul></nav>",
        "<aside>No</aside>",
        "<footer>No</footer>",
        "<form><p>No</p><input></form>",
        "<script>No</script><style>No</style><template><p>No</p></template><noscript>No</noscript>",
        "<p hidden>No</p>",
        "<div role=navigation>No</div>",
        "<div class=share-buttons><a href=/>No</a> or <a href=/>neither</a></div>",
        "<ul class=related_stories><li><img src=/a.jpg><a href=/>No</a></li></ul>",
        "<section id=comments><article><p>No, a reader says.</p></article></section>",
        "<p>SHARE THIS ARTICLE</p>",
        "<p>Read more: No</p>",
        "<p><b>Lock News</b> Weekly</p>",
        "<p>Lock News Roku</p>",
        "<!-- No --><?php No ?>",
    ],
)
def test_what_belongs_to_the_page_is_not_in_the_text(furniture: str) -> None:
    assert body(f"<article><p>{FIRST}</p>{furniture}<p>{SECOND}</p>{furniture}</article>") == TEXT


@pytest.mark.parametrize(
    "kept",
    [
        '<p>They <a href="https://lock.example/">share</a> the key.</p>',
        "<h2>The fourth key</h2>",
        "<p>2021 was dry.</p>",
        '<p>By the lock stood the author of “<a href="https://x.example/">Related</a>”.</p>',
    ],
)
def test_what_is_text_stays(kept: str) -> None:
    assert body(f"<article><p>{FIRST}</p>{kept}</article>") == f"<p>{FIRST}</p>{kept}"


def test_an_element_that_is_only_named_like_furniture_stays() -> None:
    assert body(f"<article><div class=social-housing><p>{FIRST}</p></div></article>") == f"<div><p>{FIRST}</p></div>"


def test_text_beside_what_is_taken_out_stays() -> None:
    assert body(f"<article>{FIRST} <nav>No</nav>Then <aside>No</aside>more.</article>") == f"{FIRST} Then more."


def test_headline_byline_and_date_above_the_text_are_taken_out() -> None:
    above = (
        "<figure><img src=a.jpg><figcaption>The gate.</figcaption></figure><h1>The Lock opens</h1>"
        "<h2>The lock opens</h2><p class=byline>By Ada Keel</p>"
        "<div><span rel=author>Ada Keel</span></div><p>1 March 2026</p>"
    )
    text = body(f"<article>{above}{TEXT}<h1>Later</h1></article>")
    assert text.replace("<div></div>", "") == (
        f'<figure><img src="{SITE}/media/a.jpg"><figcaption>The gate.</figcaption></figure>{TEXT}<h1>Later</h1>'
    )


LINKS = (
    "<p><a href=a/b>1</a> <a href=/c>2</a> <a href='?q'>3</a> <a href=https://x.example/d>4</a> <a href=#e>5</a>"
    "<a href=mailto:e@x.example>6</a></p><img src='../f.jpg' srcset='g.jpg 1x, h.jpg 2x'>"
)


def test_the_relative_addresses_of_a_page_are_seen_from_its_base() -> None:
    head = "<base target=_top><base href='https://base.example/dir/page?x'><base href='https://other.example/'>"
    copy, problems = reading(page(head, meta("og:image", "i.png"), ld(NODE), body=f"<article>{LINKS}</article>"))
    assert to_html(copy, "news").replace("\n", "") == (
        '<p><a href="https://base.example/dir/a/b">1</a> <a href="https://base.example/c">2</a> '
        '<a href="https://base.example/dir/page?q">3</a> <a href="https://x.example/d">4</a> 5'
        '<a href="mailto:e@x.example">6</a></p><img src="https://base.example/f.jpg" '
        'srcset="https://base.example/dir/g.jpg 1x, https://base.example/dir/h.jpg 2x">'
    )
    assert [media.url for media in copy.media] == ["https://base.example/dir/i.png"]
    assert problems == ()


def test_the_addresses_of_json_ld_are_seen_from_the_base_too() -> None:
    video = {"contentUrl": "v.mp4", "thumbnailUrl": "/t.jpg"}
    told = NODE | {"url": "../lock", "image": [{"url": "a.jpg"}, "https://x.example/b.jpg"], "video": video}
    copy = reading(page("<base href=https://base.example/dir/>", ld(told))).copy
    assert copy.url == "https://base.example/lock"
    assert [media.url for media in copy.media] == [
        "https://base.example/dir/a.jpg",
        "https://x.example/b.jpg",
        "https://base.example/dir/v.mp4",
    ]
    assert copy.media[2].thumbnail == "https://base.example/t.jpg"


@pytest.mark.parametrize("name", ["href", "srcset"])
def test_an_illegal_character_in_an_address_does_not_cost_a_page_with_a_base(name: str) -> None:
    html = f"<base href=//base.example/><article><p>text<a {name}='&#xfffe;a'></a><img {name}='&#1;&#xffff;'></p>"
    assert "text" in to_html(reading(page(ld(NODE), body=html)).copy, "")


@pytest.mark.parametrize(
    ("href", "url", "seen"),
    [
        ("//base.example/dir/", "", "https://base.example/dir/a"),
        ("/", "https://lock.example/2026/lock", "https://lock.example/a"),
        ("dir/", "https://lock.example/2026/lock", "https://lock.example/2026/dir/a"),
        ("/", "", f"{SITE}/media/a"),
        (".", "https://lock.example/2026/lock", f"{SITE}/media/a"),
        ("", "https://lock.example/2026/lock", f"{SITE}/media/a"),
        ("javascript:x", "", f"{SITE}/media/a"),
        ("file:///home/x/", "", f"{SITE}/media/a"),
        ("http://[", "", f"{SITE}/media/a"),
        (f"https://base.example/{'x' * 500}/", "", f"{SITE}/media/a"),
    ],
)
def test_a_base_is_one_of_the_web_or_it_is_none(href: str, url: str, seen: str) -> None:
    head = f"<base href='{href}'>"
    copy = reading(page(head, ld(NODE | {"url": url}), body="<article><p><a href=a>a</a></p></article>")).copy
    assert to_html(copy, "") == f'<p><a href="{seen}">a</a></p>'


def test_alternate_addresses_are_kept_as_data() -> None:
    end = (
        "<p>Lock News’s website can also be accessed at the following alternate addresses:</p>"
        "<p>www.lock.example</p><p>www.lock.example.net</p>"
    )
    copy = reading(page(ld(NODE), body=f"<article>{TEXT}{end}</article>")).copy
    assert copy.alternates == ("www.lock.example", "www.lock.example.net")
    assert to_html(copy, "") == TEXT


def test_the_text_of_json_ld_is_used_where_the_page_has_none() -> None:
    node = NODE | {"articleBody": f"{FIRST}\nAnd so it stayed."}
    for html in ("<div id=root></div>", "<article><p>Subscribe to read on.</p></article>"):
        copy = reading(page(ld(node), body=html)).copy
        assert to_html(copy, "") == f"<p>{FIRST}</p>\n<p>And so it stayed.</p>"
    assert reading(page(ld(node))).copy.markup == "html"


def test_a_page_without_text_is_an_article_with_a_warning() -> None:
    copy, problems = reading(page(ld(NODE), body="<div id=root></div><script>x</script>"))
    assert (copy.title, copy.body) == ("The lock opens", "")
    assert "has no text" in str(problems[0])
    assert problems[0].warning


def test_nothing_active_comes_through() -> None:
    evil = (
        "<p onclick=x()>a<script>x()</script><a href='javascript:x()'>b</a><img src=x onerror=x()></p>"
        "<iframe src=//x.example></iframe><svg onload=x()><script>x()</script></svg><math><style><img onerror=x()>"
    )
    title = "<img src=x onerror=x()>Title"
    copy = reading(page(ld(NODE | {"headline": title}), body=f"<article>{evil}</article>")).copy
    assert "x()" not in to_html(copy, "")
    assert "script" not in to_html(copy, "")


# --- sidecar and picture ----------------------------------------------------------------------------------------------


def test_a_sidecar_overrides_the_page() -> None:
    sidecar = 'title = "Mine"\nstatus = "draft"\nimage = "mine.jpg"\ndate = "2026-04-01"\nurl = "https://a.example/b"'
    node = NODE | {"datePublished": "unknown", "image": {"url": "a.jpg", "caption": "Theirs"}}
    copy = reading(page(ld(node)), sidecar=sidecar).copy
    assert (copy.title, copy.status, copy.url) == ("Mine", Status.DRAFT, "https://a.example/b")
    assert copy.published == datetime(2026, 3, 31, 22, tzinfo=UTC)
    assert [(media.file, media.description) for media in copy.media] == [("mine.jpg", "")]


def test_the_picture_beside_the_page_leads_if_it_names_none() -> None:
    assert [media.file for media in reading(page(ld(NODE)), picture="a.jpg").copy.media] == ["a.jpg"]
    named = reading(page(ld(NODE | {"image": "b.jpg"})), picture="a.jpg").copy
    assert [media.file for media in named.media] == ["b.jpg"]


# --- bytes ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("charset", "codec"),
    [
        ("windows-1251", "cp1251"),
        ("KOI8-R", "koi8-r"),
        ("utf-8", "utf-8"),
        ("x-nothing-that-counts", "utf-8-sig"),
        ("utf-16", "utf-8"),
        ("windows-1251", "utf-16"),
    ],
)
def test_the_charset_is_that_of_the_mark_or_as_declared(charset: str, codec: str) -> None:
    html = page(f"<meta charset='{charset}'><title>Шлюз</title>", body="<p>Открыт.</p>")
    assert reading(html.encode(codec)).copy.title == "Шлюз"


@pytest.mark.parametrize(
    ("declaration", "codec", "text"),
    [
        ('<meta http-equiv="Content-Type" content="text/html; charset=iso-8859-1">', "cp1252", "“Schleuse” – öffnet €"),
        ("<!-- <meta charset=koi8-r> --><meta charset=gb2312>", "gb18030", "水闸开了㐀"),
        ("<meta charset=Shift_JIS>", "cp932", "水門①"),
        ("<meta charset=euc-kr>", "cp949", "수문이 똠"),
    ],
)
def test_a_charset_means_what_browsers_take_it_for(declaration: str, codec: str, text: str) -> None:
    assert reading(page(declaration, f"<title>{text}</title>").encode(codec)).copy.title
    assert reading(page(declaration, meta("og:title", text)).encode(codec)).copy.title == text


@pytest.mark.parametrize("charset", ["Shift_JIS", "windows-1252", "iso-8859-1"])
def test_a_page_that_was_saved_as_utf_8_may_still_declare_another_charset(charset: str) -> None:
    html = page(f"<meta charset='{charset}'><title>Шлюз</title>", body="<p>Открыт.</p>")
    assert reading(html.encode()).copy.title == "Шлюз"


def test_a_few_bytes_of_an_old_template_cost_no_page_of_utf_8() -> None:
    data = page("<meta charset=utf-8><title>Шлюз</title>", body="<p>Открыт на весь день до Café.</p>").encode()
    copy, problems = reading(data.replace("é".encode(), b"\xe9"))
    assert copy.title == "Шлюз"
    assert "до Café" in copy.body
    assert "bytes that are not UTF-8 (1) were taken for Windows-1252" in [problem.reason for problem in problems]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"<title>caf\xe9</title><p>x", "not UTF-8: byte 0xE9 at line 1"),
        (b"<meta charset=windows-1252>\n<title>\x81</title>", "not cp1252, as it declares: byte 0x81 at line 2"),
        (b"<meta charset=rot13><title>x</title>", "charset rot13, which is not known"),
        (b"<meta charset=unicode_escape><title>\\d</title>", "not known"),
        ("<title>ab</title>".encode("utf-16-le"), "NUL byte"),
        (b"", "no HTML"),
        (b"<!-- only this -->", "no HTML"),
    ],
)
def test_bytes_that_are_no_text_are_refused(data: bytes, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        reading(data)


SIZE = 5 * 2**20
TRAPS = {
    "100,000 tags deep": lambda: "<div>" * 100_000 + "x",
    "nested formatting": lambda: "".join(f"<b id=a{number}>" for number in range(99_000)),
    "reopened formatting": lambda: "".join(f"<p><i id=a{number}>" for number in range(49_000)),
    "a million tags": lambda: "<p>x" * 1_000_000,
    "many attributes": lambda: "<p " + " ".join(f"a{number}" for number in range(600_000)) + ">x",
    "hidden attributes": lambda: (
        "<!--><p title='<script>'><i " + "/".join(f"a{number}" for number in range(600_000)) + ">"
    ),
    "attributes just below": lambda: ("<p " + " ".join(f"a{number}" for number in range(499)) + ">x") * 2_300,
    "open quotes": lambda: "<a x='" * 90_000,
    "open comments": lambda: "<!--" * 90_000,
    "open scripts": lambda: "<script>" * 90_000,
    "one text": lambda: "x " * (SIZE // 2),
    "entities": lambda: "&amp;" * (SIZE // 5),
    "taken out": lambda: "<article>" + "<p hidden>x</p>y" * 49_000,
    "nested furniture": lambda: "<article>" + ("<div class=share>" * 200 + "x" + "</div>" * 200) * 240,
    "many bodies": lambda: "<p itemprop=articleBody>x</p>" * 49_000,
    "many named texts": lambda: "<article>" + "<p>x.</p><div class=entry-content>x</div>" * 24_000,
    "nested sentences": lambda: (
        "<article><i class=story-body>x</i>" + ("<p><ins>" * 100 + "x" * 20_000 + "</ins>" * 100) * 200
    ),
    "many addresses": lambda: "<article>" + "<p>our site:</p><p>www.a.example</p>" * 24_000,
    "many blocks of JSON-LD": lambda: "<script type=application/ld+json>{</script>" * 49_000,
    "deep JSON-LD": lambda: "<script type=application/ld+json>" + "[" * 100_000 + "</script>",
    "many addresses below a base": lambda: f"<base href=//{'x' * 480}>text" + "<a href=a></a>" * 49_000,
    "many sets of pictures below a base": lambda: (
        f"<base href=//{'x' * 480}>text" + f"<img srcset='{'a 1x,' * 64}'>" * 9_000
    ),
    "many pictures": lambda: ld(NODE | {"image": ["a"] * 600_000}),
}  # fmt: skip


@pytest.mark.parametrize("trap", TRAPS.values(), ids=TRAPS.keys())
def test_a_trap_costs_little_time_and_at_most_its_own_article(trap: Callable[[], str]) -> None:
    page = f"<title>t</title>{trap()}"[:SIZE]
    begin = time.process_time()
    try:
        copy = reading(page).copy
    except Unreadable:
        pass
    else:
        assert copy.title
    assert time.process_time() - begin < 5


def test_no_entity_and_no_dtd_is_expanded() -> None:
    html = '<!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/passwd"><!ENTITY y "canary">]><title>t</title><p>&x;&y;z</p>'
    text = to_html(reading(html).copy, "")
    assert "root:" not in text
    assert ">canary" not in text


FRAGMENTS = (
    "<article>|</article>|<p>|</p>|<main>|<div class=share>|</div>|<h1>T</h1>|<title>|</title>|<meta charset=latin1>|"
    '<!--|<script type=application/ld+json>|{}|[]|{|{"@type":"Article","headline":["x"],"image":{"url":[1]}}'
    "|</script>|-->|<meta property=og:image content=http://[>|<time itemprop=datePublished datetime=2021>|x|&lt;"
    "|&#xd800;|<a href='&#xfffe;'>|\x00|\ufffe|<a|'|\"|>|<body>|<head>|<base href=//x>|<aside>"
    "|<svg>|<template>|<table>|<tr>|<p itemprop=articleBody>|<?xml|?>"
)
MARKUP = st.sampled_from(FRAGMENTS.split("|"))


@given(st.lists(MARKUP | st.text(max_size=20), max_size=30).map(" ".join))
def test_any_markup_is_read_or_unreadable(html: str) -> None:
    try:
        copy = reading(html.encode("utf-8", "surrogatepass")).copy
    except Unreadable:
        pass
    else:
        assert copy.title
        to_html(copy, "news")
