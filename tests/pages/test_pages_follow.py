"""The pages that tell how to follow the site, or a section of it."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from msgspec.structs import replace
from pages_sample import EU, NEWS, SITE_OF_NEWS, feed, links, tree, words

from feedsvc import pages
from feedsvc.model.follow import ReaderService
from feedsvc.model.urls import SITE
from feedsvc.pages.follow import READERS, add_link, installed_link

FEED = f"{SITE}/news/%D9%82/rss.xml"


def follow(language: str = "en", others: Any = ()) -> Any:
    site = replace(SITE_OF_NEWS, language=language, readers=READERS)
    return tree(pages.follow(site, (NEWS, EU), feed(folder="/news/eu/", title="EU"), others))


def test_every_address_stands_there_to_be_copied() -> None:
    addresses = [*(link.href for link in links("/news/eu/")), SITE_OF_NEWS.opml]
    assert [code.text for code in follow().xpath("//dl//code")] == addresses
    assert follow().xpath("//dl//button[@hidden]/@data-copy") == addresses


def test_the_list_of_all_feeds_is_saved_and_feeds_are_not() -> None:
    assert follow().xpath("//dt/a[@download]/text()") == ["OPML"]


def test_the_readers_that_people_use_are_a_link_away_each_with_the_first_feed() -> None:
    root = follow()
    buttons = root.xpath("//p[@class='share']//a")
    assert [words(each) for each in buttons] == [reader.name for reader in READERS]
    assert all(each.get("href").endswith(f"{SITE}/news/eu/rss.xml") for each in buttons)


def test_the_program_of_the_device_comes_last() -> None:
    assert follow().xpath("//main//a/@href")[-1] == f"feed:{SITE}/news/eu/rss.xml"


def test_browsers_and_programs_find_the_feeds_in_the_head_those_of_the_section_first() -> None:
    root = follow()
    assert root.xpath("//link[@rel='alternate']/@href") == [link.href for link in links("/news/eu/") + links()]
    assert root.xpath("//link[@rel='canonical']/@href") == [f"{SITE}/news/eu/follow"]


def test_a_podcast_of_the_section_is_named_with_its_address() -> None:
    podcast = replace(feed(title="Harbour Voices"), links=links("/podcast/")[:1])
    root = follow(others=(podcast,))
    assert "Harbour Voices" in [words(each) for each in root.xpath("//h2")]
    assert f"{SITE}/podcast/rss.xml" in root.xpath("//dl//code/text()")


@pytest.mark.parametrize(("language", "title"), [("de", "Folgen"), ("fa", "دنبال کنید"), ("ja", "フォロー")])
def test_it_speaks_the_readers_language(language: str, title: str) -> None:
    assert words(follow(language).find(".//h1")) == f"{title}: EU"


def test_without_a_feed_or_a_reader_there_is_no_button() -> None:
    bare = replace(SITE_OF_NEWS, readers=(), opml="")
    assert not tree(pages.follow(bare, (), feed())).xpath("//p[@class='share']")
    silent = replace(feed(), links=())
    root = tree(pages.follow(replace(bare, readers=READERS), (), silent))
    assert not root.xpath("//p[@class='share'] | //a[starts-with(@href, 'feed:')]")


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: str(reader.name))
def test_a_reader_gets_the_address_of_the_mirror_that_was_asked_and_decodes_it_to_the_very_same(
    reader: ReaderService,
) -> None:
    link = add_link(reader, FEED).replace(SITE, "https://mirror.example:8443")
    wanted = FEED.replace(SITE, "https://mirror.example:8443")
    values = [value for values in parse_qs(urlsplit(link).query).values() for value in values]
    assert values == [wanted] or link.endswith("https://mirror.example:8443/news/%25D9%2582/rss.xml")


def test_an_address_elsewhere_is_encoded_as_a_whole() -> None:
    reader = ReaderService(name="R", url="https://r.example/?a={feed}")
    assert (
        add_link(reader, "https://x.example/?b=c&d=e")
        == "https://r.example/?a=https%3A%2F%2Fx.example%2F%3Fb%3Dc%26d%3De"
    )
    assert installed_link(FEED) == f"feed:{FEED}"


def test_the_buttons_that_copy_say_so() -> None:
    assert {words(button) for button in follow("de").xpath("//dl//button")} == {"Kopieren"}
