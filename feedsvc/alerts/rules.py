"""The rules by which a reading is judged: pure functions of values."""

from enum import Enum, auto
from hashlib import blake2b
from typing import NamedTuple
from zoneinfo import ZoneInfo

from feedsvc.alerts.rhythm import Rhythm, missing, unusual_from
from feedsvc.model import codec
from feedsvc.model.alerts import Kind
from feedsvc.model.local_time import local_time

_SHOWN = 3
"""Problems that a message names."""
_AFTER_START = 60
"""Seconds for which a backlog is not judged after a start: what waited meanwhile is told within them."""


class Rule(NamedTuple):
    """One kind of trouble, told to one destination. Times are seconds."""

    to: str
    """The short name of the destination."""
    kind: Kind
    subject: str = ""
    """The section or feed whose silence is meant; empty for the whole site."""
    limit: int = 0
    """The shortest silence, the oldest backlog, or the least percentage of free space."""
    lasts: int = 0
    """The time for which the trouble has to last until it is told."""
    again: int = 14_400
    """The time until a trouble that stands is told again."""

    @property
    def key(self) -> str:
        """The name under which the state of the rule is kept."""
        return " ".join(filter(None, (self.to, self.kind, self.subject)))


class Arrivals(NamedTuple):
    """The stories of a section or feed: when the last one came (seconds since 1970), and their usual rhythm; None for
    no story, and for too few to tell."""

    title: str
    last: int | None = None
    rhythm: Rhythm | None = None


class PartnerFetch(NamedTuple):
    """The last fetch (seconds since 1970) of a feed by a partner that fetches it regularly, or did."""

    feed: str
    partner: str
    last: int


class Reading(NamedTuple):
    """The state of the service at an instant. Instants are seconds since 1970."""

    at: int
    started: int
    """Since when the machine has been watched without a pause."""
    unreadable: str = ""
    """Why the store cannot be read; if so, only `late` and `free` are told. Empty if it can."""
    late: str = ""
    """Why what is served may not be fresh; empty if it is."""
    patience: int = 0
    """Seconds that a publication has after a start before it is late."""
    problems: tuple[str, ...] = ()
    """The problems that hold something back."""
    backlog: int | None = None
    """Since when the oldest that hubs and subscribers are to be told waits; None if nothing does."""
    is_failing: bool = False
    """True if a host has failed that something was to be told, so that no backlog is no good sign."""
    free: int = 100
    """The percentage of the disk, or of its inodes, that is free."""
    partners: tuple[PartnerFetch, ...] = ()
    arrivals: dict[str, Arrivals] = {}  # noqa: RUF012 - never changed
    """By section or feed."""


class Sign(Enum):
    """The sign that a reading gives by a rule."""

    TROUBLE = auto()
    WELL = auto()
    UNKNOWN = auto()


class Verdict(NamedTuple):
    """The judgement on one rule."""

    sign: Sign
    text: str = ""
    parts: frozenset[str] = frozenset()
    """Short names of the parts of the trouble, if it has several, so that a new one is noticed."""


_WELL, _UNKNOWN = Verdict(Sign.WELL), Verdict(Sign.UNKNOWN)


def name_of(to: str) -> str:
    """A short name of a destination, which tells nothing of it: its address may be a secret."""
    return blake2b(to.encode(), digest_size=6).hexdigest()


def judge(rule: Rule, reading: Reading, zone: str) -> Verdict:
    """The judgement of `reading` by `rule`, in a newsroom whose clock is that of `zone`."""
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
    """Late after a start is what was not published before it: until the first publication is due, nobody can know."""
    reason = reading.unreadable or reading.late
    if not reason:
        return _WELL
    if reading.at - reading.started < reading.patience:
        return _UNKNOWN
    return Verdict(Sign.TROUBLE, f"Publishing is late: {reason}.")


def _disk(rule: Rule, reading: Reading) -> Verdict:
    """Between the limit and two hundredths above it, what was told stands."""
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
    """A partner may have come in vain before the start, so it is given as long after that."""
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
    """Silence is that of the newsroom: while publishing is late, nobody can know."""
    found = reading.arrivals.get(rule.subject)
    if found is None or found.last is None or found.rhythm is None or reading.late:
        return _UNKNOWN
    begins = unusual_from(found.last, found.rhythm, ZoneInfo(zone), rule.limit)
    if begins is None or reading.at < begins:
        return _WELL
    usual = round(missing(found.last, reading.at, found.rhythm, ZoneInfo(zone)))
    since = local_time(codec.instant(found.last), zone)
    return Verdict(Sign.TROUBLE, f"No story has come to {found.title} since {since}; about {usual} would be usual.")
