"""Which sections and feeds a change concerns, as values."""

from feedsvc.publisher.changes import Changes, affected_sections, stale_custom_feeds
from feedsvc.publisher.section_tree import SectionChanges

NOTHING = SectionChanges(frozenset(), frozenset(), frozenset())
FEEDS = ("/a.json", "/b.json")


def test_a_section_that_changes_concerns_those_that_name_it() -> None:
    renamed = NOTHING._replace(renamed=frozenset({"news/eu"}))
    assert affected_sections(renamed, ["news/eu/ports"]) == {"news", "news/eu", "news/eu/ports"}
    assert affected_sections(NOTHING._replace(came=frozenset({"sport"})), ()) == {"", "sport"}
    assert affected_sections(NOTHING._replace(gone=frozenset({"sport/rowing"})), ()) == {"sport", "sport/rowing"}
    assert affected_sections(NOTHING, ()) == frozenset()


def test_a_section_that_changes_concerns_every_custom_feed() -> None:
    changes = Changes(NOTHING, frozenset({"news"}), frozenset())
    assert stale_custom_feeds(changes, FEEDS, ()) == set(FEEDS)


def test_otherwise_custom_feeds_are_written_again_where_they_are_due_or_marked() -> None:
    changes = Changes(NOTHING, frozenset(), frozenset({"/a.json", "news"}))
    assert stale_custom_feeds(changes, FEEDS, ()) == {"/a.json"}
    assert stale_custom_feeds(changes, FEEDS, {"/b.json"}) == set(FEEDS)
    assert stale_custom_feeds(changes, ("/b.json",), {"/gone.json"}) == frozenset()
