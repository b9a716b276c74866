"""An article's own page says everything that is known of it, safely, in its own direction."""

import json
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace
from pages_sample import ARTICLE, EU, NEWS, PICTURE, SITE_OF_NEWS, article, links, tree, words

from feedsvc import pages
from feedsvc.model.article import Article, Media, Person
from feedsvc.model.urls import SITE

HOSTILE = """</script><script>alert(1)</script><!-- "quoted" & 'single' <b>"""
SONG = Media(url=f"{SITE}/media/a.mp3", type="audio/mpeg", title="The bell", duration=247)
FILM = Media(
    url=f"{SITE}/media/a.mp4", type="video/mp4", thumbnail=f"{SITE}/media/a.jpg", captions=f"{SITE}/media/a.vtt"
)
PAPER = Media(url=f"{SITE}/media/table.pdf", type="application/pdf")


def rendered(value: Article = ARTICLE) -> bytes:
    return pages.article(pages.frame(SITE_OF_NEWS, (NEWS, EU), links("/news/eu/")), value)


def page(**changes: Any) -> Any:
    return tree(rendered(article(**changes)))


def linked_data(root: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(root.xpath("//script[@type='application/ld+json']")[0].text)
    return found


def test_the_landmarks_are_there_once_and_the_headline_is_the_only_h1() -> None:
    root = page(content="<h1>Not the headline</h1><p>Text</p>")
    assert [words(h1) for h1 in root.iter("h1")] == [ARTICLE.title]
    assert [len(root.xpath(f"//{name}")) for name in ("main", "body/header", "body/footer")] == [1, 1, 1]
    assert [words(h2) for h2 in root.xpath("//*[@class='body']/h2")] == ["Not the headline"]


def test_the_breadcrumb_leads_home_and_through_every_section() -> None:
    hrefs = page().xpath("//nav[@aria-label='Breadcrumb']//a/@href")
    assert hrefs == ["/", "/news/", "/news/eu/"]


def test_links_and_pictures_lead_on_at_whatever_address_the_page_is_served() -> None:
    picture = f'<img src="{SITE}/media/a.png" srcset="{SITE}/media/a.png 1x, {SITE}/b 2x">'
    body = page(content=f'<a href="{SITE}/articles/k2/x">x</a>{picture}<p>{SITE}/</p>').xpath("//*[@class='body']")[0]
    assert body.xpath(".//a/@href") == ["/articles/k2/x"]
    assert body.xpath(".//img/@src") == ["/media/a.png"]
    assert body.xpath(".//img/@srcset") == ["/media/a.png 1x, /b 2x"]
    assert words(body.find("p")) == f"{SITE}/"


def test_machines_are_told_the_address_of_the_site() -> None:
    root = page()
    assert root.xpath("//meta[@property='og:url']/@content") == [ARTICLE.url]
    assert root.xpath("//meta[@property='og:image']/@content") == [PICTURE.url]
    assert linked_data(root)["mainEntityOfPage"] == ARTICLE.url


def test_its_address_is_canonical_and_its_feeds_are_announced_once_each() -> None:
    root = page()
    assert root.xpath("//link[@rel='canonical']/@href") == [ARTICLE.url]
    alternates = root.xpath("//link[@rel='alternate']")
    assert [link.get("href") for link in alternates] == [link.href for link in links() + links("/news/eu/")]
    assert alternates[0].get("title") == "The Harbour Ledger (RSS)"
    assert (alternates[5].get("title"), alternates[5].get("type")) == ("EU (JSON Feed)", "application/feed+json")


def test_dates_are_machine_readable_and_the_change_is_shown_only_where_there_was_one() -> None:
    assert [(time.get("datetime"), time.text) for time in page().iter("time")] == [
        ("2021-11-15T07:52:00+00:00", "15 November 2021, 07:52 UTC")
    ]
    changed = page(updated=ARTICLE.updated + timedelta(hours=3))
    assert [time.text for time in changed.iter("time")] == [
        "15 November 2021, 07:52 UTC",
        "15 November 2021, 10:52 UTC",
    ]


def test_the_lead_picture_stands_in_a_figure_with_caption_and_credit() -> None:
    figure = page().xpath("//main//figure")[0]
    assert dict(figure.find("img").attrib) == {
        "src": "/media/harbour.jpg", "alt": "The harbour at dawn", "width": "1200", "height": "800",
    }  # fmt: skip
    assert words(figure.find("figcaption")) == "Cranes over the harbour of Antwerp. Photo by A. Peeters"


def test_a_picture_that_the_text_shows_already_is_not_shown_twice() -> None:
    root = page(content=f'<p><img src="{PICTURE.url}"></p>')
    assert len(root.xpath("//main//img")) == 1


def test_sound_and_film_get_players_and_other_files_a_link() -> None:
    root = page(media=(PICTURE, SONG, FILM, PAPER))
    assert root.xpath("//audio/@src") == ["/media/a.mp3"]
    assert "4:07" in words(root.xpath("//figure[audio]/figcaption")[0])
    video = root.xpath("//video")[0]
    assert (video.get("src"), video.get("poster")) == ("/media/a.mp4", "/media/a.jpg")
    assert video.find("track").get("src") == "/media/a.vtt"
    assert root.xpath("//a[@href='/media/table.pdf']/text()") == ["table.pdf"]


def test_captions_of_another_site_are_left_out_since_browsers_load_them_for_no_film() -> None:
    film = replace(FILM, captions="https://films.example/a.vtt")
    assert page(media=(film,)).xpath("//video[not(track)]")


def test_authors_correction_sections_and_tags_are_named() -> None:
    root = page(correction="There are nine ports.", tags=("ports",))
    assert root.xpath("//*[@class='author']/a/@href") == ["https://ada.example/"]
    assert words(root.xpath("//aside")[0]) == "Correction There are nine ports."
    assert root.xpath("//ul[@class='labels']//a/@href") == ["/news/eu/"]
    assert [words(tag) for tag in root.xpath("//ul[@class='tags']/li")] == ["ports"]


@pytest.mark.parametrize(("summary", "shown"), [("Nine ports will share one timetable.", 0), ("An end to waiting.", 1)])
def test_a_summary_is_shown_where_it_says_more_than_the_text(summary: str, shown: int) -> None:
    assert len(page(summary=summary).xpath("//main//p[@class='standfirst']")) == shown


def test_a_hostile_headline_is_text_wherever_it_stands() -> None:
    root = page(
        title=HOSTILE, summary=HOSTILE, correction=HOSTILE, tags=(HOSTILE,), authors=(Person(name=HOSTILE),),
        sections=((HOSTILE,),), media=(Media(url=PICTURE.url, type="image/png", title=HOSTILE, credit=HOSTILE),),
    )  # fmt: skip
    assert [script.get("type") for script in root.xpath("//script[not(@src)]")] == ["application/ld+json"]
    assert words(root.find(".//h1")) == HOSTILE
    assert root.xpath("//meta[@property='og:title']/@content") == [HOSTILE]
    assert linked_data(root)["headline"] == HOSTILE
    assert not root.xpath("//b | //comment()")


def test_the_linked_data_can_neither_end_its_script_nor_open_a_comment() -> None:
    data = rendered(article(title=HOSTILE)).partition(b"ld+json")[2].partition(b"\n")[0]
    assert data.count(b"<") == 1
    assert data.endswith(b"</script>")


def test_a_link_that_is_not_of_the_web_is_not_a_link() -> None:
    bad = "javascript:alert(1)"
    root = page(authors=(Person(name="Eve", url=bad),), media=(Media(url=bad, type="image/png"),))
    assert bad.encode() not in rendered(article(authors=(Person(name="Eve", url=bad),)))
    assert not root.xpath("//main//img")


def test_a_persian_article_is_set_from_the_right_on_an_english_site() -> None:
    root = page(title="بندرها", language="fa", content="<p>متن</p>", updated=ARTICLE.updated + timedelta(hours=1))
    piece = root.find(".//article")
    assert (root.get("lang"), root.get("dir")) == ("en", "ltr")
    assert (piece.get("lang"), piece.get("dir")) == ("fa", "rtl")
    assert root.xpath("//article//span[text()='به‌روز شد']")
    assert words(root.xpath("//*[@class='share']/a")[0]) == "Mail"
    assert linked_data(root)["inLanguage"] == "fa"


def test_an_article_leads_on_to_its_section_and_to_how_to_follow_it() -> None:
    assert page().xpath("//nav[@class='onward']//a/@href") == ["/news/eu/", "/news/eu/follow"]
    assert page().xpath("//header/nav//a/@href") == ["/#sections", "/news/eu/follow"]


def test_the_link_can_be_copied_mailed_and_handed_to_the_device() -> None:
    share = page(title="Fish & chips?").xpath("//*[@aria-label='Share']")[0]
    assert words(share.find("code")) == ARTICLE.url
    assert share.xpath("button[@hidden]/@data-copy") == [ARTICLE.url]
    assert share.xpath("button[@hidden]/@data-share") == ["Fish & chips?"]
    assert share.xpath("a/@href") == [f"mailto:?subject=Fish%20%26%20chips%3F&body={ARTICLE.url}"]


def test_the_same_article_gives_the_same_bytes() -> None:
    assert rendered() == rendered(article())
