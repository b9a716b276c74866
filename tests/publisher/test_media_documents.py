"""The files that articles show, and the site's own pictures: published while they are shown, and no others."""

import os
from pathlib import Path

import pytest
from newsroom import NOON, PLAN, Newsroom, story
from sqlalchemy import event

from feedsvc.model.urls import SITE
from feedsvc.publisher import writer

PICTURE = b"\x89PNG picture"


@pytest.fixture
def room(tmp_path: Path) -> Newsroom:
    return Newsroom(tmp_path)


def test_a_picture_is_published_with_its_true_length_while_an_open_article_shows_it(room: Newsroom) -> None:
    room.write("news/a.txt", "A headline\n\nA boat at sea. (Photo by AFP)\n\nThe text.\n\nMore of it.\n")
    room.publish()
    assert "AFP" not in room.body("/rss.xml").decode()
    room.write("news/a.png", PICTURE)
    room.publish()
    rss = room.body("/rss.xml").decode()
    assert f'length="{len(PICTURE)}"' in rss
    assert "A boat at sea." in rss
    assert ">AFP<" in rss or "Photo by AFP" in rss
    assert room.code("/media/news/a.png") == 200
    room.remove("news/a.png")
    room.publish()
    assert room.code("/media/news/a.png") == 410
    assert "a.png" not in room.body("/rss.xml").decode()


def test_a_picture_that_is_named_may_come_later_than_its_article(room: Newsroom) -> None:
    room.write("a.md", story("A", image="pictures/boat.png"))
    room.publish()
    assert [problem for problem in room.problems() if "pictures/boat.png is not there" in problem]
    room.write("pictures/boat.png", PICTURE)
    room.publish()
    assert room.code("/media/pictures/boat.png") == 200
    assert "pictures/boat.png" in room.item("A")["image"]
    assert not room.problems()


@pytest.mark.parametrize("named", ["image: boat.png", "media: [boat.png]", "tags: x"])
def test_a_file_that_is_replaced_is_published_anew(room: Newsroom, named: str) -> None:
    text = story("A", "![a boat](boat.png)").replace("title: A", f"title: A\n{named}")
    room.write("a.md", text)
    room.write("boat.png", PICTURE, age=600)
    room.publish()
    before = room.edition()[0, "/media/boat.png"]
    room.write("boat.png", PICTURE + b"!", age=60)
    room.publish()
    assert room.edition()[0, "/media/boat.png"] != before
    if named != "tags: x":
        assert f'length="{len(PICTURE) + 1}"' in room.body("/rss.xml").decode()


def test_a_file_of_the_text_that_comes_later_is_published(room: Newsroom) -> None:
    room.write("news/a.md", story("A", "![a boat](../boat.png) and [its paper](plan.pdf#page=2)"))
    room.publish()
    assert len(room.problems()) == 2
    room.write("boat.png", PICTURE)
    room.write("news/plan.pdf", b"%PDF")
    room.publish()
    assert (room.code("/media/boat.png"), room.code("/media/news/plan.pdf")) == (200, 200)
    assert not room.problems()


@pytest.mark.parametrize(
    "front", [{"draft": "true"}, {"embargo": "2030-01-01"}, {"date": "2030-01-01"}, {"expires": "2020-01-01"}]
)
def test_files_of_hidden_articles_are_not_published(room: Newsroom, front: dict[str, str]) -> None:
    room.write("a.md", story("A", "![x](c.png)", image="b.png", **front))
    for name in ("a.png", "b.png", "c.png"):
        room.write(name, PICTURE)
    room.publish()
    assert not [path for _, path in room.edition() if path.startswith("/media/")]


def test_a_file_of_two_articles_stays_until_neither_shows_it(room: Newsroom) -> None:
    for name in ("a", "b"):
        room.write(f"{name}.md", story(name.upper(), image="boat.png"))
    room.write("boat.png", PICTURE)
    room.publish()
    room.write("a.md", story("A", draft="true", image="boat.png"))
    room.publish()
    assert room.code("/media/boat.png") == 200
    room.write("b.md", story("B"))
    room.publish()
    assert room.code("/media/boat.png") == 410


@pytest.mark.parametrize("name", ["secret.md", "notes.toml", "data.csv", "page.html", "no-suffix", ".hidden.png"])
def test_only_media_are_published_whatever_is_said_of_a_file(room: Newsroom, name: str) -> None:
    room.write("a.md", story("A", f"[x]({name})", media=f'\n- {{url: "{name}", type: image/png}}', section="News"))
    room.write(name, story("Secret", draft="true"))
    room.publish()
    assert not [path for _, path in room.edition() if path.startswith("/media/")]


def test_a_link_out_of_the_articles_folder_is_not_published(room: Newsroom, tmp_path: Path) -> None:
    (tmp_path / "outside.png").write_bytes(b"secret")
    (room.articles / "boat.png").symlink_to(tmp_path / "outside.png")
    room.write("a.md", story("A", "![x](boat.png) ![y](../outside.png) ![z](%2e%2e/outside.png)", image="boat.png"))
    room.publish()
    assert not [path for _, path in room.edition() if path.startswith("/media/")]


def test_many_files_that_vanish_at_once_count_as_there(room: Newsroom) -> None:
    for number in range(10):
        room.write(f"{number}.md", story(f"Story {number}", image=f"pictures/{number}.png"))
        room.write(f"pictures/{number}.png", PICTURE)
    room.publish()
    before = room.edition()
    (room.articles / "pictures").rename(room.articles / ".unmounted")
    assert room.publish(accept_removals=False).documents == 0
    assert room.edition() == before
    assert "10 of 10 files" in "".join(room.problems())
    (room.articles / ".unmounted").rename(room.articles / "pictures")
    assert room.publish(accept_removals=False).documents == 0
    assert room.problems() == []


def test_an_edit_of_the_text_does_not_read_its_film_again(room: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    room.write("a.md", story("A", media="[film.mp4]"))
    room.write("film.mp4", bytes(1000))
    room.publish()
    etag = room.edition()[0, "/media/film.mp4"]
    monkeypatch.delattr(writer, "etag_of_file")
    room.write("a.md", story("A", "Edited.", media="[film.mp4]"))
    room.publish()
    assert "Edited." in room.item("A")["content_html"]
    assert room.edition()[0, "/media/film.mp4"] == etag


def test_what_is_written_anew_is_seen_though_its_size_and_its_time_are_the_same(room: Newsroom) -> None:
    files = {"a.md": story("Head one"), "a.toml": 'summary = "Told"', "a.png": "PNG 1", "b.png": "PNG 1"}
    other = {"a.md": story("Head two"), "a.toml": 'summary = "Tale"', "a.png": "PNG 2", "b.png": "PNG 2"}
    files, other = ({**each, "b.md": story("B", "![](b.png)")} for each in (files, other))
    for contents in (files, other):
        for name, content in contents.items():
            room.write(name, content)
            os.utime(room.articles / name, (NOON.timestamp() - 600, NOON.timestamp() - 600))
        room.publish()
    assert sorted(room.titles()) == ["B", "Head two"]
    assert room.item("Head two")["summary"] == "Tale"
    fresh = Newsroom(room.articles.parent / "fresh")
    for name, content in other.items():
        fresh.write(name, content)
    fresh.publish()
    for picture in ("/media/a.png", "/media/b.png"):
        assert room.edition()[0, picture] == fresh.edition()[0, picture]


def test_files_that_are_touched_and_say_the_same_change_nothing_and_cost_little(room: Newsroom) -> None:
    for number in range(200):
        room.write(f"{number}.md", story(f"Story {number}", section="News / EU"))
    room.publish()
    before = room.edition()
    for number in range(200):
        room.write(f"{number}.md", story(f"Story {number}", section="News / EU"))
    statements: list[str] = []
    event.listen(room.store._engine, "before_cursor_execute", lambda *args: statements.append(str(args[2])))
    report = room.publish()
    assert (report.read, report.documents) == (200, 0)
    assert len(statements) < 60
    assert room.edition() == before
    assert room.publish().read == 0


def test_the_sites_logo_is_published_and_one_that_is_missing_is_named(tmp_path: Path) -> None:
    logo, icon = f"{SITE}/media/brand/logo.png", f"{SITE}/media/brand/icon.png"
    room = Newsroom(tmp_path)
    room.write("brand/logo.png", b"\x89PNG")
    room.configure(PLAN, digest="2", logo=logo, icon=icon)
    room.publish()
    assert room.code("/media/brand/logo.png") == 200
    assert room.code("/media/brand/icon.png") == 404
    (problem,) = room.problems()
    assert problem.startswith("/media/brand/icon.png: ")
    assert f"{PLAN.addresses[1]}/media/brand/logo.png".encode() in room.body("/rss.xml", 1)
