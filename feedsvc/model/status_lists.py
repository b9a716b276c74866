"""Lists for the status page: articles that readers do not see yet, and files that are ignored."""

from datetime import datetime

from msgspec import Struct


class WaitingArticle(Struct, frozen=True, gc=False):
    """An article whose file was read, and that readers do not see yet."""

    path: str
    title: str
    reason: str
    """`draft`, `embargo`, `scheduled` or `withdrawn`."""
    until: datetime | None
    """The instant from which readers see it; None if no date decides that."""


class IgnoredFiles(Struct, frozen=True, gc=False):
    """The files of one suffix that are neither articles nor media, and are ignored."""

    suffix: str
    """In lower case with its dot; empty for files without one."""
    number: int
    example: str
    """The path of the first of them."""

    def __str__(self) -> str:
        return f"{self.suffix or 'no suffix'}: {self.number}, such as {self.example}"
