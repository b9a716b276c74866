"""`feedsvc alerts`: shows the destinations of alarms and their state, and sends test messages."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from feedsvc.service.cli.common import DONE, PROBLEMS, echo, exit_on, fail, load, with_config

if TYPE_CHECKING:
    from feedsvc.service.alert_operations import Standing


@click.group(invoke_without_command=True)
@with_config
@click.pass_context
def alerts(context: click.Context, config: Path) -> None:
    """Show who is told of which trouble, and what stands."""
    if context.invoked_subcommand is None:
        _show(config)


@alerts.command("status", short_help="Show who is told of what, and what stands.")
@with_config
def status(config: Path) -> None:
    """Show who is told of which trouble, and what stands; exit 1 if anything does."""
    _show(config)


def _show(config: Path) -> None:
    settings = load(config)
    from feedsvc.service import alert_operations
    from feedsvc.service.alert_wiring import ALIVE, destinations_of
    from feedsvc.store.errors import StoreError

    if not settings.has_alarms:
        echo("nobody is told of trouble: config.toml has no [[alerts]]", err=True)
        return
    with exit_on(StoreError):
        found = alert_operations.standings(settings)
    places = destinations_of(settings) | {ALIVE: settings.alive.url}
    for to in dict.fromkeys(each.rule.to for each in found):
        calls = ", called while all of this is well" if to == ALIVE else ""
        echo(f"{alert_operations.shown(places[to])}{calls}")
        for each in found:
            if each.rule.to == to:
                echo(f"  {_line(each, settings.articles.timezone)}")
    sys.exit(PROBLEMS if any(map(alert_operations.is_trouble, found)) else DONE)


def _line(found: "Standing", zone: str) -> str:
    from feedsvc.model import codec
    from feedsvc.model.local_time import local_time

    words = {"TROUBLE": "trouble", "WELL": "well", "UNKNOWN": "not known"}
    name = " ".join(filter(None, (found.rule.kind, found.rule.subject)))
    since = f" since {local_time(codec.instant(found.since), zone)}" if found.since is not None else ""
    told = ", told" if found.is_told else ""
    waits = f"; a message waits after {found.waiting.attempts} attempts" if found.waiting else ""
    text = f": {' '.join(found.verdict.text.split())}" if found.verdict.text else ""
    return f"{name:<24}{words[found.verdict.sign.name]}{since}{told}{waits}{text}"


@alerts.command("test")
@with_config
def test(config: Path) -> None:
    """Send a test message to each destination now, and show the answers."""
    settings = load(config)
    from feedsvc.push.outcome import Outcome, outcome_of
    from feedsvc.service.alert_operations import send_tests

    if not settings.has_alarms:
        fail("nobody is told of trouble: config.toml has no [[alerts]]", PROBLEMS)
    answers = send_tests(settings)
    for name, answer in answers.items():
        said = "sent" if outcome_of(answer) is Outcome.DONE else f"not sent: {answer}"
        echo(f"{name}: {said}")
    well = all(outcome_of(answer) is Outcome.DONE for answer in answers.values())
    sys.exit(DONE if well else PROBLEMS)
