"""The port of input formats: a Source in, a Reading out."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from feedsvc.model.article import ArticleCopy
from feedsvc.model.base import Value
from feedsvc.model.problem import Problem


class Source(Value, frozen=True, kw_only=True):
    """A file, as it is passed to a reader. Paths are POSIX paths below the articles folder."""

    path: str
    data: bytes
    sidecar: bytes | None = None
    """The content of the TOML file with the same stem; None if there is none."""
    picture: str = ""
    """The path of the picture with the same stem; empty if there is none."""

    @property
    def folder(self) -> str:
        """The path of the file's folder; empty for the articles folder itself."""
        return self.path.rpartition("/")[0]

    @property
    def suffix(self) -> str:
        """The suffix in lower case, with its dot; empty for a name without a suffix or a stem."""
        stem, _, suffix = self.path.rpartition("/")[2].rpartition(".")
        return f".{suffix.lower()}" if stem and suffix else ""

    @property
    def stem(self) -> str:
        """The file's name without its suffix."""
        return self.path.rpartition("/")[2].rpartition(".")[0]


class MediaReference(NamedTuple):
    """A file that an article refers to."""

    file: str
    """Its path below the articles folder."""
    type: str
    """Its media type; empty if it cannot be published."""
    signature: str
    """Its size, time and inode when the article was read; empty if it was missing."""


class ReaderOptions(Value, frozen=True, kw_only=True):
    """The configuration of how files are read."""

    timezone: str = "UTC"
    """The zone of dates that name none."""
    furniture: tuple[str, ...] = ()
    """Phrases on the newsroom's pages that are not part of an article."""


class Reading(NamedTuple):
    """The result of reading a file."""

    copy: ArticleCopy
    """The article, cleaned by `feedsvc.model.cleaning.cleaned`: later code does not clean it again."""
    problems: tuple[Problem, ...] = ()
    """Problems that affect only a part of the file."""


class Removal(NamedTuple):
    """A piece of a file that is not published, and why."""

    text: str
    reason: str


class Notes(NamedTuple):
    """Notes on how a file was understood: the origin of each field of the copy, by its name, and what was left out."""

    origins: Mapping[str, str]
    removed: tuple[Removal, ...] = ()


class Reader(Value, frozen=True, kw_only=True):
    """An input format. Its functions raise Unreadable, and nothing else, for a file that they cannot understand."""

    name: str
    suffixes: tuple[str, ...]
    """In lower case, with their dots."""
    read: Callable[[Source, ReaderOptions], Reading]
    kind: str = ""
    """The name of files of this format for people; `name` if it is empty."""
    notes: Callable[[Source, ReaderOptions], Notes] | None = None
    """Explains how a readable file is understood; None if the format has nothing to explain."""
    parse_header: Callable[[Source, ReaderOptions], ArticleCopy] | None = None
    """Reads only the id, dates, sections and status; None if that takes as long as reading all."""


class Unreadable(Exception):
    """A file that a reader cannot understand; the library turns it into a Problem."""

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.remedy = remedy

    def problem(self, place: str) -> Problem:
        """The Problem of the file at `place`."""
        return Problem(place=place, reason=self.reason, remedy=self.remedy)
