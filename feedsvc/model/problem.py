"""Trouble as everything in the house tells it."""

from feedsvc.model.base import Value


class Problem(Value, frozen=True, kw_only=True, order=True):
    """Trouble as a value: where, what, and what to do about it. `place` is a file, a key or a feed's path."""

    place: str
    reason: str
    remedy: str = ""
    warning: bool = False
    """A warning costs nothing that is published; anything else holds something back."""

    def __post_init__(self) -> None:
        self._clean(lines=("place", "reason", "remedy"))

    def __str__(self) -> str:
        remedy = f" ({self.remedy})" if self.remedy else ""
        return f"{self.place}: {'warning: ' if self.warning else ''}{self.reason}{remedy}"
