"""HTML that enters is clean: nothing active, every address absolute, legal in XML, and stable."""

import re
import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedsvc.model.article import ArticleCopy
from feedsvc.model.reader import Unreadable
from feedsvc.model.text import xml_safe
from feedsvc.model.urls import SITE
from feedsvc.readers import to_html
from feedsvc.readers.html.cleaning import sanitise

PAYLOADS = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<scr<script>ipt>alert(1)</script>",
    "<script/x>alert(1)</script\n>",
    "<img src=x onerror=alert(1)>",
    "<img src=x oNeRrOr=alert(1)//",
    '<img """><script>alert(1)</script>">',
    "<img src=`javascript:alert(1)`>",
    "<img src='javascript:alert(1)'>",
    "<img src=' &#14; javascript:alert(1)'>",
    "<img src='data:image/svg+xml,<svg onload=alert(1)>'>",
    "<img srcset='javascript:alert(1) 1x, data:x 2x'>",
    "<img lowsrc='javascript:alert(1)' dynsrc='javascript:alert(1)'>",
    "<a href=javascript:alert(1)>x</a>",
    "<a href='jAvAsCrIpT:alert(1)'>x</a>",
    "<a href='java\nscript:alert(1)'>x</a>",
    "<a href='java&#x09;script:alert(1)'>x</a>",
    "<a href='&#106;avascript:alert(1)'>x</a>",
    "<a href=' \x01javascript:alert(1)'>x</a>",
    "<a href='\u00a0javascript:alert(1)'>x</a>",
    "<a href='vbscript:x'>x</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<a href='file:///etc/passwd'>x</a>",
    "<a href='x' onclick=alert(1) style='background:url(javascript:x)' id=a class=b target=_top ping=//e>x</a>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><a xlink:href='javascript:alert(1)'><text>x</text></a></svg>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<math><mi xlink:href='javascript:alert(1)'>x</mi></math>",
    "<math><mtext><table><mglyph><style><!--</style><img src=x onerror=alert(1)>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<style>@import 'javascript:alert(1)'</style>",
    "<style><img src=x onerror=alert(1)></style>",
    "<link rel=stylesheet href=javascript:alert(1)>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<base href='javascript:alert(1)//'>",
    "<iframe src=javascript:alert(1)></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data=javascript:alert(1)></object>",
    "<embed src=javascript:alert(1)>",
    "<applet code=javascript:alert(1)>",
    "<form action=javascript:alert(1)><input type=submit formaction=javascript:alert(1)></form>",
    "<button onclick=alert(1) formaction=javascript:x>x</button>",
    "<isindex type=image src=1 onerror=alert(1)>",
    "<video src=javascript:alert(1) poster=javascript:alert(1) onerror=alert(1)><source src=data:x></video>",
    "<audio src=x onerror=alert(1)>",
    "<body onload=alert(1)>",
    "<div style='width:expression(alert(1))' onmouseover=alert(1)>x</div>",
    "<table background=javascript:alert(1)><td background='javascript:alert(1)'>x",
    "<details open ontoggle=alert(1)>x</details>",
    "<marquee onstart=alert(1)>x</marquee>",
    "<blockquote cite='javascript:alert(1)'>x</blockquote>",
    "<template><img src=x onerror=alert(1)></template>",
    "<textarea></textarea><img src=x onerror=alert(1)>",
    "<title><img src=x onerror=alert(1)></title>",
    "<!--<img src='--><img src=x onerror=alert(1)//'>",
    "<![CDATA[<img src=x onerror=alert(1)>]]>",
    "<?xml-stylesheet href='javascript:alert(1)'?>",
    "<b <script>alert(1)</script>x</b>",
    "<b x='><img src=x onerror=alert(1)>'>x</b>",
    '<b x=">"onclick=alert(1)>x</b>',
    "<i/onclick=alert(1)>x</i>",
    "<p\x00onclick=alert(1)>x</p>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "<a href='//evil.example\\@javascript:alert(1)'>x</a>",
    "<a href='http://[javascript:alert(1)'>x</a>",
]
ACTIVE = re.compile(
    r"<(?:script|style|svg|math|iframe|object|embed|applet|form|input|button|base|link|meta|template|noscript|title)"
    r"|<[a-z][^>]*\s(?:on\w+|style|id|class|target|srcdoc|formaction|background)="
    r"|(?:href|src|srcset|poster|cite)=\"(?!https?://|mailto:)",
    re.IGNORECASE,
)


@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize(
    "frame", ["{}", "<p>a {} b</p>", "<ul><li>{}", "<table><tr><td>{}</table>", "<b>{}</b>", '<p title="{}">']
)
def test_nothing_active_comes_through(payload: str, frame: str) -> None:
    html = sanitise(frame.format(payload), "news/eu")
    assert not ACTIVE.search(html)
    assert sanitise(html, "news/eu") == html


@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize("markup", ["text", "markdown"])
def test_nothing_active_comes_through_other_markup(payload: str, markup: str) -> None:
    bodies = [payload, f"[x]({payload})", f"![x]({payload})", f"<{payload}>", f"| {payload} |\n|---|\n| {payload} |"]
    for body in bodies:
        assert not ACTIVE.search(to_html(ArticleCopy(title="T", body=body, markup=markup), ""))


@pytest.mark.parametrize(
    ("url", "absolute"),
    [
        ("a.html", f"{SITE}/media/news/e%20u/a.html"),
        ("./a b.png", f"{SITE}/media/news/e%20u/a%20b.png"),
        ("../a.html?x=1#y", f"{SITE}/media/news/a.html?x=1#y"),
        ("../../../../a.html", f"{SITE}/a.html"),
        ("/news/eu/", f"{SITE}/news/eu/"),
        ("//x.example/a", "https://x.example/a"),
        ("https://x.example/a?b=c&d=e#f", "https://x.example/a?b=c&d=e#f"),
        ("HTTP://X.example/", "HTTP://X.example/"),
        ("  https://x.example/  ", "https://x.example/"),
        ("mailto:a@x.example", "mailto:a@x.example"),
        ("#note", None),
        ("", None),
        ("  ", None),
        ("tel:123", None),
        ("ftp://x.example/", None),
        ("javascript:x", None),
        ("http://[", None),
        ("http:x", None),
        ("https://", None),
        ("https://x.example:port/", None),
        ("Bob's.png", f"{SITE}/media/news/e%20u/Bob%27s.png"),
        ("http://[::1", None),
        ("https://x.example/100%?a=%zz&b=%C3%a9", "https://x.example/100%25?a=%25zz&b=%C3%a9"),
    ],
)
def test_links_become_absolute_or_go(url: str, absolute: str | None) -> None:
    expected = "x" if absolute is None else f'<a href="{absolute.replace("&", "&amp;")}">x</a>'
    assert sanitise(f'<a href="{url}">x</a>', "news/e u") == expected


@pytest.mark.parametrize(
    ("srcset", "absolute"),
    [
        ("a.png 1x, b.png 2x", f"{SITE}/media/a.png 1x, {SITE}/media/b.png 2x"),
        ("a.png 100w,b.png 200w", f"{SITE}/media/a.png 100w, {SITE}/media/b.png 200w"),
        ("a.png", f"{SITE}/media/a.png"),
        (
            "https://x.example/w_1,h_2/a.png 1x, //y.example/b.png",
            "https://x.example/w_1,h_2/a.png 1x, https://y.example/b.png",
        ),
        ("javascript:x 1x, a.png 2x,", f"{SITE}/media/a.png 2x"),
        ("data:image/png;base64,x 1x", None),
        (", ,", None),
    ],
)
def test_every_candidate_of_a_srcset_becomes_absolute_or_goes(srcset: str, absolute: str | None) -> None:
    seen = "" if absolute is None else f' srcset="{absolute}"'
    assert sanitise(f'<img src="y.png" srcset="{srcset}" alt="x">', "") == (
        f'<img src="{SITE}/media/y.png"{seen} alt="x">'
    )


def test_pictures_sound_and_film_come_through() -> None:
    html = (
        f'<figure><picture><source srcset="{SITE}/media/a.webp 2x" type="image/webp">'
        f'<img src="{SITE}/media/a.png" alt="A" width="3" height="4"></picture><figcaption>C</figcaption></figure>'
        f'<video src="https://x.example/a.mp4" poster="{SITE}/media/p.png" controls="">'
        '<track src="https://x.example/a.vtt" kind="captions" srclang="en"></video>'
        '<audio controls="" src="https://x.example/a.mp3"></audio>'
    )
    cleaned = sanitise(html, "")
    for piece in re.findall(r'[a-z]+="[^"]*"|<[a-z]+', html):
        assert piece in cleaned


def test_text_and_its_markup_come_through() -> None:
    html = (
        "<h2>H</h2><p>a <b>b</b> <em>c</em> <strong>d</strong><br>e</p><ul><li>f</li></ul><blockquote>g</blockquote>"
        '<table><tbody><tr><td colspan="2">h</td></tr></tbody></table><p dir="rtl" lang="fa">سلام</p>'
        "<hr><pre><code>x &lt; y</code></pre>"
    )
    assert sanitise(html, "") == html


def test_words_that_are_written_backward_are_text_as_it_stands() -> None:
    assert sanitise('<p>a <bdo dir="rtl">b</bdo> <bdi>c</bdi></p>', "") == "<p>a b <bdi>c</bdi></p>"


def test_formatting_loses_its_attributes_only() -> None:
    assert sanitise("a <b class='x'>b</b> <i\nid=y>c</i> <strong data-x>d</strong> <br/>e", "") == (
        "a <b>b</b> <i>c</i> <strong>d</strong> <br>e"
    )


def test_a_no_break_space_stays_one_that_xml_knows() -> None:
    assert sanitise("<p>10&nbsp;km\u00a0&amp;nbsp;</p>", "") == "<p>10\u00a0km\u00a0&amp;nbsp;</p>"


def test_the_result_is_legal_in_xml() -> None:
    html = sanitise("<p title='&#x1;a'>a&#1;b\x0cc&#xFFFE;d\ufffee&#0;f</p>", "")
    assert xml_safe(html) == html


@pytest.mark.parametrize("markup", ["html", "markdown"])
def test_more_markup_than_any_article_has_are_refused(markup: str) -> None:
    for hostile in ("<div>" * 1_000_000, "&amp;" * 1_000_000, "\u00a0x" * 1_000_000):
        with pytest.raises(Unreadable, match="more than") as refusal:
            to_html(ArticleCopy(title="T", body=hostile, markup=markup), "")
        assert refusal.value.remedy


BOMBS = {
    "nested": "<div>" * 20_000,
    "lists": "<ul><li>" * 10_000,
    "formatting": "<p>" + "".join(f"<b x={n}>" for n in range(10_000)) + "<p>x" * 9_999,
    "quoted formatting": "<p>" + "".join(f"<b x='<{n}'>" for n in range(4_000)) + "<p>x" * 9_999,
    "links": "".join(f"<a href={n}>" for n in range(10_000)) + "<p>x" * 9_999,
    "closing": "<b><p>" * 7_000 + "</b>" * 5_000,
    "attributes": "<p " + "a " * 1_000_000 + ">",
    "open tag": "<b " * 20_000,
    "open quote": "<b x='" * 20_000,
    "entities": "&amp" * 100_000,
    "ampersands": "&" * 100_000,
    "srcset": "<img srcset='" + "a," * 1_000_000 + "'>",
    "srcset spaces": "<img srcset='" + ", " * 1_000_000 + "'>",
    "long url": "<a href='" + "../" * 1_000_000 + "'>",
    "comment": "<!--" * 19_000 + "-" * 3_000_000,
    "no-break spaces": "\u00a0x" * 100_000,
    "plain": "x" * 5_000_000,
    "spaces": " " * 5_000_000,
    "lines": "\n" * 5_000_000,
}


@pytest.mark.parametrize("markup", ["text", "html", "markdown"])
@pytest.mark.parametrize("bomb", BOMBS)
def test_hostile_markup_takes_little_time_and_space(bomb: str, markup: str) -> None:
    start = time.process_time()
    html = ""
    with suppress(Unreadable):
        html = to_html(ArticleCopy(title="T", body=BOMBS[bomb], markup=markup), "")
    assert time.process_time() - start < 4
    assert len(html) < 40_000_000


@pytest.mark.parametrize(
    ("body", "html"),
    [
        ("", ""),
        ("One\n\nTwo", "<p>One</p>\n<p>Two</p>"),
        ("One\ntwo\n\n\n \n\nThree", "<p>One<br>two</p>\n<p>Three</p>"),
        ("<b> & \"q\" 's'", "<p>&lt;b&gt; &amp; \"q\" 's'</p>"),
    ],
)
def test_text_becomes_paragraphs(body: str, html: str) -> None:
    assert to_html(ArticleCopy(title="T", body=body), "") == html


PIECES = (
    "<p> </p> <b> </b> <a\thref='x'> </a> <table> <td> <li> <svg> <style> </style> <!-- --> <math> <mtext> x \t &lt; &"
    " < > ' \" <img\tsrc=x\tonerror=x> <script> <select> <title> <textarea> <noscript> <template> &nbsp; &#1; <h1>"
    " <pre> <br> <dl> <ruby>"
)


@given(st.lists(st.sampled_from(PIECES.split(" ")), max_size=30).map("".join) | st.text())
def test_whatever_enters_is_clean_and_legal(html: str) -> None:
    cleaned = sanitise(html, "a")
    assert not ACTIVE.search(cleaned)
    assert xml_safe(cleaned) == cleaned


FOOTNOTES = """
<p>The boat<sup id="fnref1"><a href="#fn1" role="doc-noteref">1</a></sup> is <a href="#top"><em>late</em></a>.</p>
<p> </p>
<ol><li id="fn1"><p>The boat. <a href="#fnref1">\u21a9\ufe0e</a></p></li></ol><p></p>
"""


def test_the_marks_of_footnotes_are_text_and_nothing_empty_stays() -> None:
    assert sanitise(FOOTNOTES, "").split("\n") == [
        "<p>The boat<sup>1</sup> is <em>late</em>.</p>",
        "<ol><li><p>The boat.</p></li></ol>",
    ]


def test_a_link_that_leads_somewhere_stays_beside_one_that_does_not() -> None:
    html = (
        '<a href="https://x.example/">a</a> <a href="javascript:x()">b <b>c</b></a> <a href="https://y.example/">d</a>'
    )
    wanted = '<a href="https://x.example/">a</a> b <b>c</b> <a href="https://y.example/">d</a>'
    assert sanitise(html, "") == wanted
