"""`feedsvc read FILE` shows one file as it is understood, and `feedsvc check` what was guessed of all of them."""

import json
from pathlib import Path

import pytest
from service import Newsroom

PAGE = (
    "Home > News > Coast\n\nThe ferry is late\n\nBy Ann Aal\n\n12 March 2026\n\nThe quay. (Photo by AFP)\n\n"
    "The ferry was late again.\n\nSHARE THIS ARTICLE\n"
)


@pytest.fixture
def newsroom(tmp_path: Path) -> Newsroom:
    return Newsroom(tmp_path)


def test_each_field_is_shown_with_where_it_comes_from(newsroom: Newsroom) -> None:
    path = newsroom.write("news/ferry.txt", PAGE)
    (path.parent / "ferry.toml").write_text('tags = ["ferries"]', encoding="utf-8")
    result = newsroom.here("read", str(path))
    assert result.returncode == 0
    for line in (
        "news/ferry.txt: captured page text",
        "title        The ferry is late  [the headline]",
        "published    2026-03-12T00:00:00+00:00  [the date line]",
        "sections     News / Coast  [the breadcrumb]",
        "authors      Ann Aal  [the byline]",
        "credit       AFP  [the caption]",
        "tags         ferries  [ferry.toml: tags]",
        "SHARE THIS ARTICLE  [page furniture]",
        "The ferry was late again.",
    ):
        assert line in result.stdout


def test_it_is_there_for_programs_too(newsroom: Newsroom) -> None:
    path = newsroom.write("2026-01-02-ferry.md", "{{< notice >}}The ferry was late again.\n")
    result = newsroom.here("read", "--json", str(path))
    assert result.returncode == 1
    found = json.loads(result.stdout)
    fields = {field["name"]: (field["value"], field["origin"]) for field in found["fields"]}
    assert fields["title"] == ("Ferry", "the file's name")
    assert fields["published"] == ("2026-01-02T00:00:00+00:00", "the file's name")
    assert found["removed"] == [["{{< notice >}}", "template code that is not known"]]
    assert found["text"] == "The ferry was late again."
    assert len(found["guesses"]) == 2
    assert "template code" in found["problems"][0]["reason"]


def test_a_file_that_is_held_back_is_told_why(newsroom: Newsroom) -> None:
    path = newsroom.write("a.md", "# The ferry\n\nStatus: draft\n\nText.\n")
    result = newsroom.here("read", str(path))
    assert result.returncode == 1
    assert "line 3: 'Status: draft' looks like metadata" in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize(("name", "hidden"), [("_ferry.md", True), ("_drafts/ferry.md", True), ("ferry.md", False)])
def test_a_file_that_is_not_looked_at_is_told_so(newsroom: Newsroom, name: str, hidden: bool) -> None:
    result = newsroom.here("read", str(newsroom.write(name, "# Ferry\n\nThe ferry was late again.\n")))
    assert ("the service does not look at it" in result.stdout) is hidden


def test_a_file_may_lie_outside_of_the_articles(newsroom: Newsroom) -> None:
    path = newsroom.folder / "elsewhere.md"
    path.write_text("---\ntitle: The ferry\n---\nIt was late.\n", encoding="utf-8")
    result = newsroom.here("read", str(path))
    assert result.returncode == 0
    assert "title        The ferry  [front matter: title]" in result.stdout


@pytest.mark.parametrize("arguments", [["read"], ["read", "nothing.md"]])
def test_what_is_no_file_is_wrong_use(newsroom: Newsroom, arguments: list[str]) -> None:
    assert newsroom.here(*arguments).returncode == 2


def test_check_tells_what_was_guessed_in_a_line_each(newsroom: Newsroom) -> None:
    for number in range(5):
        newsroom.write(f"news/{number}.txt", PAGE.replace("12 March 2026\n\n", ""))
    newsroom.write("2026-01-02-ferry.md", "The ferry was late again.\n")
    result = newsroom.here("check")
    assert result.returncode == 0
    lines = result.stdout.splitlines()
    date = "guessed: no date: the time of the file counts when it is first seen"
    assert f"{date}: news/0.txt, news/1.txt, news/2.txt and 2 more" in lines
    assert "guessed: no headline but the file's name: 2026-01-02-ferry.md" in lines
    assert "guessed: no date but that in the file's name: 2026-01-02-ferry.md" in lines
    assert lines[-1].endswith("0 problems")


def test_check_of_a_newsroom_without_its_folder_names_that_alone(newsroom: Newsroom) -> None:
    result = newsroom.here("check", "--config", str(_without_folder(newsroom)))
    assert result.returncode == 1
    assert "the articles folder cannot be read" in result.stderr
    assert "Traceback" not in result.stderr


def _without_folder(newsroom: Newsroom) -> Path:
    file = newsroom.write(
        "../nowhere.toml", '[site]\ntitle = "T"\nurl = "https://a.example"\n[articles]\npath = "none"\n'
    )
    return file.resolve()
