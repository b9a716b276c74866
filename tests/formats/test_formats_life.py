"""How the formats tell of what became of an article: revised, withdrawn, archived."""

from datetime import timedelta

import pytest
from formats_sample import NOON, article, atom, attributes, every, json_feed, one, read, rss, text
from msgspec.structs import replace

from feedsvc.formats._xml import NAMESPACES
from feedsvc.model.feed import Link, Withdrawal
from feedsvc.model.urls import SITE

GONE = Withdrawal(
    id="http://old.example/?p=7",
    iri="http://old.example/?p=7",
    url=f"{SITE}/articles/k7/scandal",
    title="A scandal",
    published=NOON - timedelta(days=2),
    when=NOON,
)
FORMS = {"rss": "application/rss+xml", "atom": "application/atom+xml", "json": "application/feed+json"}


def links(place: str) -> tuple[Link, ...]:
    return tuple(Link(format=name, href=f"{SITE}/news/{place}/{name}", type=kind) for name, kind in FORMS.items())


def test_atom_buries_what_was_withdrawn_without_a_word_of_what_it_was() -> None:
    feed = atom(article(), withdrawn=(GONE,))
    stone = one(feed, f"{{{NAMESPACES['at']}}}deleted-entry")
    assert attributes(stone) == {"ref": GONE.iri, "when": "2026-10-20T12:00:00+00:00"}
    assert len(every(feed, "a:entry")) == 1
    assert b"scandal" not in str(attributes(stone)).encode()


def test_a_notice_leaves_no_tombstone_beside_it() -> None:
    noticed = replace(GONE, notice="Withdrawn.")
    assert not every(atom(article(), withdrawn=(noticed,)), f"{{{NAMESPACES['at']}}}deleted-entry")


def test_rss_and_json_have_no_word_for_it() -> None:
    assert len(every(rss(article(), withdrawn=(GONE,)), "item")) == 1
    assert json_feed(article(), withdrawn=(GONE,)) == json_feed(article())


def test_rss_says_twice_when_an_article_was_revised_and_pubdate_stays() -> None:
    revised = article(updated=NOON)
    item = one(rss(revised), "item")
    for name in ("dcterms:modified", "a:updated"):
        assert text(item, name) == "2026-10-20T12:00:00+00:00"
    assert text(item, "pubDate") == "Tue, 20 Oct 2026 11:00:00 +0000"
    (entry,) = read("rss", revised).entries
    assert entry.updated_parsed[:6] == (2026, 10, 20, 12, 0, 0)
    untouched = article(updated=article().published)
    assert not every(rss(untouched), "item/a:updated")


@pytest.mark.parametrize("form", ["rss", "atom"])
def test_a_feed_leads_to_the_newest_archive(form: str) -> None:
    feed = rss(article(), older=links("archive-2")) if form == "rss" else atom(article(), older=links("archive-2"))
    found = {link.get("rel"): attributes(link) for link in every(feed, "a:link")}
    assert found["prev-archive"] == {
        "rel": "prev-archive",
        "href": f"{SITE}/news/archive-2/{form}",
        "type": FORMS[form],
    }
    assert "current" not in found
    assert not every(feed, f"{{{NAMESPACES['fh']}}}archive")


@pytest.mark.parametrize("form", ["rss", "atom"])
def test_an_archive_says_that_it_is_one_and_where_the_feed_goes_on(form: str) -> None:
    given = {"links": links("archive-1"), "current": links("feed")}
    feed = rss(article(), **given) if form == "rss" else atom(article(), **given)
    found = {link.get("rel"): link.get("href") for link in every(feed, "a:link")}
    assert found["current"] == f"{SITE}/news/feed/{form}"
    assert found["self"] == f"{SITE}/news/archive-1/{form}"
    assert "prev-archive" not in found  # nothing is older
    assert "next-archive" not in found  # or it would change when the next one is closed
    one(feed, f"{{{NAMESPACES['fh']}}}archive")


def test_json_feed_leads_on_by_next_url() -> None:
    assert json_feed(article(), older=links("archive-2"))["next_url"] == f"{SITE}/news/archive-2/json"
    assert "next_url" not in json_feed(article())


def test_nothing_is_declared_that_is_not_used() -> None:
    for feed in (rss(article()).getroottree().getroot(), atom(article())):
        assert not {"at", "fh"} & feed.nsmap.keys()
