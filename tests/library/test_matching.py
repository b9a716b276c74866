"""Which known article a file is."""

import pytest
from msgspec.structs import replace

from articles import COPY, DATED, entry, parsed
from feedsvc.library.matching import LONG, SEARCHED, SHORT, FreeFiles, find_edited_rename, match, may_be_edited_rename
from feedsvc.library.parsing import TemporarilyUnreadable
from feedsvc.store.entries import LedgerEntry

NOTHING_FREE = FreeFiles({}, {})
OTHER = replace(COPY, title="Another", body="Other words.")


def number(found: LedgerEntry | None) -> int | None:
    return found.number if found else None


def test_a_file_is_the_article_at_its_path_whatever_it_says() -> None:
    assert number(match(parsed(OTHER), [entry(1)], NOTHING_FREE)) == 1


def test_a_file_that_nothing_is_known_of_is_new() -> None:
    assert match(parsed(path="b.md"), [entry(1, OTHER)], NOTHING_FREE) is None


def test_equal_bytes_elsewhere_are_another_article_while_the_first_has_its_file() -> None:
    assert match(parsed(path="b.md"), [entry(1)], NOTHING_FREE) is None


@pytest.mark.parametrize(
    ("known", "free"),
    [
        (entry(1, path="a.md"), FreeFiles({1: "a.md"}, {})),
        (replace(entry(1), path=None), NOTHING_FREE),
        (entry(1), FreeFiles({}, {"a.md": "of b.md"})),
    ],
    ids=["missing", "gone before", "the very file under another name"],
)
def test_equal_bytes_are_the_article_that_has_no_file_now(known: LedgerEntry, free: FreeFiles) -> None:
    assert number(match(parsed(path="b.md"), [known], free)) == 1


def test_of_articles_without_a_file_bytes_count_before_the_path_of_then() -> None:
    free = FreeFiles({1: "b.md", 2: "c.md"}, {})
    here, same = entry(1, OTHER, "b.md"), entry(2, COPY, "c.md")
    assert number(match(parsed(path="b.md"), [replace(here, path=None), same], free)) == 2
    assert number(match(parsed(path="b.md"), [replace(here, path=None)], free)) == 1


def test_the_id_that_a_file_gives_counts_before_its_path() -> None:
    given = replace(COPY, id="urn:x:1")
    named = replace(entry(2, given, "old.md"), path=None)
    assert number(match(parsed(given), [entry(1, OTHER), named], NOTHING_FREE)) == 2


def test_an_id_that_another_file_has_makes_a_new_file_wait() -> None:
    given = replace(COPY, id="urn:x:1")
    with pytest.raises(TemporarilyUnreadable, match="belongs to old"):
        match(parsed(given, "new.md"), [entry(1, given, "old.md")], NOTHING_FREE)


def test_a_known_file_that_takes_the_id_of_another_stays_itself() -> None:
    given = replace(COPY, id="urn:x:1")
    assert number(match(parsed(given), [entry(1), entry(2, given, "old.md")], NOTHING_FREE)) == 1


def test_files_that_have_changed_places_take_their_articles_along() -> None:
    one, other = entry(1, COPY, "a.md"), entry(2, OTHER, "b.md")
    free = FreeFiles({}, {"a.md": "of b.md", "b.md": "of a.md"})
    assert number(match(parsed(OTHER, "a.md"), [one, other], free)) == 2
    assert number(match(parsed(COPY, "b.md"), [one, other], free)) == 1


# --- renamed and edited in one go -------------------------------------------------------------------------------------


def text(length: int) -> str:
    return "The ferry was late. " * (length // 20)


@pytest.mark.parametrize(
    ("changes", "length", "same"),
    [
        ({"title": "Other"}, SHORT, True),
        ({"title": "Other"}, SHORT - 20, False),
        ({"body": "Other."}, SHORT, True),
        ({"published": DATED.replace(day=1)}, SHORT, True),
        ({"title": "Other", "published": DATED.replace(day=1)}, LONG, True),
        ({"title": "Other", "published": DATED.replace(day=1)}, LONG - 20, False),
        ({"title": "Other", "body": "Other."}, LONG, False),
    ],
)
def test_two_of_title_date_and_body_or_a_long_body_are_the_same_article(
    changes: dict[str, object], length: int, same: bool
) -> None:
    before = replace(COPY, body=text(length))
    found = find_edited_rename(parsed(replace(before, **changes), "b.md"), [entry(1, before)])
    assert (found is not None) == same


def test_which_of_two_it_was_is_not_guessed() -> None:
    long = replace(COPY, body=text(LONG))
    assert find_edited_rename(parsed(long, "c.md"), [entry(1, long, "a.md"), entry(2, long, "b.md")]) is None


def test_only_a_file_without_an_id_is_searched_among_a_few_missing_ones() -> None:
    few = FreeFiles({each: f"{each}.md" for each in range(SEARCHED)}, {})
    assert may_be_edited_rename(parsed(), few)
    assert not may_be_edited_rename(parsed(replace(COPY, id="urn:x:1")), few)
    assert not may_be_edited_rename(parsed(), FreeFiles({**few.lost, SEARCHED: "more.md"}, {}))
