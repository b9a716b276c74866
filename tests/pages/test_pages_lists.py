"""The home page, the sections' pages and the messages: headlines, the way around, and how to subscribe."""

from typing import Any

import pytest
from msgspec.structs import replace
from pages_sample import ARTICLE, EU, NEWS, PICTURE, SITE_OF_NEWS, article, feed, links, outlines, tree, words

from feedsvc import pages
from feedsvc.model.article import Article, Section
from feedsvc.model.feed import Link, Outline
from feedsvc.model.urls import SITE
from feedsvc.pages.words import words_of

HOSTILE = """<script>alert("1")</script>"""
MANY = tuple(article(id=str(number), title=f"Headline {number}") for number in range(12))
LAW = Section(path="news/eu/قانون", title="قانون")


def paths_of(documents: tuple[Link, ...]) -> list[str]:
    return [link.href.removeprefix(SITE) for link in documents]


def front(*articles: Article, **site: Any) -> Any:
    return tree(pages.front(replace(SITE_OF_NEWS, **site), feed(*articles), outlines()))


def section(*articles: Article) -> Any:
    of_eu = feed(*articles, folder="/news/eu/", title="The Harbour Ledger: EU", description="From Brussels")
    return tree(pages.section(SITE_OF_NEWS, of_eu, (NEWS, EU), (LAW,)))


@pytest.mark.parametrize("root", [front(*MANY), section(*MANY), front(), section()])
def test_every_page_has_one_headline_and_its_landmarks(root: Any) -> None:
    assert len(root.xpath("//h1")) == len(root.xpath("//main")) == len(root.xpath("//body/header")) == 1
    assert root.xpath("//nav")
    assert root.xpath("//a[@class='skip']/@href") == ["#main"]
    assert root.xpath("//meta[@name='viewport']")


@pytest.mark.parametrize("root", [front(*MANY), section(*MANY)])
def test_all_headlines_stand_in_the_feeds_order_with_summary_and_date(root: Any) -> None:
    assert [words(a) for a in root.xpath("//h3/a")] == [value.title for value in MANY]
    assert words(root.xpath("//article/p[not(@class)]")[0]) == ARTICLE.summary
    assert len(root.xpath("//article//time[@datetime='2021-11-15T07:52:00+00:00']")) == len(MANY)


def test_the_home_page_shows_the_tree_of_the_sections_which_lead_to_their_feeds() -> None:
    nav = front().xpath("//nav[@class='tree']")[0]
    assert nav.xpath("ul/li/div//bdi/a/@href") == ["/news/"]
    assert nav.xpath("ul/li/ul/li/div//bdi/a/@href") == ["/news/eu/"]
    assert not nav.xpath(".//span/a")
    assert section().xpath("//dl//dt/a/@href")[:3] == paths_of(links("/news/eu/"))


def test_a_feed_is_called_by_what_its_title_adds_and_the_whole_sites_is_not_repeated() -> None:
    eu = Outline(feed=feed(folder="/news/eu/", title="The Harbour Ledger – News / EU"))
    news = Outline(feed=feed(folder="/news/", title="The Harbour Ledger – News"), children=(eu,))
    bulletin = Outline(feed=replace(feed(folder="/partners/", title="Evening bulletin"), home=SITE_OF_NEWS.home))
    root = tree(pages.front(SITE_OF_NEWS, feed(), (Outline(feed=feed()), news, bulletin)))
    assert [words(name) for name in root.xpath("//nav//bdi")] == ["News", "EU", "Evening bulletin"]
    assert [words(name) for name in root.xpath("//nav//bdi/a")] == ["News", "EU"]
    assert [words(form) for form in root.xpath("//nav//span/a")] == ["RSS", "Atom", "JSON Feed"]


def test_a_feed_of_the_operators_own_is_offered_under_the_name_that_people_know() -> None:
    own = replace(
        feed(title="Films"), links=tuple(replace(links()[0], format=name) for name in ("mediarss", "podcast"))
    )
    root = tree(pages.front(SITE_OF_NEWS, feed(), (Outline(feed=own),)))
    assert [words(form) for form in root.xpath("//nav//span/a")] == ["Media RSS", "Podcast"]


@pytest.mark.parametrize(("root", "folder"), [(front(), "/"), (section(), "/news/eu/")])
def test_how_to_subscribe_gives_every_address_as_text_that_can_be_copied(root: Any, folder: str) -> None:
    addresses = [link.href for link in links(folder)] + [SITE_OF_NEWS.opml]
    assert [code.text for code in root.xpath("//dl//code")] == addresses
    assert root.xpath("//dl//dt/a/@href") == [url.removeprefix(SITE) for url in addresses]
    assert root.xpath("//dl//button[@hidden]/@data-copy") == addresses


def test_a_section_announces_its_own_feeds_and_the_whole_sites() -> None:
    root = section()
    assert root.xpath("//link[@rel='canonical']/@href") == [f"{SITE}/news/eu/"]
    assert root.xpath("//link[@rel='alternate']/@href") == [link.href for link in links("/news/eu/") + links()]
    assert root.xpath("//link[@rel='alternate']/@title")[:4:3] == ["EU (RSS)", "The Harbour Ledger (RSS)"]


def test_the_home_page_announces_each_feed_once() -> None:
    assert front().xpath("//link[@rel='alternate']/@href") == [link.href for link in links()]


def test_a_section_shows_where_it_stands_and_what_is_below_it() -> None:
    root = section()
    assert words(root.find(".//h1")) == "EU"
    assert root.xpath("//title/text()") == ["EU – The Harbour Ledger"]
    assert root.xpath("//meta[@name='description']/@content") == ["From Brussels"]
    assert root.xpath("//nav[@aria-label='Breadcrumb']//a/@href") == ["/", "/news/"]
    below = "/news/eu/%D9%82%D8%A7%D9%86%D9%88%D9%86/"
    assert root.xpath("//nav[@aria-label='Subsections']//a/@href") == [below]


def test_a_description_that_only_repeats_the_title_is_not_shown() -> None:
    eu = feed(folder="/news/eu/", title="EU", description="EU")
    assert not tree(pages.section(SITE_OF_NEWS, eu, (NEWS, EU), ())).xpath("//p[@class='standfirst']")


def test_a_section_outside_its_trail_is_called_as_its_feed() -> None:
    bulletin = feed(folder="/partners/", title="Evening bulletin")
    assert words(tree(pages.section(SITE_OF_NEWS, bulletin, (), ())).find(".//h1")) == "Evening bulletin"


@pytest.mark.parametrize("make", [front, section])
def test_a_hostile_headline_is_text(make: Any) -> None:
    root = make(article(title=HOSTILE, summary=HOSTILE, sections=((HOSTILE,),)))
    assert len(root.xpath("//script")) == 1
    assert words(root.find(".//h3")) == HOSTILE


def test_a_headline_in_another_language_says_so_and_any_other_finds_its_own_direction() -> None:
    persian, english = front(article(language="fa", title="بندرها"), article(language="en")).xpath("//article")
    assert (persian.get("lang"), persian.get("dir"), persian.find("h3").get("dir")) == ("fa", "rtl", None)
    assert (english.get("lang"), english.get("dir"), english.find("h3").get("dir")) == (None, None, "auto")


def test_a_site_is_set_in_its_direction_and_marks_what_is_english() -> None:
    root = front(language="he")
    assert (root.get("lang"), root.get("dir")) == ("he", "rtl")
    explained = root.xpath("//*[@class='subscribe']")[0]
    assert (explained.get("lang"), explained.get("dir")) == ("en", "ltr")


def test_a_persian_site_speaks_persian() -> None:
    root = front(ARTICLE, language="fa", timezone="Asia/Tehran")
    assert (root.get("lang"), root.get("dir")) == ("fa", "rtl")
    assert root.xpath("//*[@class='subscribe']/@lang") == []
    assert words(root.xpath("//h2[@id='sections']")[0]) == "بخش‌ها"


@pytest.mark.parametrize(
    "made",
    [
        lambda language: pages.front(
            replace(SITE_OF_NEWS, language=language), feed(*MANY), outlines(), older="https://x.example/"
        ),
        lambda language: pages.section(replace(SITE_OF_NEWS, language=language), feed(), (NEWS, EU), (LAW,)),
        lambda language: pages.status_message("The Harbour Ledger", 404, language),
        lambda language: pages.article(
            pages.frame(replace(SITE_OF_NEWS, language=language), (NEWS,), ()),
            article(language=language, correction="x"),
        ),
    ],
)
def test_no_english_word_is_left_on_pages_of_another_language(made: Any) -> None:
    english, german = words_of("en"), words_of("de")
    text = made("de").decode()
    for name, word in english.items():
        if isinstance(word, str) and len(word) > 4 and word != german[name] and name not in ("language", "date"):
            assert f">{word}<" not in text, name
            assert f'"{word}"' not in text, name
    assert 'lang="en"' not in text


def test_a_picture_stands_beside_each_of_the_first_stories_unless_it_is_large() -> None:
    large = replace(PICTURE, length=5 * 2**20)
    root = front(article(media=(large,)), article(media=(large,)), *MANY)
    assert len(root.xpath("//li//img[@loading='lazy']")) == 7
    assert len(root.xpath("//div[@class='lead']//img")) == 1


def test_what_looks_like_a_link_is_one() -> None:
    assert front(*MANY).xpath("//p[@class='kicker']/a/@href")[0] == "/news/eu/"


def test_the_menu_leads_to_sections_and_to_how_to_follow() -> None:
    for root, page in ((front(*MANY), "/follow"), (section(*MANY), "/news/eu/follow")):
        menu = root.xpath("//header/nav[@class='menu']//a/@href")
        assert menu[-1] == page
        assert root.xpath("//*[@class='subscribe']//a[contains(@class, 'button')]/@href") == [page]
        assert any("sections" in href for href in menu)
        assert root.xpath("//*[@id='subscribe']")
    assert "/news/" in front().xpath("//header/nav[@class='menu']//a/@href")


@pytest.mark.parametrize("status", [404, 410, 503])
def test_a_page_without_what_was_looked_for_leads_on(status: int) -> None:
    root = tree(pages.status_message("The Harbour Ledger", status, "de"))
    assert root.xpath("//main//a/@href") == ["/", "/#sections", "/follow"]
    assert words(root.find(".//h2")) == "Vielleicht suchen Sie"


def test_older_stories_are_led_to_where_there_are_any() -> None:
    assert not front(*MANY).xpath("//p[@class='onward']")
    older = f"{SITE}/older-2021-11-1.html"
    made = pages.front(SITE_OF_NEWS, feed(*MANY), outlines(), older=older)
    assert tree(made).xpath("//p[@class='onward']/a/@href") == ["/older-2021-11-1.html"]


def test_a_page_of_older_stories_leads_on_in_both_directions() -> None:
    home = f"{SITE}/news/eu/older-2021-11-1.html"
    around = pages.Around(older=f"{SITE}/o", newer=f"{SITE}/n")
    root = tree(pages.older_stories(SITE_OF_NEWS, (NEWS, EU), home, MANY, around))
    assert [words(a) for a in root.xpath("//h3/a")] == [value.title for value in MANY]
    assert root.xpath("//link[@rel='canonical']/@href") == [home]
    assert root.xpath("//nav[@class='onward']//a/@href") == ["/n", "/o"]
    assert words(root.find(".//h2")) == "November 2021"


def test_a_newsroom_without_articles_says_so() -> None:
    assert "There is no story just now." in words(front())


def test_the_same_feed_gives_the_same_bytes() -> None:
    made = [pages.front(SITE_OF_NEWS, feed(*MANY), outlines()) for _ in range(2)]
    assert made[0] == made[1]


def test_a_message_names_the_status_and_leads_home_on_whichever_address_it_was_asked() -> None:
    made = pages.message("The Harbour Ledger", 410, "This article is gone", HOSTILE, "en")
    root = tree(made)
    assert words(root.find(".//h1")) == "This article is gone"
    assert "410" in words(root.find(".//main"))
    assert set(root.xpath("//a/@href")) == {"#main", "/", "/#sections", "/follow"}
    assert not root.xpath("//script")
    assert SITE.encode() not in made
