"""`feedsvc why`: yes or no for every feed, with the one reason."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from service import Newsroom, markdown

TABLES = """
[defaults]
limit = 3
[[sections]]
path = "sport"
limit = 1
[[feeds]]
path = "/films.xml"
format = "rss"
media = "video"
[[feeds]]
path = "/calm.xml"
format = "rss"
sections = ["news"]
exclude = { tags = ["storm"] }
"""


@pytest.fixture
def newsroom(tmp_path: Path) -> Newsroom:
    return made_in(tmp_path)


def made_in(folder: Path) -> Newsroom:
    room = Newsroom(folder, tables=TABLES)
    room.write("news/eu/ferry.md", head="tags: [boats]\n")
    return room


def why(newsroom: Newsroom, article: str, feed: str = "") -> dict[str, str]:
    """Feed to verdict, without what it tells of revisions."""
    result = newsroom.here("why", article, *([feed] if feed else ["--all"]))
    assert result.returncode == 0, result.stderr
    lines = (line.split(None, 2) for line in result.stdout.splitlines()[1:])
    return {feed: f"{verdict} {reason.partition('; revision')[0]}" for verdict, feed, reason in lines}


def test_it_answers_for_every_feed(newsroom: Newsroom) -> None:
    newsroom.write("sport/rowing.md")
    newsroom.here("publish")
    found = why(newsroom, "news/eu/ferry.md")
    assert found.pop("/") in ("yes item 1 of 2", "yes item 2 of 2")  # both are of the same second
    assert found == {
        "/news/": "yes item 1 of 1",
        "/news/eu/": "yes item 1 of 1",
        "/sport/": "no not in that section; it is in news, news/eu",
        "/films.xml": "no the feed's selection: media video",
        "/calm.xml": "yes item 1 of 1",
    }


@pytest.mark.parametrize(
    "feed",
    [
        *("/news/eu/rss.xml", "/news/eu/", "news/eu", "/news/eu/feed.json", "news/eu/rss.xml"),
        "https://www.example.net/news/eu/atom.xml",
    ],
)
def test_it_answers_for_one_feed_by_any_of_its_names(newsroom: Newsroom, feed: str) -> None:
    newsroom.here("publish")
    assert why(newsroom, "news/eu/ferry.md", feed) == {"/news/eu/": "yes item 1 of 1"}


def test_an_article_may_be_named_by_file_id_key_or_url(newsroom: Newsroom) -> None:
    newsroom.write("elsewhere.md", head="id: 'urn:x:Seven'\nurl: https://other.example/seven\n")
    newsroom.here("publish")
    first = newsroom.here("why", "news/eu/ferry.md").stdout
    key = first.splitlines()[0].rpartition("key ")[2].rstrip(")")
    full = str(newsroom.articles / "news/eu/ferry.md")
    for name in (full, key, f"/articles/{key}/ferry", f"http://127.0.0.1:{newsroom.port}/articles/{key}/old-slug"):
        assert newsroom.here("why", name).stdout == first
    second = newsroom.here("why", "elsewhere.md").stdout
    for name in ("urn:x:seven", "https://other.example/seven"):
        assert newsroom.here("why", name).stdout == second != first


@pytest.mark.parametrize(
    ("head", "reason"),
    [
        ("draft: true\n", "it is a draft"),
        ("status: withdrawn\n", "withdrawn by its status"),
        ("embargo: 2090-01-01T00:00:00Z\n", "embargo until 2090-01-01T00:00:00+00:00"),
        ("expires: 2026-02-01T00:00:00Z\n", "expired 2026-02-01T00:00:00+00:00"),
    ],
)
def test_what_holds_an_article_back_everywhere_is_said_for_every_feed(
    newsroom: Newsroom, head: str, reason: str
) -> None:
    newsroom.write("held.md", head=head)
    newsroom.here("publish")
    assert set(why(newsroom, "held.md").values()) == {f"no {reason}"}


def test_a_date_in_the_future_is_no_embargo(newsroom: Newsroom) -> None:
    newsroom.write("soon.md", "---\ntitle: soon\ndate: 2090-01-01T00:00:00Z\n---\n\nText.\n")
    newsroom.here("publish")
    assert set(why(newsroom, "soon.md").values()) == {"no dated in the future, so not before 2090-01-01T00:00:00+00:00"}


def test_a_full_window_is_said_with_its_oldest(newsroom: Newsroom) -> None:
    start = datetime(2026, 3, 1, tzinfo=UTC)
    for number in range(4):
        date = (start + timedelta(days=number)).isoformat()
        newsroom.write(f"sport/{number}.md", f"---\ntitle: s{number}\ndate: {date}\n---\n\nText.\n")
    newsroom.here("publish")
    answers = why(newsroom, "sport/0.md")
    assert answers["/"].startswith("no the window of 3 is full since 2026-03-02T00:00:00+00:00; it is of 2026-03-01")
    assert answers["/sport/"].startswith("no the window of 1 is full since 2026-03-04T00:00:00+00:00")


def test_a_selection_is_answered_with_the_condition_that_is_not_met(newsroom: Newsroom) -> None:
    newsroom.write("news/gale.md", head="tags: [storm]\n")
    newsroom.here("publish")
    assert why(newsroom, "news/gale.md", "/calm.xml") == {"/calm.xml": "no the feed's selection: exclude tags storm"}


def test_a_file_that_was_quarantined_is_said_with_the_reason(newsroom: Newsroom) -> None:
    newsroom.write("bad.md", "---\ntitle: [\n---\n\nText.\n")
    newsroom.here("publish")
    assert all(each.startswith("no quarantined: ") for each in why(newsroom, "bad.md").values())


def test_an_article_whose_file_went_bad_is_served_as_it_last_was_and_that_is_said(newsroom: Newsroom) -> None:
    newsroom.here("publish")
    newsroom.write("news/eu/ferry.md", "---\ntitle: [\n---\n\nText.\n")
    newsroom.here("publish")
    result = newsroom.here("why", "news/eu/ferry.md", "/")
    assert result.stdout.splitlines()[1].split() == [
        "yes",
        "/",
        "item",
        "1",
        "of",
        "1;",
        "revision",
        "1",
        "of",
        "2026-01-05T10:00:00+00:00",
        "is",
        "served",
    ]
    assert "its last good version stays" in result.stderr


def test_a_file_that_is_gone_is_said(newsroom: Newsroom) -> None:
    for number in range(9):
        newsroom.write(f"other{number}.md", markdown(f"other{number}"))
    newsroom.here("publish")
    (newsroom.articles / "news/eu/ferry.md").unlink()
    newsroom.here("publish")
    found = why(newsroom, "news/eu/ferry.md")
    assert all(each.startswith("no withdrawn by removal: its file is gone since 20") for each in found.values())
    (line,) = newsroom.here("why", "news/eu/ferry.md", "/calm.xml").stdout.splitlines()[1:]
    assert "; revision 1 of 2026-01-05T10:00:00+00:00 was served last, until 20" in line


def test_a_correction_and_a_rollback_are_said_with_the_revision_that_is_served(newsroom: Newsroom) -> None:
    newsroom.here("publish")
    newsroom.write("news/eu/ferry.md", markdown("Corrected"))
    newsroom.write("spam.md")
    newsroom.here("publish")
    assert "; revision 2 of 20" in newsroom.here("why", "news/eu/ferry.md", "/").stdout
    assert newsroom.here("editions", "rollback", "1").returncode == 0
    result = newsroom.here("why", "news/eu/ferry.md", "/")
    assert "; revision 3 of 20" in result.stdout
    assert "as after the rollback to edition 1 of 20" in result.stderr
    assert why(newsroom, "spam.md", "/")["/"].startswith("no taken out by the rollback to edition 1 of 20")
    assert "rolled back to edition 1 since" in newsroom.here("status").stdout


def test_what_there_is_not_is_said(newsroom: Newsroom) -> None:
    newsroom.here("publish")
    assert newsroom.here("why", "nothing.md").returncode == 1
    result = newsroom.here("why", "news/eu/ferry.md", "/no/such.xml")
    assert result.returncode == 1
    assert "/calm.xml" in result.stderr


# --- as people ask ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Newsroom:
    """Nothing is changed by tests that use it."""
    newsroom = made_in(tmp_path_factory.mktemp("desk"))
    newsroom.write("sport/2026/cup.md", markdown("Cup final – keepers decide"))
    newsroom.write("sport/2026/cupboard.md", markdown("A cupboard full of trophies"))
    newsroom.write("bad.md", "---\ntitle: [\n---\n\nText.\n")
    newsroom.write("old.md", head="url: https://old.example/2019/ferry-late.html\n")
    newsroom.here("publish")
    return newsroom


@pytest.mark.parametrize(
    ("asked", "file"),
    [
        ("cup.md", "sport/2026/cup.md"),
        ("cup", "sport/2026/cup.md"),
        ("Cup final", "sport/2026/cup.md"),
        ("  CUP   FINAL – keepers decide ", "sport/2026/cup.md"),
        ("keepers final", "sport/2026/cup.md"),
        ("2026/cupboard.md", "sport/2026/cupboard.md"),
        ("trophies", "sport/2026/cupboard.md"),
        ("https://old.example/2019/ferry-late.html?utm=1", "old.md"),
        ("https://mirror.example.net/2019/ferry-late.html", "old.md"),
        ("/2019/ferry-late.html", "old.md"),
    ],
)
def test_an_article_is_found_by_what_people_type(desk: Newsroom, asked: str, file: str) -> None:
    assert f"({file}, id " in desk.here("why", asked).stdout


def test_a_file_that_was_never_read_is_found_by_its_name(desk: Newsroom) -> None:
    assert "quarantined" in desk.here("why", "bad.md").stdout


def test_several_that_fit_are_named(desk: Newsroom) -> None:
    result = desk.here("why", "sport/2026")
    assert result.returncode == 1
    assert "2 articles fit" in result.stderr
    assert "sport/2026/cupboard.md (A cupboard full of trophies)" in result.stderr


def test_several_without_a_file_are_named_so_that_each_can_be_asked_for(newsroom: Newsroom) -> None:
    for number in range(9):
        newsroom.write(f"other{number}.md", markdown(f"other{number}"))
    for name in ("one", "two"):
        newsroom.write(f"{name}.md", markdown("Twice told"))
    newsroom.here("publish")
    for name in ("one", "two"):
        (newsroom.articles / f"{name}.md").unlink()
    newsroom.here("publish")
    found = newsroom.here("why", "twice told").stderr
    keys = re.findall(r"(\w+) \(Twice told\)", found)
    assert len({*keys}) == 2
    assert all(newsroom.here("why", key).returncode == 0 for key in keys)


@pytest.mark.parametrize("asked", ["ferri.md", "Cup finale – keepers decided"])
def test_a_near_match_is_told(desk: Newsroom, asked: str) -> None:
    result = desk.here("why", asked)
    assert result.returncode == 1
    assert "did you mean" in result.stderr


@pytest.mark.parametrize("asked", ["", " ", "/", "://", "http://[", "%", "a" * 3000])
def test_nothing_that_people_type_is_too_much(desk: Newsroom, asked: str) -> None:
    assert desk.here("why", asked).returncode in (0, 1)


def test_the_answer_has_ten_lines_with_the_pages_address_and_the_newsrooms_time(tmp_path: Path) -> None:
    feeds = "".join(f'[[feeds]]\npath = "/{number}.xml"\nformat = "rss"\nmedia = "video"\n' for number in range(30))
    room = Newsroom(tmp_path, tables=f'{feeds}[articles]\ntimezone = "Asia/Tokyo"\n')
    room.write("news/eu/ferry.md")
    for number in range(30):
        room.write(f"s{number}/a.md")
    room.here("publish")
    lines = room.here("why", "ferry").stdout.splitlines()
    assert len(lines) <= 10
    assert "+09:00" in room.here("editions").stdout
    assert lines[1] == "  out since 2026-01-05 19:00 Asia/Tokyo"
    assert lines[2].startswith(f"  http://127.0.0.1:{room.port}/articles/")
    assert lines[3] == "  in 3 of 63 feeds"
    assert any(line.split()[:2] == ["yes", "/news/eu/"] for line in lines)


def test_a_story_that_is_not_out_is_answered_in_three_lines(newsroom: Newsroom) -> None:
    newsroom.write("held.md", head="embargo: 2090-01-01T00:00:00Z\n")
    newsroom.here("publish")
    lines = newsroom.here("why", "held").stdout.splitlines()
    assert lines[1] == "  not out: embargo until 2090-01-01T00:00:00+00:00"
    assert lines[3].startswith("  in none of ")
    assert len(lines) == 4


@pytest.mark.parametrize("nothing", ["", " "])
def test_who_names_no_article_is_told_how(newsroom: Newsroom, nothing: str) -> None:
    told = newsroom.here("why", nothing)
    assert (told.returncode, told.stdout) == (1, "")
    assert "no article is named; give a file" in told.stderr
