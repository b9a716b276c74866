"""Folders of Markdown as Hugo, Jekyll, Pelican and Eleventy keep them, published as they come."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from newsroom import Newsroom, story

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 16
JPEG = b"\xff\xd8\xff\xe0" + b"\0" * 20
WEBP = b"RIFF\x10\0\0\0WEBPVP8 " + b"\0" * 16
ARTICLE = re.compile(r"https://news\.example/articles/[a-z2-7]{12}/[\w-]+")


@pytest.fixture
def room(tmp_path: Path) -> Newsroom:
    return Newsroom(tmp_path)


PLACES = ("posts", "posts/my-trip", "my-trip", "index", "news", "news/eu")


def sections(room: Newsroom, title: str) -> list[str]:
    """The sections in whose feeds the article is."""
    known = [path for path in PLACES if room.code(f"/{path}/feed.json") == 200]
    return [path for path in known if title in room.titles(f"/{path}/feed.json")]


# --- page bundles -----------------------------------------------------------------------------------------------------


def test_the_page_of_a_folder_is_in_the_section_above_it(room: Newsroom) -> None:
    room.write("posts/my-trip/index.md", story("A trip", "![p](p.png)"))
    room.write("posts/my-trip/p.png", PNG)
    room.write("posts/other.md", story("Another"))
    room.publish()
    assert sections(room, "A trip") == ["posts"]
    assert "/media/posts/my-trip/p.png" in room.item("A trip")["content_html"]
    assert not room.problems()


def test_the_page_of_a_folder_without_a_headline_has_the_folders_name(room: Newsroom) -> None:
    room.write("posts/my-long-trip/index.md", "---\ndate: 2026-11-01\n---\n\nThe text.\n")
    room.write("posts/2026-01-02-my_trip/index.md", "The text.\n")
    room.publish()
    assert room.item("My long trip")["url"].endswith("/my-long-trip")
    assert room.item("My trip")["date_published"] == "2026-01-02T00:00:00Z"


def test_the_page_of_a_folder_may_be_in_several_languages(room: Newsroom) -> None:
    room.write("posts/my-trip/index.md", story("A trip"))
    room.write("posts/my-trip/index.fr.md", story("Un voyage"))
    room.publish()
    assert sections(room, "Un voyage") == sections(room, "A trip") == ["posts"]


@pytest.mark.parametrize("name", ["_index.md", "posts/_index.md", "_drafts/a.md"])
def test_what_describes_a_folder_is_no_article(room: Newsroom, name: str) -> None:
    room.write(name, story("The posts"))
    room.write("posts/a.md", story("A"))
    room.publish()
    assert "The posts" not in room.body("/feed.json").decode()


# --- names ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", ["md", "markdown", "mdown", "mkd", "mkdn", "html"])
def test_the_name_of_a_file_tells_its_day(room: Newsroom, suffix: str) -> None:
    room.write(f"2026-01-02-hello-quay.{suffix}", "---\ntitle: Hello\n---\n\n<p>The text.</p>\n")
    room.publish()
    assert room.item("Hello")["date_published"] == "2026-01-02T00:00:00Z"


def test_a_date_in_the_file_counts_before_that_in_its_name(room: Newsroom) -> None:
    room.write("2026-01-02-hello-quay.md", story("Hello", date="2026-01-03T08:00:00Z"))
    room.publish()
    assert room.item("Hello")["date_published"] == "2026-01-03T08:00:00Z"


def test_the_name_of_a_file_is_a_headline_without_its_day(room: Newsroom) -> None:
    room.write("2026-01-02-hello-quay.md", "The text.\n")
    room.write("2026-13-02-no-day.md", "The text.\n")
    room.publish()
    assert room.item("Hello quay")
    assert room.item("2026-13-02-no-day")


# --- other fields -----------------------------------------------------------------------------------------------------


def test_excerpt_and_pictures_as_jekyll_and_hugo_name_them(room: Newsroom) -> None:
    room.write(
        "a.md", story("A", excerpt="In short.", images="[p.png, q.png]", last_modified_at="2026-11-19T10:00:00Z")
    )
    room.write("p.png", PNG)
    room.write("q.png", PNG)
    room.publish()
    item = room.item("A")
    assert (item["summary"], item["image"]) == ("In short.", "https://news.example/media/p.png")
    assert item["date_modified"] == "2026-11-19T10:00:00Z"
    assert not room.problems()


@pytest.mark.parametrize(("key", "place"), [("url", "/boats/b/"), ("permalink", "/2026/03/b/"), ("url", "/boote/ö/")])
def test_a_path_of_its_own_is_another_address_of_its_page_here(room: Newsroom, key: str, place: str) -> None:
    room.write("a.md", story("A", **{key: place}))
    room.publish()
    for address, own in enumerate(room.plan.addresses):
        assert room.item("A", address=address)["url"].startswith(f"{own}/articles/")
    assert room.code(room.page("A")) == 200
    assert not room.problems()


# --- links ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("body", ["![p](/images/p.png)", "<img src='/images/p.png'>", "![p][1]\n\n[1]: /images/p.png"])
def test_a_path_from_the_root_leads_to_a_picture_below_the_articles(room: Newsroom, body: str) -> None:
    room.write("news/a.md", story("A", body))
    room.write("images/p.png", PNG)
    room.publish()
    assert 'src="https://news.example/media/images/p.png"' in room.item("A")["content_html"]
    assert room.code("/media/images/p.png") == 200
    assert not room.problems()


def test_a_path_from_the_root_stays_where_no_picture_is_and_until_it_comes(room: Newsroom) -> None:
    room.write("news/a.md", story("A", "![p](/images/p.png)"))
    room.publish()
    assert 'src="https://news.example/images/p.png"' in room.item("A")["content_html"]
    room.write("images/p.png", PNG)
    room.publish()
    assert 'src="https://news.example/media/images/p.png"' in room.item("A")["content_html"]


@pytest.mark.parametrize(
    "link",
    [
        "b.md",
        "./b.md",
        "../news/b.md",
        "/news/b.md",
        "b",
        "{filename}b.md",
        "{filename}/news/b.md",
        "|filename|b.md",
        '{{< ref "b.md" >}}',
        '{{< relref "/news/b.md" >}}',
        "{% link news/b.md %}",
    ],
)
def test_a_link_to_another_file_leads_to_its_article(room: Newsroom, link: str) -> None:
    room.write("news/a.md", story("A", f"[x]({link}#top)"))
    room.write("news/b.md", story("The other"))
    room.publish()
    [found] = re.findall(r'href="([^"]+)"', room.item("A")["content_html"])
    assert ARTICLE.match(found)
    assert found.endswith("#top")
    # Whatever stands behind the key leads to the page.
    assert room.item("The other")["url"].startswith(found.rpartition("/")[0])
    assert not room.problems()


def test_a_link_to_a_post_of_jekylls_leads_to_it(room: Newsroom) -> None:
    room.write("a.md", story("A", "[x]({% post_url 2026-01-02-b %}) and [y](c) and [z](trips/lake/)"))
    room.write("2026-01-02-b.md", story("B"))
    room.write("c.markdown", story("C", url="https://elsewhere.example/c"))
    room.write("trips/lake/index.md", story("D"))
    room.publish()
    links = re.findall(r'href="([^"]+)"', room.item("A")["content_html"])
    assert ARTICLE.match(links[0])
    assert links[1] == "https://elsewhere.example/c"
    assert links[2].endswith("/lake")


def test_a_link_leads_to_an_article_by_its_own_id_and_follows_its_address(room: Newsroom) -> None:
    room.write("a.md", story("A", "[x](b.md)"))
    room.write("b.md", story("B", id="urn:x:1"))
    room.publish()
    [found] = re.findall(r'href="([^"]+)"', room.item("A")["content_html"])
    assert room.item("B")["url"].startswith(found.rpartition("/")[0])
    room.write("b.md", story("B", id="urn:x:1", url="https://elsewhere.example/b"))
    room.publish()
    assert 'href="https://elsewhere.example/b"' in room.item("A")["content_html"]


def test_a_link_to_a_file_that_cannot_be_read_stays_as_it_is(room: Newsroom) -> None:
    room.write("a.md", story("A", "[x](b.md) [y](c.md) [z](_d.md)"))
    room.write("b.md", "---\ntitle: [\n---\n")
    room.write("_d.md", story("D"))
    room.publish()
    html = room.item("A")["content_html"]
    assert "articles" not in html
    assert {problem.partition(":")[0] for problem in room.problems() if "warning" not in problem} == {"b.md"}


# --- what is not what it says ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "type"), [(JPEG, "image/jpeg"), (WEBP, "image/webp"), (b"GIF89a" + JPEG, "image/gif")]
)
def test_a_picture_is_of_the_type_that_it_is_whatever_it_is_called(room: Newsroom, content: bytes, type: str) -> None:
    room.write("a.md", story("A", "![x](q.png)", image="p.png"))
    room.write("p.png", content)
    room.write("q.png", PNG)
    room.publish()
    assert f'/media/p.png" type="{type}"' in room.body("/rss.xml").decode()
    [problem] = room.problems()
    assert problem.startswith(f"a.md: warning: the picture p.png is called image/png, but is {type}")


def test_a_year_of_another_calendar_holds_the_article_back_by_name(room: Newsroom) -> None:
    for name, date in (("jalali.md", "1404-11-07"), ("thai.md", "2569-03-01")):
        room.write(name, story(name, date=date))
    room.publish()
    assert room.titles() == []
    assert sorted(problem.partition(":")[0] for problem in room.problems()) == ["jalali.md", "thai.md"]
    assert all("another calendar" in problem and "warning" not in problem for problem in room.problems())


def test_a_draft_in_any_shape_is_nowhere_in_the_edition(room: Newsroom) -> None:
    room.write("a.md", '{"title": "Secret one", "draft": true}\n\nSecret text.')
    room.write("b.md", "Title: Secret two\nStatus: draft\n\nSecret text.")
    room.write("c.html", "---\ntitle: Secret three\npublished: false\n---\n<p>Secret text.</p>")
    room.write("d.md", "---\ntitle: Secret four\npubdate: 2031-01-01\n---\nSecret text.")
    room.write("e.md", "---\ntitle: Secret five\nunpublishdate: 2026-02-01\n---\nSecret text.")
    room.write("f.md", story("Seen", date=datetime(2026, 11, 1, tzinfo=UTC).isoformat()))
    room.publish()
    for path in ("/", "/rss.xml", "/atom.xml", "/feed.json", "/feeds.opml"):
        assert "ecret" not in room.body(path).decode()
    assert "Seen" in room.body("/rss.xml").decode()
