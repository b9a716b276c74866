"""An article that was moved, removed, and is there again with other words: where it is itself, and where it is not.

The path at which it was last is its own, and so is its first one, of which its id was made, as long as no other article
was at them since. A path that it left by being moved is free for other stories.
"""

from itertools import pairwise
from pathlib import Path

import pytest
from newsroom import Newsroom, story
from sqlalchemy import select

from feedsvc.library import rollback
from feedsvc.store import former_paths
from feedsvc.store.schema import articles


@pytest.fixture
def room(tmp_path: Path) -> Newsroom:
    made = Newsroom(tmp_path)
    made.write("z.md", story("Z"))
    return made


def remove(room: Newsroom, path: str) -> None:
    room.remove(path)
    room.publish()


def come_back(room: Newsroom, path: str, title: str = "A") -> str:
    """The id of an article with other words that is written to `path`."""
    room.write(path, story(title, f"Not a word of it is as it was, at {path}."))
    room.publish()
    return room.ids()[title]


def travel(room: Newsroom, *paths: str, title: str = "A", **front: str) -> str:
    """The id of an article that is written to the first of `paths`, and moved from one to the next."""
    room.write(paths[0], story(title, f"What {title} says.", **front))
    room.publish()
    for path, to in pairwise(paths):
        room.move(path, to)
        room.publish()
    return room.ids()[title]


JOURNEYS = {
    "never moved, with an id of its own": (("a.md",), "urn:x:1"),
    "moved with an id of its own": (("a.md", "b.md"), "urn:x:1"),
    "moved often": (("a.md", "deep/b.md", "c.md", "other/below/d.md"), ""),
    "moved with its folder": (("spring/a.md", "archive/spring/a.md"), ""),
}


@pytest.mark.parametrize(("paths", "given"), JOURNEYS.values(), ids=JOURNEYS.keys())
def test_an_article_is_itself_again_at_its_last_path(room: Newsroom, paths: tuple[str, ...], given: str) -> None:
    known = travel(room, *paths, id=given)
    remove(room, paths[-1])
    assert come_back(room, paths[-1]) == known
    assert [item["title"] for item in room.feed()["items"]].count("A") == 1


def test_an_article_is_itself_again_at_its_last_path_at_every_address_and_under_its_aliases(room: Newsroom) -> None:
    known = travel(room, "a.md", "b.md", aliases="[/before/a]")
    key = room.page("A").split("/")[2]
    remove(room, "b.md")
    room.write("b.md", story("A", "Other words.", aliases="[/before/a]"))
    room.publish()
    assert [room.item("A", address=address)["id"] for address in (0, 1)] == [known, known]
    with room.store.read() as transaction:
        assert former_paths.keys(transaction, "/before/a") == [key]


def test_an_article_is_itself_again_as_often_as_it_is_removed(room: Newsroom) -> None:
    known = travel(room, "a.md", "b.md")
    remove(room, "b.md")
    for path in ("b.md", "b.md", "a.md", "a.md"):
        assert come_back(room, path) == known
        remove(room, path)


def test_an_article_that_was_rolled_back_is_itself_again_at_its_last_path(room: Newsroom) -> None:
    known = travel(room, "a.md")
    edition = room.publish().edition
    room.move("a.md", "b.md")
    room.write("b.md", story("A", "Edited."))
    room.publish()
    with room.store.write() as transaction:
        rollback.roll_back(transaction, room.articles, edition, room.now)
    room.publish()
    remove(room, "b.md")
    assert come_back(room, "b.md") == known


def test_at_its_first_path_it_is_itself_too(room: Newsroom) -> None:
    known = travel(room, "a.md", "b.md", "c.md")
    remove(room, "c.md")
    assert come_back(room, "a.md") == known


def test_at_a_path_in_between_another_story_may_be(room: Newsroom) -> None:
    known = travel(room, "a.md", "b.md", "c.md")
    remove(room, "c.md")
    assert come_back(room, "b.md") != known


def test_a_last_path_where_another_article_was_since_is_that_ones(room: Newsroom) -> None:
    one, other = travel(room, "a.md", "same.md"), travel(room, "b.md", title="B")
    remove(room, "same.md")
    room.move("b.md", "same.md")
    room.publish()
    remove(room, "same.md")
    assert come_back(room, "same.md", "C") == other
    assert come_back(room, "a.md") == one


def test_an_article_whose_file_became_another_one_has_no_last_path(room: Newsroom) -> None:
    one, other = travel(room, "a.md", "same.md"), travel(room, "b.md", title="B", id="urn:b")
    remove(room, "b.md")
    room.write("same.md", story("B", id="urn:b"))
    room.publish()
    remove(room, "same.md")
    assert come_back(room, "same.md", "C") == other
    assert come_back(room, "a.md") == one


def test_a_last_path_counts_before_a_first_one(room: Newsroom) -> None:
    one, other = travel(room, "a.md", "b.md"), travel(room, "c.md", "a.md", title="C")
    remove(room, "b.md")
    remove(room, "a.md")
    assert come_back(room, "a.md", "C") == other
    assert come_back(room, "b.md") == one


def test_files_that_give_themselves_different_ids_at_one_path_are_two_articles(room: Newsroom) -> None:
    travel(room, "a.md", "latest.md", id="urn:x:1")
    remove(room, "latest.md")
    assert travel(room, "latest.md", title="B", id="urn:x:2") == "urn:x:2"
    remove(room, "latest.md")
    assert come_back(room, "latest.md", "C") == "urn:x:2"
    remove(room, "latest.md")
    assert travel(room, "latest.md", title="D", id="urn:x:1") == "urn:x:1"


def test_an_id_that_a_file_gave_itself_later_is_no_other_article(room: Newsroom) -> None:
    known = travel(room, "a.md", "b.md")
    for _ in range(2):
        room.write("b.md", story("A", "What A says.", id="urn:x:1"))
        room.publish()
        assert room.ids()["A"] == known
        remove(room, "b.md")


def test_no_path_is_that_of_one_article_and_the_last_one_of_another(room: Newsroom) -> None:
    travel(room, "a.md", "same.md")
    remove(room, "same.md")
    travel(room, "b.md", "same.md", title="B")
    with room.store.read() as transaction:
        paths = [path for row in transaction.execute(select(articles.c.path, articles.c.last_path)) for path in row]
    assert sorted(path for path in paths if path) == ["same.md", "z.md"]
