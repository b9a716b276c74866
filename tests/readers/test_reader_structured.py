"""A wire item or a schema.org article is read whatever version wrote it; what may not be published yet stays in."""

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedsvc.model.article import Media, Person, Status
from feedsvc.model.reader import ReaderOptions, Reading, Source, Unreadable
from feedsvc.readers import read, to_html

NINJS = {"uri": "urn:x:1", "headline": "The lock opens", "pubstatus": "usable", "body_text": "One.\n\nTwo."}
NINJS_2 = {
    "uri": "urn:x:2",
    "standard": {"name": "ninjs", "version": "2.1"},
    "headlines": [{"role": "short", "value": "Lock"}, {"role": "main", "value": "The lock opens"}],
    "bodies": [{"role": "main", "contenttype": "text/plain", "value": "One.\n\nTwo."}],
}
NODE = {"@context": "https://schema.org", "@type": "NewsArticle", "headline": "The lock opens"}


def reading(value: object, *, path: str = "a.json", sidecar: str = "", picture: str = "") -> Reading:
    data = value if isinstance(value, bytes) else (value if isinstance(value, str) else json.dumps(value)).encode()
    source = Source(path=path, data=data, sidecar=sidecar.encode() or None, picture=picture)
    return read(source, ReaderOptions(timezone="Europe/Berlin"))


def html(value: object) -> str:
    return to_html(reading(value).copy, "")


def media(value: object) -> tuple[Media, ...]:
    return reading(value).copy.media


# --- ninjs ------------------------------------------------------------------------------------------------------------


def test_ninjs_1_is_read() -> None:
    item = {
        "uri": "tag:lock.example,2026:17",
        "type": "text",
        "firstcreated": "2026-03-01T06:00:00+01:00",
        "contentcreated": "2026-03-01T05:00:00+01:00",
        "versioncreated": "2026-03-01T12:00:00+01:00",
        "pubstatus": "usable",
        "urgency": 4,
        "language": "en-GB",
        "headline": "The lock &amp; the <b>keys</b>",
        "byline": "By Ada Keel, Port Arden",
        "description_text": "A lock,\nand its keys.",
        "body_xhtml": "<p>One.</p>",
        "body_text": "No.",
        "subject": [{"name": "locks"}, {"code": "1", "name": "keys", "rel": "about"}],
        "keywords": ["canal"],
        "person": [{"name": "The keeper", "rel": "about"}],
        "infosource": [{"name": "Lock Agency"}],
        "copyrightnotice": "© Lock",
    }
    copy, problems = reading(item)
    assert problems == ()
    assert (copy.id, copy.title, copy.language) == ("tag:lock.example,2026:17", "The lock & the keys", "en-GB")
    assert copy.summary == "A lock,\nand its keys."
    assert copy.published == datetime(2026, 3, 1, 5, tzinfo=UTC)
    assert copy.updated == datetime(2026, 3, 1, 11, tzinfo=UTC)
    assert (copy.body, copy.markup) == ("<p>One.</p>", "html")
    assert copy.authors == (Person(name="Ada Keel, Port Arden"),)
    assert copy.tags == ("locks", "keys", "canal")
    assert copy.sections == ()
    assert (copy.status, copy.embargo) == (Status.USABLE, None)
    assert copy.extra == {"urgency": "4", "copyrightnotice": "© Lock"}


@pytest.mark.parametrize("camel", [False, True], ids=["2.x", "3.x"])
def test_ninjs_2_and_3_are_read(camel: bool) -> None:
    item = NINJS_2 | {
        "versionCreated" if camel else "versioncreated": "2026-03-01T12:00:00Z",
        "firstCreated" if camel else "firstcreated": "2026-03-01T06:00:00Z",
        "pubStatus" if camel else "pubstatus": "usable",
        "by": "Ada Keel",
        "descriptions": [{"role": "long", "value": "No."}, {"role": "summary", "value": "A lock."}],
        "subjects": [{"name": "locks", "literal": "1"}],
        "people": [{"name": "The keeper"}],
        "infoSources" if camel else "infosources": [{"name": "Lock Agency"}],
        "bodies": [
            {"role": "text", "contentType" if camel else "contenttype": "text/plain", "value": "No."},
            {"role": "nitf", "contentType" if camel else "contenttype": "application/xml", "value": "<nitf/>"},
            {"role": "html", "contentType" if camel else "contenttype": "text/html", "value": "<p>One.</p>"},
        ],
    }
    copy, problems = reading(item)
    assert problems == ()
    assert (copy.id, copy.title, copy.summary, copy.body) == ("urn:x:2", "The lock opens", "A lock.", "<p>One.</p>")
    assert copy.published == datetime(2026, 3, 1, 6, tzinfo=UTC)
    assert copy.updated == datetime(2026, 3, 1, 12, tzinfo=UTC)
    assert copy.authors == (Person(name="Ada Keel"),)
    assert copy.tags == ("locks",)


def test_superdesks_ninjs_is_read() -> None:
    item = {
        "guid": "urn:newsml:localhost:2026:1",
        "type": "text",
        "version": "3",
        "versioncreated": "2026-03-01T12:00:00+0000",
        "firstcreated": "2026-03-01T06:00:00+0000",
        "firstpublished": "2026-03-01T07:00:00+0000",
        "pubstatus": "usable",
        "priority": 6,
        "service": [{"code": "a", "name": "Domestic"}],
        "source": "Lock",
        "authors": [{"name": "Ada Keel", "role": "writer", "biography": ""}],
        "byline": "ADA KEEL",
        "headline": "<p>The lock opens</p>",
        "description_html": "<p>A lock,&nbsp;and keys.</p>",
        "body_html": "<p>One.</p>",
        "associations": {
            "editor_0": None,
            "featuremedia": {
                "type": "picture",
                "headline": "Gate",
                "description_text": "The gate.",
                "renditions": {
                    "original": {"href": "https://x.example/o.jpg", "mimetype": "image/jpeg", "width": 5000, "poi": {}},
                    "viewImage": {"href": "https://x.example/v.jpg", "mimetype": "image/jpeg", "width": 640},
                },
            },
        },
    }
    copy, problems = reading(item)
    assert problems == ()
    assert copy.id == "urn:newsml:localhost:2026:1"
    assert copy.published == datetime(2026, 3, 1, 7, tzinfo=UTC)
    assert (copy.title, copy.summary) == ("The lock opens", "A lock, and keys.")
    assert copy.authors == (Person(name="Ada Keel"),)
    assert [(each.url, each.description) for each in copy.media] == [("https://x.example/v.jpg", "The gate.")]


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({}, Status.USABLE),
        ({"pubstatus": "usable"}, Status.USABLE),
        ({"pubstatus": "stat:usable"}, Status.USABLE),
        ({"pubstatus": "withheld"}, Status.DRAFT),
        ({"pubstatus": "canceled"}, Status.WITHDRAWN),
    ],
)
def test_pubstatus_decides_what_is_published(said: dict[str, str], status: Status) -> None:
    item = {key: value for key, value in NINJS.items() if key != "pubstatus"}
    assert reading(item | said).copy.status is status


@pytest.mark.parametrize("status", ["", None, "unknown", [], {}, 1])
def test_a_status_that_is_not_known_holds_the_story_back(status: object) -> None:
    with pytest.raises(Unreadable, match="is none of"):
        reading(NINJS | {"pubstatus": status})


def test_an_embargo_is_kept() -> None:
    copy = reading(NINJS | {"embargoed": "2026-03-01T12:00:00+0100"}).copy
    assert copy.embargo == datetime(2026, 3, 1, 11, tzinfo=UTC)
    assert reading(NINJS_2 | {"embargoed": "2026-03-01T12:00:00Z"}).copy.embargo == datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "embargo", ["", " ", None, "soon", "2026-13-01T00:00:00Z", "2026-03", "12:00", [], {}, True, 20260301, ["x"]]
)
@pytest.mark.parametrize("key", ["embargoed", "Embargoed", "embargo"])
def test_an_empty_or_unreadable_embargo_holds_the_story_back(key: str, embargo: object) -> None:
    if embargo == 20260301:  # a whole date after all: ISO 8601's basic form
        assert reading(NINJS | {key: embargo}).copy.embargo == datetime(2026, 2, 28, 23, tzinfo=UTC)
        return
    with pytest.raises(Unreadable):
        reading(NINJS | {key: embargo})


def test_a_sidecar_can_release_a_story() -> None:
    copy = reading(
        NINJS | {"embargoed": ""}, sidecar='embargo = "2026-03-01T12:00:00Z"\nsection = "News / Canals"'
    ).copy
    assert copy.embargo == datetime(2026, 3, 1, 12, tzinfo=UTC)
    assert copy.sections == (("News", "Canals"),)


@pytest.mark.parametrize("key", ["subject", "subjects", "genre", "genres"])
def test_a_section_is_what_is_said_to_be_one(key: str) -> None:
    said = [
        {"name": "Canals", "rel": "section"},
        {"name": "News", "rel": "about", "scheme": "http://x.example/sections/"},
    ]
    copy = reading(NINJS | {key: [*said, {"name": "Feature", "scheme": "http://x.example/genre"}]}).copy
    assert copy.sections == (("Canals",), ("News",))
    assert not {"Canals", "News"} & set(copy.tags)


def test_whoever_is_named_as_writer_comes_before_the_byline_and_the_agency() -> None:
    source = {"infosource": [{"name": "Lock Agency"}, {"name": "Other"}]}
    writer = {"person": [{"name": "The keeper", "rel": "about"}, {"name": "Ada Keel", "rel": "author"}]}
    assert reading(NINJS | source).copy.authors == (Person(name="Lock Agency"),)
    assert reading(NINJS | source | {"byline": "by B. Hull"}).copy.authors == (Person(name="B. Hull"),)
    assert reading(NINJS | source | writer | {"byline": "x"}).copy.authors == (Person(name="Ada Keel"),)


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("Ada Keel and Bo d'Hull", ["Ada Keel", "Bo d'Hull"]),
        ("Ada Keel, The Lock Gazette", ["Ada Keel"]),
        ("Ada Keel, AFP", ["Ada Keel", "AFP"]),
    ],
)
def test_a_byline_of_ninjs_is_taken_apart(byline: str, names: list[str]) -> None:
    assert [each.name for each in reading(NINJS | {"byline": byline}).copy.authors] == names


@pytest.mark.parametrize(
    "around",
    [
        "<article>{}</article>",
        "<html><head><title>The lock</title></head><body><article> <section data-x='1'>{}</section></article></body>",
        "<!-- made by a program -->{}",
        "<!DOCTYPE html><body><header>{}</header></body>",
    ],
)
def test_the_headline_is_no_text_within_elements_of_its_own(around: str) -> None:
    body = around.format("<h1 class=a>The lock opens</h1><p>One.</p>")
    assert html({"uri": "urn:x:1", "headline": "The lock opens", "body_html": body}).strip() == "<p>One.</p>"
    other = around.format("<h1>Another</h1><p>One.</p>")
    assert "Another</h1>" in html({"uri": "urn:x:1", "headline": "The lock opens", "body_html": other})


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"body_text": "One.\nTwo.\nThree."}, "<p>One.</p>\n<p>Two.</p>\n<p>Three.</p>"),
        ({"body_text": "One.\n\nTwo,\nand a line."}, "<p>One.</p>\n<p>Two,<br>and a line.</p>"),
        ({"body_text": "Tom & <Jerry>"}, "<p>Tom &amp; &lt;Jerry&gt;</p>"),
        ({"body_html": " ", "body_text": "One."}, "<p>One.</p>"),
        ({"body_nitf": "<nitf><p>No</p></nitf>", "body_text": "One."}, "<p>One.</p>"),
        ({"body_main": "One."}, "<p>One.</p>"),
        ({"body_html": "<p>One.<script>x</script></p>"}, "<p>One.</p>"),
        ({"bodies": [{"value": "One."}, {"value": "No."}]}, "<p>One.</p>"),
        ({"bodies": [{"value": ["x"]}, "x", {"role": "html5", "value": "One."}]}, "One."),
    ],
)
def test_the_body_is_the_best_of_those_that_feeds_can_carry(body: dict[str, object], expected: str) -> None:
    assert html({"uri": "urn:x:1", "headline": "x"} | body) == expected


def test_text_that_was_wrapped_flows() -> None:
    words = [f"word{number}" for number in range(60)]
    wrapped = "\n".join(" ".join(words[at : at + 10]) for at in range(0, 60, 10))
    assert html(NINJS | {"body_text": f"{wrapped}\n\nTwo."}) == f"<p>{' '.join(words)}</p>\n<p>Two.</p>"


@pytest.mark.parametrize(
    "refused",
    [
        {"type": "event", "uri": "u", "headline": "x"},
        {"type": "planning", "guid": "u", "headline": "x"},
        {"title": "x"},
        {"headline": "x"},
        [],
        [NINJS],
        "text",
        1,
        None,
        {},
        {"@type": "Person", "name": "x"},
        [NODE, NODE | {"headline": "y"}],
        {"uri": "u", "pubstatus": "usable"},
        NINJS | {"PubStatus": "withheld"},
        NINJS | {"embargo": "2020-01-01", "embargoed": "2030-01-01"},
    ],
)
def test_what_is_not_one_article_is_unreadable(refused: object) -> None:
    with pytest.raises(Unreadable):
        reading(json.dumps(refused))


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        ({"uri": "u", "standard": {"name": "ninjs"}}, "has no headline"),
        ({"uri": "u", "body_main": "<p>The bell rang.</p>"}, "has no headline"),
        ({"uri": "u", "title": "Regatta", "eventDetails": {}}, "is a ninjs event"),
        ({"uri": "u", "type": "text", "plannedCoverage": []}, "is a ninjs planning"),
        ({"uri": "u", "title": "x", "note": "y"}, "is neither a ninjs item"),
    ],
)
def test_a_ninjs_item_that_is_refused_is_called_what_it_is(item: object, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        reading(json.dumps(item))


def test_a_ninjs_item_may_have_no_more_than_a_title_and_a_text() -> None:
    copy = reading(json.dumps({"uri": "urn:x:1", "title": "The bell", "bodies": [{"value": "It rang."}]})).copy
    assert (copy.id, copy.title, copy.body) == ("urn:x:1", "The bell", "It rang.")


# --- ninjs: pictures --------------------------------------------------------------------------------------------------

PICTURE = {
    "name": "gate",
    "type": "picture",
    "by": "B. Hull",
    "headlines": [{"value": "Gate"}],
    "descriptions": [{"role": "internal", "value": "No."}, {"role": "caption", "value": "The gate."}],
    "copyrightnotice": "© Hull",
    "renditions": [
        {"name": "print", "href": "https://x.example/p.jpg", "contenttype": "image/jpeg", "width": 6000},
        {"name": "web", "href": "https://x.example/w", "contenttype": "image/jpg", "width": 1024, "sizeinbytes": 9},
        {"name": "small", "href": "https://x.example/s.jpg", "contenttype": "image/jpeg", "width": 512},
        {"name": "thumbnail", "href": "https://x.example/t.jpg", "contenttype": "image/jpeg", "width": 120},
        {"name": "pdf", "href": "https://x.example/x.pdf", "contenttype": "application/pdf"},
    ],
}  # fmt: skip


def test_a_picture_has_one_rendition_and_all_that_is_said_of_it() -> None:
    assert media(NINJS_2 | {"associations": [PICTURE]}) == (
        Media(
            url="https://x.example/w",
            type="image/jpeg",
            width=1024,
            length=9,
            title="Gate",
            description="The gate.",
            credit="B. Hull",
            copyright="© Hull",
            thumbnail="https://x.example/t.jpg",
        ),
    )


def test_the_feature_leads_and_the_item_itself_comes_last() -> None:
    def one(name: str) -> dict[str, object]:
        return {"type": "picture", "renditions": {"main": {"href": f"{name}.jpg"}}}

    own = {
        "audio": {"href": "https://x.example/a", "mimetype": "audio/mpeg", "duration": 90},
        "text": {"href": "a.txt"},
    }
    item = NINJS | {"associations": {"editor_0": one("a"), "mainpic": one("b")}, "renditions": own}
    found = reading(item, path="news/a.json").copy.media
    assert [each.file or each.url for each in found] == ["news/b.jpg", "news/a.jpg", "https://x.example/a"]
    assert found[2].duration == 90


def test_a_film_has_its_poster() -> None:
    film = {
        "type": "video",
        "renditions": {
            "poster_thumb": {"href": "https://x.example/t.jpg"},
            "hd": {"href": "https://x.example/v", "mimetype": "video/mp4", "duration": "12.5"},
        },
    }
    (found,) = media(NINJS | {"associations": {"a": film}})
    assert (found.url, found.type, found.duration) == ("https://x.example/v", "video/mp4", 12.5)
    assert found.thumbnail == "https://x.example/t.jpg"


@pytest.mark.parametrize("held", [{"pubstatus": "withheld"}, {"pubStatus": "canceled"}, {"embargoed": "2020-01-01"}])
def test_a_picture_that_is_held_back_is_left_out(held: dict[str, str]) -> None:
    assert media(NINJS | {"associations": {"a": PICTURE | held}}) == ()


def test_an_unreadable_picture_costs_a_warning() -> None:
    item = NINJS | {"associations": {"a": {"type": "picture", "renditions": {"a": {"href": "../../etc/passwd.jpg"}}}}}
    copy, problems = reading(item)
    assert copy.media == ()
    assert [problem.warning for problem in problems] == [True]


def test_the_picture_beside_the_file_leads_if_it_names_none() -> None:
    assert [each.file for each in reading(NINJS, picture="a.jpg").copy.media] == ["a.jpg"]
    named = reading(NINJS | {"associations": {"a": PICTURE}}, picture="a.jpg").copy
    assert [each.url for each in named.media] == ["https://x.example/w"]


# --- schema.org -------------------------------------------------------------------------------------------------------


def test_a_news_article_is_read() -> None:
    node = NODE | {
        "alternativeHeadline": "Keys found",
        "articleBody": "One.\n\nTwo.",
        "description": "A lock.",
        "datePublished": "2026-03-01T06:00:00+01:00",
        "dateModified": "2026-03-01",
        "expires": "2027-01-01T00:00:00Z",
        "author": ["Ada Keel", {"@type": "Organization", "name": "Lock", "email": "mailto:a@lock.example"}, {}],
        "articleSection": "News / Canals",
        "keywords": "locks, keys",
        "inLanguage": {"@type": "Language", "name": "English", "alternateName": "en"},
        "identifier": "LN-17",
        "url": "https://lock.example/17",
        "correction": {"@type": "CorrectionComment", "text": "There are four keys."},
    }
    copy, problems = reading(node)
    assert problems == ()
    assert (copy.title, copy.summary, copy.language) == ("The lock opens", "A lock.", "en")
    assert (copy.id, copy.url) == ("LN-17", "https://lock.example/17")
    assert copy.published == datetime(2026, 3, 1, 5, tzinfo=UTC)
    assert copy.updated == datetime(2026, 2, 28, 23, tzinfo=UTC)
    assert copy.expires == datetime(2027, 1, 1, tzinfo=UTC)
    assert copy.authors == (Person(name="Ada Keel"), Person(name="Lock", email="a@lock.example"))
    assert (copy.sections, copy.tags) == ((("News", "Canals"),), ("locks", "keys"))
    assert copy.correction == "There are four keys."
    assert copy.extra == {"alternativeHeadline": "Keys found"}
    assert to_html(copy, "") == "<p>One.</p>\n<p>Two.</p>"


@pytest.mark.parametrize(
    ("keywords", "tags"),
    [
        ("a, b ,, a", ("a", "b")),
        ("Doe, Jane; Roe, Richard", ("Doe, Jane", "Roe, Richard")),
        (["a, b", "c"], ("a, b", "c")),
        ([{"@type": "DefinedTerm", "name": "a"}, "", None, 7], ("a", "7")),
        ("Tom &amp; Jerry", ("Tom & Jerry",)),
    ],
)
def test_keywords_are_a_text_or_a_list(keywords: object, tags: tuple[str, ...]) -> None:
    assert reading(NODE | {"keywords": keywords}).copy.tags == tags


@pytest.mark.parametrize(
    ("image", "found"),
    [
        ("a.jpg", [("a.jpg", "image/jpeg", None, "")]),
        ("https://x.example/img?id=1&amp;w=2", [("https://x.example/img?id=1&w=2", "image/jpeg", None, "")]),
        (["a.png", "a.png", "b.webp"], [("a.png", "image/png", None, ""), ("b.webp", "image/webp", None, "")]),
        ({"@type": "ImageObject", "url": "a.jpg", "width": "1280px"}, [("a.jpg", "image/jpeg", 1280, "")]),
        ({"contentUrl": "a", "url": "b", "encodingFormat": "image/avif"}, [("a", "image/avif", None, "")]),
        ({"url": "a.jpg", "width": {"@type": "QuantitativeValue", "value": 9}}, [("a.jpg", "image/jpeg", 9, "")]),
        ({"url": ["a.jpg"], "width": "100%", "creator": {"name": "Hull"}}, [("a.jpg", "image/jpeg", None, "Hull")]),
        ({"@list": [{"url": "a.jpg", "creditText": "Hull"}]}, [("a.jpg", "image/jpeg", None, "Hull")]),
        ([], []),
        ({"width": 1}, []),
    ],
)
def test_an_image_has_many_shapes(image: object, found: list[tuple[str, str, int | None, str]]) -> None:
    assert [
        (each.file or each.url, each.type, each.width, each.credit) for each in media(NODE | {"image": image})
    ] == found


def test_films_and_sounds_count_where_their_file_is_named() -> None:
    film = {
        "@type": "VideoObject",
        "name": "The gate",
        "contentUrl": "https://x.example/v",
        "url": "https://x.example/watch",
        "embedUrl": "https://x.example/embed",
        "duration": "PT1H2M3.5S",
        "thumbnailUrl": ["https://x.example/t.jpg"],
        "caption": {"@type": "MediaObject", "contentUrl": "https://x.example/v.vtt"},
    }
    page = {"@type": "VideoObject", "url": "https://x.example/watch"}
    sound = {"@type": "AudioObject", "contentUrl": "bell.mp3", "contentSize": "4096"}
    found = media(NODE | {"video": [film, page], "audio": sound, "associatedMedia": sound, "image": "a.jpg"})
    assert [each.type for each in found] == ["image/jpeg", "video/mp4", "audio/mpeg"]
    assert (found[1].duration, found[1].thumbnail) == (3723.5, "https://x.example/t.jpg")
    assert found[1].captions == "https://x.example/v.vtt"
    assert (found[2].file, found[2].length) == ("bell.mp3", 4096)


def test_an_article_body_that_is_html_stays_so() -> None:
    assert html(NODE | {"articleBody": "<p>One <b>&amp;</b></p>"}) == "<p>One <b>&amp;</b></p>"


# --- JSON -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "not JSON: line 1"),
        ('{"uri": "u",\n"headline": }', "not JSON: line 2"),
        ("[" * 100_000, "levels deep"),
        ('{"a":' * 100_000, "levels deep"),
        ('{"uri":"u","headline":"x","a":' + "[" * 70 + "]" * 70 + "}", "more than 64 levels deep"),
        ('{"uri":"u","headline":"x","headline":"y"}', "the key 'headline' is there twice"),
        ('{"uri":"u","headline":"x","a":[{"b":1,"b":2}]}', "the key 'b' is there twice"),
        ('{"uri":"u","headline":"x","a":NaN}', "NaN is no number"),
        ('{"uri":"u","headline":"x","a":-Infinity}', "-Infinity is no number"),
    ],
)
def test_json_that_could_mean_two_things_is_refused(text: str, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        reading(text)


def test_half_a_character_is_replaced_and_reported() -> None:
    copy, problems = reading('{"uri":"u","headline":"a\\ud800b","body_text":"\\udfff \\ud83d\\ude00 \\u0000\\ufffe"}')
    assert copy.title == "a\ufffdb"
    assert copy.body.strip() == "\ufffd 😀"
    assert [problem.warning for problem in problems] == [True]
    assert "surrogate" in str(problems[0])


def test_long_numbers_are_only_texts() -> None:
    digits = "9" * 5_000
    copy, problems = reading(f'{{"uri":{digits},"headline":{digits},"urgency":1e{digits}}}')
    assert copy.title == copy.id == digits
    assert problems == ()
    _, problems = reading(f'{{"@type":"Article","headline":"x","image":{{"url":"a.jpg","width":{digits}}}}}')
    assert "is not a number" in str(problems[0])


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_is_honoured(encoding: str) -> None:
    assert reading(json.dumps(NINJS | {"headline": "Шлюз"}, ensure_ascii=False).encode(encoding)).copy.title == "Шлюз"


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(Unreadable, match="not UTF-8: byte 0xE9"):
        reading(b'{"uri":"u","headline":"caf\xe9"}')


TRAPS = {
    "one key twice among many": lambda: "{" + ",".join(f'"{number}":1' for number in range(400_000)) + ',"399999":1}',
    "many halves": lambda: '{"uri":"u","headline":"x","keywords":[' + '"\\ud800",' * 400_000 + '"x"]}',
    "many lines": lambda: '{"uri":"u","headline":"x","body_text":"' + "x\\n" * 1_500_000 + '"}',
    "open tags": lambda: '{"uri":"u","headline":"x' + "<p " * 1_500_000 + '"}',
    "entities": lambda: '{"uri":"u","headline":"x' + "&#" * 2_000_000 + '"}',
    "many pictures": lambda: json.dumps(NODE | {"image": ["a.jpg"] * 500_000}),
    "many associations": lambda: json.dumps(NINJS | {"associations": [PICTURE] * 5_000}),
    "many references": lambda: json.dumps(
        {"@graph": [{"@id": str(at), "author": {"@id": str(at)}} for at in range(90_000)]}
    ),
    "many articles": lambda: json.dumps([NODE] * 50_000),
}


@pytest.mark.parametrize("trap", TRAPS.values(), ids=TRAPS.keys())
def test_a_trap_costs_little_time(trap: Callable[[], str]) -> None:
    text = trap()
    begin = time.process_time()
    try:
        copy = reading(text).copy
    except Unreadable:
        pass
    else:
        assert copy.title[0] == "x"
    assert time.process_time() - begin < 5


KEYS = (
    "uri guid headline headlines bodies body_text body_html descriptions description_text byline by people"
    " person subject genres infosource versioncreated firstcreated pubstatus embargoed expires language"
    " associations renditions href name value role rel width mimetype type @type @id @graph @value @list"
    " articleBody author image video url contentUrl caption duration keywords articleSection inLanguage"
    " identifier datePublished mainEntity email thumbnail"
)
SCALARS = st.sampled_from(
    [
        "NewsArticle",
        "schema:Article",
        "x",
        "picture",
        "usable",
        "2026-03-01",
        "a.jpg",
        "http://[",
        "//",
        "PT",
        "\ud800",
        "",
    ]
)
LEAVES = SCALARS | st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)


def tables(values: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    return st.dictionaries(st.sampled_from(KEYS.split(" ")), values, max_size=8)


VALUES = st.recursive(LEAVES, lambda values: st.lists(values, max_size=4) | tables(values), max_leaves=40)


@given(tables(VALUES), st.sampled_from([{}, NODE, NINJS, NINJS_2]))
def test_any_json_is_read_or_unreadable(value: object, base: dict[str, object]) -> None:
    try:
        copy = reading(base | value if isinstance(value, dict) else value).copy
    except Unreadable:
        pass
    else:
        assert copy.title
