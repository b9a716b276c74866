"""The tables of the console's pages, as values: pure functions of the answers."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple
from urllib.parse import quote

from feedsvc.model import codec
from feedsvc.model.audience import DeliveryReport, FeedAudience
from feedsvc.model.base import Value
from feedsvc.model.explanation import Explanation
from feedsvc.model.local_time import local_iso, local_time
from feedsvc.model.operator_answers import FeedChanges, FoundArticle, PartnerFeed, PreflightReport
from feedsvc.store.audience.deliveries import LastFetch
from feedsvc.web.audience.delivery_report import name_of

CONSOLE = ("status", "search", "feeds", "partners", "delivered", "editions", "build")
"""The names of the pages, in the order of the menu."""


class Bar(NamedTuple):
    """A bar of a chart, in a square of CHART units."""

    x: int
    y: int
    width: int
    height: int


CHART = 28
"""The side of a chart."""


def bars(values: tuple[int, ...]) -> tuple[Bar, ...]:
    """A bar for each of `values`, the largest of which fills the chart; none if all are 0."""
    most = max(values, default=0)
    if not most:
        return ()
    width = CHART // len(values)
    heights = (max(1, round(CHART * value / most)) if value else 0 for value in values)
    return tuple(Bar(number * width, CHART - height, width - 1, height) for number, height in enumerate(heights))


class Cell(NamedTuple):
    """One cell of a table."""

    text: str
    link: str = ""
    """A path on this site; empty for no link."""
    note: str = ""
    bars: tuple[Bar, ...] = ()
    """A small chart beside the text; empty for none."""


class Listing(NamedTuple):
    """One table."""

    heading: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    empty: str
    """The sentence in place of a table without rows."""


class FeedFacts(Value, frozen=True, kw_only=True):
    """A live feed."""

    path: str
    items: int
    changed: int | None
    """The time of its document's last change (seconds since 1970); None if unknown."""
    audience: FeedAudience | None = None
    """Its subscribers; None if nobody was counted."""


class EditionFacts(Value, frozen=True, kw_only=True):
    """An Edition that can be returned to."""

    edition: int
    at: int
    """Its instant, seconds since 1970."""
    documents: int
    """The number of documents that changed with it."""
    note: str


def explanation_listings(found: Explanation) -> tuple[Listing, ...]:
    """The feeds that contain the article, then those that leave it out; feeds of sections that it never names are not
    listed."""
    about = ((Cell(found.article, note=found.page), Cell(found.state)),)
    yes = tuple(_verdicts(found, included=True))
    no = tuple(_verdicts(found, included=False))
    return (
        Listing("Article", ("Article", "State"), about, ""),
        Listing(f"In {len(yes)} feeds", ("Feed", "Place"), yes, "It is in no feed."),
        Listing(f"Not in {len(no)} feeds that could have it", ("Feed", "Reason"), no, "No feed leaves it out."),
    )


def _verdicts(found: Explanation, *, included: bool) -> Iterator[tuple[Cell, ...]]:
    for each in found.verdicts:
        if each.included is included and not each.unrelated:
            yield Cell(each.feed, quote(each.feed)), Cell(each.reason, note=each.served)


def found_listing(articles: tuple[FoundArticle, ...]) -> Listing:
    """The articles that a search found, each with a link to its explanation."""
    rows = tuple(
        (
            Cell(each.title or each.path or each.key, f"/-/search?article={quote(each.key)}", each.path),
            Cell("out" if each.is_open else "not out"),
        )
        for each in articles
    )
    return Listing("Articles", ("Article", "State"), rows, "No article fits.")


def feeds_listing(feeds: tuple[FeedFacts, ...], zone: str) -> Listing:
    """The live feeds."""
    rows = tuple(
        (
            Cell(each.path, quote(each.path)),
            Cell(str(each.items)),
            Cell(_when(each.changed, zone)),
            _subscribers(each.audience),
        )
        for each in feeds
    )
    columns = ("Feed", "Items", "Last change", "Subscribers, 7 days")
    return Listing("", columns, rows, "There is no feed on this page.")


def _subscribers(found: FeedAudience | None) -> Cell:
    """The number of subscribers and how it is known, with a chart of the last days."""
    if found is None:
        return Cell("")
    note = f"{found.reported:,} reported, {found.estimated:,} estimated; {found.unknown:,} unknown programs"
    return Cell(f"{found.subscribers:,}", note=note, bars=bars(found.days))


def delivery_listings(found: DeliveryReport, zone: str) -> tuple[Listing, ...]:
    """The revisions of an article, the partners that fetched them and when, and the partners that have yet to fetch."""
    made = tuple(
        (Cell(str(each.number)), Cell(local_iso(each.made, zone)), Cell(", ".join(each.changed)))
        for each in found.revisions
    )
    taken = tuple(
        (
            Cell(each.feed),
            Cell(each.partner),
            Cell(str(each.revision) if each.revision else "gone from the feed"),
            Cell(local_iso(each.at, zone), note="had it by then" if each.had else ""),
            Cell(str(each.edition)),
        )
        for each in found.takings
    )
    awaited = tuple(
        (
            Cell(each.feed),
            Cell(each.partner),
            Cell(str(each.revision)),
            Cell(local_iso(each.last, zone) if each.last else "nobody has fetched this feed"),
        )
        for each in found.awaited
    )
    return (
        Listing(found.article, ("Revision", "Published", "Changed"), made, ""),
        Listing("Taken", ("Feed", "Partner", "Revision", "First fetched", "Edition"), taken, "Nobody has taken it."),
        Listing("Not taken yet", ("Feed", "Partner", "Revision", "Last fetch"), awaited, "All have it."),
    )


def delivered_link(article: str) -> Listing:
    """The link from an article to its delivery report."""
    row = (Cell("When partners took it", f"/-/delivered?article={quote(article, safe='')}"),)
    return Listing("", ("Proof",), (row,), "")


def partners_listing(
    feeds: tuple[PartnerFeed, ...],
    changes: tuple[int | None, ...],
    zone: str,
    last: Mapping[str, LastFetch] = MappingProxyType({}),
) -> Listing:
    """The custom feeds, each with a link to its report, and the time of its last fetch (by path in `last`)."""
    rows = tuple(
        (
            Cell(each.path, f"/-/partners?feed={quote(each.path, safe='')}", each.title),
            Cell(each.format, note="opened by a token" if each.locked else ""),
            Cell(_when(changed, zone)),
            _fetched(last.get(each.path), zone),
        )
        for each, changed in zip(feeds, changes, strict=True)
    )
    return Listing(
        "",
        ("Feed", "Format", "Last change", "Last fetch"),
        rows,
        "There is no feed of your own: add [[feeds]] to config.toml.",
    )


def _fetched(last: LastFetch | None, zone: str) -> Cell:
    if last is None:
        return Cell("")
    return Cell(_when(last.at, zone), note=f"{name_of(last.partner)}, edition {last.edition}")


def preflight_listings(report: PreflightReport, most: int, *, linked: bool = True) -> tuple[Listing, ...]:
    """The articles held back for a partner and why, then the articles accepted; at most `most` of each. The documents
    of the feed are linked if `linked`, that is, once they are published."""
    sizes = tuple((Cell(path, quote(path) if linked else ""), Cell(f"{size:,}")) for path, size in report.documents)
    return (
        _judged("Held back", report.held, most, "Nothing is held back."),
        _judged("Taken, with doubts", report.doubtful, most, "Nothing is doubtful."),
        _judged("Near a limit", report.near, most, "Nothing is near a limit."),
        _lines(f"Taken: {len(report.accepted)}", "Article", report.accepted[:most], "Nothing is taken."),
        _lines("Remarks", "Remark", report.notes[:most], "None."),
        _lines(f"What {report.format} asks for", "Requirement", report.asks, "Nothing."),
        Listing("Documents", ("Document", "Bytes"), sizes[:most], "None."),
    )


def _judged(heading: str, articles: tuple[tuple[str, str], ...], most: int, empty: str) -> Listing:
    rows = tuple((Cell(article), Cell(why)) for article, why in articles[:most])
    return Listing(f"{heading}: {len(articles)}", ("Article", "Reason and remedy"), rows, empty)


def _lines(heading: str, column: str, lines: tuple[str, ...], empty: str) -> Listing:
    return Listing(heading, (column,), tuple((Cell(line),) for line in lines), empty)


def editions_listing(editions: tuple[EditionFacts, ...], zone: str) -> Listing:
    """The Editions that can be returned to, each with the command for it and a link to its changes; the changes of the
    oldest Edition are not known."""
    oldest = min((each.edition for each in editions), default=0)
    rows = tuple(
        (
            Cell(str(each.edition), f"/-/editions?edition={each.edition}" if each.edition != oldest else "", each.note),
            Cell(_when(each.at, zone)),
            Cell(str(each.documents)),
            Cell(f"feedsvc editions rollback {each.edition}"),
        )
        for each in editions
    )
    return Listing("", ("Edition", "Published", "Documents changed", "To return to it"), rows, "There is none yet.")


def changed_feeds(feeds: tuple[FeedChanges, ...], most: int) -> tuple[Listing, ...]:
    """The changes of an Edition, a table for each feed; at most `most` articles of each kind."""
    return tuple(Listing(each.feed, ("Change", "Article"), tuple(_changes(each, most)), "") for each in feeds)


def _changes(feed: FeedChanges, most: int) -> Iterator[tuple[Cell, ...]]:
    for word, names in (("new", feed.added), ("changed", feed.changed), ("gone", feed.removed)):
        yield from ((Cell(word), Cell(name)) for name in names[:most])


def _when(seconds: int | None, zone: str) -> str:
    return local_time(codec.instant(seconds), zone) if seconds is not None else "not known"
