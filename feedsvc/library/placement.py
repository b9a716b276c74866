"""Places an article in its sections so that readers neither miss it nor get it twice."""

from collections.abc import Mapping
from typing import NamedTuple

from feedsvc.store import archives, memberships, windows
from feedsvc.store.memberships import Membership
from feedsvc.store.transaction import Transaction
from feedsvc.store.windows import Key


class Away(NamedTuple):
    """The instant since when an article was available, and the one at which a rollback removed it, in seconds."""

    available: int
    gone: int


class SectionHistory(NamedTuple):
    """The history of a section, as far as it concerns one article."""

    floor: Key
    """The newest article that ever left the section's feed."""
    holds: bool
    """True if an archive of the section holds the article."""
    has_archives: bool


def is_missed(key: Key, history: SectionHistory, *, returns: bool) -> bool:
    """True if readers of the section would find an article with `key` neither in the feed nor in an archive.

    An article that `returns`, and was in no section meanwhile, has been in the feed before. So it is in an archive if
    the section has any, unless it was away when it would have been archived.
    """
    if key.order < history.floor.order or history.holds:
        return False
    return not returns or history.has_archives


def place_in_sections(
    transaction: Transaction, number: int, key: Key, sections: Mapping[str, str], stays: Mapping[str, int], since: int
) -> None:
    """Places an article, which is in no section now, in `sections`, path to name.

    In those of `stays` it keeps the second since when it was there; in others its place is that of `key`, or `since` if
    readers would otherwise miss it.
    """
    joined = sections.keys() - stays.keys()
    late = [path for path in joined if is_missed(key, _history(transaction, path, number), returns=not stays)]
    times = {**stays, **dict.fromkeys(late, since)}
    memberships.join_sections(transaction, (Membership(number, *key, dict(sections), times),))


def is_news_again(available: int, gone: int, overtaken: int, now: int) -> bool:
    """True if an article returns `now` as news: newer articles have been above it, since `overtaken`, for longer than
    it was available, from `available` until `gone`. All in seconds.

    Feed readers take items from the top down to the first that they know. If the article returns to its old place, it
    is missed by those that came only while it was away, and know the items above. If it returns on top, those that came
    only before it was removed stop there, and miss the items below. So it is placed where fewer of them can be wrong.
    """
    return now - overtaken > gone - available


def place_again(
    transaction: Transaction,
    number: int,
    key: Key,
    sections: Mapping[str, str],
    stood: Mapping[str, int],
    since: int,
    gone: int,
) -> None:
    """Returns an article that a rollback removed at `gone` to `sections`, path to name: to its old place, `stood`
    (section to second), or, where it is news again, to that of `since`.

    It is not news in a section with an archive that holds it: readers find it there.
    """
    taken = {
        path: since if _is_news_in(transaction, path, number, Away(second, gone), since) else second
        for path, second in stood.items()
    }
    place_in_sections(transaction, number, key, sections, taken, since)


def _is_news_in(transaction: Transaction, section: str, number: int, away: Away, since: int) -> bool:
    overtaken = memberships.first_after(transaction, section, away.gone)
    if overtaken is None or archives.contains(transaction, section, number):
        return False
    return is_news_again(away.available, away.gone, overtaken, since)


def _history(transaction: Transaction, section: str, number: int) -> SectionHistory:
    return SectionHistory(
        floor=windows.state(transaction, section).floor,
        holds=archives.contains(transaction, section, number),
        has_archives=archives.latest(transaction, section) is not None,
    )
