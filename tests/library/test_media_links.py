"""A picture that lies beside the articles is published under whichever of its addresses an article names it."""

from pathlib import Path

import pytest
from newsroom import Newsroom, story

PICTURE = b"\x89PNG\r\n\x1a\n"
HOSTS = ("https://news.example", "http://NEWS.example:8080", "https://mirror.example.net", "https://news.example.")


@pytest.fixture
def room(tmp_path: Path) -> Newsroom:
    return Newsroom(tmp_path)


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize("body", ["![a]({}/media/eu/u%20v.png)", "<p><img src='{}/media/eu/u%20v.png'></p>"])
def test_a_picture_of_a_text_may_be_named_by_the_sites_own_address(room: Newsroom, host: str, body: str) -> None:
    room.write("a.md", story("A", body.format(host)))
    room.write("eu/u v.png", PICTURE)
    room.publish()
    assert room.code("/media/eu/u v.png") == 200
    for address, own in enumerate(room.plan.addresses):
        assert f'src="{own}/media/eu/u%20v.png"' in room.item("A", address=address)["content_html"]
    assert not room.problems()


def test_an_address_may_end_a_sentence_or_a_candidate(room: Newsroom) -> None:
    address = "https://news.example/media"
    room.write("a.md", story("A", f"<img srcset='{address}/a.png, {address}/b.png 2x'> See {address}/c.png."))
    for name in "abc":
        room.write(f"{name}.png", PICTURE)
    room.publish()
    assert [room.code(f"/media/{name}.png") for name in "ab"] == [200] * 2
    html = room.item("A")["content_html"]
    assert f'srcset="{address}/a.png, {address}/b.png 2x"' in html
    assert f"See {address}/c.png." in html


@pytest.mark.parametrize("host", HOSTS)
def test_so_may_a_picture_of_front_matter_and_what_belongs_to_a_film(room: Newsroom, host: str) -> None:
    film = f'{{url: "{host}/media/f.mp4", thumbnail: "{host}/media/t.png", captions: "{host}/media/c.vtt"}}'
    room.write("a.md", story("A", image=f"{host}/media/v.png?w=640", media=f"[{film}]"))
    for name in ("v.png", "f.mp4", "t.png", "c.vtt"):
        room.write(name, PICTURE)
    room.publish()
    assert [room.code(f"/media/{name}") for name in ("v.png", "f.mp4", "t.png", "c.vtt")] == [200] * 4
    assert room.item("A", address=1)["image"] == "https://mirror.example.net/media/v.png"
    assert f'/media/v.png" type="image/png" medium="image" fileSize="{len(PICTURE)}"' in room.body("/rss.xml").decode()
    assert not room.problems()


def test_a_picture_of_front_matter_may_be_named_as_in_a_text(room: Newsroom) -> None:
    room.write("news/a.md", story("A", "![x](/media/x.png)", image="/media/x.png"))
    room.write("x.png", PICTURE)
    room.publish()
    assert room.item("A")["image"] == "https://news.example/media/x.png"
    assert not room.problems()


def test_a_folder_that_is_called_media_comes_first(room: Newsroom) -> None:
    room.write("news/a.md", story("A", image="/media/x.png"))
    room.write("media/x.png", PICTURE)
    room.write("x.png", PICTURE)
    room.publish()
    assert room.item("A")["image"] == "https://news.example/media/media/x.png"
    assert room.code("/media/x.png") == 404


def test_so_it_does_in_a_text_if_nothing_else_is_there(room: Newsroom) -> None:
    room.write("news/a.md", story("A", "![x](/media/x.png)"))
    room.write("media/x.png", PICTURE)
    room.publish()
    assert 'src="https://news.example/media/media/x.png"' in room.item("A")["content_html"]
    assert not room.problems()
    room.write("x.png", PICTURE)
    room.publish()
    assert 'src="https://news.example/media/x.png"' in room.item("A")["content_html"]


@pytest.mark.parametrize("name", ["x.png", "media/x.png"])
@pytest.mark.parametrize(
    ("image", "body"),
    [("/media/{}", ""), ("https://news.example/media/{}", ""), ("", "![x](https://news.example/media/{})")],
)
def test_what_comes_later_than_its_article_is_published_too(room: Newsroom, image: str, body: str, name: str) -> None:
    room.write("a.md", story("A", body.format(name), image=image.format(name)))
    room.publish()
    room.write(name, PICTURE)
    room.publish()
    assert room.code(f"/media/{name}") == 200
    assert not room.problems()


@pytest.mark.parametrize(
    ("name", "called"),
    [("gone.png", "media file"), ("gone.md", "file"), ("other.html", "file"), ("sub/", "file")],
)
def test_what_a_link_misses_is_called_a_media_file_if_its_name_says_so(room: Newsroom, name: str, called: str) -> None:
    room.write("a.md", story("A", f"[x]({name})"))
    room.publish()
    assert [f": warning: the {called} {name} is not there" in problem for problem in room.problems()] == [True]


def test_what_lies_in_either_place_of_a_path_may_come_later(room: Newsroom) -> None:
    room.write("a.md", story("A", image="/media/x.png"))
    room.publish()
    assert ["the media file media/x.png is not there" in problem for problem in room.problems()] == [True]
    room.write("x.png", PICTURE)
    room.publish()
    assert room.item("A")["image"] == "https://news.example/media/x.png"


def test_what_another_service_has_at_an_own_address_or_at_another_host_is_left(room: Newsroom) -> None:
    urls = [f"https://{host}/media/x.png" for host in ("news.example", "news.example.org", "my-news.example")]
    for number, url in enumerate(urls):
        room.write(f"{number}.md", story(f"{number}", f"![x]({url}) <https://news.example/media/>", image=url))
    room.publish()
    assert [room.item(f"{number}")["image"] for number in range(3)] == urls
    assert all(url in room.item(f"{number}")["content_html"] for number, url in enumerate(urls))
    room.write("x.png", PICTURE)
    room.publish()
    assert [room.item(f"{number}")["image"] for number in range(3)] == urls
    assert not room.problems()


def test_nothing_is_read_again_while_what_is_awaited_does_not_come(room: Newsroom) -> None:
    room.write("eu/b.md", story("B"))
    room.write("a.md", story("A", "[x](https://news.example/media/eu) ![y](https://news.example/media/y.png)"))
    room.publish()
    assert room.publish().read == 0


@pytest.mark.parametrize("path", ["../outside.png", "%2e%2e/outside.png", ".git/x.png", "%00.png", "x" * 5_000])
def test_nothing_but_what_lies_below_the_articles_is_found(room: Newsroom, path: str) -> None:
    room.write(".git/x.png", PICTURE)
    (room.articles.parent / "outside.png").write_bytes(PICTURE)
    url = f"https://news.example/media/{path}"
    room.write("a.md", story("A", f"![x]({url})", image=url))
    room.publish()
    assert not [path for _, path in room.edition() if path.startswith("/media/")]
    assert room.item("A")["image"] == url
