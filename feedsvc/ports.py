"""What readers and formats are: a Source in and a Reading out, a Feed in and bytes out."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from msgspec import Struct

from feedsvc.model import Article, Copy, Feed, Noun, Problem


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
    def suffix(self) -> str:
        """In lower case and with its dot; empty for a name that has none, or nothing else."""
        stem, _, suffix = self.path.rpartition("/")[2].rpartition(".")
        return f".{suffix.lower()}" if stem and suffix else ""

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


class Removal(NamedTuple):
    """A piece of a file that is not published, and why."""

    text: str
    reason: str


class Notes(NamedTuple):
    """How a file was understood, for somebody who asks: by field of the Copy where its value comes from, and what was
    left out."""

    origins: Mapping[str, str]
    removed: tuple[Removal, ...] = ()


class Reader(Noun, frozen=True, kw_only=True):
    """An input format. `read` raises Unreadable, and nothing else, for a file that it cannot make sense of."""

    name: str
    suffixes: tuple[str, ...]
    read: Callable[[Source, Rules], Reading]
    kind: str = ""
    """What files of this format are called."""
    notes: Callable[[Source, Rules], Notes] | None = None
    """How a file that can be read is understood."""
    glance: Callable[[Source, Rules], Copy] | None = None
    """Where less than all of a file tells its id, dates, sections and status: a Copy that has only these."""


class Rule(Noun, frozen=True, kw_only=True):
    """What a partner asks of an article, in words, and how one breaks it: empty where it does not.

    An article that breaks a hard rule is held back; others cost a warning. `near` tells how close one comes to it.
    """

    asks: str
    broken: Callable[[Article, Feed], str]
    remedy: str
    hard: bool = True
    near: Callable[[Article, Feed], str] = lambda _article, _feed: ""


class NoOptions(Struct, frozen=True, kw_only=True):
    """Of a format that needs none."""


class Profile(Noun, frozen=True, kw_only=True):
    """What one partner takes. All sizes are 0 where there is none.

    `options` is a Struct whose fields are kinds of `formats._options`. `suits` says why an article is not what this
    partner is for, which is no fault of it; empty where it is.
    """

    options: type[Struct] = NoOptions
    suits: Callable[[Copy, dict[str, object]], str] = lambda _copy, _options: ""
    rules: tuple[Rule, ...] = ()
    doubts: Callable[[Feed], tuple[tuple[str, str], ...]] = lambda _feed: ()
    """What is odd about the feed as a whole, each with its remedy."""
    limit: int = 0
    """Most articles, where the config does not say."""
    most: int = 0
    """Most articles that the partner takes."""
    least: int = 0
    """Fewest articles with which the partner is content."""
    window: int = 0
    """Seconds after its publication for which an article stays."""
    page: int = 0
    """Most articles in one document; the others stand in further ones, chained by Feed.next or named by `index`."""
    index: Callable[[Feed, tuple[Feed, ...]], bytes] | None = None
    """The document that names the parts of a feed."""
    texts: bool = True
    """Whether it says more of articles than their titles, dates and pictures; thousands of texts take time to make."""
    for_readers: bool = True
    """Whether feed readers can subscribe to it; if not, no list of feeds names it."""
    size: int = 0
    """Most bytes of one document; the oldest articles are left out until it has no more."""


class Format(Noun, frozen=True, kw_only=True):
    """An output format. `render` is pure: the same Feed gives the same bytes."""

    name: str
    type: str
    """The media type without parameters; all formats are UTF-8."""
    render: Callable[[Feed], bytes]
    filename: str = ""
    """The last part of a section feed's path, `rss.xml`; empty for what is no format of sections."""
    profile: Profile = Profile()
    chained: bool = False
    """Whether it can lead to archives (`Feed.older`), which are documents of the same format."""


class Unreadable(Exception):
    """A file that a reader cannot make sense of; the library turns it into a Problem."""

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.remedy = remedy

    def problem(self, place: str) -> Problem:
        return Problem(place=place, reason=self.reason, remedy=self.remedy)
