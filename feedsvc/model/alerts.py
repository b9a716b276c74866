"""The record of alarms: which are active and since when, and which messages are still to be sent."""

from typing import Literal, get_args

from msgspec import field

from feedsvc.model.base import Value

Kind = Literal["silence", "partner", "problems", "publication", "push", "disk"]
KINDS: tuple[Kind, ...] = get_args(Kind)
Event = Literal["raised", "repeated", "cleared", "test"]
"""A `test` is sent when an operator asks for it, and reports nothing."""


class AlertState(Value, frozen=True, kw_only=True):
    """The state of an active alarm. Instants are seconds since 1970."""

    since: int
    """The instant at which it was first noticed."""
    told: int = 0
    """The instant of the last message about it; 0 while it has not lasted long enough for one."""
    text: str = ""
    known: frozenset[str] = frozenset()
    """The parts of the trouble that were reported."""
    well_since: int = 0
    """The instant at which its end was noticed; 0 while it lasts."""


class AlertMessage(Value, frozen=True, kw_only=True):
    """A message that is still to be sent. Instants are seconds since 1970."""

    id: str
    to: str
    """The short name of the destination, as `alerts.rules.name_of` makes it."""
    event: Event
    kind: Kind
    subject: str
    """A section or feed; empty for the whole site."""
    text: str
    at: int
    since: int
    """The instant at which the trouble began."""
    attempts: int = 0
    due: int = 0
    """The instant from which the next attempt may be made."""


class AlertRecord(Value, frozen=True, kw_only=True):
    """All alarms and messages, by the key of the rule. A newer message of a rule replaces one that is still waiting."""

    states: dict[str, AlertState] = field(default_factory=dict)
    messages: dict[str, AlertMessage] = field(default_factory=dict)
