"""A problem as a value."""

from msgspec.structs import force_setattr

from feedsvc.model.base import Value
from feedsvc.model.text import one_line


class Problem(Value, frozen=True, kw_only=True, order=True):
    """A place, the reason why something is wrong there, and a remedy.

    `place` is a file, a key of the configuration or the path of a feed.

    Its text is cleaned on construction, unlike that of other values: it comes from file names, parsers and exceptions,
    at every place that makes a Problem.
    """

    place: str
    reason: str
    remedy: str = ""
    warning: bool = False
    """True if the problem prevents nothing from being published; False if it does."""

    def __post_init__(self) -> None:
        for name in ("place", "reason", "remedy"):
            force_setattr(self, name, one_line(getattr(self, name)))

    def __str__(self) -> str:
        remedy = f" ({self.remedy})" if self.remedy else ""
        return f"{self.place}: {'warning: ' if self.warning else ''}{self.reason}{remedy}"
