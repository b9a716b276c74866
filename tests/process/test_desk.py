"""`feedsvc status` and `check`: what waits, what is not read, and one article by what people type."""

import json
from pathlib import Path

import pytest
from service import Newsroom, markdown

from feedsvc.library.ignored import ignored_files
from feedsvc.readers import SUFFIXES

TABLES = '[articles]\ntimezone = "Asia/Tokyo"\n'


@pytest.fixture
def desk(tmp_path: Path) -> Newsroom:
    room = Newsroom(tmp_path, tables=TABLES)
    room.write("ferry.md")
    room.write("half.md", head="draft: true\n")
    room.write("secret.md", head="embargo: 2090-01-01T00:00:00Z\n")
    room.write("soon.md", markdown("soon").replace("2026-01-05", "2089-01-05"))
    room.write("back.md", head="status: withdrawn\n")
    for name in ("posts/one.rst", "posts/two.rst", "posts/letter.docx", "posts/Makefile", "posts/lost.toml"):
        room.write(name, "x")
    room.write("ferry.toml", 'summary = "Late"\n')
    return room


def test_status_lists_drafts_scheduled_and_embargoed_stories_with_the_newsrooms_time(desk: Newsroom) -> None:
    desk.here("publish")
    lines = desk.here("status").stdout.splitlines()
    assert lines[lines.index("drafts") + 1].split() == ["half.md", "half"]
    assert lines[lines.index("embargoed") + 1] == "  2090-01-01 09:00 Asia/Tokyo  secret.md  secret"
    assert lines[lines.index("scheduled") + 1] == "  2089-01-05 19:00 Asia/Tokyo  soon.md  soon"
    assert lines[lines.index("withdrawn") + 1].split() == ["back.md", "back"]
    assert lines[1].startswith("last regeneration 20")
    assert "." not in lines[1].partition(" Asia")[0]


def test_status_for_programs_has_the_same_lists(desk: Newsroom) -> None:
    desk.here("publish")
    found = json.loads(desk.here("status", "--json").stdout)
    assert [each["reason"] for each in found["waiting"]] == ["scheduled", "embargo", "withdrawn", "draft"]
    assert {"suffix": ".rst", "number": 2, "example": "posts/one.rst"} in found["ignored"]


def test_files_of_which_nothing_comes_are_told_by_suffix(desk: Newsroom) -> None:
    listed = {each.suffix: (each.number, each.example) for each in ignored_files(desk.articles, SUFFIXES)}
    assert listed == {
        ".rst": (2, "posts/one.rst"),
        ".docx": (1, "posts/letter.docx"),
        ".toml": (1, "posts/lost.toml"),
        "": (1, "posts/Makefile"),
    }
    assert "not read, .rst: 2, such as posts/one.rst" in desk.here("check").stdout
    desk.here("publish")
    assert "  .rst: 2, such as posts/one.rst" in desk.here("status").stdout


def test_a_folder_that_is_not_there_has_no_such_files(tmp_path: Path) -> None:
    assert ignored_files(tmp_path / "no", SUFFIXES) == ()


def test_check_counts_what_is_not_out_yet(desk: Newsroom) -> None:
    assert "not out yet: 4 articles" in desk.here("check").stdout


def test_check_of_one_article_tells_its_problems_alone_before_anything_is_published(desk: Newsroom) -> None:
    desk.write("bad.md", "---\ntitle: [\n---\n\nText.\n")
    desk.write("gap.md", markdown("The gap in the wall", body="![x](no.png)"))
    good = desk.here("check", "ferry")
    assert (good.returncode, good.stderr) == (0, "")
    assert f"http://127.0.0.1:{desk.port}/articles/" in good.stdout
    bad = desk.here("check", "bad.md")
    assert bad.returncode == 1
    assert bad.stderr.startswith("bad.md")
    gap = desk.here("check", "gap in the")
    assert gap.returncode == 1
    assert "no.png" in gap.stderr
    assert "bad.md" not in gap.stderr
    assert desk.here("check", "no such thing").returncode == 1
