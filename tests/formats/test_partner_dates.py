"""What moves when an article is edited, and what never does: the matrix of the partners, one identity in all."""

import json
from email.utils import parsedate_to_datetime

import pytest
from lxml import etree
from msgspec.structs import replace
from partner_sample import EDITED, PARTNERS, PUBLISHED, RSS, asked, document, full, items

from feedsvc.formats import FORMATS
from feedsvc.model.feed import Withdrawal
from feedsvc.model.urls import SITE

DCTERMS = "{http://purl.org/dc/terms/}modified"
NEVER, BUMPED = PUBLISHED, EDITED
MATRIX = {
    # partner: (pubDate after an edit, what else says that there was one)
    "mediarss": (NEVER, DCTERMS),
    "msn": (NEVER, DCTERMS),
    "newsbreak": (NEVER, DCTERMS),
    "yahoo": (NEVER, "updated"),
    "flipboard": (NEVER, ""),
    "podcast": (NEVER, ""),
    "smartnews": (BUMPED, ""),
}


@pytest.mark.parametrize("name", MATRIX)
def test_an_edit_moves_exactly_the_dates_that_the_partner_wants_moved(name: str) -> None:
    date, signal = MATRIX[name]
    (before,) = items(name, full())
    (after,) = items(name, full(updated=EDITED))
    assert parsedate_to_datetime(before.findtext("pubDate") or "") == PUBLISHED
    assert parsedate_to_datetime(after.findtext("pubDate") or "") == date
    told = {each.tag for each in after} - {each.tag for each in before}
    assert told == ({signal} if signal else set())
    assert {each.tag for each in before} & {DCTERMS, "updated"} == set()


def test_yahoo_is_told_of_an_edit_in_the_date_format_of_rss() -> None:
    (item,) = items("yahoo", full(updated=EDITED))
    assert parsedate_to_datetime(item.findtext("updated") or "") == EDITED


def test_roku_gets_dates_that_no_other_reader_of_rss_takes() -> None:
    (item,) = items("roku-mrss", full(updated=EDITED))
    assert item.findtext("pubDate") == PUBLISHED.isoformat() == "2026-10-19T06:00:00+00:00"


def test_the_sitemaps_tell_publication_and_change_apart() -> None:
    news, pages = document("news-sitemap", full(updated=EDITED)), document("sitemap", full(updated=EDITED))
    assert PUBLISHED.isoformat().encode() in news
    assert EDITED.isoformat().encode() not in news
    assert EDITED.isoformat().encode() in pages


def test_alexa_hears_of_the_edit_in_its_one_spelling_of_dates() -> None:
    (item,) = json.loads(document("alexa", full(updated=EDITED)))
    assert item["updateDate"] == "2026-10-20T10:00:00.0Z"


@pytest.mark.parametrize("name", RSS)
def test_dates_in_rss_have_four_digits_for_the_year_and_a_zone(name: str) -> None:
    if name != "roku-mrss":
        (item,) = items(name, full())
        assert item.findtext("pubDate") == "Mon, 19 Oct 2026 06:00:00 +0000"


@pytest.mark.parametrize("name", RSS)
def test_an_article_is_the_same_one_in_every_feed_and_after_every_edit(name: str) -> None:
    (item,) = items(name, full())
    (edited,) = items(name, full(updated=EDITED, title="Another headline for the night ferry", slug="other"))
    assert item.findtext("guid") == edited.findtext("guid")
    by_address = f"{SITE}/articles/k1/"
    others = {"roku-mrss": full().key, "smartnews": by_address, "newsbreak": by_address}
    assert item.findtext("guid") == others.get(name, full().id)


def test_the_identity_of_json_partners_is_that_of_the_article_too() -> None:
    assert json.loads(document("roku-json", full()))["shortFormVideos"][0]["id"] == full().key
    asset = json.loads(document("roku-search", full()))["assets"][0]
    assert asset["id"] == asset["content"]["playOptions"][0]["playId"] == full().key
    one, other = (json.loads(document("alexa", full(title=title)))[0]["uid"] for title in ("One", "Other"))
    assert one == other


@pytest.mark.parametrize("name", ["smartnews", "newsbreak"])
def test_a_partner_who_insists_gets_the_address_as_identity(name: str) -> None:
    (item,) = items(name, full(), guid="link")
    assert item.findtext("guid") == item.findtext("link") == full().url
    assert item.find("guid").get("isPermaLink") == "true"
    (item,) = items(name, full(url="https://e.example/bell"))
    assert item.findtext("guid") == item.findtext("link") == "https://e.example/bell"
    (item,) = items(name, full(), guid="id")
    assert (item.findtext("guid"), item.find("guid").get("isPermaLink")) == (full().id, "false")


@pytest.mark.parametrize("guid", ["permalink", "link"])
@pytest.mark.parametrize("name", ["smartnews", "newsbreak"])
def test_a_guid_that_is_an_address_is_the_same_on_every_mirror(name: str, guid: str) -> None:
    shell = replace(asked(name, guid=guid), articles=(full(),), canonical="https://ledger.example")
    item = etree.fromstring(FORMATS[name].render(shell)).find("channel/item")
    told = item.find("guid")
    assert told.text.startswith("https://ledger.example/articles/k1/")
    assert told.get("isPermaLink") == "true"
    assert item.findtext("link") == full().url, "which is on the mirror that was asked"


def test_a_deleted_article_has_the_guid_by_which_smartnews_knows_it() -> None:
    gone = Withdrawal(
        id="i", iri="tag:i", url=f"{SITE}/articles/k1/", former_url=full().url, published=PUBLISHED, when=EDITED
    )
    for guid, told in (("permalink", gone.url), ("link", gone.former_url), ("id", gone.id)):
        shell = replace(asked("smartnews", guid=guid), withdrawn=(gone,))
        item = etree.fromstring(FORMATS["smartnews"].render(shell)).find("channel/item")
        (active,) = items("smartnews", full(id="i"), guid=guid)
        assert item.findtext("guid") == active.findtext("guid") == told
        assert item.findtext("title") == "Deleted"


@pytest.mark.parametrize("name", PARTNERS)
def test_the_same_feed_gives_the_same_bytes(name: str) -> None:
    assert document(name, full(1), full(2)) == document(name, full(1), full(2))
