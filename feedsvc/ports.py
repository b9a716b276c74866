"""What readers and formats are: a Source in and a Reading out, a Feed in and bytes out."""

from collections.abc import Callable
from typing import NamedTuple

from feedsvc.model import Copy, Feed, Noun, Problem


class Source(Noun, frozen=True, kw_only=True):
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
    def stem(self) -> str:
        return self.path.rpartition("/")[2].rpartition(".")[0]


class NamedFile(NamedTuple):
    """A file that an article names: its path below the articles folder; its media type, empty where it is not
    published; its stamp (size, time, inode) when the article was read, empty where it was not there."""

    file: str
    type: str
    stamp: str


class Rules(Noun, frozen=True, kw_only=True):
    """What a newsroom says of its files: the zone of dates that name none, and its own page furniture."""

    timezone: str = "UTC"
    furniture: tuple[str, ...] = ()


class Reading(NamedTuple):
    """What a reader makes of a file: its Copy, and the troubles that cost less than the whole file."""

    copy: Copy
    problems: tuple[Problem, ...] = ()


class Reader(Noun, frozen=True, kw_only=True):
    """An input format. `read` raises Unreadable, and nothing else, for a file that it cannot make sense of."""

    name: str
    suffixes: tuple[str, ...]
    read: Callable[[Source, Rules], Reading]


class Format(Noun, frozen=True, kw_only=True):
    """An output format. `render` is pure: the same Feed gives the same bytes."""

    name: str
    filename: str
    """The last part of a section feed's path, `rss.xml`."""
    type: str
    """The media type without parameters; all formats are UTF-8."""
    render: Callable[[Feed], bytes]


class Unreadable(Exception):
    """A file that a reader cannot make sense of; the library turns it into a Problem."""

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.remedy = remedy

    def problem(self, place: str) -> Problem:
        return Problem(place=place, reason=self.reason, remedy=self.remedy)
