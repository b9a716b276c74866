"""Operators' commands for alarms: show their state, and send test messages."""

import asyncio
from typing import NamedTuple

from feedsvc.alerts.rules import Rule, Sign, Verdict, judge, name_of
from feedsvc.config import Config
from feedsvc.model import codec
from feedsvc.model.alerts import AlertMessage, AlertRecord
from feedsvc.push.outcome import Request, Result
from feedsvc.service.alarm_process import make_client
from feedsvc.service.alert_sending import Sender
from feedsvc.service.alert_wiring import destinations_of, make_reader, read_secrets, rules_of
from feedsvc.service.settings import now
from feedsvc.service.stores import open_ledger
from feedsvc.store import alerts


class Standing(NamedTuple):
    """A rule, the current verdict on it, and its stored state."""

    rule: Rule
    verdict: Verdict
    since: int | None
    """The instant since which the trouble has lasted (seconds since 1970); None without trouble."""
    is_told: bool
    waiting: AlertMessage | None
    """The message about it that has not been sent yet; None if there is none."""


def standings(settings: Config) -> list[Standing]:
    """The state of each rule. Raises StoreError if the store cannot be read."""
    store = open_ledger(settings)
    try:
        with store.read() as transaction:
            record = alerts.RECORD.get(transaction)
        at = now()
        reading = make_reader(settings).read(store, at, codec.instant(0))
    finally:
        store.close()
    zone = settings.articles.timezone
    return [_standing(rule, judge(rule, reading, zone), record) for rule in rules_of(settings)]


def _standing(rule: Rule, verdict: Verdict, record: AlertRecord) -> Standing:
    state = record.states.get(rule.key)
    since, told = (state.since, bool(state.told)) if state else (None, False)
    return Standing(rule, verdict, since, told, record.messages.get(rule.key))


def is_trouble(standing: Standing) -> bool:
    """True if there is trouble now, or if trouble was reported and its end was not."""
    return standing.verdict.sign is Sign.TROUBLE or standing.is_told


def shown(to: str) -> str:
    """The destination `to` in a form that may be shown: only the host of a webhook, since its address may be a
    secret."""
    scheme, separator, rest = to.partition("://")
    return f"{scheme}{separator}{rest.partition('/')[0]}/…" if separator else to


def send_tests(settings: Config) -> dict[str, Result]:
    """The answers of all destinations to a test message, and of [alive] to a call, by a number and the result of
    `shown`."""
    client = make_client(settings)
    sender = Sender(settings, client, read_secrets(), lambda: codec.seconds(now()))
    places = destinations_of(settings)

    async def send_all() -> list[Result]:
        alive = [client.send(Request("GET", settings.alive.url))] if settings.alive.url else []
        return await asyncio.gather(*(sender.send(_test(name), to) for name, to in places.items()), *alive)

    names = [*places.values(), *([settings.alive.url] if settings.alive.url else [])]
    numbered = (f"{number} {shown(to)}" for number, to in enumerate(names, 1))
    return dict(zip(numbered, asyncio.run(send_all()), strict=True))


def _test(name: str) -> AlertMessage:
    at = codec.seconds(now())
    text = "This is a test by `feedsvc alerts test`. Nothing is the matter."
    return AlertMessage(
        id=f"msg_{name_of(f'{name} {at}')}",
        to=name,
        event="test",
        kind="publication",
        subject="",
        text=text,
        at=at,
        since=at,
    )
