"""The times of the stages are counted in classes, whatever the clock does."""

import pytest

from feedsvc.model.stages import BOUNDS, READ, SEEN, StageTimes, with_time, with_times


def times(*seconds: float) -> StageTimes:
    found = StageTimes()
    for each in seconds:
        found = with_time(found, each)
    return found


def test_a_time_counts_in_the_class_whose_bound_it_does_not_pass() -> None:
    found = times(0.01, 0.011, 1e9, -5.0)
    assert (found.counts[0], found.counts[1], found.counts[-1], found.count) == (2, 1, 1, 4)
    assert found.seconds == pytest.approx(1e9 + 0.021)


def test_a_share_of_the_times_lies_within_a_bound_if_within_any() -> None:
    found = times(*[0.02] * 9, 4.0)
    assert (found.quantile(0.5), found.quantile(0.9), found.quantile(0.95)) == (0.025, 0.025, 5.0)
    assert times(100.0).quantile(0.5) is None
    assert StageTimes().quantile(0.5) is None


def test_stages_gain_the_times_that_are_known() -> None:
    found = with_times({READ: times(0.5)}, {SEEN: None, READ: 0.5})
    assert found == {READ: times(0.5, 0.5)}


def test_times_in_other_classes_are_forgotten() -> None:
    former = StageTimes(counts=(1, 2), seconds=3.0)
    assert with_times({SEEN: former, READ: former}, {READ: 0.5}) == {READ: times(0.5)}
    assert len(BOUNDS) + 1 != len(former.counts)
