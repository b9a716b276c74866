"""Lists of the status: articles that readers do not see yet, and files that are no articles."""

from datetime import datetime

from msgspec import Struct


class WaitingArticle(Struct, frozen=True, gc=False):
    """An article whose file was read, and that readers do not see yet."""

    path: str
    title: str
    reason: str
    """`draft`, `embargo`, `scheduled` or `withdrawn`."""
    until: datetime | None
    """When readers see it; None if no date says."""


class IgnoredFiles(Struct, frozen=True, gc=False):
    """The files of one suffix that are neither articles nor media, so nothing comes of them."""

    suffix: str
    """In lower case with its dot; empty for files without one."""
    number: int
    example: str
    """The path of the first of them."""

    def __str__(self) -> str:
        return f"{self.suffix or 'no suffix'}: {self.number}, such as {self.example}"
