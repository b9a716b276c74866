"""The command line. Results go to standard output, problems to standard error; exit 0 done, 1 problems, 2 wrong use."""

import logging
import os
import sys
from itertools import chain
from pathlib import Path

import click

from feedsvc.model.counting import counted
from feedsvc.service.cli.alerts import alerts
from feedsvc.service.cli.check import check
from feedsvc.service.cli.common import (
    DONE,
    PROBLEMS,
    WRONG_USE,
    echo,
    exit_code,
    exit_on,
    fail,
    load,
    show,
    show_list,
    with_config,
)
from feedsvc.service.cli.delivered import delivered
from feedsvc.service.cli.editions import editions
from feedsvc.service.cli.ledger import ledger
from feedsvc.service.cli.newsroom import completion, init, new
from feedsvc.service.cli.push import push
from feedsvc.service.cli.read import read
from feedsvc.service.cli.serve import serve
from feedsvc.service.cli.stats import stats
from feedsvc.service.cli.status import status
from feedsvc.service.cli.why import why
from feedsvc.service.log_setup import log_to_stderr


class _Main(click.Group):
    def parse_args(self, context: click.Context, arguments: list[str]) -> list[str]:
        """Rejects arguments that are not UTF-8: Python decodes them to lone surrogates, which cannot be stored."""
        for each in arguments:
            try:
                os.fsencode(each).decode()
            except UnicodeDecodeError as error:
                shown = error.object.decode(errors="backslashreplace")
                fail(f"{shown}: is not UTF-8; rename the file or feed", WRONG_USE)
        return super().parse_args(context, arguments)


def _refuse_early(context: click.Context, _option: click.Parameter, said: str | None) -> None:
    if said is not None:
        raise click.UsageError(f"--config stands behind the command, as in: feedsvc check --config {said}", context)


@click.group(cls=_Main, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="feedsvc")
@click.option("--config", hidden=True, expose_value=False, callback=_refuse_early)
def main() -> None:
    """Publish the stored articles of a newsroom as a feed for every section."""


main.add_command(alerts)
main.add_command(ledger)
main.add_command(editions)
main.add_command(serve)
main.add_command(check)
main.add_command(completion)
main.add_command(init)
main.add_command(new)
main.add_command(push)
main.add_command(read)
main.add_command(delivered)
main.add_command(stats)
main.add_command(status)
main.add_command(why)


@main.command(short_help="Publish once, also as files for any web server.")
@with_config
@click.option(
    "--to", type=click.Path(path_type=Path, file_okay=False), help="Also write the Edition as files to this folder."
)
@click.option("--accept-removals", is_flag=True, help="Remove articles whose files are gone, however many they are.")
def publish(config: Path, to: Path | None, *, accept_removals: bool) -> None:
    """Regenerate once; with --to also write files that any web server can serve."""
    settings = load(config)
    if to and to.resolve().is_relative_to(settings.articles_folder.resolve()):
        fail(f"{to} is in the articles folder, where every file is an article; choose another folder", WRONG_USE)
    from feedsvc.model.problem import Problem
    from feedsvc.service.destinations import deliver_once, problems_apart
    from feedsvc.service.file_export import write_files
    from feedsvc.service.following import follow_until
    from feedsvc.service.operations import NotPublished, publish_once
    from feedsvc.service.purge_operations import purge_once
    from feedsvc.store.errors import StoreError
    from feedsvc.web.export import StaticError

    log_to_stderr(logging.WARNING)
    with exit_on(StoreError, StaticError, NotPublished):
        report, problems = publish_once(settings, accept_removals=accept_removals)
        follow_until(settings, report.edition)
        written = {str(to): write_files(settings, to)} if to else {}
        outcomes = {**written, **deliver_once(settings)}
        purged = purge_once(settings)
    former = problems_apart(problems, {**outcomes, **purged})
    current = [(each,) if isinstance(each, Problem) else each.problems for each in outcomes.values()]
    current += [(each,) for each in purged.values() if isinstance(each, Problem)]
    problems = tuple(dict.fromkeys((*former, *chain.from_iterable(current))))
    show(problems)
    echo(
        f"edition {report.edition}: {counted(report.documents, 'document')} changed, "
        f"{counted(report.read, 'file')} read, {counted(report.gone, 'article')} gone"
    )
    for name, outcome in outcomes.items():
        if not isinstance(outcome, Problem):
            files = counted(outcome.written, "file")
            echo(f"{name}: {files} written, {outcome.removed} removed, {outcome.unchanged} as they were")
    tagged = {table.name: table.by == "tag" for table in settings.purge}
    for name, count in purged.items():
        if isinstance(count, int):
            echo(f"{name}: {counted(count, 'tag' if tagged[name] else 'URL')} purged")
    sys.exit(exit_code(problems))


@main.command(short_help="Show a feed as its partner judges it.")
@with_config
@click.argument("feed")
def preflight(config: Path, feed: str) -> None:
    """Show FEED as its partner judges it: what is accepted, what is held back and why, what is near a limit."""
    settings = load(config)
    from feedsvc.model.explanation import NotFound
    from feedsvc.model.format import FormatFault
    from feedsvc.service.queries import preflight_feed
    from feedsvc.store.errors import StoreError

    with exit_on(StoreError, NotFound, FormatFault):
        found = preflight_feed(settings, feed)
    echo(f"{found.feed} for {found.format}: {len(found.accepted)} accepted, {len(found.held)} held back")
    for title, lines in (("it asks for", found.asks), ("accepted", found.accepted), ("to be noted", found.notes)):
        show_list(title, lines)
    for title, pairs in (("held back", found.held), ("in doubt", found.doubtful), ("near a limit", found.near)):
        show_list(title, tuple(f"{name}: {why}" for name, why in pairs))
    show_list("documents", tuple(f"{path}: {size:,} bytes" for path, size in found.documents))
    sys.exit(PROBLEMS if found.held or found.doubtful else DONE)


@main.group(short_help="Make tokens for feeds of one partner alone.")
def token() -> None:
    """Make tokens for feeds that only one partner may read."""


@token.command("new", short_help="Print a new token, and its hash.")
@with_config
def new_token(config: Path) -> None:  # noqa: ARG001 - every command takes it
    """Print a new token for your partner, and its hash for [[feeds]] token in config.toml."""
    from feedsvc.web.tokens import hash_of, new

    created = new()
    echo(f"token: {created}")
    echo(f'config.toml: token = "sha256:{hash_of(created)}"')
