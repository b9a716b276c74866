"""A file is read when it has rested, or has looked the same for a while."""

from datetime import timedelta

from articles import NOON
from feedsvc.library.settling import SETTLING, SettlingFiles
from feedsvc.library.signature import FileChange

NANOSECONDS = int(NOON.timestamp() * 1e9)
LONG, SHORT = timedelta(seconds=SETTLING), timedelta(seconds=SETTLING / 2)


def change(newest: int = NANOSECONDS, signature: str = "1") -> FileChange:
    return FileChange("a.md", signature, signature, newest, ())


def test_a_file_that_has_rested_by_its_own_time_is_settled() -> None:
    assert SettlingFiles().is_settled(change(NANOSECONDS - int(SETTLING * 1e9)), NOON)


def test_a_file_that_looks_the_same_for_a_while_is_settled_whatever_its_time_says() -> None:
    files, future = SettlingFiles(), change(NANOSECONDS * 2)
    assert not files.is_settled(future, NOON)
    assert files.paths() == {"a.md"}
    files.begin_scan()
    assert not files.is_settled(future, NOON + SHORT)
    files.begin_scan()
    assert files.is_settled(future, NOON + LONG)
    assert files.paths() == set()


def test_a_file_that_is_written_to_begins_anew() -> None:
    files = SettlingFiles()
    assert not files.is_settled(change(NANOSECONDS * 2), NOON)
    files.begin_scan()
    assert not files.is_settled(change(NANOSECONDS * 2, "2"), NOON + LONG)


def test_a_clock_that_was_put_back_keeps_nobody_waiting() -> None:
    files, future = SettlingFiles(), change(NANOSECONDS * 2)
    assert not files.is_settled(future, NOON)
    files.begin_scan()
    assert files.is_settled(future, NOON - timedelta(hours=1))
