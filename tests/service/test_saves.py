"""A change is looked at at once if it came whole, and after a rest if it is still being written; many come together."""

import pytest

from feedsvc.service import saves
from feedsvc.service.saves import CLOSED_REST, GONE_REST, LONGEST, OPEN_REST, QUIET, Due, Saves
from feedsvc.service.tree_watch import Change, Kind

SOON = QUIET + 0.001


def noted(*changes: tuple[float, Kind, str]) -> Saves:
    waiting = Saves()
    for when, kind, path in changes:
        waiting.note([Change(kind, path)], when)
    return waiting


def due(paths: set[str], whole: set[str], since: float = 0.0, *, everything: bool = False) -> Due:
    return Due(frozenset(paths), frozenset(whole), everything, since)


@pytest.mark.parametrize("kind", [Kind.FOLDER, Kind.TOUCHED])
def test_what_cannot_be_half_done_is_handed_on_as_soon_as_it_is_quiet(kind: Kind) -> None:
    waiting = noted((0.0, kind, "a.md"))
    assert waiting.take(0.0) is None
    assert waiting.take(SOON) == due({"a.md"}, set())
    assert waiting.take(9.0) is None


def test_a_file_that_was_put_into_place_is_whole_at_once() -> None:
    assert noted((0.0, Kind.PLACED, "a.md")).take(SOON) == due({"a.md"}, {"a.md"})


def test_a_file_that_is_saved_in_place_rests_after_its_writer_closed_it() -> None:
    waiting = noted((0.0, Kind.WRITTEN, "a.md"), (0.1, Kind.WRITTEN, "a.md"), (0.2, Kind.CLOSED, "a.md"))
    assert waiting.take(0.2 + CLOSED_REST - 0.01) is None
    assert waiting.take(0.2 + CLOSED_REST + SOON) == due({"a.md"}, {"a.md"})


def test_a_file_that_stays_open_rests_longer_and_is_not_known_to_be_whole() -> None:
    waiting = noted((0.0, Kind.WRITTEN, "a.md"), (0.3, Kind.WRITTEN, "a.md"))
    assert waiting.take(0.3 + OPEN_REST - 0.01) is None
    assert waiting.take(0.3 + OPEN_REST + SOON) == due({"a.md"}, set())


def test_a_file_that_is_written_to_after_it_was_put_into_place_has_to_rest() -> None:
    waiting = noted((0.0, Kind.PLACED, "a.md"), (0.005, Kind.WRITTEN, "a.md"))
    assert waiting.take(0.1) is None
    assert waiting.take(1.0) == due({"a.md"}, set())


def test_an_editor_that_moves_the_old_file_away_first_takes_nothing_away() -> None:
    waiting = noted((0.0, Kind.GONE, "a.md"), (0.004, Kind.WRITTEN, "a.md"), (0.005, Kind.CLOSED, "a.md"))
    assert waiting.take(0.1) is None
    assert waiting.take(0.005 + CLOSED_REST + SOON) == due({"a.md"}, {"a.md"})


def test_a_removal_waits_for_a_file_that_may_be_written_elsewhere_next() -> None:
    waiting = noted((0.0, Kind.GONE, "a.md"))
    assert waiting.take(GONE_REST - 0.01) is None
    assert waiting.take(GONE_REST + SOON) == due({"a.md"}, set())


def test_a_file_that_is_renamed_is_handed_on_with_the_path_that_it_left() -> None:
    waiting = noted((0.0, Kind.GONE, "a.md"), (0.0, Kind.PLACED, "b.md"))
    assert waiting.take(SOON) == due({"a.md", "b.md"}, {"b.md"})


@pytest.mark.parametrize(("gone", "written"), [(0.0, 0.1), (0.1, 0.0)])
def test_files_that_rest_are_handed_on_with_one_that_is_gone_since_they_may_be_it(gone: float, written: float) -> None:
    waiting = noted(*sorted([(gone, Kind.GONE, "a.md"), (written, Kind.WRITTEN, "b.md")]))
    assert waiting.take(gone + GONE_REST + SOON) == due({"a.md", "b.md"}, set(), gone)
    assert waiting.take(1.0) == due({"b.md"}, set(), written)


def test_rights_and_times_that_are_set_belong_to_the_save_before_them() -> None:
    waiting = noted((0.0, Kind.PLACED, "a.md"), (0.001, Kind.TOUCHED, "a.md"))
    assert waiting.take(0.1) == due({"a.md"}, {"a.md"})


def test_saves_in_a_row_are_handed_on_together_and_none_waits_long_for_the_others() -> None:
    waiting, handed = Saves(), []
    for number in range(1000):
        now = number / 500
        waiting.note([Change(Kind.PLACED, f"{number}.md")], now)
        handed += [found] if (found := waiting.take(now)) else []
    handed += [found] if (found := waiting.take(2.1)) else []
    assert len(handed) <= 2 / LONGEST + 1
    assert sum(len(found.paths) for found in handed) == 1000
    assert [found.since for found in handed] == sorted(found.since for found in handed)


def test_what_is_saved_right_after_another_waits_a_little_for_more() -> None:
    waiting = noted((0.0, Kind.PLACED, "a.md"))
    assert waiting.take(SOON)
    waiting.note([Change(Kind.PLACED, "b.md")], 0.02)
    assert waiting.take(0.05) is None
    assert waiting.take(SOON + LONGEST) == due({"b.md"}, {"b.md"}, 0.02)


def test_a_file_that_is_written_for_long_keeps_no_other_back() -> None:
    waiting = noted((0.0, Kind.PLACED, "a.md"), *((number / 1000, Kind.WRITTEN, "film.mp4") for number in range(200)))
    assert waiting.take(0.2) == due({"a.md"}, {"a.md"})


def test_lost_changes_may_have_been_anywhere() -> None:
    assert noted((0.0, Kind.LOST, "")).take(SOON) == due(set(), set(), everything=True)


def test_more_changes_than_can_be_remembered_may_have_been_anywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saves, "MOST", 3)
    waiting = noted(*((number / 1000, Kind.WRITTEN, f"{number}.md") for number in range(4)))
    assert waiting.take(1.0) == due(set(), set(), 0.003, everything=True)


def test_the_next_look_is_when_something_is_due() -> None:
    assert Saves().next_look(5.0, 0.25) == 0.25
    waiting = noted((0.0, Kind.CLOSED, "a.md"))
    assert waiting.next_look(0.1, 9.0) == pytest.approx(CLOSED_REST - 0.1)
    assert waiting.next_look(0.1, 0.05) == 0.05
    assert waiting.next_look(1.0, 9.0) == 0.0
