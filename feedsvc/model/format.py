"""The port of output formats: a Feed in, bytes out."""

from collections.abc import Callable

from msgspec import Struct

from feedsvc.model.article import Article, ArticleCopy
from feedsvc.model.base import Value
from feedsvc.model.feed import Feed


class FormatFault(Exception):
    """A format cannot be used for now, for any feed. The documents that it published last stay.

    `retry` is the number of seconds after which another attempt makes sense.
    """

    def __init__(self, reason: str, remedy: str, retry: int) -> None:
        super().__init__(f"{reason} ({remedy})")
        self.reason = reason
        self.remedy = remedy
        self.retry = retry


class Rule(Value, frozen=True, kw_only=True):
    """A requirement of a partner for each article."""

    requirement: str
    """In words, for the operators."""
    violation: Callable[[Article, Feed], str]
    """The way in which an article breaks the rule; empty if it does not."""
    remedy: str
    hard: bool = True
    """True if an article that breaks the rule is left out; False if it only costs a warning."""
    near: Callable[[Article, Feed], str] = lambda _article, _feed: ""
    """A note that an article nearly breaks the rule; empty if it does not."""


class NoOptions(Struct, frozen=True, kw_only=True):
    """The options of a format that has none."""


class Profile(Value, frozen=True, kw_only=True):
    """The terms of one partner. A limit of 0 means no limit."""

    options: type[Struct] = NoOptions
    """A struct whose fields have types of `formats._options`."""
    irrelevant: Callable[[ArticleCopy, dict[str, object]], str] = lambda _copy, _options: ""
    """The reason why an article is not meant for this partner, which is not a fault; empty if it is meant for it."""
    rules: tuple[Rule, ...] = ()
    feed_warnings: Callable[[Feed], tuple[tuple[str, str], ...]] = lambda _feed: ()
    """The faults of the feed as a whole, as `(reason, remedy)`."""
    limit: int = 0
    """Most articles, unless the configuration sets a limit."""
    max_items: int = 0
    """Most articles that the partner takes."""
    min_items: int = 0
    """Fewest articles that the partner wants."""
    max_age: int = 0
    """Seconds after its publication for which an article stays."""
    page_size: int = 0
    """Most articles in one document. The rest are in further documents, linked by `Feed.next` or listed by `index`."""
    index: Callable[[Feed, tuple[Feed, ...]], bytes] | None = None
    """Renders the document that lists the parts of a feed; None if the parts are linked."""
    needs_text: bool = True
    """False if the format shows only titles, dates and pictures: then no text is converted to HTML for it."""
    for_readers: bool = True
    """True if feed readers can subscribe to it; False leaves it out of the lists of feeds."""
    max_bytes: int = 0
    """Most bytes of one document; the oldest articles are left out until it fits."""


class Format(Value, frozen=True, kw_only=True):
    """An output format. The same Feed gives the same bytes."""

    name: str
    type: str
    """The media type, without parameters. All formats are UTF-8."""
    render: Callable[[Feed], bytes]
    filename: str = ""
    """The name of a section's document in this format, such as `rss.xml`; empty if sections cannot have this format."""
    profile: Profile = Profile()
    chained: bool = False
    """True if it can link to archives (`Feed.older`), which are documents of the same format."""
    names_hubs: bool = False
    """True if its documents name the hubs of the feed (`Feed.hubs`), so that clients can subscribe to them."""
    foreign: bool = False
    """True if it is not part of this program. Its functions run in a process of their own and may raise FormatFault."""
    unusable: str = ""
    """The reason why it cannot be used for any feed; empty if it can."""
