"""What is due by a clock that was set is noticed, and a clock that runs is left alone."""

import time
from collections.abc import Iterable
from threading import Event

import pytest

from feedsvc.service import clock_watcher
from feedsvc.service.clock_watcher import ClockWatcher, clock_drift


def jumps(monkeypatch: pytest.MonkeyPatch, drifts: Iterable[float]) -> int:
    """How many jumps are noticed, with these drifts at one check after the other."""
    monkeypatch.setattr(clock_watcher, "TICK", 0.0)
    following, stop, noticed = iter(drifts), Event(), list[bool]()

    def drift() -> float:
        try:
            return next(following)
        except StopIteration:
            stop.set()
            return last

    *_, last = drifts
    ClockWatcher(lambda: noticed.append(True), drift).run(stop)
    return len(noticed)


def test_a_clock_that_jumps_is_noticed_in_both_directions_and_each_time(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    assert jumps(monkeypatch, [5.0, 5.0, 3605.0, 3605.0, 7205.0, -3595.0]) == 3
    assert caplog.messages == [
        "the clock was set forward by 3600.0 s",
        "the clock was set forward by 3600.0 s",
        "the clock was set back by 10800.0 s",
    ]


def test_a_clock_that_is_only_adjusted_leads_to_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    assert jumps(monkeypatch, [0.0, 0.1, 0.3, 0.1, 0.0, -0.2]) == 0


def test_the_drift_is_that_of_the_wall_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    wall, before = time.time, clock_drift()
    assert clock_drift() - before == pytest.approx(0, abs=0.05)
    monkeypatch.setattr("feedsvc.service.clock_watcher.time.time", lambda: wall() + 3600)
    assert clock_drift() - before == pytest.approx(3600, abs=0.05)
