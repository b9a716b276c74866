"""Template code is never shown to readers: what is known becomes HTML or a link, the rest is taken out and named."""

import time

import pytest

from feedsvc.model.reader import ReaderOptions, Reading, Source
from feedsvc.readers import read, to_html

MEDIA = "https://site.invalid/media/news"
YOUTUBE = "https://www.youtube.com/watch?v=w7F"


def reading(body: str, name: str = "news/a.md") -> Reading:
    return read(Source(path=name, data=f"---\ntitle: T\n---\n{body}".encode()), ReaderOptions())


def html_of(body: str, name: str = "news/a.md") -> str:
    return to_html(reading(body, name).copy, "news")


@pytest.mark.parametrize(
    "code",
    [
        "{{< youtube w7F >}}",
        '{{< youtube id="w7F" autoplay="true" >}}',
        "{{% youtube w7F %}}",
        "{{<youtube w7F>}}",
        "{% youtube w7F %}",
        '{% youtube "w7F" %}',
        "{% include youtube.html id='w7F' %}",
        '{% include embed/youtube.html id="w7F" %}',
        '{% include video id="w7F" provider="youtube" %}'.replace("video id", "youtubePlayer.html id"),
        "{% youtube https://www.youtube.com/embed/w7F000 %}".replace("w7F000", "w7F"),
    ],
)
def test_a_film_becomes_a_link(code: str) -> None:
    html = html_of(f"Before.\n\n{code}\n\nAfter.")
    if "embed" not in code:
        assert f'href="{YOUTUBE}"' in html
    assert '<a href="https://www.youtube.com/' in html
    assert "{" not in html
    assert reading(code).problems == ()


@pytest.mark.parametrize(
    ("code", "address"),
    [
        ("{{< vimeo 146022717 >}}", "https://vimeo.com/146022717"),
        ('{{< tweet user="quay" id="877500564405444608" >}}', "https://twitter.com/quay/status/877500564405444608"),
        ('{{< x user="quay" id="877500564405444608" >}}', "https://twitter.com/quay/status/877500564405444608"),
        ("{{< tweet 877500564405444608 >}}", "https://twitter.com/i/status/877500564405444608"),
        ("{{< instagram BWNjjyYFxVx hidecaption >}}", "https://www.instagram.com/p/BWNjjyYFxVx/"),
        ("{{< gist quay 7896402 >}}", "https://gist.github.com/quay/7896402"),
        ("{% gist quay/7896402 %}", "https://gist.github.com/quay/7896402"),
        ("{% vimeo 146022717 %}", "https://vimeo.com/146022717"),
        (
            '<iframe src="https://www.youtube.com/embed/abcdef1" allowfullscreen></iframe>',
            "https://www.youtube.com/watch?v=abcdef1",
        ),
        ("<iframe src='//player.vimeo.com/video/146022717?h=1'></iframe>", "https://vimeo.com/146022717"),
        ("<iframe width=560 src=https://maps.example/embed?x=1>\n</iframe>", "https://maps.example/embed?x=1"),
        (
            '<IFRAME\n  data-src="https://www.dailymotion.com/embed/video/x7tgad0"></IFRAME>',
            "https://www.dailymotion.com/video/x7tgad0",
        ),
    ],
)
def test_what_another_site_shows_becomes_a_link_to_it(code: str, address: str) -> None:
    html = html_of(f"Before.\n\n{code}\n\nAfter.")
    assert f'href="{address}"' in html
    assert "iframe" not in html.lower()


def test_a_frame_is_linked_by_its_title() -> None:
    html = html_of('<iframe title="The boat &amp; the quay" src="https://www.youtube.com/embed/abcdef1"></iframe>')
    assert '<a href="https://www.youtube.com/watch?v=abcdef1">The boat &amp; the quay</a>' in html


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "about:blank", "", "/own/frame.html"])
def test_a_frame_of_nothing_on_the_web_is_left_out(address: str) -> None:
    assert html_of(f'Before. <iframe src="{address}"></iframe> After.').replace("  ", " ") == "<p>Before. After.</p>"


@pytest.mark.parametrize(
    ("code", "html"),
    [
        ('{{< figure src="b.jpg" alt="A boat" >}}', f'<img src="{MEDIA}/b.jpg" alt="A boat">'),
        (
            '{{< figure src="b.jpg" caption="A & B" >}}',
            f'<figure><img src="{MEDIA}/b.jpg" alt="A &amp; B"><figcaption>A &amp; B</figcaption></figure>',
        ),
        (
            '{{< figure src="b.jpg" link="https://x.example/" >}}',
            f'<a href="https://x.example/"><img src="{MEDIA}/b.jpg" alt=""></a>',
        ),
        ('{{< img src="b.jpg" width="300" height="200px" >}}', f'<img src="{MEDIA}/b.jpg" alt="" width="300">'),
        ('{% image "./b.jpg", "A boat" %}', f'<img src="{MEDIA}/b.jpg" alt="A boat">'),
        ('{% img right b.jpg 300 200 "A boat" %}', f'<img src="{MEDIA}/b.jpg" alt="A boat">'),
        ('{% include figure image_path="b.jpg" alt="A boat" %}', f'<img src="{MEDIA}/b.jpg" alt="A boat">'),
        ('{% include any/thing.html src="b.jpg" caption="C" %}', "<figcaption>C</figcaption>"),
        ('{{< video src="b.mp4" >}}', f'<video controls="" src="{MEDIA}/b.mp4"></video>'),
        ('{{< audio "b.mp3" >}}', f'<audio controls="" src="{MEDIA}/b.mp3"></audio>'),
    ],
)
def test_a_picture_is_one(code: str, html: str) -> None:
    assert html in html_of(code)
    assert reading(code).problems == ()


@pytest.mark.parametrize(
    "code",
    [
        "![x]({{ site.baseurl }}/b.jpg)",
        "![x]({{site.url}}{{site.baseurl}}/b.jpg)",
        "![x]({{ '/b.jpg' | relative_url }})",
        '![x]({{ "/b.jpg" | absolute_url }})',
        "![x]({{ '/b.jpg' | url }})",
        '<img alt="x" src="{{ site.baseurl }}/b.jpg">',
        '<img alt="x" src="{{ \'/b.jpg\' | prepend: site.baseurl }}">',
        "![x]({static}/b.jpg)",
        "![x]({attach}/b.jpg)",
        "![x](|filename|/b.jpg)",
        "![x][b]\n\n[b]: {static}/b.jpg",
        "![x](/b.jpg){: .right}",
        "![x](/b.jpg){width=300}",
        '![x](/b.jpg){ width="300" .right #b }',
        "![x](/b.jpg)\n{: .right}",
    ],
)
def test_an_address_is_one(code: str) -> None:
    html = html_of(code)
    assert 'src="https://site.invalid/b.jpg"' in html
    assert "{" not in html
    assert reading(code).problems == ()


@pytest.mark.parametrize(
    ("body", "html"),
    [
        ("A _word_{.lead} and $\\sum_{n=0}^9 n$.", "<p>A <em>word</em> and $\\sum_{n=0}^9 n$.</p>"),
        ("## Later {#later}\n\nText.", "<h2>Later</h2>\n<p>Text.</p>"),
        ("## Later {#later .big} ##\n\nText.", "<h2>Later</h2>\n<p>Text.</p>"),
        ("## Later {: #later}\n\nText.", "<h2>Later</h2>\n<p>Text.</p>"),
        ("Text.\n{: .note}\n\nMore.", "<p>Text.</p>\n<p>More.</p>"),
        ("{:.note}\nText.", "<p>Text.</p>"),
        ("A *word*{: .note} more.", "<p>A <em>word</em> more.</p>"),
        ('[x](https://x.example){:target="_blank"}.', '<p><a href="https://x.example">x</a>.</p>'),
        ("* TOC\n{:toc}\n\nText.", "<p>Text.</p>"),
        ("1. Contents\n{:toc .no_toc}\n\nText.", "<p>Text.</p>"),
        ("[TOC]\n\nText.", "<p>Text.</p>"),
        ("[[_TOC_]]\n\nText.", "<p>Text.</p>"),
        ("{{< toc >}}\nText.", "<p>Text.</p>"),
        ("{# a note of Nunjucks #}Text.", "<p>Text.</p>"),
        ("{% comment %}secret{% endcomment %}Text.", "<p>Text.</p>"),
        ("{%- comment -%}\nsecret {{ x }}\n{%- endcomment -%}\nText.", "<p>Text.</p>"),
        ("A set {a, b} and {x} and {1}.", "<p>A set {a, b} and {x} and {1}.</p>"),
        ('It says {"a": 1}.', '<p>It says {"a": 1}.</p>'),
        ("$\\frac{{n}}{2}$ is it.", "<p>$\\frac{{n}}{2}$ is it.</p>"),
    ],
)
def test_marks_for_a_generator_are_no_text(body: str, html: str) -> None:
    assert html_of(body) == html
    assert reading(body).problems == ()


@pytest.mark.parametrize(
    ("code", "named"),
    [
        ("{{< notice >}}", "{{< notice >}}"),
        ("{{% include-file 'x.md' %}}", "{{% include-file 'x.md' %}}"),
        ("{% include x %}", "{% include x %}"),
        ("{% if page.big %}", "{% if page.big %}"),
        ("{{ page.size }}", "{{ page.size }}"),
        ("{{ 'x' | upcase }}", "{{ 'x' | upcase }}"),
        ("{%- assign x = 1 -%}", "{%- assign x = 1 -%}"),
        ("{{< figure >}}", "{{< figure >}}"),
    ],
)
def test_what_is_not_known_is_taken_out_and_named(code: str, named: str) -> None:
    copy, problems = reading(f"Before. {code} After.")
    assert copy.body.split() == ["Before.", "After."]
    [problem] = problems
    assert (problem.warning, named in problem.reason, bool(problem.remedy)) == (True, True, True)


@pytest.mark.parametrize(
    "code", ["{{ page.boat }}", "{{ boat }}", '{{% param "boat" %}}', "{{< param boat >}}", "{{boat}}"]
)
def test_a_value_of_the_front_matter_is_filled_in(code: str) -> None:
    for name in ("a.md", "a.html"):
        source = Source(path=name, data=f"---\ntitle: T\nboat: Fish & Chips\n---\n<p>The {code}.</p>".encode())
        copy, problems = read(source, ReaderOptions())
        assert (to_html(copy, ""), problems) == ("<p>The Fish &amp; Chips.</p>", ())


def test_code_in_a_page_with_front_matter_is_code() -> None:
    copy, problems = reading("<p>x</p>\n{% highlight html %}\n<b>{{ x }}</b>\n{% endhighlight %}", "news/a.html")
    assert "<pre><code>&lt;b&gt;{{ x }}&lt;/b&gt;</code></pre>" in copy.body
    assert problems == ()


def test_a_film_that_is_written_with_a_filter_becomes_a_link() -> None:
    code = '{{ "https://www.youtube-nocookie.com/embed/abcdef1" | embed: "A talk" }}'
    assert '<a href="https://www.youtube.com/watch?v=abcdef1">' in html_of(code)


def test_what_stands_between_two_tags_stays() -> None:
    copy, problems = reading("{{% notice tip %}}\nMind the *step*.\n{{% /notice %}}\n{% if x %}Seen.{% endif %}")
    assert "Mind the *step*." in copy.body
    assert "Seen." in copy.body
    assert "/notice" not in problems[0].reason
    assert "endif" not in problems[0].reason


def test_many_tags_are_named_in_one_line() -> None:
    [problem] = reading("".join(f"{{% tag{number} %}}" for number in range(9)) + "Text.").problems
    assert "{% tag4 %} and 4 more" in problem.reason


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ("`{{ x }}` is code.", "{{ x }}"),
        ("``{% raw %}``", "{% raw %}".replace("{% raw %}", "")),
        ("```\n{{ x }}\n{: .note}\n```", "{{ x }}\n{: .note}"),
        ("~~~ yaml\n${{ secrets.x }}\n~~~", "${{ secrets.x }}"),
        ("- a list\n\n  ```\n  {{ x }}\n  ```", "{{ x }}"),
        ("```\n{{ x }} to the end", "{{ x }} to the end"),
        ("{% raw %}{{ x }}{% endraw %}", "{{ x }}"),
        ("```\n{% raw %}{{ x }}{% endraw %}\n```", "{{ x }}"),
        ("{% raw %}\n```\n{{ x }}\n```\n{% endraw %}", "{{ x }}"),
        ("{% highlight ruby linenos %}\nputs {{ x }}\n{% endhighlight %}", "puts {{ x }}"),
        ('{{< highlight go "linenos=table" >}}\nputs {{ x }}\n{{< /highlight >}}', "puts {{ x }}"),
        ("`{{</* youtube w7F */>}}`", "{{&lt; youtube w7F &gt;}}"),
        ("```\n{{%/* note */%}}\n```", "{{% note %}}"),
    ],
)
def test_code_stays_as_it_is(body: str, shown: str) -> None:
    html = html_of(f"Before.\n\n{body}\n")
    assert shown in html
    assert "raw" not in html
    assert "highlight" not in html
    assert reading(body).problems == ()


def test_a_page_with_front_matter_has_template_code_too() -> None:
    copy, problems = reading("<p>Before. {{< youtube w7F >}} {% include x %}</p>", "news/a.html")
    assert f'href="{YOUTUBE}"' in copy.body
    assert "{" not in copy.body
    assert any("{% include x %}" in problem.reason for problem in problems)


def test_a_page_without_front_matter_keeps_its_braces() -> None:
    page = "<title>T</title><article><p>Write {{ x }} there.</p></article>"
    assert "{{ x }}" in read(Source(path="a.html", data=page.encode()), ReaderOptions()).copy.body


@pytest.mark.parametrize(
    "body",
    [
        "{" * 900_000,
        "{{" * 400_000,
        "{{<" * 300_000,
        "{%" * 400_000,
        "{% raw %}" * 90_000,
        "{% highlight x %}" * 50_000,
        "{{< a " + "b " * 400_000,
        "{% x %}`" * 100_000,
        "`a" * 400_000 + "{{ x }}",
        "".join("`" * number + "\n" for number in range(1, 1_300)) + "{{ x }}",
        "```\n" * 200_000 + "{{ x }}",
        "{#a " * 200_000,
        "[a]{.b" * 150_000,
        "a {.b .c" * 100_000 + "}",
        "{: " * 300_000,
        "* a\n{:toc" * 90_000,
        "<iframe " * 120_000,
        '<iframe src="' * 70_000,
        "](|" * 300_000,
        "[TOC]\n" * 150_000,
        '{{< x a="' * 100_000,
    ],
    ids=lambda body: body[:12],
)
def test_template_code_costs_little_time(body: str) -> None:
    begun = time.process_time()
    reading(body[:990_000])
    assert time.process_time() - begun < 4
