"""The guard against removals that are no editing: a disk is not mounted, or a copy failed."""

from feedsvc.model.problem import Problem

FEW = 3
"""So many articles may always go at once: that is an editor at work."""
MOST_SHARE, MOST = 0.2, 50
"""A larger share, or more articles, do not go by editing."""


def exceeds_removal_limit(gone: int, held: int) -> bool:
    """True if `gone` of the `held` files are too many to go by editing."""
    return gone > FEW and (gone > MOST or gone > MOST_SHARE * held)


def is_suspicious(gone: int, held: int) -> bool:
    """True if `gone` of the `held` articles must not be removed without consent: too many, or all of several."""
    return gone >= held > 1 or exceeds_removal_limit(gone, held)  # a single article can always be taken back


def removal_guard_problem(place: str, reason: str) -> Problem:
    """The problem that tells how to consent."""
    remedy = "bring them back, or confirm with `feedsvc publish --accept-removals`"
    return Problem(place=place, reason=reason, remedy=remedy)
