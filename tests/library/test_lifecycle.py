"""What becomes of an article that readers have seen."""

from datetime import timedelta

import pytest

from articles import NOON, entry
from feedsvc.library.lifecycle import apply_status, next_revision, withdraw
from feedsvc.model import codec
from feedsvc.model.article import Status
from feedsvc.model.codec import FOREVER
from feedsvc.store.revisions import Revision

NOW = codec.seconds(NOON)
UNSEEN = entry(shown=False, opens=FOREVER)


def test_a_change_of_what_readers_saw_is_the_next_revision() -> None:
    assert next_revision(entry(revision=4), ("title",), NOON, NOON) == Revision(5, NOON, ("title",))


def test_what_no_reader_saw_or_no_change_is_no_revision() -> None:
    assert next_revision(entry(), (), NOON, NOON) is None
    assert next_revision(UNSEEN, ("title",), NOON, NOON) is None


def test_a_withdrawal_is_a_revision_of_now() -> None:
    found = apply_status(entry(), Status.WITHDRAWN, FOREVER, NOW - 9, NOON)
    assert (found.withdrawn, found.updated, found.withdraws) == (NOW, NOW - 9, True)
    assert found.revision == Revision(2, NOON, ("status",))


@pytest.mark.parametrize("known", [UNSEEN, entry(withdrawn=NOW - 5)], ids=["unseen", "withdrawn before"])
def test_nothing_is_taken_back_that_was_not_there(known: object) -> None:
    assert isinstance(known, type(UNSEEN))
    found = withdraw(known, NOW - 9, NOON)
    assert (found.withdrawn, found.revision, found.withdraws) == (known.withdrawn, None, False)


@pytest.mark.parametrize(("updated", "told"), [(NOW - 9, NOW - 4), (NOW, NOW)])
def test_what_comes_back_is_newer_than_its_tombstone(updated: int, told: int) -> None:
    found = apply_status(entry(withdrawn=NOW - 5), Status.USABLE, NOW - 60, updated, NOON)
    assert (found.withdrawn, found.updated, found.reinstates) == (None, told, True)
    assert found.revision == Revision(2, codec.instant(told), ("status",))


def test_a_withdrawal_is_told_of_until_the_article_is_open_again() -> None:
    later = codec.seconds(NOON + timedelta(hours=1))
    assert not apply_status(entry(withdrawn=NOW - 5), Status.USABLE, later, NOW, NOON).reinstates


@pytest.mark.parametrize("status", [Status.USABLE, Status.DRAFT])
def test_other_states_change_nothing(status: Status) -> None:
    found = apply_status(entry(), status, NOW - 60, NOW, NOON)
    assert (found.withdrawn, found.updated, found.revision) == (None, NOW, None)
    assert apply_status(entry(withdrawn=NOW - 5), Status.DRAFT, NOW, NOW, NOON).withdrawn == NOW - 5
