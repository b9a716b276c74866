"""What a reader gets, and what it says of a file that it cannot read."""

import pytest

from feedsvc.model.problem import Problem
from feedsvc.model.reader import Source, Unreadable


def test_a_file_that_is_unreadable_becomes_a_problem_of_its_place() -> None:
    assert Unreadable("is bad", "mend it").problem("a.md") == Problem(place="a.md", reason="is bad", remedy="mend it")


@pytest.mark.parametrize(
    ("path", "folder", "stem", "suffix"),
    [
        ("a.md", "", "a", ".md"),
        ("news/eu/a.b.TXT", "news/eu", "a.b", ".txt"),
        ("news.d/readme", "news.d", "", ""),
        (".md", "", "", ""),
    ],
)
def test_a_source_knows_the_parts_of_its_path(path: str, folder: str, stem: str, suffix: str) -> None:
    source = Source(path=path, data=b"")
    assert (source.folder, source.stem, source.suffix) == (folder, stem, suffix)
