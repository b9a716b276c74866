"""The places of articles that changed: those that they have, and those that they left since the last publication."""

from pathlib import Path

from newsroom import Newsroom, story

from feedsvc.library.options import UpdateOptions
from feedsvc.model import codec
from feedsvc.store import pending


def places(room: Newsroom) -> tuple[list[str], list[str]]:
    """The sections of all places after the ledger is brought up to date, and those of places that are lost."""
    with room.store.write() as transaction:
        room.library.update(transaction, UpdateOptions(room.now, wait_for_writers=False, accept_removals=True))
        lost = pending.lost_places(transaction, codec.seconds(room.now))
        return sorted(each.section for each in pending.marked_places(transaction)), sorted(
            each.section for each in lost
        )


def newsroom(folder: Path) -> Newsroom:
    room = Newsroom(folder)
    room.write("eu.md", story("Ferry late", section="News / EU"))
    room.write("asia.md", story("Bridge open", section="News / Asia"))
    room.publish()
    return room


def test_nothing_is_dirty_after_a_publication(tmp_path: Path) -> None:
    assert places(newsroom(tmp_path)) == ([], [])


def test_new_and_edited_articles_have_places_in_their_own_sections_only(tmp_path: Path) -> None:
    room = newsroom(tmp_path)
    room.write("eu.md", story("Ferry very late", section="News / EU"))
    room.write("sport.md", story("Won", section="Sport"))
    assert places(room) == (["", "", "news", "news/eu", "sport"], [])


def test_places_that_were_left_are_known_until_they_are_published(tmp_path: Path) -> None:
    room = newsroom(tmp_path)
    room.write("eu.md", story("Ferry late", section="News / Asia"))
    assert places(room) == (["", "news", "news/asia", "news/eu"], ["news/eu"])
    room.write("eu.md", story("Ferry late", section="Sport"))
    assert places(room) == (["", "news", "news/asia", "news/eu", "sport"], ["news", "news/asia", "news/eu"])
    room.publish()
    assert places(room) == ([], [])


def test_all_places_of_a_removed_or_expired_article_are_lost(tmp_path: Path) -> None:
    room = newsroom(tmp_path)
    room.remove("eu.md")
    room.write("asia.md", story("Bridge open", section="News / Asia", expires="2026-11-19T09:00:00Z"))
    assert places(room)[1] == ["", "", "news", "news", "news/asia", "news/eu"]
