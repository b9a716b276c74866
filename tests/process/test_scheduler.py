"""A publication is due on the schedule and when there is reason; never two at once, none lost for being late."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from service import Newsroom, wait_for

from feedsvc.config import load
from feedsvc.model.report import Report
from feedsvc.service.publishing_process import timetable
from feedsvc.service.scheduler import Hints, Scheduler, Timetable

pytestmark = pytest.mark.timed

HOURLY = Timetable(3600)


class Desk:
    """Stands for the publisher: takes its time, and says when it began and ended."""

    def __init__(
        self, *, takes: float = 0.0, unsettled: int = 0, fails: int = 0, waiting: int = 0, rest: int = 0
    ) -> None:
        self.runs: list[tuple[float, float]] = []
        self.planned: list[datetime | None] = []
        self.next_turn: datetime | None = None
        self._takes = takes
        self._unsettled = unsettled
        self._fails = fails
        self._waiting = waiting
        self._rest = rest
        self.slices: list[float] = []
        self.hints: list[Hints] = []

    def publish(self, hints: Hints = None) -> Report | None:
        self.hints.append(hints)
        begun = time.monotonic()
        time.sleep(self._takes)
        self.runs.append((begun, time.monotonic()))
        if len(self.runs) <= self._fails:
            return None
        turn, self.next_turn = self.next_turn, None
        return Report(
            edition=1,
            finished=datetime.now(UTC),
            unsettled=len(self.runs) <= self._unsettled,
            backlog_remaining=len(self.runs) <= self._rest,
            next_change_at=turn,
            pending_pages=self._waiting,
        )

    def go_on(self) -> Report | None:
        time.sleep(0.05)
        self.slices.append(time.monotonic())
        self._waiting -= 1
        return Report(edition=1, finished=datetime.now(UTC), pending_pages=self._waiting)


@contextmanager
def scheduled(desk: Desk, timetable: Timetable = HOURLY, *, watched: Path | None = None) -> Iterator[Scheduler]:
    scheduler = Scheduler(desk.publish, desk.go_on, timetable, desk.planned.append)
    scheduler.start(watched)
    try:
        yield scheduler
    finally:
        scheduler.stop()


def settle(desk: Desk, quiet: float = 0.4) -> int:
    """How many runs there were when none came any more."""
    wait_for(lambda: desk.runs and time.monotonic() - desk.runs[-1][1] > quiet, "quiet")
    return len(desk.runs)


def test_the_rest_of_an_archive_comes_at_once_and_before_the_pages_that_wait() -> None:
    desk = Desk(rest=1, waiting=2)
    with scheduled(desk):
        settle(desk)
        wait_for(lambda: len(desk.slices) == 2, "the pages")
    assert desk.hints == [None, None]
    assert desk.slices[0] > desk.runs[1][1]


def test_a_change_is_told_by_its_path_and_all_else_means_a_look_at_everything(tmp_path: Path) -> None:
    desk = Desk()
    with scheduled(desk, watched=tmp_path) as scheduler:
        quiet_folder(desk)
        assert set(desk.hints) == {None}
        (tmp_path / "news.md").write_text("x", encoding="utf-8")
        wait_for(lambda: desk.hints[-1] == frozenset({"news.md"}), "the hint")
        scheduler.request()
        wait_for(lambda: desk.hints[-1] is None, "a look at everything")


def test_pages_that_wait_follow_one_slice_after_the_other_and_what_is_due_comes_first() -> None:
    desk = Desk(waiting=20)
    with scheduled(desk) as scheduler:
        wait_for(lambda: len(desk.slices) >= 3, "slices")
        scheduler.request()
        wait_for(lambda: len(desk.runs) == 2, "a publication between them")
        before = sum(1 for each in desk.slices if each < desk.runs[1][0])
        wait_for(lambda: len(desk.slices) == 20, "the rest")
        assert 3 <= before < 20
        assert settle(desk) == 2
        assert len(desk.slices) == 20


def test_it_publishes_at_once_and_says_when_it_is_planned_next() -> None:
    desk = Desk()
    before = datetime.now(UTC)
    with scheduled(desk):
        assert settle(desk) == 1
    assert desk.planned[0] is not None
    assert timedelta(minutes=59) < desk.planned[0] - before < timedelta(minutes=61)


def test_it_publishes_at_every_interval() -> None:
    desk = Desk()
    with scheduled(desk, Timetable(1)):
        time.sleep(2.5)
    assert 3 <= len(desk.runs) <= 4


def instants(timetable: Timetable, begun: datetime, count: int) -> list[str]:
    trigger, found = timetable.trigger(begun), [begun]
    for number in range(count):
        found.append(trigger.get_next_fire_time(found[-1] if number else None, found[-1]))
    return [f"{moment:%H:%M:%S}" for moment in found[1:]]


def test_what_is_due_at_the_same_instant_is_due_once_and_an_interval_begins_with_whatever_came_last() -> None:
    begun = datetime(2026, 11, 20, 11, 57, 50, tzinfo=UTC)
    assert instants(Timetable(60), begun, 2) == ["11:58:50", "11:59:50"]
    both = Timetable(60, ("0 * * * *", "*/20 * * * *"))
    assert instants(both, begun, 4) == ["11:58:50", "11:59:50", "12:00:00", "12:01:00"]
    assert instants(both._replace(every=0), begun, 3) == ["12:00:00", "12:20:00", "12:40:00"]


def test_only_the_first_instant_comes_sooner_so_that_services_that_start_together_stay_apart() -> None:
    begun = datetime(2026, 11, 20, 12, tzinfo=UTC)
    assert instants(Timetable(300, lead=20), begun, 3) == ["12:04:40", "12:09:40", "12:14:40"]


def test_all_schedules_of_a_newsroom_are_as_few_instants_as_can_be(tmp_path: Path) -> None:
    own = "".join(f'[[sections]]\npath = "s{number}"\nevery = "{60 + number // 2}s"\n' for number in range(200))
    crons = '[[sections]]\npath = "night"\ncron = "0 3 * * *"\n[[sections]]\npath = "late"\ncron = "0 3 * * *"\n'
    feed = '[[feeds]]\npath = "/own.xml"\nformat = "rss"\nevery = "45s"\n'
    room = Newsroom(tmp_path, tables=own)
    equal = timetable(load(room.config))
    room.configure(tables=own + crons + feed)
    mixed = timetable(load(room.config))
    assert [equal[:2], mixed[:2]] == [(60, ()), (45, ("0 3 * * *",))]
    assert 0 <= equal.lead < 6
    assert mixed.lead / 45 == pytest.approx(equal.lead / 60)


def test_with_a_crontab_line_for_all_only_what_has_an_interval_of_its_own_is_due_at_intervals(tmp_path: Path) -> None:
    room = Newsroom(tmp_path)
    line = '[site]\ntitle = "A"\nurl = "http://a.example"\n[schedule]\ncron = "0 6 * * *"\n'
    room.config.write_text(line, encoding="utf-8")
    assert timetable(load(room.config)) == Timetable(0, ("0 6 * * *",))
    room.config.write_text(f'{line}[[sections]]\npath = "news"\nevery = "1m"\n', encoding="utf-8")
    assert timetable(load(room.config))[:2] == (60, ("0 6 * * *",))


def test_what_becomes_due_during_a_publication_is_published_after_it_once() -> None:
    desk = Desk(takes=0.5)
    with scheduled(desk) as scheduler:
        time.sleep(0.1)
        for _ in range(20):
            scheduler.request()
            time.sleep(0.01)
        assert settle(desk, 0.8) == 2


def test_publications_never_overlap() -> None:
    desk = Desk(takes=0.15)
    with scheduled(desk, Timetable(1)) as scheduler:
        for _ in range(100):
            scheduler.request()
            time.sleep(0.01)
    for (_, ended), (begun, _) in zip(desk.runs, desk.runs[1:], strict=False):
        assert begun >= ended


def test_a_turn_that_comes_due_during_the_publication_that_announces_it_is_not_lost() -> None:
    desk = Desk(takes=0.4)
    desk.next_turn = datetime.now(UTC) + timedelta(seconds=0.2)
    with scheduled(desk):
        assert settle(desk, 0.8) == 2


@pytest.mark.parametrize("seconds", [0.3, 1.0])
def test_at_a_turn_it_publishes_within_a_second(seconds: float) -> None:
    desk = Desk()
    desk.next_turn = datetime.now(UTC) + timedelta(seconds=seconds)
    due = time.monotonic() + seconds
    with scheduled(desk):
        wait_for(lambda: len(desk.runs) == 2, "the turn")
    assert 0 <= desk.runs[1][0] - due < 1


def test_a_file_that_is_being_written_is_looked_at_again_soon() -> None:
    desk = Desk(unsettled=2)
    with scheduled(desk):
        assert settle(desk, 0.8) == 3
    assert all(0.2 < after[0] - before[1] < 1 for before, after in zip(desk.runs, desk.runs[1:], strict=False))


def test_what_failed_is_tried_again_less_and_less_often_and_the_schedule_goes_on() -> None:
    desk = Desk(fails=2)
    with scheduled(desk):
        assert settle(desk, 1.0 + 2.5) == 3
    first, second, third = (begun for begun, _ in desk.runs)
    assert 0.9 < second - first < 1.5
    assert 1.9 < third - second < 2.8


def test_the_end_waits_for_the_publication_under_way_and_lets_no_other_begin() -> None:
    desk = Desk(takes=0.5)
    with scheduled(desk, Timetable(1)) as scheduler:
        time.sleep(0.1)
        scheduler.request()
    assert len(desk.runs) == 1
    time.sleep(1.2)
    assert len(desk.runs) == 1


def test_should_the_schedule_fall_silent_publications_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk()
    with scheduled(desk, Timetable(1)) as scheduler:
        scheduler._clock.pause()  # as if APScheduler's thread had died, or the clock been put back by an hour
        time.sleep(4.3)
    assert len(desk.runs) >= 3


# --- the folder -------------------------------------------------------------------------------------------------------


def quiet_folder(desk: Desk) -> None:
    """Past the look that follows when the watch stands."""
    wait_for(lambda: len(desk.runs) >= 2, "the watch stands")
    settle(desk, 0.3)


def change(desk: Desk, do: Callable[[], object]) -> bool:
    """Whether `do` led to a publication within a second."""
    before = len(desk.runs)
    do()
    deadline = time.monotonic() + 1
    while time.monotonic() < deadline and len(desk.runs) == before:
        time.sleep(0.01)
    return len(desk.runs) > before


def test_a_change_in_the_folder_is_heard_of_at_once(tmp_path: Path) -> None:
    desk = Desk()
    with scheduled(desk, watched=tmp_path):
        quiet_folder(desk)
        assert change(desk, lambda: (tmp_path / "a.md").write_text("a"))
        settle(desk)
        assert change(desk, lambda: (tmp_path / "news").mkdir())
        settle(desk)
        assert change(desk, lambda: (tmp_path / "news" / "b.md").write_text("b"))
        settle(desk)
        assert change(desk, lambda: (tmp_path / "a.md").unlink())


def test_what_editors_keep_to_themselves_leads_to_nothing(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    desk = Desk()
    with scheduled(desk, watched=tmp_path):
        quiet_folder(desk)
        assert not change(desk, lambda: (tmp_path / ".a.md.swp").write_text("a"))
        assert not change(desk, lambda: (tmp_path / ".git" / "index").write_text("a"))


def test_a_folder_that_appears_later_is_watched_from_then_on(tmp_path: Path) -> None:
    desk, root = Desk(), tmp_path / "articles"
    with scheduled(desk, watched=root):
        assert settle(desk) == 1
        root.mkdir()
        wait_for(lambda: len(desk.runs) >= 2, "the folder is seen", 4)
        settle(desk)
        assert change(desk, lambda: (root / "a.md").write_text("a"))


def test_a_folder_that_is_replaced_is_watched_again(tmp_path: Path) -> None:
    desk, root = Desk(), tmp_path / "articles"
    root.mkdir()
    with scheduled(desk, watched=root):
        quiet_folder(desk)
        root.rename(tmp_path / "old")
        root.mkdir()
        time.sleep(2.5)
        settle(desk)
        assert change(desk, lambda: (root / "a.md").write_text("a"))


def test_after_a_jump_of_the_clock_the_next_regular_publication_is_an_interval_away(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    drift = [0.0]
    monkeypatch.setattr("feedsvc.service.scheduler._drift", lambda: drift[0])
    desk = Desk()
    with scheduled(desk) as scheduler:
        settle(desk)
        away = datetime.now(UTC) + timedelta(hours=9)  # as what was due next is, when the clock is put back
        scheduler._regular.modify(next_run_time=away)
        drift[0] = -8 * 3600.0
        wait_for(lambda: len(desk.runs) == 2, "a publication")
        settle(desk)
    assert desk.planned[-1] is not None
    assert timedelta(minutes=59) < desk.planned[-1] - datetime.now(UTC) < timedelta(minutes=61)


def test_a_clock_that_jumps_makes_a_publication_due(monkeypatch: pytest.MonkeyPatch) -> None:
    """What opens at an instant that the clock now shows opens at once, and not when the old clock would show it."""
    wall, ahead = time.time, [0.0]
    monkeypatch.setattr("feedsvc.service.scheduler.time.time", lambda: wall() + ahead[0])
    desk = Desk()
    with scheduled(desk):
        runs = settle(desk)
        for hours in (1, 2, -3):
            ahead[0] = 3600.0 * hours
            begun = time.monotonic()
            wait_for(lambda before=runs: len(desk.runs) > before, "a publication")  # type: ignore[misc]
            assert time.monotonic() - begun < 1
            runs = settle(desk, 0.6)
