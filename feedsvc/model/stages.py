"""The time that a saved story takes on its way to readers, stage by stage, as histograms."""

from collections.abc import Mapping

from feedsvc.model.base import Value

SEEN, READ, PUBLISHED, SERVED = STAGES = ("seen", "read", "published", "served")
"""From the save until a regeneration begins, which with `watch` is the rest of the file and the publication
under way; until the ledger has it; until the Edition is closed; until a serving process has it."""
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
        """The bound within which this share of the times lies; None if there are none, or they are above all bounds."""
        reached, wanted = 0, share * self.count
        for bound, count in zip(BOUNDS, self.counts, strict=False):
            reached += count
            if count and reached >= wanted:
                return bound
        return None


def with_time(times: StageTimes, seconds: float) -> StageTimes:
    """`times` with one more. A clock that was put back makes it 0."""
    seconds = max(0.0, seconds)
    place = sum(bound < seconds for bound in BOUNDS)
    counts = tuple(count + (number == place) for number, count in enumerate(times.counts))
    return StageTimes(counts=counts, seconds=times.seconds + seconds)


def with_times(stages: Mapping[str, StageTimes], seconds: Mapping[str, float | None]) -> dict[str, StageTimes]:
    """`stages` with one more time for each that is in `seconds` and not None. Times in other classes, of another
    version of this program, are forgotten."""
    kept = {name: times for name, times in stages.items() if len(times.counts) == len(BOUNDS) + 1}
    more = {name: with_time(kept.get(name, StageTimes()), each) for name, each in seconds.items() if each is not None}
    return kept | more
