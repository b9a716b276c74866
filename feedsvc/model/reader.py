"""The port of input formats: a Source in, a Reading out."""

from collections.abc import Callable
from typing import NamedTuple

from feedsvc.model.article import ArticleCopy
from feedsvc.model.base import Value
from feedsvc.model.format import Notes
from feedsvc.model.problem import Problem


class Source(Value, frozen=True, kw_only=True):
    """A file as a reader gets it. Paths are POSIX paths below the articles folder."""

    path: str
    data: bytes
    sidecar: bytes | None = None
    picture: str = ""
    """Path of the picture that lies beside the file under the same stem, or empty."""

    @property
    def folder(self) -> str:
        return self.path.rpartition("/")[0]

    @property
    def suffix(self) -> str:
        """In lower case and with its dot; empty for a name that has none, or nothing else."""
        stem, _, suffix = self.path.rpartition("/")[2].rpartition(".")
        return f".{suffix.lower()}" if stem and suffix else ""

    @property
    def stem(self) -> str:
        return self.path.rpartition("/")[2].rpartition(".")[0]


class MediaReference(NamedTuple):
    """A file that an article names: its path below the articles folder; its media type, empty where it is not
    published; its stamp (size, time, inode) when the article was read, empty where it was not there."""

    file: str
    type: str
    stamp: str


class ReaderOptions(Value, frozen=True, kw_only=True):
    """What a newsroom says of its files: the zone of dates that name none, and its own page furniture."""

    timezone: str = "UTC"
    furniture: tuple[str, ...] = ()


class Reading(NamedTuple):
    """What a reader makes of a file: its Copy, and the troubles that cost less than the whole file."""

    copy: ArticleCopy
    problems: tuple[Problem, ...] = ()


class Reader(Value, frozen=True, kw_only=True):
    """An input format. `read` raises Unreadable, and nothing else, for a file that it cannot make sense of."""

    name: str
    suffixes: tuple[str, ...]
    read: Callable[[Source, ReaderOptions], Reading]
    kind: str = ""
    """What files of this format are called."""
    notes: Callable[[Source, ReaderOptions], Notes] | None = None
    """How a file that can be read is understood."""
    parse_header: Callable[[Source, ReaderOptions], ArticleCopy] | None = None
    """Where less than all of a file tells its id, dates, sections and status: a Copy that has only these."""


class Unreadable(Exception):
    """A file that a reader cannot make sense of; the library turns it into a Problem."""

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.remedy = remedy

    def problem(self, place: str) -> Problem:
        return Problem(place=place, reason=self.reason, remedy=self.remedy)
