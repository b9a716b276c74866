"""One article is one story, in whichever format it is read."""

from html import unescape
from typing import Any

import pytest
from formats_sample import FILM, PICTURE, SOUND, article, every, json_feed, read, rss, text

from feedsvc.formats import FORMATS
from feedsvc.model.article import Article, Person

HOSTILE = 'Ends ]]> & <script>alert("x")</script> &nbsp; &#x26; 😀 \x0b ‮كلمة'
STORIES = {
    "usual": article(),
    "hostile": article(title=HOSTILE, summary=HOSTILE, content=f"<p>]]&gt; ]]> &nbsp; 😀 {chr(11)}&amp;amp;</p>"),
    "rtl": article(title="سلام", summary="نص", content="<p>نص</p>", language="ar", sections=(("أخبار",),)),
    "bare": article(content="", summary="", media=(), authors=(), tags=(), sections=()),
    "rich": article(media=(PICTURE, FILM, SOUND), authors=(Person(name="Ann"), Person(name="O'Neil & <Sons>"))),
}
each_story = pytest.mark.parametrize("told", STORIES.values(), ids=STORIES)


def facts(entry: Any) -> dict[str, Any]:
    """What feedparser makes of an item or entry."""
    return {
        "id": entry.id,
        "link": entry.link,
        "published": entry.published_parsed[:6],
        "authors": [person["name"] for person in entry.get("authors", []) if person.get("name")],
        "tags": [tag.label or tag.term for tag in entry.get("tags", [])],
        "enclosure": next(((each.href, each.type) for each in entry.get("enclosures", [])), None),
        "content": entry.content[0].value if "content" in entry else None,
    }


@each_story
def test_rss_and_atom_tell_the_same(told: Article) -> None:
    (item,), (entry,) = read("rss", told).entries, read("atom", told).entries
    # An entry without author has the feed's; RSS has no such thing.
    assert facts(item) == facts(entry) | ({} if told.authors else {"authors": []})


@each_story
def test_json_tells_the_same(told: Article) -> None:
    (item,), (entry,) = json_feed(told)["items"], read("rss", told).entries
    found = facts(entry)
    assert item["id"] == found["id"]
    assert item["url"] == found["link"]
    assert [author["name"] for author in item.get("authors", [])] == found["authors"]
    assert item.get("tags", []) == found["tags"]
    assert item.get("content_html") == found["content"]
    enclosures = [(each["url"], each["mime_type"]) for each in item.get("attachments", [])]
    assert enclosures[:1] == ([found["enclosure"]] if found["enclosure"] else [])


@each_story
def test_text_that_looks_like_markup_is_shown_as_it_was_written(told: Article) -> None:
    channel, (item,) = rss(told), json_feed(told)["items"]
    assert text(channel, "item/title") == item["title"] == (told.title or told.url)
    assert unescape(text(channel, "item/description")) == item["summary"]


def test_articles_keep_their_order() -> None:
    told = [article(number) for number in (3, 1, 2)]
    ids = [one.id for one in told]
    assert [entry.id for entry in read("rss", *told).entries] == ids
    assert [entry.id for entry in read("atom", *told).entries] == ids
    assert [item["id"] for item in json_feed(*told)["items"]] == ids


def test_a_correction_stands_at_the_top_of_the_text_and_is_not_markup() -> None:
    (item,) = json_feed(article(correction="Correction: it is\nR&D <b>.", content="<p>Text</p>"))["items"]
    assert item["content_html"] == "<p><strong>Correction: it is<br>R&amp;D &lt;b&gt;.</strong></p><p>Text</p>"


@pytest.mark.parametrize(("own", "feeds"), [("ar", "en"), ("", "ar"), ("ku_Arab", "en")])
def test_text_from_right_to_left_says_so(own: str, feeds: str) -> None:
    (item,) = json_feed(article(language=own, content="<p>نص</p>"), language=feeds)["items"]
    assert item["content_html"] == f'<div dir="rtl" lang="{(own or feeds).replace("_", "-")}"><p>نص</p></div>'


def test_the_formats_of_sections_are_found_by_their_names() -> None:
    assert {name: (form.filename, form.type) for name, form in FORMATS.items() if form.filename} == {
        "atom": ("atom.xml", "application/atom+xml"),
        "json": ("feed.json", "application/feed+json"),
        "rss": ("rss.xml", "application/rss+xml"),
    }


def test_an_untrusted_extra_changes_nothing() -> None:
    odd = article(extra={"title": object(), "\x00": [1]})
    for form in ("rss", "atom"):
        assert facts(read(form, odd, options={"ttl": "x"}).entries[0]) == facts(read(form, article()).entries[0])


def test_pictures_stay_out_of_the_text() -> None:
    (content,) = every(rss(article()), "item/{http://purl.org/rss/1.0/modules/content/}encoded")
    assert "Mara Lindt" not in (content.text or "")
