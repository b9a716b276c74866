"""Markdown and its front matter, sidecars: the keys of Hugo, Jekyll and Pelican, and nothing published by mistake."""

from datetime import UTC, datetime

import pytest

from feedsvc.model.article import ArticleCopy, Media, Person, Status
from feedsvc.model.reader import ReaderOptions, Reading, Source, Unreadable
from feedsvc.readers import read, to_html

MEDIA = "https://site.invalid/media"


def reading(text: str, *, path: str = "news/eu/a-story.md", sidecar: str | None = None, picture: str = "") -> Reading:
    side = None if sidecar is None else sidecar.encode()
    return read(
        Source(path=path, data=text.encode(), sidecar=side, picture=picture), ReaderOptions(timezone="Asia/Tehran")
    )


def copy_of(text: str, *, sidecar: str | None = None, picture: str = "") -> ArticleCopy:
    return reading(text, sidecar=sidecar, picture=picture).copy


def told(front: str) -> ArticleCopy:
    """What one piece of YAML front matter says, without any problem."""
    copy, problems = reading(f"---\ntitle: T\n{front}\n---\nbody")
    assert problems == ()
    return copy


def warned(front: str) -> tuple[ArticleCopy, str]:
    copy, problems = reading(f"---\ntitle: T\n{front}\n---\nbody")
    assert all(problem.warning and problem.place == "news/eu/a-story.md" and problem.remedy for problem in problems)
    return copy, "; ".join(problem.reason for problem in problems)


@pytest.mark.parametrize(
    ("text", "title", "body"),
    [
        ("---\ntitle: A title\n---\n\nbody\n", "A title", "body"),
        ("---\ntitle: A title\n---\n# Heading\n\nbody", "A title", "# Heading\n\nbody"),
        ("# The *big* `one` &amp; only #\n\nbody", "The big one & only", "body"),
        ("Heading\n=======\n\nbody", "Heading", "body"),
        ("![](a.png)\n\n# Heading\n\nbody", "Heading", "![](a.png)\n\n\nbody"),
        ("```\n# comment\n```\n\nbody", "a-story", "```\n# comment\n```\n\nbody"),
        ("## Second level\n\nbody", "a-story", "## Second level\n\nbody"),
        ("---\ntitle:\n---\nbody", "a-story", "body"),
        ("# سلام\n\nمتن", "سلام", "متن"),
    ],
)
def test_the_title_is_in_the_front_matter_or_the_first_heading_or_the_stem(text: str, title: str, body: str) -> None:
    copy = copy_of(text)
    assert (copy.title, copy.body, copy.markup) == (title, body, "markdown")


@pytest.mark.parametrize("text", ["", " \n\n"])
def test_a_file_that_was_emptied_is_no_article_whatever_picture_lies_beside_it(text: str) -> None:
    with pytest.raises(Unreadable, match="neither title nor text"):
        reading(text, picture="news/eu/a-story.jpg")
    assert reading(text, picture="news/eu/a-story.jpg", sidecar="title = 'A view'").copy.title == "A view"
    assert reading("---\ndate: 2026-11-15\n---\n", picture="news/eu/a-story.jpg").copy.title == "a-story"


@pytest.mark.parametrize("text", ["", " \n\u00a0\n", "---\ndate: 2026-11-15\n---\n"])
def test_a_file_that_says_nothing_is_no_article(text: str) -> None:
    with pytest.raises(Unreadable, match="neither title nor text"):
        copy_of(text)


WHEN = datetime(2021, 11, 15, 4, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    ("front", "field", "value"),
    [
        ("date: 2021-11-15 07:52", "published", WHEN),
        ("published: 2021-11-15T04:22:00Z", "published", WHEN),
        ("publishDate: 2021-11-15 07:52:00 +0330", "published", WHEN),
        ("date: 2020-01-01\npublishDate: 2021-11-15 07:52", "published", WHEN),
        ("date:", "published", None),
        ("publishDate:\ndate: 2021-11-15 07:52", "published", WHEN),
        ("updated: 2021-11-15 07:52", "updated", WHEN),
        ("lastmod: 2021-11-15 07:52", "updated", WHEN),
        ("Modified: Mon, 15 Nov 2021 04:22:00 GMT", "updated", WHEN),
        ("embargo: 2021-11-15 07:52", "embargo", WHEN),
        ("expires: 2021-11-15 07:52", "expires", WHEN),
        ("expiryDate: 2021-11-15 07:52", "expires", WHEN),
        ("summary: S", "summary", "S"),
        ("description: S", "summary", "S"),
        ("summary: S\ndescription: D", "summary", "S"),
        ("section: World / Asia", "sections", (("World", "Asia"),)),
        ("section: no", "sections", (("no",),)),
        ("sections: world/asia", "sections", (("world", "asia"),)),
        ("category: News", "sections", (("News",),)),
        (
            "categories: [World / Asia, sport, Arts & Culture]",
            "sections",
            (("World", "Asia"), ("sport",), ("Arts & Culture",)),
        ),
        ("section: World / Asia/Pacific", "sections", (("World", "Asia/Pacific"),)),
        ("section: /world/asia/", "sections", (("world", "asia"),)),
        ("section: /", "sections", ()),
        ("tags: [a, b, a]", "tags", ("a", "b")),
        ("tags: a, b", "tags", ("a", "b")),
        ("keywords: a; b, c", "tags", ("a", "b, c")),
        ("tags: 0123", "tags", ("0123",)),
        ("author: Jane Doe", "authors", (Person(name="Jane Doe"),)),
        ("authors: Jane Doe, Richard Roe", "authors", (Person(name="Jane Doe"), Person(name="Richard Roe"))),
        ("authors: [Jane Doe]", "authors", (Person(name="Jane Doe"),)),
        (
            "author: {name: Jane, email: j@x.example, url: 'https://x.example/j'}",
            "authors",
            (Person(name="Jane", email="j@x.example", url="https://x.example/j"),),
        ),
        ("author: Jane Doe <j@x.example>", "authors", (Person(name="Jane Doe", email="j@x.example"),)),
        ("author: '\"Jane Doe\"  <j@x.example> '", "authors", (Person(name="Jane Doe", email="j@x.example"),)),
        (
            "authors: Jane Doe <j@x.example>, Richard Roe <r@x.example>",
            "authors",
            (Person(name="Jane Doe", email="j@x.example"), Person(name="Richard Roe", email="r@x.example")),
        ),
        (
            "authors: [Jane Doe <j@x.example>, Richard Roe]",
            "authors",
            (Person(name="Jane Doe", email="j@x.example"), Person(name="Richard Roe")),
        ),
        (
            "author: {name: Jane Doe <j@x.example>, url: 'https://x.example/j'}",
            "authors",
            (Person(name="Jane Doe", email="j@x.example", url="https://x.example/j"),),
        ),
        (
            "author: {name: Jane Doe <j@x.example>, email: d@x.example}",
            "authors",
            (Person(name="Jane Doe", email="d@x.example"),),
        ),
        ("author: <j@x.example>", "authors", (Person(name="j@x.example", email="j@x.example"),)),
        ("author: Jane <the keeper> Doe", "authors", (Person(name="Jane <the keeper> Doe"),)),
        ("author: [{name: Jane}, Richard]", "authors", (Person(name="Jane"), Person(name="Richard"))),
        ("author: Null", "authors", (Person(name="Null"),)),
        ("slug: a-b", "slug", "a-b"),
        ("url: https://x.example/a", "url", "https://x.example/a"),
        ("permalink: https://x.example/a", "url", "https://x.example/a"),
        ("link: https://x.example/a", "url", "https://x.example/a"),
        ("permalink: /boats/b/", "url", ""),
        ("permalink: /boats/b/", "aliases", ("/boats/b",)),
        ("url: /boote/%C3%B6/", "aliases", ("/boote/ö",)),
        ("url: boats/b/", "aliases", ("/boats/b",)),
        ("aliases: [/a/, b, ../c/index.html, /a]", "aliases", ("/a", "/news/eu/b", "/news/c")),
        ("redirect_from: /a/b.html", "aliases", ("/a/b.html",)),
        ("url: https://x.example/a\naliases: /a", "aliases", ("/a",)),
        ("id: 0123", "id", "0123"),
        ("guid: tag:x.example,2021:a", "id", "tag:x.example,2021:a"),
        ("lang: de", "language", "de"),
        ("language: no", "language", "no"),
        ("caption: C", "caption", "C"),
        ("credit: C", "credit", "C"),
        ("correction: The name was wrong.", "correction", "The name was wrong."),
        ("alternates: [WWW.X.example, 'https://y.example/']", "alternates", ("www.x.example", "y.example")),
        ("draft: true", "status", Status.DRAFT),
        ("draft: yes", "status", Status.DRAFT),
        ("draft: false", "status", Status.USABLE),
        ("published: false", "status", Status.DRAFT),
        ("published: false\ndraft: false", "status", Status.DRAFT),
        ("published: true\ndate: 2021-11-15 07:52", "published", WHEN),
        ("status: draft", "status", Status.DRAFT),
        ("status: Hidden", "status", Status.DRAFT),
        ("status: withheld", "status", Status.DRAFT),
        ("status: published", "status", Status.USABLE),
        ("status: usable", "status", Status.USABLE),
        ("status: public\ndraft: true", "status", Status.DRAFT),
        ("status: withdrawn", "status", Status.WITHDRAWN),
        ("status: killed\ndraft: true", "status", Status.WITHDRAWN),
        ("status: canceled", "status", Status.WITHDRAWN),
        ("status: retracted", "status", Status.WITHDRAWN),
        ("weight: 0123\nextra:\n  a: {b: no}", "extra", {"weight": "0123", "a": {"b": "no"}}),
        ("LANG: de", "language", "de"),
    ],
)
def test_keys_and_their_synonyms(front: str, field: str, value: object) -> None:
    assert getattr(told(front), field) == value


def test_toml_front_matter_says_the_same() -> None:
    front = 'title = "T"\ndate = 2021-11-15T07:52:00+03:30\ndraft = true\ntags = ["a", 1]\n[author]\nname = "J"'
    copy = copy_of(f"+++\n{front}\n+++\nbody")
    assert (copy.title, copy.published, copy.status, copy.tags) == ("T", WHEN, Status.DRAFT, ("a", "1"))
    assert (copy.authors, copy.body) == ((Person(name="J"),), "body")


@pytest.mark.parametrize("key", ["embargo", "expires", "expiryDate", "status", "draft"])
@pytest.mark.parametrize(
    "value", ["", "~", "''", "soon", "[]", "{}", "[2021-11-15]", "2021", "maybe", "!", "10pm UTC", "{a: b}"]
)
def test_a_release_that_cannot_be_read_holds_the_article_back(key: str, value: str) -> None:
    with pytest.raises(Unreadable) as refusal:
        copy_of(f"---\ntitle: T\n{key}: {value}\n---\nbody")
    assert refusal.value.remedy
    if value != "!":
        assert refusal.value.reason.startswith(f"{key}: ")


@pytest.mark.parametrize(
    "front", ["date: soon", "publishDate: 03/04/2021", "published: [2021-11-15]", "id: [a]", "guid: {a: b}"]
)
def test_a_date_or_an_identity_that_cannot_be_read_holds_the_article_back(front: str) -> None:
    with pytest.raises(Unreadable, match=front.partition(":")[0]) as refusal:
        copy_of(f"---\n{front}\n---\nbody")
    assert refusal.value.remedy


@pytest.mark.parametrize(
    "front",
    ["embargoUntil: 2099-01-01", "Embargoed: yes", "embargo_date: x", "Draft: false\ndraft: true", "A: b\na: b"],
)
def test_a_key_that_may_hold_the_article_back_is_not_overlooked(front: str) -> None:
    with pytest.raises(Unreadable) as refusal:
        copy_of(f"---\n{front}\n---\nbody")
    assert refusal.value.remedy


@pytest.mark.parametrize(
    ("front", "field", "empty", "reason"),
    [
        ("updated: soon", "updated", None, "updated"),
        ("url: javascript:alert(1)", "url", "", "url"),
        ("url: relative", "url", "", "url"),
        ("permalink: /:year/:title/", "url", "", "permalink"),
        ("permalink: '/posts/{{ slug }}/'", "url", "", "permalink"),
        ("link: 'http://['", "url", "", "link"),
        ("url: http://", "url", "", "url"),
        ("url: 'https://x.example/a b'", "url", "", "url"),
        ("summary: [a]", "summary", "", "summary"),
        ("tags: {a: b}", "tags", (), "tags"),
        ("section: [[a]]", "sections", (), "section"),
        ("author: {email: [a]}", "authors", (), "author"),
        ("author: [[a]]", "authors", (), "author"),
        ("author: {url: 'https://x.example'}", "authors", (), "author"),
        ("alternates: not a host", "alternates", (), "alternates"),
        ("lang: [de]", "language", "", "lang"),
        ("image: javascript:alert(1)", "media", (), "image"),
        ("image: data:image/png;base64,x", "media", (), "image"),
        ("image: ftp://x.example/a.png", "media", (), "image"),
        ("image: //x.example/a.png", "media", (), "image"),
        ("image: C:\\a.png", "media", (), "image"),
        ("image: ../../../etc/passwd", "media", (), "image"),
        ("image: ..\\..\\..\\a.png", "media", (), "image"),
        ("image: .git/config", "media", (), "image"),
        ("image: img/", "media", (), "image"),
        ("image: /.hidden/a.png", "media", (), "image"),
        ("image: .", "media", (), "image"),
        ("image: [[a]]", "media", (), "image"),
        ("image: {width: 3}", "media", (), "image"),
        ("media: [{title: x}]", "media", (), "media 1"),
        ("media: [[x]]", "media", (), "media 1"),
    ],
)
def test_any_other_value_that_cannot_be_read_is_left_out_and_reported(
    front: str, field: str, empty: object, reason: str
) -> None:
    copy, warnings = warned(front)
    assert getattr(copy, field) == empty
    assert warnings.startswith(reason)
    assert copy.title == "T"


def test_an_authors_bad_address_does_not_cost_the_author() -> None:
    copy, warnings = warned("author: {name: Jane, url: 'javascript:x'}")
    assert copy.authors == (Person(name="Jane"),)
    assert "javascript" in warnings


@pytest.mark.parametrize(
    ("place", "file"),
    [
        ("a.png", "news/eu/a.png"),
        ("./img/a b.png", "news/eu/img/a b.png"),
        ("../a.png", "news/a.png"),
        ("../../a.png", "a.png"),
        ("/img/a.png", "img/a.png"),
        ("//img/a.png".replace("//", "/./"), "img/a.png"),
        ("img\\a.png", "news/eu/img/a.png"),
        ("تصویر.png", "news/eu/تصویر.png"),
        ("a%20b.png", "news/eu/a%20b.png"),
        ("a.png?x=1#y", "news/eu/a.png?x=1#y"),
    ],
)
def test_a_picture_by_its_path_lies_beside_the_file(place: str, file: str) -> None:
    (lead,) = told(f"image: '{place}'").media
    assert lead.file == file
    assert lead.url.startswith(f"{MEDIA}/")
    assert " " not in lead.url
    assert "?" not in lead.url


@pytest.mark.parametrize(
    ("url", "type"),
    [
        ("https://x.example/a.webp", "image/webp"),
        ("http://x.example/a.PNG?w=100#x", "image/png"),
        ("https://x.example/image", "image/jpeg"),
        ("https://x.example", "image/jpeg"),
    ],
)
def test_a_picture_by_its_url_stays_there(url: str, type: str) -> None:
    assert told(f"image: {url}").media == (Media(url=url, type=type),)


def test_caption_and_credit_go_to_the_lead_picture() -> None:
    lead = Media(url=f"{MEDIA}/news/eu/a.png", type="image/png", file="news/eu/a.png", description="C", credit="AFP")
    assert told("image: a.png\ncaption: C\ncredit: AFP").media == (lead,)
    assert told("image: {path: a.png, caption: C, credit: AFP}").media == (lead,)
    assert told("image: {src: a.png, alt: C}\ncredit: AFP").media == (lead,)
    assert told("media: [{url: a.png}]\ncaption: C\ncredit: AFP").media == (lead,)
    assert copy_of("---\ncaption: C\ncredit: AFP\n---\n", picture="news/eu/a.png").media == (lead,)
    copy = told("caption: C\ncredit: AFP\nmedia: [a.mp4]")
    assert (copy.caption, copy.credit, copy.media[0].description) == ("C", "AFP", "")


@pytest.mark.parametrize(
    "front",
    [
        *("featured_image: a.png", "cover_image: a.png", "thumbnail: a.png", "cover: a.png", "hero: a.png"),
        *("cover: {image: a.png}", "header: {teaser: a.png}", "header: {overlay_image: a.png}"),
        *("thumbnail: b.png\nfeatured_image: a.png", "image: a.png\nthumbnail: b.png", "images: [a.png]\ncover: b.png"),
    ],
)
def test_the_lead_picture_may_stand_where_themes_keep_it(front: str) -> None:
    assert [medium.file for medium in told(front).media] == ["news/eu/a.png"]


@pytest.mark.parametrize("front", ["cover: true", "hero: none", "header: {title: a.png}", "banner: ''", "thumbnail: 5"])
def test_what_names_no_picture_in_such_a_place_is_something_else(front: str) -> None:
    assert told(front).media == ()


@pytest.mark.parametrize(
    ("path", "language", "title"),
    [
        ("trips/lake.fr.md", "fr", "lake"),
        ("trips/lake/index.pt-br.md", "pt-br", "Lake"),
        ("trips/2026-01-02-lake.de.md", "de", "Lake"),
        ("trips/lake.no1.md", "", "lake.no1"),
        ("trips/ready.to.md", "", "ready.to"),
        ("fr.md", "", "fr"),
    ],
)
def test_a_translation_has_the_language_of_its_name(path: str, language: str, title: str) -> None:
    copy = read(Source(path=path, data=b"text"), ReaderOptions()).copy
    assert (copy.language, copy.title) == (language, title)
    said = read(Source(path=path, data=b"---\nlang: it\n---\ntext"), ReaderOptions()).copy
    assert said.language == "it"


def test_the_picture_beside_the_file_is_the_lead_unless_the_file_names_one() -> None:
    assert [m.file for m in copy_of("body", picture="news/eu/b.png").media] == ["news/eu/b.png"]
    assert [m.file for m in copy_of("---\nimage: a.png\n---\n", picture="news/eu/b.png").media] == ["news/eu/a.png"]
    assert [m.file for m in copy_of("---\nmedia: [a.png]\n---\n", picture="news/eu/b.png").media] == ["news/eu/a.png"]
    media = copy_of("---\nmedia: [a.mp3]\n---\n", picture="news/eu/b.png").media
    assert [m.type for m in media] == ["image/png", "audio/mpeg"]


def test_media_have_all_their_fields() -> None:
    front = (
        "media:\n- url: film.m3u8\n  type: application/x-mpegURL\n  length: 1000\n  width: 640\n  height: 360.0\n"
        "  duration: 61.5\n  title: T\n  description: D\n  credit: AFP\n  copyright: C\n  thumbnail: a.png\n"
        "  captions: a.vtt\n"
    )
    assert told(front).media == (
        Media(
            url=f"{MEDIA}/news/eu/film.m3u8",
            file="news/eu/film.m3u8",
            type="application/vnd.apple.mpegurl",
            length=1000,
            width=640,
            height=360,
            duration=61.5,
            title="T",
            description="D",
            credit="AFP",
            copyright="C",
            thumbnail=f"{MEDIA}/news/eu/a.png",
            captions=f"{MEDIA}/news/eu/a.vtt",
        ),
    )


@pytest.mark.parametrize("number", ["-1", "1e9", "nan", "inf", "1_000", "wide", "1" * 400, "0x10", "[1]"])
def test_a_number_that_is_none_costs_no_film(number: str) -> None:
    copy, warnings = warned(f"media: [{{url: a.mp4, width: {number}, duration: {number}}}]")
    assert [(m.width, m.duration, m.type) for m in copy.media] == [(None, None, "video/mp4")]
    assert "width" in warnings
    assert "duration" in warnings


def test_one_bad_medium_costs_no_other() -> None:
    copy, warnings = warned("media: [a.mp4, 'javascript:x', b.mp3]")
    assert [m.type for m in copy.media] == ["video/mp4", "audio/mpeg"]
    assert warnings.startswith("media 2")


def test_a_sidecar_overrides_the_front_matter_by_meaning_not_by_key() -> None:
    front = "---\ntitle: A\npublished: 2020-01-01\ntags: [a]\nimage: a.png\nx: 1\ny: 1\n---\nbody"
    sidecar = 'date = 2021-11-15T07:52:00\nkeywords = "b"\nimage = "b.png"\nx = 2\n[extra]\nz = 3'
    copy = copy_of(front, sidecar=sidecar)
    assert (copy.title, copy.published, copy.tags, copy.body) == ("A", WHEN, ("b",), "body")
    assert [m.file for m in copy.media] == ["news/eu/b.png"]
    assert copy.extra == {"x": "2", "y": "1", "z": "3"}


def test_a_sidecar_cannot_release_a_draft_by_status_alone() -> None:
    assert copy_of("---\ndraft: true\n---\nbody", sidecar='status = "usable"').status is Status.DRAFT
    assert copy_of("---\ndraft: true\n---\nbody", sidecar="draft = false").status is Status.USABLE


@pytest.mark.parametrize("sidecar", ["embargo = ", "embargo = ''", "\x00", "draft = 'maybe'", "a = 1\na = 2"])
def test_a_broken_sidecar_holds_the_article_back(sidecar: str) -> None:
    with pytest.raises(Unreadable) as refusal:
        copy_of("body", sidecar=sidecar)
    assert refusal.value.remedy


def test_a_broken_sidecar_is_named_with_its_line() -> None:
    with pytest.raises(Unreadable, match=r"a-story\.toml .*line 2"):
        copy_of("body", sidecar="a = 1\nb =\n")
    with pytest.raises(Unreadable, match=r"a-story\.toml .*UTF-8: byte 0xFF at line 2"):
        read(Source(path="a-story.md", data=b"x", sidecar=b"a = 1\n\xff"), ReaderOptions())


def test_what_is_wrong_in_a_sidecar_is_named_as_the_sidecars() -> None:
    for sidecar in ('status = "nope"', "date = 12"):
        with pytest.raises(Unreadable, match=r"^a-story\.toml: (status|date): "):
            copy_of("body", sidecar=sidecar)
    reading = read(Source(path="a-story.md", data=b"x", sidecar=b"summary = [1, 2]\nimage = 3"), ReaderOptions())
    assert all(problem.reason.startswith("a-story.toml: ") for problem in reading.problems)
    assert reading.problems


def test_only_known_suffixes_are_read() -> None:
    assert read(Source(path="A.MD", data=b"# x"), ReaderOptions()).copy.title == "x"
    for path in ("a.docx", "a", "md"):
        with pytest.raises(Unreadable, match="no reader"):
            read(Source(path=path, data=b"x"), ReaderOptions())


def test_markdown_becomes_html() -> None:
    text = (
        'One *two* ~~three~~ "four" -- five[^1]\n\n[^1]: Note.\n\n| a | b |\n|---|:-:|\n| 1 | 2 |\n\n'
        "![x](a.png) [y](../b.md)"
    )
    html = to_html(copy_of(text), "news/eu")
    assert '<em>two</em> <del>three</del> "four" -- five' in html
    assert "<td>1</td>" in html
    assert f'<img src="{MEDIA}/news/eu/a.png" alt="x">' in html
    assert f'<a href="{MEDIA}/news/b.md">y</a>' in html
    assert "Note." in html
