"""What readers and formats are: a Source in and a Reading out, a Feed in and bytes out."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from msgspec import Struct

from feedsvc.model.article import Article, ArticleCopy
from feedsvc.model.base import Value
from feedsvc.model.feed import Feed


class Removal(NamedTuple):
    """A piece of a file that is not published, and why."""

    text: str
    reason: str


class Notes(NamedTuple):
    """How a file was understood, for somebody who asks: by field of the Copy where its value comes from, and what was
    left out."""

    origins: Mapping[str, str]
    removed: tuple[Removal, ...] = ()


class Rule(Value, frozen=True, kw_only=True):
    """What a partner asks of an article, in words, and how one breaks it: empty where it does not.

    An article that breaks a hard rule is held back; others cost a warning. `near` tells how close one comes to it.
    """

    requirement: str
    violation: Callable[[Article, Feed], str]
    remedy: str
    hard: bool = True
    near: Callable[[Article, Feed], str] = lambda _article, _feed: ""


class NoOptions(Struct, frozen=True, kw_only=True):
    """Of a format that needs none."""


class Profile(Value, frozen=True, kw_only=True):
    """What one partner takes. All sizes are 0 where there is none.

    `options` is a Struct whose fields are kinds of `formats._options`. `suits` says why an article is not what this
    partner is for, which is no fault of it; empty where it is.
    """

    options: type[Struct] = NoOptions
    irrelevant: Callable[[ArticleCopy, dict[str, object]], str] = lambda _copy, _options: ""
    rules: tuple[Rule, ...] = ()
    feed_warnings: Callable[[Feed], tuple[tuple[str, str], ...]] = lambda _feed: ()
    """What is odd about the feed as a whole, each with its remedy."""
    limit: int = 0
    """Most articles, where the config does not say."""
    max_items: int = 0
    """Most articles that the partner takes."""
    min_items: int = 0
    """Fewest articles with which the partner is content."""
    max_age: int = 0
    """Seconds after its publication for which an article stays."""
    page_size: int = 0
    """Most articles in one document; the others stand in further ones, chained by Feed.next or named by `index`."""
    index: Callable[[Feed, tuple[Feed, ...]], bytes] | None = None
    """The document that names the parts of a feed."""
    needs_text: bool = True
    """Whether it says more of articles than their titles, dates and pictures; thousands of texts take time to make."""
    for_readers: bool = True
    """Whether feed readers can subscribe to it; if not, no list of feeds names it."""
    max_bytes: int = 0
    """Most bytes of one document; the oldest articles are left out until it has no more."""


class Format(Value, frozen=True, kw_only=True):
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
