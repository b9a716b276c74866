"""The wiring of alarms: builds rules, destinations and a reader from the configuration."""

import os
from collections.abc import Iterator
from typing import NamedTuple

from feedsvc.alerts.readings import Free, Reader, free_percentage
from feedsvc.alerts.rules import Rule, name_of
from feedsvc.config import AlertTable, Config
from feedsvc.config.secrets import ALERTS_SECRET, SMTP_PASSWORD
from feedsvc.service.settings import interval

LASTS = 20
"""Seconds for which a late publication or a full disk must last before it is reported, so that brief trouble is
ignored."""
ALIVE = "alive"
"""The short name of the destination of [alive], which is called while all is well and gets no messages."""


class Secrets(NamedTuple):
    """The secrets that are not in the configuration; empty if not set."""

    signing: str
    password: str


def read_secrets() -> Secrets:
    """The secrets in the environment."""
    return Secrets(os.environ.get(ALERTS_SECRET, ""), os.environ.get(SMTP_PASSWORD, ""))


def rules_of(settings: Config) -> tuple[Rule, ...]:
    """The rules, in the order of the configuration; those of [alive] last."""
    found = [rule for table in settings.alerts for rule in _rules(table)]
    if settings.alive.url:
        kinds = AlertTable(to="", what=settings.alive.what)
        found += [rule._replace(to=ALIVE) for rule in _rules(kinds)]
    return tuple(found)


def _rules(table: AlertTable) -> Iterator[Rule]:
    base = Rule(name_of(table.to), "publication", lasts=LASTS, again=table.again)
    every = {
        "publication": base,
        "disk": base._replace(kind="disk", limit=table.disk),
        "partner": base._replace(kind="partner", limit=table.partner, lasts=0),
        "problems": base._replace(kind="problems", lasts=table.problems),
        "push": base._replace(kind="push", limit=table.push, lasts=0),
    }
    for kind in dict.fromkeys(table.what):
        if kind != "silence":
            yield every[kind]
            continue
        for subject in (*table.sections, *table.feeds) or ("",):
            yield base._replace(kind="silence", subject=subject, limit=table.silence, lasts=0)


def destinations_of(settings: Config) -> dict[str, str]:
    """The webhooks and mail addresses, by their short names."""
    return {name_of(table.to): table.to for table in settings.alerts}


def titles_of(settings: Config) -> dict[str, str]:
    """The names of the sections and feeds whose silence is judged, by their paths."""
    given = {"": settings.site.title}
    given |= {section.path: section.title for section in settings.sections if section.title}
    given |= {feed.path: feed.title for feed in settings.feeds if feed.title}
    subjects = (rule.subject for rule in rules_of(settings) if rule.kind == "silence")
    return {subject: given.get(subject, subject) for subject in subjects}


def make_reader(settings: Config, free: Free = free_percentage) -> Reader:
    """The reader of the state of the service."""
    zone = settings.articles.timezone
    return Reader(titles_of(settings), interval(settings), zone, settings.state.path, free)
