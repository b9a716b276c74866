"""Updates alarms from verdicts: pure functions of values. Instants are seconds since 1970.

A message is written when trouble has lasted long enough, when a new part of it appears, again after some hours, and
when it is over. Everything that must be remembered is in the state, so a restart neither repeats nor loses a message.
"""

from typing import NamedTuple

from msgspec.structs import replace

from feedsvc.alerts.rules import Rule, Sign, Verdict, name_of
from feedsvc.model.alerts import AlertMessage, AlertRecord, AlertState, Event

OVER = 60
"""Seconds for which trouble must have been over before the all-clear is sent."""


class Change(NamedTuple):
    """The state of an alarm after a verdict (None if all is well), and the event to send a message about, if any."""

    state: AlertState | None
    event: Event | None = None


def after(state: AlertState | None, rule: Rule, verdict: Verdict, now: int) -> Change:
    """The change that `verdict` makes to the alarm of `rule`."""
    if verdict.sign is Sign.UNKNOWN:
        return Change(state)
    if verdict.sign is Sign.WELL:
        return _after_well(state, now)
    return _after_trouble(state or AlertState(since=now), rule, verdict, now)


def _after_well(state: AlertState | None, now: int) -> Change:
    if state is None or not state.told:
        return Change(None)
    if not state.well_since or state.well_since > now:
        return Change(replace(state, well_since=now))
    return Change(None, "cleared") if now - state.well_since >= OVER else Change(state)


def _after_trouble(state: AlertState, rule: Rule, verdict: Verdict, now: int) -> Change:
    standing = replace(state, since=min(state.since, now), told=min(state.told, now), well_since=0)
    told = replace(standing, told=now, text=verdict.text, known=verdict.parts)
    if not state.told:
        return Change(told, "raised") if now - standing.since >= rule.lasts else Change(standing)
    if now - standing.told >= rule.again:
        return Change(told, "repeated")
    if verdict.parts - state.known and now - standing.told >= rule.lasts:
        return Change(told, "raised")
    return Change(standing)


class Judged(NamedTuple):
    """A rule with the verdict on it."""

    rule: Rule
    verdict: Verdict


def advance(record: AlertRecord, judged: list[Judged], now: int) -> AlertRecord:
    """The record after the verdicts of one reading. States and messages of rules that no longer exist are dropped."""
    states: dict[str, AlertState] = {}
    messages = {rule.key: record.messages[rule.key] for rule, _ in judged if rule.key in record.messages}
    for rule, verdict in judged:
        state = record.states.get(rule.key)
        change = after(state, rule, verdict, now)
        if change.state is not None:
            states[rule.key] = change.state
        if change.event is not None:
            messages[rule.key] = _message(rule, change, state or change.state, now)
    return AlertRecord(states=states, messages=messages)


def _message(rule: Rule, change: Change, before: AlertState | None, now: int) -> AlertMessage:
    """The message on a change; an all-clear has the text of the last alarm."""
    current = change.state or before
    return AlertMessage(
        id=f"msg_{name_of(f'{rule.key} {change.event} {now}')}",
        to=rule.to,
        event=change.event or "raised",
        kind=rule.kind,
        subject=rule.subject,
        text=current.text if current else "",
        at=now,
        since=current.since if current else now,
        due=now,
    )
