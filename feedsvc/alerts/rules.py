"""Judges a reading by rules: pure functions of values."""

from collections.abc import Mapping
from enum import Enum, auto
from hashlib import blake2b
from typing import NamedTuple
from zoneinfo import ZoneInfo

from feedsvc.alerts.rhythm import Rhythm, missing, unusual_from
from feedsvc.model import codec
from feedsvc.model.alerts import Kind
from feedsvc.model.local_time import local_time

_SHOWN = 3
"""The largest number of problems that a message lists."""
_AFTER_START = 60
"""Seconds after a start for which a backlog is not judged: pushes that waited during the stop are sent within them."""


class Rule(NamedTuple):
    """One kind of trouble that is reported to one destination. Times are seconds."""

    to: str
    """The short name of the destination."""
    kind: Kind
    subject: str = ""
    """The section or feed whose silence is judged; empty for the whole site."""
    limit: int = 0
    """The shortest silence, the longest absence of a partner, the oldest backlog (seconds), or the least percentage of
    free space, depending on `kind`."""
    lasts: int = 0
    """The time for which the trouble must last before it is reported."""
    again: int = 14_400
    """The time after which continuing trouble is reported again."""

    @property
    def key(self) -> str:
        """The name under which the state of the rule is stored."""
        return " ".join(filter(None, (self.to, self.kind, self.subject)))


class Arrivals(NamedTuple):
    """The stories of a section or feed: the instant of the last one (seconds since 1970; None without stories), and
    their usual rhythm (None if there are too few)."""

    title: str
    last: int | None = None
    rhythm: Rhythm | None = None


class PartnerFetch(NamedTuple):
    """The last fetch (seconds since 1970) of a feed by a partner that fetches it regularly, or used to."""

    feed: str
    partner: str
    last: int


class Reading(NamedTuple):
    """The state of the service at an instant. Instants are seconds since 1970."""

    at: int
    started: int
    """The instant since which the machine has been watched without interruption."""
    unreadable: str = ""
    """The reason why the store cannot be read, in which case only `publication` and `disk` are judged; empty if it
    can."""
    late: str = ""
    """The reason why the served Edition may be out of date; empty if it is fresh."""
    patience: int = 0
    """Seconds after a start before a publication can count as late."""
    problems: tuple[str, ...] = ()
    """The problems that keep something from being published."""
    backlog: int | None = None
    """The instant since which the oldest pending push to a hub or subscriber has waited; None if none is pending."""
    is_failing: bool = False
    """True if an external hub has failed since it last succeeded, so that no backlog does not mean that all is well."""
    free: int = 100
    """The percentage of free space on the disk, or of free inodes, whichever is less."""
    partners: tuple[PartnerFetch, ...] = ()
    arrivals: Mapping[str, Arrivals] = {}
    """By section or feed."""


class Sign(Enum):
    """The result of judging a reading by a rule."""

    TROUBLE = auto()
    WELL = auto()
    UNKNOWN = auto()


class Verdict(NamedTuple):
    """The judgement on one rule."""

    sign: Sign
    text: str = ""
    parts: frozenset[str] = frozenset()
    """Short names of the parts of the trouble, if it has several, by which a new part is recognised."""


_WELL, _UNKNOWN = Verdict(Sign.WELL), Verdict(Sign.UNKNOWN)


def name_of(to: str) -> str:
    """A short name of the destination `to`: a hash, since its address may be a secret."""
    return blake2b(to.encode(), digest_size=6).hexdigest()


def judge(rule: Rule, reading: Reading, zone: str) -> Verdict:
    """The verdict on `reading` by `rule`, in a newsroom whose time zone is `zone`."""
    if rule.kind == "publication":
        return _publication(reading)
    if rule.kind == "disk":
        return _disk(rule, reading)
    if reading.unreadable:
        return _UNKNOWN
    if rule.kind == "problems":
        return _problems(reading)
    if rule.kind == "partner":
        return _partners(rule, reading, zone)
    return _push(rule, reading, zone) if rule.kind == "push" else _silence(rule, reading, zone)


def _publication(reading: Reading) -> Verdict:
    """The verdict on late publications. Unknown in the first `reading.patience` seconds after a start: the delay may
    come from before the start, and the first publication is not due yet."""
    reason = reading.unreadable or reading.late
    if not reason:
        return _WELL
    if reading.at - reading.started < reading.patience:
        return _UNKNOWN
    return Verdict(Sign.TROUBLE, f"Publishing is late: {reason}.")


def _disk(rule: Rule, reading: Reading) -> Verdict:
    """The verdict on the disk. Unknown from the limit to two percentage points above it, so that the alarm does not
    flap."""
    if reading.free < rule.limit:
        return Verdict(Sign.TROUBLE, f"Only {reading.free} % of the disk with the state folder is free.")
    return _WELL if reading.free >= rule.limit + 2 else _UNKNOWN


def _problems(reading: Reading) -> Verdict:
    if not reading.problems:
        return _WELL
    count = len(reading.problems)
    shown = "\n".join(reading.problems[:_SHOWN]) + ("\n…" if count > _SHOWN else "")
    parts = frozenset(blake2b(each.encode(), digest_size=6).hexdigest() for each in reading.problems)
    head = "One problem holds something back" if count == 1 else f"{count} problems hold something back"
    return Verdict(Sign.TROUBLE, f"{head}:\n{shown}", parts)


def _partners(rule: Rule, reading: Reading, zone: str) -> Verdict:
    """The verdict on absent partners. Unknown until `rule.limit` seconds after a start: partners may have tried in vain
    while the service was down."""
    away = [each for each in reading.partners if reading.at - each.last >= rule.limit]
    if not away:
        return _WELL
    if reading.at - reading.started < rule.limit:
        return _UNKNOWN
    lines = [
        f"{each.feed} was last fetched by {each.partner} at {local_time(codec.instant(each.last), zone)}."
        for each in away
    ]
    shown = "\n".join(lines[:_SHOWN]) + ("\n…" if len(lines) > _SHOWN else "")
    return Verdict(Sign.TROUBLE, shown, frozenset(name_of(f"{each.feed} {each.partner}") for each in away))


def _push(rule: Rule, reading: Reading, zone: str) -> Verdict:
    if reading.backlog is None or reading.at - reading.backlog < rule.limit:
        return _UNKNOWN if reading.is_failing else _WELL
    if reading.at - reading.started < _AFTER_START:
        return _UNKNOWN
    since = local_time(codec.instant(reading.backlog), zone)
    return Verdict(Sign.TROUBLE, f"Hubs and subscribers do not know yet what was published at {since}.")


def _silence(rule: Rule, reading: Reading, zone: str) -> Verdict:
    """The verdict on silence of the newsroom. Unknown while publishing is late, since stories may have come that were
    not read yet."""
    found = reading.arrivals.get(rule.subject)
    if found is None or found.last is None or found.rhythm is None or reading.late:
        return _UNKNOWN
    begins = unusual_from(found.last, found.rhythm, ZoneInfo(zone), rule.limit)
    if begins is None or reading.at < begins:
        return _WELL
    usual = round(missing(found.last, reading.at, found.rhythm, ZoneInfo(zone)))
    since = local_time(codec.instant(found.last), zone)
    return Verdict(Sign.TROUBLE, f"No story has come to {found.title} since {since}; about {usual} would be usual.")
