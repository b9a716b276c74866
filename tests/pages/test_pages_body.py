"""The text of an article is valid HTML on its page, and right where it was right already."""

import random

import pytest

from feedsvc.pages.body import body_html
from feedsvc.readers.html.cleaning import sanitise

SOUND = [
    '<p>Plain, with <em>emphasis</em> and <a href="https://a.example/">a link</a>.</p>',
    "<h2>One</h2><p>a</p><h3>Two</h3><p>b</p><h2>Three</h2>",
    '<ul><li>a<ul><li>b</li></ul></li></ul><ol start="3"><li value="7">c</li></ol>',
    '<p><img src="https://a.example/a.jpg" alt="A boat" width="10" height="20"></p>',
    "<dl><dt>a</dt><dd>b</dd></dl>",
    '<table tabindex="0"><thead><tr><th scope="col">a</th></tr></thead><tr><td colspan="2">b</td></tr></table>',
    "<details><summary>a</summary><p>b</p></details>",
    '<figure><img src="https://a.example/a.jpg" alt=""><figcaption>a</figcaption></figure>',
    '<p lang="pt-BR" dir="rtl"><time datetime="2026-11-29T08:00Z">then</time> <time datetime="08:00">8</time></p>',
    '<video controls src="https://a.example/a.mp4"><track src="https://site.invalid/media/a.vtt"></video>',
    '<p title="a > b" lang="en">1 &lt; 2 &amp; 3</p>',
]
MENDED = [
    ("<h1>a</h1><h4>b</h4><h6>c</h6><h4>d</h4><h2>e</h2>", "<h2>a</h2><h3>b</h3><h4>c</h4><h3>d</h3><h2>e</h2>"),
    ("<h3>You need</h3><h3>You do</h3>", "<h2>You need</h2><h2>You do</h2>"),
    ('<img src="x" title="a > b">', '<img src="x" title="a > b" alt="">'),
    ('<img alt="x" width="100%" height="9">', '<img alt="x" height="9">'),
    ('<img alt="x" srcset="a 2w">', '<img alt="x" srcset="a 2w" sizes="100vw">'),
    ("<table><tr><td>a</td></tr></table>", '<table tabindex="0"><tr><td>a</td></tr></table>'),
    ("<pre><code>x</code></pre>", '<pre tabindex="0"><code>x</code></pre>'),
    ('<p>a <a href="https://a.example/"> </a>b <a href="x"></a></p>', "<p>a b </p>"),
    ("<ul>a<p>b</p><li>c</li><br></ul>", "<ul><li>a</li><li><p>b</p></li><li>c</li><li><br></li></ul>"),
    ("<p>x</p><li>a</li>", "<p>x</p><div>a</div>"),
    ("<dl><dd>a</dd></dl>", "<div><div>a</div></div>"),
    ("<dd>a</dd>", "<div>a</div>"),
    ("<tr><th></th><th>b</th></tr>", "<tr><td></td><th>b</th></tr>"),
    ('<tr><th scope="col">\u00a0 </th><th> b</th></tr>', "<tr><td>\u00a0 </td><th> b</th></tr>"),
    ('<video src="x"><track src="https://a.example/a.vtt"></video>', '<video src="x"></video>'),
    ("<details>a</details>", "<details><summary>…</summary>a</details>"),
    ("<summary>a</summary><figcaption>b</figcaption>", "<div>a</div><div>b</div>"),
    ('<p>a<source src="x"></p><h2>b</h2>', "<p>a</p><h2>b</h2>"),
    ('<ol start="x" reversed=""><li value="1.5">a</li></ol>', '<ol reversed=""><li>a</li></ol>'),
    ('<time datetime="yesterday">a</time><ins datetime="2026">b</ins>', "<span>a</span><ins>b</ins>"),
    ('<p lang="not a lang" dir="down">a</p>', "<p>a</p>"),
    ('<td colspan="0">a</td>', "<td>a</td>"),
]


@pytest.mark.parametrize("html", SOUND)
def test_what_is_right_stays_byte_for_byte(html: str) -> None:
    assert body_html(html) == html


@pytest.mark.parametrize(("html", "shown"), MENDED)
def test_what_html_does_not_allow_is_mended(html: str, shown: str) -> None:
    assert body_html(html) == shown
    again = shown.replace(' tabindex="0"', "")  # the readers let none through
    assert body_html(again) in (shown, again)


def test_whatever_readers_let_through_keeps_its_words_and_its_tags_stay_in_pairs() -> None:
    chance = random.Random(7)
    names: tuple[str, ...] = (
        "p",
        "ul",
        "li",
        "dl",
        "dt",
        "dd",
        "h1",
        "h5",
        "pre",
        "table",
        "tr",
        "td",
        "th",
        "details",
        "summary",
    )
    names += ("figure", "figcaption", "a", "ol", "video")
    pieces = [f"<{slash}{name}>" for name in names for slash in ("", "/")]
    pieces += ["<img>", "<img src=x>", "<br>", "<a href=x>", "words ", "&lt; ", "<ol start=x>", "<source src=y>"]
    for _ in range(400):
        clean = sanitise("".join(chance.choices(pieces, k=30)), "news")
        shown = body_html(clean)
        assert shown.replace("<summary>…</summary>", "").count("words") == clean.count("words")
        for name in ("ul", "ol", "dl", "div", "td", "th", "pre", "details", "h2", "h3", "li"):
            assert shown.count(f"<{name}>") + shown.count(f"<{name} ") == shown.count(f"</{name}>")
