"""What becomes of an article when its file has been read, as values."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from articles import COPY, DATED, NOON, entry, parsed
from feedsvc.library.context import UpdateTime
from feedsvc.library.decision import (
    ArticleChange,
    KnownArticle,
    StaysRolledBack,
    as_adopted,
    available_since,
    decide,
    needs_hashes,
    new_columns,
    warnings,
)
from feedsvc.library.fingerprint import hash_fields
from feedsvc.library.parsing import ParsedFile
from feedsvc.model import codec
from feedsvc.model.article import ArticleCopy, Status
from feedsvc.model.codec import FOREVER
from feedsvc.store.entries import AdoptedIdentity, LedgerEntry
from feedsvc.store.ledger_transfer import UNKNOWN

NOW = codec.seconds(NOON)
TIME = UpdateTime(NOON, since=NOW)
EDITED = replace(COPY, body="It sank.")
LATER = NOON + timedelta(hours=2)


def hashed(copy: ArticleCopy) -> ParsedFile:
    return parsed(copy, modified=NOON)._replace(hashes=hash_fields(copy, f"<p>{copy.body}</p>"))


def change(copy: ArticleCopy, known: LedgerEntry | None = None, *, edited: bool = True) -> ArticleChange:
    """What becomes of `known`, which stands in News, when its file says `copy`."""
    known = known or entry()
    before = replace(known.copy, body=known.body)
    article = KnownArticle(known, {"": 7, "news": 8}, hashes=hashed(before).hashes)
    found = decide(hashed(copy)._replace(edited=edited), article, TIME)
    assert isinstance(found, ArticleChange)
    return found


# --- a new article ----------------------------------------------------------------------------------------------------


def test_a_new_article_is_available_from_now_on_and_not_shown_yet() -> None:
    columns = new_columns(parsed(), parsed().identity, TIME)
    assert (columns["available"], columns["published"]) == (NOW, codec.seconds(DATED))
    assert (columns["shown"], columns["revision"], columns["first_seen"]) == (False, 1, NOW)


@pytest.mark.parametrize(
    ("opens", "first", "since", "available"),
    [
        (10, False, NOW, NOW),
        (10, True, NOW, 5),
        (NOW + 60, False, NOW, NOW + 60),
        (NOW + 60, True, NOW + 90, NOW + 90),
        (FOREVER, True, NOW, NOW),
    ],
    ids=["dated back", "there from the first", "embargoed", "a clock that went back", "a draft"],
)
def test_since_when_a_new_article_is_available(opens: int, first: bool, since: int, available: int) -> None:
    assert available_since(5, opens, UpdateTime(NOON, since, first)) == available


# --- an edit ----------------------------------------------------------------------------------------------------------


def test_an_edit_that_readers_see_is_a_revision_at_the_time_of_the_file() -> None:
    found = change(EDITED)
    assert [(each.number, each.changed_at, each.changed) for each in found.revisions] == [(2, NOON, ("body",))]
    assert (found.updated, found.revision, found.is_visible) == (NOW, 2, True)
    assert found.columns()["body"] == "It sank."


def test_an_edit_that_readers_do_not_see_moves_no_date() -> None:
    known = entry()
    found = change(replace(COPY, tags=("boats",)), known)
    assert (found.revisions, found.updated, found.revision) == ((), known.updated, 1)
    assert found.is_visible  # custom feeds select by tags, and a rollback brings them back


def test_another_program_that_reads_otherwise_moves_no_date() -> None:
    known = entry()
    found = change(EDITED, known, edited=False)
    assert found.updated == known.updated
    assert [each.changed_at for each in found.revisions] == [NOON]


def test_an_article_keeps_its_places_and_its_date_once_it_was_shown() -> None:
    found = change(replace(COPY, published=NOON))
    assert (found.stays, found.published) == ({"": 7, "news": 8}, codec.seconds(DATED))


def test_an_article_that_nobody_saw_is_placed_and_dated_anew() -> None:
    draft = replace(COPY, status=Status.DRAFT)
    found = change(replace(COPY, published=LATER), entry(copy=draft, shown=False))
    assert (found.stays, found.revisions, found.revision) == ({}, (), 1)
    assert found.published == found.opens == found.available == codec.seconds(LATER)


def test_hashes_are_needed_only_where_the_file_says_something_else() -> None:
    assert needs_hashes(parsed(EDITED), entry())
    assert not needs_hashes(parsed(), entry())
    assert not needs_hashes(parsed(EDITED), entry(fingerprint=UNKNOWN))


# --- its status -------------------------------------------------------------------------------------------------------


def test_an_edit_and_a_withdrawal_in_one_are_one_revision_of_two_changes() -> None:
    found = change(replace(EDITED, status=Status.WITHDRAWN))
    assert [(each.number, each.changed) for each in found.revisions] == [(2, ("body",)), (2, ("status",))]
    assert (found.revision, found.withdrawn, found.withdraws) == (2, NOW, True)
    assert (found.opens, found.closes) == (FOREVER, FOREVER)


def test_an_article_that_returns_is_no_longer_withdrawn() -> None:
    found = change(COPY, entry(withdrawn=NOW - 5, opens=FOREVER, closes=FOREVER))
    assert (found.withdrawn, found.reinstates, found.updated) == (None, True, NOW - 4)


# --- what was rolled back, or adopted ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("copy", "edited", "stays"),
    [
        (COPY, True, True),
        (EDITED, True, False),
        (EDITED, False, True),
        (replace(COPY, embargo=LATER), False, False),
    ],
    ids=["the same", "edited", "read otherwise", "embargoed"],
)
def test_a_rolled_back_article_stays_so_until_its_file_says_something_else(
    copy: ArticleCopy, edited: bool, stays: bool
) -> None:
    shown = entry(copy=replace(COPY, title="As it was"))
    known = KnownArticle(shown, {}, rolled_back_from=entry().version)
    found = decide(parsed(copy)._replace(edited=edited), known, TIME)
    assert isinstance(found, StaysRolledBack) == stays
    if isinstance(found, StaysRolledBack):
        assert found.columns() == {"path": "a.md", "last_path": None, "digest": parsed(copy).digest}


def test_what_was_adopted_gives_link_and_date_until_the_file_is_dated_otherwise() -> None:
    adopted = AdoptedIdentity("https://old.example/1", NOW, codec.seconds(DATED))
    found = as_adopted(hashed(COPY), adopted)
    assert (found.copy.url, found.copy.published) == ("https://old.example/1", NOON)
    assert not found.has_own_page
    assert found.hashes == hashed(replace(COPY, url="https://old.example/1")).hashes
    redated = as_adopted(parsed(replace(COPY, published=LATER)), adopted)
    assert redated.copy.published == LATER
    assert as_adopted(parsed(), None) == parsed()


# --- warnings ---------------------------------------------------------------------------------------------------------


def test_a_file_that_says_otherwise_than_readers_were_told_is_warned_of() -> None:
    file = parsed(replace(COPY, id="urn:x:1", published=NOON))
    found = warnings(file, entry(), NOON)
    assert ["id" in each.reason for each in found] == [True, False]
    assert all(each.warning and each.remedy and "which stays" in each.reason for each in found)
    assert warnings(parsed(), entry(), NOON) == ()
    assert warnings(parsed(replace(COPY, published=NOON)), entry(shown=False, opens=FOREVER), NOON) == ()


def test_a_decision_has_the_warnings_of_its_file_even_if_a_rollback_keeps_the_article() -> None:
    file = hashed(replace(COPY, id="urn:x:1"))
    told = warnings(file, entry(), NOON)
    assert told
    assert change(replace(COPY, id="urn:x:1")).warnings == told
    kept = decide(file._replace(edited=False), KnownArticle(entry(), {}, rolled_back_from=entry().version), TIME)
    assert isinstance(kept, StaysRolledBack)
    assert kept.warnings == told
    assert "warnings" not in kept.columns()
