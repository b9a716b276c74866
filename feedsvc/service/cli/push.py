"""`feedsvc push`: shows what still has to be delivered to hubs and subscribers, and what was."""

import sys
from pathlib import Path

import click

from feedsvc.service.cli.common import DONE, PROBLEMS, echo, exit_on, fail, load, with_config


@click.group(invoke_without_command=True)
@with_config
@click.pass_context
def push(context: click.Context, config: Path) -> None:
    """Show what hubs and subscribers are still to be told."""
    if context.invoked_subcommand is None:
        _show_state(config)


@push.command("status")
@with_config
def status(config: Path) -> None:
    """Show what waits, for whom, and which hosts fail."""
    _show_state(config)


def _show_state(config: Path) -> None:
    settings = load(config)
    from feedsvc.service.push_operations import push_state
    from feedsvc.store.errors import StoreError

    with exit_on(StoreError):
        found = push_state(settings)
    zone = settings.articles.timezone
    for hub in settings.push.hubs:
        echo(f"hub {hub}")
    if settings.push.hub:
        echo(f"own hub {settings.site.url}/hub, {found.counts.subscriptions} subscriptions")
    if not settings.push.is_on:
        echo("nobody is told: [push] names no hub", err=True)
    waiting = ", ".join(f"{number} {kind}" for kind, number in found.counts.waiting.items())
    echo(f"waiting: {waiting or 'nothing'}")
    for each in found.targets:
        tried = f", failed {each.attempts} times" if each.attempts else ""
        echo(f"  {each.kind:<8}{each.target}  {each.topics} feeds, next try {_time(each.due, zone)}{tried}")
    for host in found.failing:
        until = f", not tried before {_time(host.until, zone)}"
        echo(f"failing: {host.host}, {host.failures} times since {_time(host.since, zone)}: {host.reason}{until}")


@push.command("log", short_help="Show what was sent last.")
@with_config
@click.argument("feed", default="")
@click.option("--lines", type=click.IntRange(1), default=50, show_default=True, help="How many of the last to show.")
def log(config: Path, feed: str, lines: int) -> None:
    """Show what was sent last, of the feeds whose URL contains FEED; the newest is the last line."""
    settings = load(config)
    from feedsvc.service.push_operations import sent
    from feedsvc.store.errors import StoreError

    with exit_on(StoreError):
        found = sent(settings, feed, lines)
    zone = settings.articles.timezone
    for each in reversed(found):
        edition = f"edition {each.edition} " if each.edition else ""
        attempt = f"attempt {each.attempt}, " if each.attempt > 1 else ""
        echo(
            f"{_time(each.at, zone)}  {each.kind:<8}{each.target}  {edition}{each.topic}: {each.result} "
            f"({attempt}{each.duration} ms)"
        )


@push.command("subscribers")
@with_config
def subscribers(config: Path) -> None:
    """Show how many subscribers each feed has at the own hub."""
    settings = load(config)
    from feedsvc.service import push_operations
    from feedsvc.store.errors import StoreError

    with exit_on(StoreError):
        found = push_operations.subscribers(settings)
    for topic, number in found.items():
        echo(f"{number:>7}  {topic}")


@push.command("retry")
@with_config
@click.argument("target")
def retry(config: Path, target: str) -> None:
    """Try what waits for TARGET, a URL or a host, at once."""
    settings = load(config)
    from feedsvc.service.push_operations import try_again
    from feedsvc.store.errors import StoreError

    with exit_on(StoreError):
        number = try_again(settings, target)
    if not number:
        fail(f"nothing waits for {target}; `feedsvc push` lists what does", PROBLEMS)
    echo(f"{number} feeds are told to {target} at the next moment, if the service runs")


@push.command("test")
@with_config
def test(config: Path) -> None:
    """Ping each hub of [push] hubs now, and show its answer."""
    settings = load(config)
    from feedsvc.push.outcome import Outcome, outcome_of
    from feedsvc.service.push_operations import ping_now

    if not settings.push.hubs:
        fail("[push] hubs names no hub; add one to config.toml", PROBLEMS)
    answers = ping_now(settings)
    for hub, answer in answers.items():
        echo(f"{hub}: {answer}")
    well = all(outcome_of(answer) is Outcome.DONE for answer in answers.values())
    sys.exit(DONE if well else PROBLEMS)


def _time(milliseconds: int, zone: str) -> str:
    from feedsvc.model import codec
    from feedsvc.model.local_time import local_iso

    return local_iso(codec.instant(milliseconds // 1_000), zone)
