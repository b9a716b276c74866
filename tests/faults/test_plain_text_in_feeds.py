"""Plain text of a newsroom is read as that by partners who take a description for HTML."""

import html
import re

import pytest
from formats_sample import article, feed, rss, text
from lxml import etree
from msgspec.structs import replace
from partner_sample import RSS, WIDE, documents, full, items

from feedsvc.formats import FORMATS
from feedsvc.model.article import Media
from feedsvc.model.text import as_html, as_html_or_text

ALL_RSS = sorted(name for name, form in FORMATS.items() if form.type == "application/rss+xml")
HOSTILE = (
    "<img src=x onerror=alert(1)>",
    "<script>alert(1)</script> & more",
    "bell & the <sea> say",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "]]><script>alert(1)</script>",
    "&copy; &#60;b&#62; &amp;amp;",
)
TAG = re.compile(r"<[a-z/!?]", re.IGNORECASE)


def test_there_are_as_many_as_there_were() -> None:
    assert len(RSS) >= 9
    assert set(RSS) | {"rss"} == set(ALL_RSS)


@pytest.mark.parametrize("said", HOSTILE)
@pytest.mark.parametrize("name", RSS)
def test_a_summary_says_the_same_when_it_is_read_as_html(name: str, said: str) -> None:
    summary = f"{said} at dawn, said the harbour{' master again' * 25}."  # short ones are no excerpts for Flipboard
    (item,) = items(name, full(summary=summary))
    told = item.findtext("description") or ""
    assert not TAG.search(told)
    assert html.unescape(told).startswith(summary[:100])


@pytest.mark.parametrize("said", HOSTILE)
@pytest.mark.parametrize("name", ALL_RSS)
def test_nothing_that_a_section_is_called_runs_in_its_channel(name: str, said: str) -> None:
    form = FORMATS[name]
    shell = replace(feed(full()), description="", title=said, options=_options())
    channel = etree.fromstring(form.render(shell)).find("channel")
    told = channel.findtext("description")
    assert not TAG.search(told)
    assert html.unescape(told).strip("…") in said
    assert channel.findtext("title") == said


def _options() -> dict[str, object]:
    return {"image": "/media/cover.png", "email": "audio@ledger.example", "logo": "/media/logo.png", "name": "Ledger"}


def test_a_description_that_reads_the_same_either_way_is_left_alone() -> None:
    assert text(rss(article()), "description") == "All from Brussels & beyond"
    assert as_html_or_text("Research & AT&T") == "Research & AT&T"
    assert as_html_or_text("&copy; <b>") == as_html("&copy; <b>") == "&amp;copy; &lt;b&gt;"


def test_a_podcasts_description_has_room_when_it_is_html() -> None:
    (item,) = items("podcast", full(summary="<&" * 4_000))
    told = item.findtext("description") or ""
    assert 3_900 < len(told.encode()) <= 4_000
    assert re.fullmatch("(?:&lt;|&amp;)+", told)


# --- ampersands -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", RSS)
def test_texts_have_ampersands_by_number_and_addresses_by_name(name: str) -> None:
    picture = replace(WIDE, url="https://cdn.example/quay.jpg?w=1&h=2", title="Q&A", description="Q&A", credit="Q&A")
    told = full(title="Q&A < 3 on the night ferry", url="https://e.example/?a=1&b=2", media=_media(picture))
    for _, body in documents(name, replace(told, summary="bell & the <sea> say it all", tags=("R&D",))):
        head, _, rest = body.partition(b"<item>")
        for start, content in re.findall(rb"<([\w:]+)[^<>]*>([^<]*)", rest):
            if start in (b"link", b"guid"):
                assert b"&#" not in content
            elif start != b"content:encoded":
                assert b"&amp;" not in content
                assert b"&lt;" not in content
        for attributes in re.findall(rb"<[\w:]+( [^<>]*)>", rest):
            assert b"&#" not in attributes
        assert b"<title>Q&#x26;A &#x3C; 3" in rest
        assert b"https://e.example/?a=1&amp;b=2</link>" in rest
        assert head


def _media(picture: Media) -> tuple[Media, ...]:
    return (picture, *(medium for medium in full().media if medium.medium != "image"))


def test_the_public_rss_has_them_so_too() -> None:
    medium = Media(url="https://cdn.example/a.mp3?x=1&y=2", type="audio/mpeg", length=9, title="Q&A")
    body = FORMATS["rss"].render(feed(article(title="Q&A", url="https://e.example/?a=1&b=2", media=(medium,))))
    assert b"<title>Q&#x26;A</title>" in body
    assert b"<link>https://e.example/?a=1&amp;b=2</link>" in body
    assert b'url="https://cdn.example/a.mp3?x=1&amp;y=2"' in body
    assert b"#x26;y=2" not in body
    assert b'<media:title type="plain">Q&#x26;A</media:title>' in body
