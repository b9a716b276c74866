"""`feedsvc stats`: shows the subscribers of feeds, and imports the logs of the servers in front."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from feedsvc.model.counting import counted
from feedsvc.service.cli.common import PROBLEMS, echo, exit_on, fail, load, with_config

if TYPE_CHECKING:
    from feedsvc.model.audience import FeedAudience


class _Stats(click.Group):
    """A group whose name may be followed by a feed: `stats /rss.xml` is `stats show /rss.xml`."""

    def resolve_command(
        self, context: click.Context, arguments: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        named = arguments[0] in self.commands
        return super().resolve_command(context, arguments if named else ["show", *arguments])


@click.group(cls=_Stats, invoke_without_command=True, short_help="Show who subscribes to feeds.")
@with_config
@click.option("--json", "as_json", is_flag=True, help="As JSON, for programs.")
@click.pass_context
def stats(context: click.Context, config: Path, *, as_json: bool) -> None:
    """Show the subscribers of each feed, or of one: stats [FEED]. All numbers are of this machine and of seven days."""
    if context.invoked_subcommand is None:
        _show(config, "", as_json=as_json)


@stats.command("show", short_help="Show the subscribers of one feed, by service.")
@with_config
@click.option("--json", "as_json", is_flag=True, help="As JSON, for programs.")
@click.argument("feed", default="")
@click.pass_context
def show_(context: click.Context, config: Path, feed: str, *, as_json: bool) -> None:
    """Show the subscribers of FEED, a path such as /rss.xml, by service; without it, those of all feeds."""
    above = context.parent.params.get("as_json") if context.parent else False
    _show(config, feed, as_json=as_json or bool(above))


@stats.command("import", short_help="Count what other servers answered, by their logs.")
@with_config
@click.argument("logs", nargs=-1, required=True, type=click.Path(path_type=Path, dir_okay=False, allow_dash=True))
def import_(config: Path, logs: tuple[Path, ...]) -> None:
    """Count the requests in LOGS of the servers in front: combined (nginx, Apache), JSON lines (nginx, Caddy, Fastly),
    CloudFront and Cloudflare; compressed or not, - for standard input."""
    settings = load(config)
    from feedsvc.service.audience_operations import import_logs
    from feedsvc.store.errors import StoreError

    try:
        with exit_on(StoreError):
            found = import_logs(settings, logs)
    except (OSError, EOFError) as error:
        fail(f"a log cannot be read: {_reason(error)}", PROBLEMS)
    lines, requests = counted(found.lines, "line"), counted(found.counted, "request")
    echo(f"{lines}: {requests} for feeds, {found.unclear:,} not understood")
    if found.unclear and not found.counted:
        fail("no log that is known: combined, JSON lines, CloudFront or Cloudflare", PROBLEMS)


def _reason(error: OSError | EOFError) -> str:
    """The text of the error, with the name of its file and without the error number."""
    if isinstance(error, OSError) and error.filename and error.strerror:
        return f"{error.filename}: {error.strerror}"
    return str(error)


def _show(config: Path, feed: str, *, as_json: bool) -> None:
    settings = load(config)
    from feedsvc.model.explanation import NotFound
    from feedsvc.service.audience_operations import feed_audiences
    from feedsvc.store.errors import StoreError

    with exit_on(StoreError, NotFound):
        found = feed_audiences(settings, feed)
    if as_json:
        import msgspec

        echo(msgspec.json.format(msgspec.json.encode(found)).decode())
        return
    if not found:
        echo(_NOTHING if settings.audience.count else f"{_NOTHING}: [audience] count = false")
    for line in _details(found[0]) if feed and found else _overview(found):
        echo(line)


_NOTHING = "nobody has been counted in the last seven days"


def _overview(found: "tuple[FeedAudience, ...]") -> Iterator[str]:
    """A line for each feed."""
    if found:
        yield f"{'feed':<40} {'subscribers':>11} {'reported':>9} {'estimated':>9} {'unknown':>8}  last seven days"
    for each in found:
        numbers = f"{each.subscribers:>11,} {each.reported:>9,} {each.estimated:>9,} {each.unknown:>8,}"
        yield f"{each.feed:<40} {numbers}  {' '.join(f'{day:,}' for day in each.days)}"


def _details(found: "FeedAudience") -> Iterator[str]:
    """The services of one feed."""
    yield from _overview((found,))
    for each in found.services:
        yield f"  {each.service:<38} {each.subscribers:>11,} {each.confidence}"
