"""Each partner's own ways, as its documentation or its working feeds have them."""

import json
from datetime import timedelta
from typing import Any

import pytest
from formats_sample import NAMES, article, feed, one, rss
from lxml import etree
from msgspec.structs import replace
from partner_sample import BODY, CLIP, EDITED, EPISODE, PUBLISHED, WIDE, asked, document, documents, full, items, judged

from feedsvc.formats import FORMATS
from feedsvc.model.article import Media
from feedsvc.model.urls import SITE


def channel(name: str, *articles: Any, **options: object) -> etree._Element:
    found = etree.fromstring(document(name, *articles, **options)).find("channel")
    assert found is not None
    return found


def attribute(parent: etree._Element, path: str, name: str) -> str:
    (found,) = parent.findall(path, NAMES)
    return found.get(name) or ""


def html(item: etree._Element) -> str:
    return item.findtext("content:encoded", namespaces=NAMES) or ""


def test_msn_finds_all_of_a_picture_inside_its_media_content() -> None:
    (item,) = items("msn", full())
    (content,) = item.findall("media:content", NAMES)
    told = [(each.tag.partition("}")[2], each.text or each.get("url")) for each in content]
    assert told == [
        ("thumbnail", WIDE.url),
        ("title", "The quay"),
        ("description", "The quay at dawn"),
        ("credit", "Mara Lindt"),
        ("hasSyndicationRights", "1"),
    ]
    assert (content.get("width"), content.get("height")) == ("1600", "900")


def test_msn_gets_only_the_elements_that_it_keeps() -> None:
    (item,) = items("msn", full(content=BODY + '<p><abbr title="x">Ltd</abbr><audio src="https://x/y"></audio></p>'))
    assert "<abbr" not in html(item)
    assert "Ltd" in html(item)
    assert "<audio" not in html(item)


def test_smartnews_has_its_logos_as_children_and_its_short_description() -> None:
    found = channel("smartnews", full(), dark_logo="https://x.example/dark.png", description="News from Port Arden")
    assert found.findtext("snf:logo/url", namespaces=NAMES) == f"{SITE}/media/logo.png"
    assert found.findtext("snf:darkModeLogo/url", namespaces=NAMES) == "https://x.example/dark.png"
    assert found.findtext("description") == "News from Port Arden"
    assert len(channel("smartnews", full()).findtext("description") or "") <= 30
    assert found.findtext("ttl") == "5"
    assert found.findtext("pubDate") == found.findtext("lastBuildDate")


def test_smartnews_carries_analytics_as_text_and_films_as_its_own_element() -> None:
    (item,) = items("smartnews", full(), analytics="<script>/* ]]> */</script>")
    assert item.findtext("snf:analytics", namespaces=NAMES) == "<script>/* ]]> */</script>"
    assert attribute(item, "snf:video", "url") == CLIP.url


def test_what_xml_cannot_carry_is_taken_out_of_options() -> None:
    (item,) = items("newsbreak", full(), disclosure="Paid\u0001 for")
    assert item.findtext("nb:disclosure", namespaces=NAMES) == "Paid for"


@pytest.mark.parametrize("name", ["smartnews", "newsbreak", "yahoo"])
def test_the_picture_is_the_first_figure_of_the_text_and_never_twice(name: str) -> None:
    (item,) = items(name, full())
    assert html(item).startswith(f'<figure><img src="{WIDE.url}" alt="The quay"')
    assert "The quay at dawn. Mara Lindt" in html(item)
    (item,) = items(name, full(content=f'<p><img src="{WIDE.url}" alt=""></p>{BODY}'))
    assert html(item).count(WIDE.url) == 1


def test_yahoo_has_no_second_picture_and_one_category() -> None:
    (item,) = items("yahoo", full(sections=(("News", "EU"), ("Sport",))))
    assert item.find("media:content", NAMES) is None
    assert [each.text for each in item.findall("category")] == ["News/EU"]


@pytest.mark.parametrize(("words", "taken"), [(149, False), (150, True)])
def test_yahoo_takes_texts_of_150_words(words: int, taken: bool) -> None:
    (found,) = judged("yahoo", full(content=f"<p>{'word ' * words}</p>"))
    assert found.accepted is taken


def test_newsbreak_carries_scripts_and_disclosure() -> None:
    (item,) = items("newsbreak", full(), scripts="<script></script>", disclosure="Paid for by the port")
    assert item.findtext("nb:scripts", namespaces=NAMES) == "<script></script>"
    assert item.findtext("nb:disclosure", namespaces=NAMES) == "Paid for by the port"
    assert attribute(item, "media:thumbnail", "url") == WIDE.url


def test_flipboard_gets_a_long_excerpt_and_the_picture_as_enclosure() -> None:
    (item,) = items("flipboard", full())
    assert 300 <= len(item.findtext("description") or "") <= 600
    assert attribute(item, "enclosure", "url") == WIDE.url
    assert not html(item)
    assert html(items("flipboard", full(), full=True)[0])


@pytest.mark.parametrize(("side", "taken"), [(499, False), (500, True)])
def test_flipboard_takes_pictures_of_500_pixels_on_their_smaller_side(side: int, taken: bool) -> None:
    (found,) = judged("flipboard", full(media=(replace(WIDE, width=900, height=side),)))
    assert found.accepted is taken


def test_a_podcast_says_who_owns_it_and_what_it_is() -> None:
    found = channel("podcast", full(), category="News", subcategory="Politics", author="The Ledger")
    assert attribute(found, "itunes:category/itunes:category", "text") == "Politics"
    assert attribute(found, "itunes:image", "href") == f"{SITE}/media/cover.png"
    assert found.findtext("itunes:owner/itunes:email", namespaces=NAMES) == "audio@ledger.example"
    assert found.findtext("itunes:explicit", namespaces=NAMES) == "false"
    assert found.findtext("podcast:locked", namespaces=NAMES) == "yes"
    assert len(found.findtext("podcast:guid", namespaces=NAMES) or "") == 36
    own = "9b024349-ccf0-5f69-a609-6b82873eab3c"
    assert channel("podcast", full(), guid=own).findtext("podcast:guid", namespaces=NAMES) == own


@pytest.mark.parametrize(
    ("name", "url", "size", "good"),
    [
        ("podcast", "cover.png", (1400, 1400), True),
        ("podcast", "cover.png", (1399, 1399), False),
        ("podcast", "cover.png", (3001, 3001), False),
        ("podcast", "cover.png", (1600, 1400), False),
        ("smartnews", "logo.png", (700, 100), True),
        ("smartnews", "logo.png", (701, 100), False),
    ],
)
def test_pictures_that_the_config_names_are_doubted_where_they_are_not_as_wanted(
    name: str, url: str, size: tuple[int, int], good: bool
) -> None:
    width, height = size
    picture = Media(url=f"{SITE}/media/{url}", type="image/png", width=width, height=height)
    found = FORMATS[name].profile.feed_warnings(replace(asked(name), pictures=(picture,)))
    assert (found == ()) is good
    assert not FORMATS[name].profile.feed_warnings(asked(name)), "nobody knows how large it is"


def test_an_episode_has_length_transcript_and_people() -> None:
    sound = replace(EPISODE, captions="https://cdn.example/bell.vtt")
    (item,) = items("podcast", full(media=(WIDE, sound)))
    assert attribute(item, "enclosure", "length") == "4915200"
    assert attribute(item, "podcast:transcript", "type") == "text/vtt"
    assert item.findtext("podcast:person", namespaces=NAMES) == "Ines Calder"


def test_films_are_episodes_where_the_podcast_says_so() -> None:
    assert not judged("podcast", full(media=(WIDE, CLIP)))
    (item,) = items("podcast", full(media=(WIDE, CLIP)), video=True)
    assert attribute(item, "enclosure", "type") == "video/mp4"


def test_alexa_reads_plain_text_below_its_limit() -> None:
    (item,) = json.loads(document("alexa", full(content="<p>Fish &amp; <em>chips</em>.</p><p>Peas.</p>")))
    assert item["mainText"] == "Fish & chips. Peas."
    (item,) = json.loads(document("alexa", full(content=BODY * 20)))
    assert 4000 < len(item["mainText"]) < 4500


@pytest.mark.parametrize(("seconds", "taken"), [(9.0, False), (10.0, True), (600.0, True), (601.0, False)])
def test_alexa_plays_sounds_of_ten_seconds_to_ten_minutes(seconds: float, taken: bool) -> None:
    (found,) = judged("alexa", full(media=(replace(EPISODE, duration=seconds),)), audio=True)
    assert found.accepted is taken


@pytest.mark.parametrize("url", ["http://cdn.example/bell.mp3", "HTTP://cdn.example/bell.mp3"])
def test_alexa_plays_no_sound_that_is_not_at_an_https_address(url: str) -> None:
    (found,) = judged("alexa", full(media=(replace(EPISODE, url=url),)), audio=True)
    assert "at an https address" in found.broken[0][0]
    (item,) = json.loads(document("alexa", full(media=(replace(EPISODE, url=url), EPISODE)), audio=True))
    assert item["streamUrl"] == EPISODE.url
    assert judged("alexa", full(media=(replace(EPISODE, url="HTTPS://cdn.example/bell.mp3"),)), audio=True)[0].accepted


def test_alexa_hears_the_newest_change_first() -> None:
    edited = full(3, published=PUBLISHED - timedelta(hours=5), updated=EDITED)
    told = json.loads(document("alexa", full(1), full(2), edited))
    assert [item["titleText"] for item in told] == [edited.title, full(1).title, full(2).title]
    dates = [item["updateDate"] for item in told]
    assert dates == sorted(dates, reverse=True)


@pytest.mark.parametrize(("words", "doubted"), [(24, True), (25, False)])
def test_alexa_has_ten_seconds_to_say(words: int, doubted: bool) -> None:
    (found,) = judged("alexa", full(content=f"<p>{'bell ' * words}</p>", media=()))
    assert found.accepted
    assert any("ten seconds of speech" in how for how, _ in found.doubtful) is doubted
    assert not judged("alexa", full(content="<p>bell</p>"), audio=True)[0].doubtful


def test_alexa_plays_the_sound_and_says_nothing() -> None:
    (item,) = json.loads(document("alexa", full(), audio=True))
    assert (item["mainText"], item["streamUrl"]) == ("", EPISODE.url)


@pytest.mark.parametrize(
    ("tag", "told"), [("en-GB", "en"), ("pt_BR", "pt"), ("zh-Hant", "zh-tw"), ("zh-CN", "zh-cn"), ("", "en")]
)
def test_google_news_is_told_a_language_as_it_spells_them(tag: str, told: str) -> None:
    body = document("news-sitemap", full(language=tag))
    assert f"<news:language>{told}</news:language>".encode() in body


def test_sitemaps_have_their_elements_in_the_order_of_their_schemas() -> None:
    (url,) = etree.fromstring(document("news-sitemap", full()))
    assert [etree.QName(each).localname for each in url] == ["loc", "news"]
    (news,) = url.findall("news:news", NAMES)
    assert [etree.QName(each).localname for each in news.iter()] == [
        *("news", "publication", "name", "language", "publication_date", "title"),
    ]
    (url,) = etree.fromstring(document("sitemap", full()))
    assert [etree.QName(each).localname for each in url] == ["loc", "lastmod", "image"]


def test_media_rss_rates_restricts_and_ends() -> None:
    expires = full().published.replace(year=2027)
    (item,) = items("mediarss", full(expires=expires), countries=["gb", "ie"], rating="tv-g")
    assert item.findtext("media:rating", namespaces=NAMES) == "tv-g"
    assert item.findtext("media:restriction", namespaces=NAMES) == "gb ie"
    assert f"end={expires.isoformat()}" in (item.findtext("dcterms:valid", namespaces=NAMES) or "")
    assert item.find("media:group", NAMES) is None


def test_streams_stand_in_the_first_page_alone() -> None:
    made = documents("mediarss", *(full(number) for number in range(201)))
    assert [body.count(b'expression="nonstop"') for _, body in made] == [1, 0, 0]
    assert [b'rel="next"' in body for _, body in made] == [True, True, False]


# --- Feedly -----------------------------------------------------------------------------------------------------------


def test_feedly_hears_of_colour_cover_and_emblems_once_the_config_says_so() -> None:
    given = {"accent": "0B5FA5", "cover": f"{SITE}/media/cover.jpg", "logo": f"{SITE}/media/logo.svg"}
    found = rss(article(), **given)
    assert found.findtext("webfeeds:accentColor", namespaces=NAMES) == "0B5FA5"
    assert attribute(found, "webfeeds:cover", "image") == f"{SITE}/media/cover.jpg"
    assert found.findtext("webfeeds:logo", namespaces=NAMES) == f"{SITE}/media/logo.svg"
    assert found.findtext("webfeeds:icon", namespaces=NAMES) == f"{SITE}/media/icon.png"
    assert one(found, "webfeeds:related").get("layout") == "card"
    atom = etree.fromstring(FORMATS["atom"].render(feed(article(), **given)))
    assert atom.findtext("webfeeds:accentColor", namespaces=NAMES) == "0B5FA5"


def test_without_a_word_of_it_public_feeds_know_nothing_of_feedly() -> None:
    assert b"webfeeds" not in FORMATS["rss"].render(feed(article()))
    assert b"webfeeds" not in FORMATS["atom"].render(feed(article()))


# --- titles, lines and figures ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["shortTitle", "short_title", "ShortTitle"])
def test_msn_takes_a_long_title_that_has_a_short_form(key: str) -> None:
    long = full(title="The night boat is back " * 7, extra={key: "The night  boat is back"})
    (item,) = items("msn", long)
    assert item.findtext("mi:shortTitle", namespaces=NAMES) == "The night boat is back"
    (found,) = judged("msn", long)
    assert found.accepted


@pytest.mark.parametrize("extra", [{}, {"shortTitle": "x" * 55}, {"shortTitle": ["a"]}, {"shortTitle": ""}])
def test_msn_does_not_take_a_long_title_without_one(extra: dict[str, object]) -> None:
    long = full(title="The night boat is back " * 7, extra=extra)
    (found,) = judged("msn", long)
    assert not found.accepted
    assert "shortTitle" not in document("msn", full(extra=extra)).decode()


@pytest.mark.parametrize("breaks", ["<br><br>", "<br>\n <br><br>", "<br><br/><br />"])
def test_msn_gets_no_runs_of_line_breaks(breaks: str) -> None:
    (item,) = items("msn", full(content=f"<p>One.{breaks}Two.<br>Three.</p>{BODY}"))
    assert "<p>One.<br>Two.<br>Three.</p>" in html(item)


def test_yahoo_gets_no_picture_further_down_where_none_can_lead() -> None:
    small = "<figure><img src='https://x.example/s.png'><figcaption>Small</figcaption></figure>"
    text = (
        f"<p>Above <img src='https://x.example/i.png'>.</p>{small}<figure><blockquote>Said</blockquote></figure>{BODY}"
    )
    (item,) = items("yahoo", full(content=text, media=()))
    assert "<img" not in html(item)
    assert "Small" not in html(item)
    assert "<figure><blockquote>Said</blockquote></figure>" in html(item)
