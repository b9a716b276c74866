"""Places an article in its sections, where readers do not miss it and do not get it twice."""

from collections.abc import Mapping
from typing import NamedTuple

from feedsvc.store import archives, memberships, windows
from feedsvc.store.memberships import Membership
from feedsvc.store.transaction import Transaction
from feedsvc.store.windows import Key


class Away(NamedTuple):
    """The instants since when an article was there, and since when a rollback has taken it out, in seconds."""

    available: int
    gone: int


class SectionHistory(NamedTuple):
    """The past of a section, as far as it concerns one article."""

    floor: Key
    """The newest article that ever left the section's feed."""
    holds: bool
    """An archive of the section holds the article."""
    has_archives: bool


def is_missed(key: Key, history: SectionHistory, *, returns: bool) -> bool:
    """True if no reader of the section could find an article with `key` there, neither in the feed nor in an archive.

    An article that `returns`, and stood nowhere meanwhile, has been in the feed before. So it is in an archive if the
    section has any, unless it was away when it would have gone there.
    """
    if key.order < history.floor.order or history.holds:
        return False
    return not returns or history.has_archives


def place_in_sections(
    transaction: Transaction, number: int, key: Key, sections: Mapping[str, str], stays: Mapping[str, int], since: int
) -> None:
    """Lets an article, which stands in no section now, stand in `sections`, path to name.

    In those of `stays` it keeps the second since when it stood there; in others its place is that of `key`, or `since`
    if readers would miss it there.
    """
    joined = sections.keys() - stays.keys()
    late = [path for path in joined if is_missed(key, _history(transaction, path, number), returns=not stays)]
    times = {**stays, **dict.fromkeys(late, since)}
    memberships.join_sections(transaction, (Membership(number, *key, dict(sections), times),))


def is_news_again(available: int, gone: int, overtaken: int, now: int) -> bool:
    """True if an article that was there from `available` until `gone`, and above which others stand since `overtaken`,
    returns `now` as news: others stood there for longer than it had been there. Seconds.

    A reader takes items from the top down to the first that it knows. One that returns to its old place is missed by
    who came only while it was away, and knows what is above. One that returns on top ends the reading of who came only
    before it went, and lacks what is below. So it stands where fewer can be wrong.
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
    """Lets an article that a rollback had taken out at `gone` return to `sections`, path to name: to the place that it
    had, `stood`, section to second; or, where it is news again, to that of `since`.

    Where an archive holds it, it is found there.
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
