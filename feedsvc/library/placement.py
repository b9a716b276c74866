"""Places an article in its sections, where readers do not miss it and do not get it twice."""

from collections.abc import Mapping
from typing import NamedTuple

from feedsvc.store import archives, memberships, windows
from feedsvc.store.memberships import Membership
from feedsvc.store.transaction import Transaction
from feedsvc.store.windows import Key


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


def _history(transaction: Transaction, section: str, number: int) -> SectionHistory:
    return SectionHistory(
        floor=windows.state(transaction, section).floor,
        holds=archives.contains(transaction, section, number),
        has_archives=archives.latest(transaction, section) is not None,
    )
