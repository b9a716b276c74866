"""What is named by the site's own address is on the address that was asked, wherever that name stands."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import feedparser
import pytest
from ledger_sample import NOON, entry
from msgspec.structs import replace
from newsroom import PLAN, Newsroom, story

from feedsvc.model import codec
from feedsvc.model.article import Article, ArticleCopy, Media
from feedsvc.model.urls import SITE
from feedsvc.publisher.articles import ArticleBuilder, KeptArticles, normalised
from feedsvc.store.entries import SectionEntry

CANONICAL, MIRROR = PLAN.addresses


def test_links_of_the_canonical_address_stay_on_the_mirror(tmp_path: Path) -> None:
    room = Newsroom(tmp_path)
    body = f"See [the other one]({CANONICAL}/articles/x/y) and [elsewhere](https://news.example.org/z)."
    room.write("a.md", story("Here", body, section="News", url=f"{CANONICAL}/2026/here"))
    room.publish()
    (ours,) = room.feed("/feed.json", 0)["items"]
    (theirs,) = room.feed("/feed.json", 1)["items"]
    assert ours["id"] == theirs["id"]
    assert (ours["url"], theirs["url"]) == (f"{CANONICAL}/2026/here", f"{MIRROR}/2026/here")
    assert f'href="{MIRROR}/articles/x/y"' in theirs["content_html"]
    assert 'href="https://news.example.org/z"' in theirs["content_html"]


def test_an_article_with_a_url_of_its_own_has_no_page_here(tmp_path: Path) -> None:
    room = Newsroom(tmp_path)
    room.write("a.md", story("Here", url=f"{CANONICAL}/2026/here"))
    room.publish()
    assert not [path for _, path in room.edition() if path.startswith("/articles/")]


IDENTITIES: dict[str, Callable[[Any], object]] = {
    "guid": lambda entry: entry.id,
    "guid without host": lambda entry: re.sub(r"https?://[^/]+", "", entry.id),
    "guid and date": lambda entry: (entry.id, entry.published),
    "guid and title": lambda entry: (entry.id, entry.title),
    "link": lambda entry: entry.link,
    "link and title": lambda entry: (entry.link, entry.title),
}


@pytest.mark.parametrize("rule", IDENTITIES)
@pytest.mark.parametrize("form", ["rss.xml", "atom.xml"])
def test_a_reader_that_goes_from_address_to_address_sees_every_article_once(
    tmp_path: Path, rule: str, form: str
) -> None:
    """By its guid; one that keys on links takes an article on another address for another."""
    addresses = (*PLAN.addresses, "https://second.example.org")
    room = Newsroom(tmp_path, replace(PLAN, addresses=addresses))
    seen: dict[object, str] = {}
    for poll in range(9):
        room.write(f"story-{poll}.md", story(f"Story {poll}", section="News"))
        room.publish()
        for item in feedparser.parse(room.body(f"/news/{form}", poll % len(addresses))).entries:
            seen.setdefault(IDENTITIES[rule](item), item.title)
    titles = [f"Story {poll}" for poll in range(9)]
    assert set(seen.values()) == set(titles)
    assert not rule.startswith("guid") or list(seen.values()) == titles


# --- as values --------------------------------------------------------------------------------------------------------


class Sections:
    """Two published sections, the second of which has a title of the configuration."""

    _published: ClassVar = {"news": SectionEntry("News", "News"), "news/eu": SectionEntry("EU", "European Union")}

    def entry(self, path: str) -> SectionEntry | None:
        return self._published.get(path)


def built(body: str = "", **said: Any) -> Article:
    copy = ArticleCopy(title="A", markup="markdown", **said)
    return ArticleBuilder(PLAN, Sections()).article(entry(0, copy, body=body))


def test_an_article_has_its_page_here_unless_the_file_names_another() -> None:
    assert built().url == f"{SITE}/articles/key0/story-0"
    assert built(url="https://elsewhere.example/a").url == "https://elsewhere.example/a"
    assert built(url=f"{CANONICAL}/2026/a").url == f"{SITE}/2026/a"


def test_its_text_becomes_html_whose_links_to_the_canonical_address_stay_on_the_site() -> None:
    content = built(f"See [one]({CANONICAL}/x) and [another](https://news.example.org/y).").content
    assert content == (f'<p>See <a href="{SITE}/x">one</a> and <a href="https://news.example.org/y">another</a>.</p>')


def test_its_summary_is_the_files_or_the_beginning_of_the_text() -> None:
    assert built("What came of it.").summary == "What came of it."
    assert built("What came of it.", summary="In short").summary == "In short"


def test_its_sections_have_their_published_titles_and_names_that_lead_back_to_them() -> None:
    made = built(sections=(("NEWS", "eu"), ("Unknown",)))
    assert [[each.title for each in path] for path in made.section_paths] == [["News", "European Union"], ["Unknown"]]
    assert made.sections == (("News", "EU"), ("Unknown",))


def test_without_text_it_is_the_same_but_for_what_the_text_says() -> None:
    copy = ArticleCopy(title="A", markup="markdown", tags=("fish",))
    builder = ArticleBuilder(PLAN, Sections())
    whole, brief = builder.article(entry(0, copy)), builder.without_text(entry(0, copy))
    assert (brief.content, brief.summary) == ("", "")
    assert replace(whole, content="", summary="") == brief
    assert brief.published == NOON


def test_an_article_that_is_kept_is_built_once() -> None:
    builder = ArticleBuilder(PLAN, Sections(), KeptArticles())
    assert builder.article(entry(0)) is builder.article(entry(0))


def test_an_article_is_built_each_time_where_none_are_kept() -> None:
    builder = ArticleBuilder(PLAN, Sections())
    first, again = builder.article(entry(0)), builder.article(entry(0))
    assert first == again
    assert first is not again


@pytest.mark.parametrize(
    "changes",
    [
        {"body": "What came of it!"},
        {"encoded_copy": codec.encode(ArticleCopy(title="Story 1"))},
        {"slug": "story"},
        {"updated": 1},
        {"path": "elsewhere/0.md"},
    ],
)
def test_a_kept_article_is_built_again_once_the_ledger_says_anything_else(changes: dict[str, Any]) -> None:
    kept, told = KeptArticles(), entry(0)
    first = ArticleBuilder(PLAN, Sections(), kept).article(told)
    assert ArticleBuilder(PLAN, Sections(), kept).article(told) is first
    changed = replace(told, **changes)
    found = ArticleBuilder(PLAN, Sections(), kept).article(changed)
    assert found is not first
    assert found == ArticleBuilder(PLAN, Sections()).article(changed)


class RenamedSections(Sections):
    _published: ClassVar = {"news": SectionEntry("News", "News"), "news/eu": SectionEntry("EU", "Europe")}


def test_a_kept_article_is_built_again_once_its_section_has_another_title() -> None:
    kept, told = KeptArticles(), entry(0, ArticleCopy(title="A", sections=(("News", "EU"),)))
    titles = [
        ArticleBuilder(PLAN, sections(), kept).article(told).section_paths[0][-1].title
        for sections in (Sections, RenamedSections, Sections)
    ]
    assert titles == ["European Union", "Europe", "European Union"]


def test_selections_see_a_language_the_address_here_and_media_that_are_there() -> None:
    there, missing = Media(url="x", file="a.png", length=1), Media(url="y", file="b.png")
    copy = normalised(ArticleCopy(title="A", url=f"{CANONICAL}/a", media=(there, missing)), PLAN)
    assert (copy.language, copy.url, copy.media) == ("en", f"{SITE}/a", (there,))
    assert normalised(copy, PLAN) is copy
