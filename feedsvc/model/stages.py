"""The time that a saved story takes on its way to readers, stage by stage, as histograms."""

from collections.abc import Mapping

from feedsvc.model.base import Value

SEEN, READ, PUBLISHED, SERVED = STAGES = ("seen", "read", "published", "served")
"""Each stage begins where the one before ends: SEEN from the save until a regeneration begins (with `watch`, once the
file is complete and the publication under way has ended), READ until the article is in the ledger, PUBLISHED until the
Edition is closed, SERVED until a serving process has loaded it."""
BOUNDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
"""The upper bounds of the histogram's classes, seconds; one more class has no bound."""


class StageTimes(Value, frozen=True, kw_only=True):
    """The times of one stage."""

    counts: tuple[int, ...] = (0,) * (len(BOUNDS) + 1)
    """The number of times in each class."""
    seconds: float = 0.0
    """The sum of all."""

    @property
    def count(self) -> int:
        """The number of times."""
        return sum(self.counts)

    def quantile(self, share: float) -> float | None:
        """The smallest bound that is not exceeded by this share of the times; None if there are no times, or if too
        many of them are above all bounds."""
        reached, wanted = 0, share * self.count
        for bound, count in zip(BOUNDS, self.counts, strict=False):
            reached += count
            if count and reached >= wanted:
                return bound
        return None


def with_time(times: StageTimes, seconds: float) -> StageTimes:
    """`times` with one more. A negative time, from a clock that was set back, counts as 0."""
    seconds = max(0.0, seconds)
    place = sum(bound < seconds for bound in BOUNDS)
    counts = tuple(count + (number == place) for number, count in enumerate(times.counts))
    return StageTimes(counts=counts, seconds=times.seconds + seconds)


def with_times(stages: Mapping[str, StageTimes], seconds: Mapping[str, float | None]) -> dict[str, StageTimes]:
    """`stages` with one more time for each value of `seconds` that is not None. Histograms with another number of
    classes, from another version of this program, are dropped."""
    kept = {name: times for name, times in stages.items() if len(times.counts) == len(BOUNDS) + 1}
    more = {name: with_time(kept.get(name, StageTimes()), each) for name, each in seconds.items() if each is not None}
    return kept | more
