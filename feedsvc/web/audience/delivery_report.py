"""The report for people on what partners fetched of one article."""

from collections.abc import Collection, Iterable, Iterator, Mapping

from feedsvc.model import codec
from feedsvc.model.audience import AwaitedTaking, DeliveryReport, MadeRevision, Taking
from feedsvc.store import custom_feeds, revisions, state
from feedsvc.store.audience import deliveries
from feedsvc.store.audience.deliveries import Delivery, LastFetch, Partner
from feedsvc.store.entries import LedgerEntry
from feedsvc.store.history import edition_contents
from feedsvc.store.revisions import Revision
from feedsvc.store.transaction import Transaction


def delivery_report(
    transaction: Transaction, proof: Transaction | None, entry: LedgerEntry, feeds: Collection[str]
) -> DeliveryReport:
    """The report on the article `entry`. `feeds` are the custom feeds; `proof` is None if nothing was recorded."""
    feed_of = {part: feed for feed in feeds for part in (feed, *custom_feeds.get(transaction, feed).documents)}
    made = revisions.of(transaction, entry.number)
    found = firsts(deliveries.of_article(proof, entry.key), feed_of) if proof else []
    last = deliveries.last(proof) if proof else []
    return DeliveryReport(
        article=f"{entry.copy.title} ({entry.path or 'no file'}, key {entry.key})",
        revisions=tuple(_made(entry, made)),
        takings=tuple(_taking(each, feed_of) for each in found),
        awaited=tuple(_awaited(_current(transaction, feeds, entry.key), made, found, last, feed_of)),
    )


def firsts(found: Iterable[Delivery], feed_of: Mapping[str, str]) -> list[Delivery]:
    """The first delivery for each partner, feed and revision; `found` is in the order of time.

    A feed may have several documents, and articles move between them.
    """
    first: dict[tuple[str, str, str, int], Delivery] = {}
    for each in found:
        feed = feed_of.get(each.partner.document, each.partner.document)
        first.setdefault((feed, each.partner.token, each.partner.client, each.updated), each)
    return list(first.values())


def name_of(partner: Partner) -> str:
    """The name of a partner, for people."""
    return f"{partner.client}, token {partner.token}" if partner.token else partner.client


def _made(entry: LedgerEntry, made: Iterable[Revision]) -> Iterator[MadeRevision]:
    """The revisions, oldest first, including the first publication."""
    opened = max(entry.first_seen, min(entry.published, entry.opens))
    yield MadeRevision(number=1, made=codec.instant(opened), changed=())
    for each in sorted(made, key=lambda each: each.number):
        yield MadeRevision(number=each.number, made=each.changed_at, changed=each.changed)


def _taking(each: Delivery, feed_of: Mapping[str, str]) -> Taking:
    return Taking(
        feed=feed_of.get(each.partner.document, each.partner.document),
        partner=name_of(each.partner),
        revision=each.revision,
        at=codec.instant(each.at),
        edition=each.edition,
        had=each.status != 200,
    )


def _current(transaction: Transaction, feeds: Iterable[str], key: str) -> Iterator[tuple[str, int]]:
    """The feeds that hold the article now, each with the instant of its last update."""
    edition = state.current_edition(transaction)
    for feed in feeds:
        standing = edition_contents(transaction, feed, edition)
        updated = dict(standing.items).get(key) if standing else None
        if updated is not None:
            yield feed, updated


def _awaited(
    current: Iterable[tuple[str, int]],
    made: Collection[Revision],
    found: Iterable[Delivery],
    last: Collection[LastFetch],
    feed_of: Mapping[str, str],
) -> Iterator[AwaitedTaking]:
    """The partners of the feeds in `current` that have not fetched the article in its current form."""
    taken = {(feed_of.get(each.partner.document), each.partner[1:], each.updated) for each in found}
    for feed, updated in current:
        number = max((each.number for each in made if codec.seconds(each.changed_at) <= updated), default=1)
        theirs = [each for each in last if feed_of.get(each.partner.document) == feed]
        if not theirs:
            yield AwaitedTaking(feed=feed, partner="", revision=number, last=None)
        for each in theirs:
            if (feed, each.partner[1:], updated) not in taken:
                at = codec.instant(each.at)
                yield AwaitedTaking(feed=feed, partner=name_of(each.partner), revision=number, last=at)
