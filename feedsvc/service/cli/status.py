"""`feedsvc status`: shows what is published, what waits, and what is wrong."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from feedsvc.service.cli.common import echo, exit_on, load, show, with_config
from feedsvc.service.cli.editions import describe_rollback

if TYPE_CHECKING:
    from feedsvc.model.stages import StageTimes
    from feedsvc.model.status_lists import WaitingArticle
    from feedsvc.store.status import Status


@click.command(short_help="Show what is published, what waits, and what is wrong.")
@with_config
@click.option("--json", "as_json", is_flag=True, help="As JSON, for programs.")
@click.option("--timing", is_flag=True, help="Only how long saved stories take to readers, stage by stage.")
def status(config: Path, *, as_json: bool, timing: bool) -> None:
    """Show sections, feeds, what waits, the last and the next regeneration, and problems."""
    settings = load(config)
    from feedsvc.service.queries import current_status, stage_times
    from feedsvc.store.errors import StoreError

    with exit_on(StoreError):
        found = stage_times(settings) if timing else current_status(settings)
    if as_json:
        import msgspec

        echo(msgspec.json.format(msgspec.json.encode(found)).decode())
        return
    if isinstance(found, dict):
        for line in timing_lines(found):
            echo(line)
        return
    for line in lines(found, settings.articles.timezone):
        echo(line)
    show(found.problems)


def timing_lines(stages: "dict[str, StageTimes]") -> Iterator[str]:
    """The lines with the times of each stage, in the order of the stages, for people."""
    from feedsvc.model.stages import STAGES

    if not stages:
        yield "no publication has changed anything yet"
    for name, times in ((name, stages[name]) for name in STAGES if name in stages):
        usual, late = (_within(times.quantile(share)) for share in (0.5, 0.95))
        mean = times.seconds / times.count
        yield f"{name:10} {times.count} times, mean {mean:.3f} s, half {usual}, 95 of 100 {late}"
    yield "served     each serving process tells it for itself: feedsvc_stage_seconds in /-/metrics"


def _within(bound: float | None) -> str:
    return "longer than a minute" if bound is None else f"within {bound:g} s"


def lines(found: "Status", zone: str) -> Iterator[str]:
    """The lines of the status for people, with times in the time zone `zone`."""
    from feedsvc.model.local_time import local_time

    last = local_time(found.last, zone) if found.last else "none"
    following = local_time(found.next, zone) if found.next else "not scheduled"
    yield f"edition {found.edition}, {found.articles} articles, publisher {found.publisher or 'not running'}"
    if found.serves_only:
        yield "this node only serves: [server] publish = false"
    yield f"last regeneration {last}, next {following}"
    if found.replication:
        yield found.replication
    if found.trouble:
        yield f"not fresh: {found.trouble}"
    for each in found.destinations:
        had = f"edition {each.edition} since {local_time(each.at, zone)}" if each.edition else "nothing yet"
        yield f"{each.to} has {had}"
    for cache in found.purges:
        yield f"{cache.name} is purged up to edition {cache.edition}, since {local_time(cache.at, zone)}"
    if found.rollback:
        yield describe_rollback(found.rollback, zone)
    yield from _list("sections", (f"/{path:<40} {title}" for path, title in found.sections.items()))
    yield from _list("feeds and their items", (f"{feed.path:<41} {feed.items}" for feed in found.feeds))
    yield from waiting_lines(found.waiting, zone)
    yield from _list("files of which nothing comes, by suffix", map(str, found.ignored))


def waiting_lines(waiting: "tuple[WaitingArticle, ...]", zone: str) -> Iterator[str]:
    """The lines with the articles that readers do not see yet, grouped by reason."""
    from feedsvc.model.local_time import local_time

    titles = {"draft": "drafts", "embargo": "embargoed", "scheduled": "scheduled", "withdrawn": "withdrawn"}
    for reason, title in titles.items():
        mine = [each for each in waiting if each.reason == reason]
        shown = (
            f"{f'{local_time(each.until, zone)}  ' if each.until else ''}{each.path}  {each.title}" for each in mine
        )
        yield from _list(title, shown)


def _list(title: str, entries: Iterator[str]) -> Iterator[str]:
    """The lines with a title and its entries; nothing if there are no entries."""
    listed = list(entries)
    if listed:
        yield f"\n{title}"
    yield from (f"  {each}" for each in listed)
