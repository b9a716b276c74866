"""The command line. Results go to standard output, problems to standard error; exit 0 done, 1 problems, 2 wrong use."""

import logging
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

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
    with_config,
)
from feedsvc.service.cli.editions import describe_rollback, editions
from feedsvc.service.cli.ledger import ledger
from feedsvc.service.cli.push import push
from feedsvc.service.log_setup import log_to_stderr

if TYPE_CHECKING:
    from feedsvc.readers import Explanation
    from feedsvc.store.status import Status


class _Main(click.Group):
    def parse_args(self, context: click.Context, arguments: list[str]) -> list[str]:
        """Refuses arguments that are not UTF-8: Python makes lone surrogates of them, which cannot be stored."""
        for each in arguments:
            try:
                os.fsencode(each).decode()
            except UnicodeDecodeError as error:
                shown = error.object.decode(errors="backslashreplace")
                fail(f"{shown}: is not UTF-8; rename the file or feed", WRONG_USE)
        return super().parse_args(context, arguments)


@click.group(cls=_Main, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="feedsvc")
def main() -> None:
    """Publish the stored articles of a newsroom as a feed for every section."""


main.add_command(ledger)
main.add_command(editions)
main.add_command(push)


@main.command()
@with_config
@click.option("--host", help="Address to listen on, instead of [server] host.")
@click.option("--port", type=click.IntRange(1, 65535), help="Port to listen on, instead of [server] port.")
@click.option("--workers", type=click.IntRange(1), help="Number of serving processes, instead of [server] workers.")
def serve(config: Path, host: str | None, port: int | None, workers: int | None) -> None:
    """Regenerate, keep the schedule, and serve."""
    from feedsvc.service.supervisor import exec_supervisor, hold_signals, listen

    hold_signals()
    settings = load(config)
    from feedsvc.service.settings_handover import hand_over

    server = settings.server
    host, port = host or server.host, port or server.port
    address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    try:
        listener = listen(host, port)
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno and error.errno > 0 else error.strerror
        fail(
            f"cannot listen on {address}: {reason}; stop the program that uses it, or choose another --host or --port",
            WRONG_USE,
        )
    echo(f"{settings.site.title}: http://{address}/ (all feeds: /feeds.opml; Ctrl-C ends)")
    exec_supervisor(hand_over(settings), listener, workers or server.workers, config, pushes=settings.push.is_on)


@main.command()
@with_config
@click.option(
    "--to", type=click.Path(path_type=Path, file_okay=False), help="Also write the Edition as files to this folder."
)
@click.option("--accept-removals", is_flag=True, help="Remove articles whose files are gone, however many they are.")
def publish(config: Path, to: Path | None, *, accept_removals: bool) -> None:
    """Regenerate once; with --to also write files that any web server can serve."""
    settings = load(config)
    if to and to.resolve().is_relative_to(settings.articles.path.resolve()):
        fail(f"{to} is in the articles folder, where every file is an article; choose another folder", WRONG_USE)
    from feedsvc.service.operations import NotPublished, publish_once, write_files
    from feedsvc.store.errors import StoreError
    from feedsvc.web.export import StaticError

    log_to_stderr(logging.WARNING)
    with exit_on(StoreError, StaticError, NotPublished):
        report, problems = publish_once(settings, accept_removals=accept_removals)
        written = write_files(settings, to) if to else None
    problems += written.problems if written else ()
    show(problems)
    echo(
        f"edition {report.edition}: {report.documents} documents changed, "
        f"{report.read} files read, {report.gone} articles gone"
    )
    if written:
        echo(f"{to}: {written.written} files written, {written.removed} removed, {written.unchanged} as they were")
    sys.exit(exit_code(problems))


@main.command()
@with_config
def check(config: Path) -> None:
    """Read and render everything, publish nothing, and name every problem."""
    settings = load(config)
    from feedsvc.service.file_reading import guesses
    from feedsvc.service.operations import NotPublished, check_once
    from feedsvc.store.errors import StoreError

    log_to_stderr(logging.WARNING)
    with exit_on(StoreError, NotPublished):
        report, problems = check_once(settings)
    show(problems)
    for guess in guesses(settings):
        echo(f"guessed: {guess.what}: {_some(guess.places)}")
    echo(f"{report.read} files read, {report.documents} documents rendered, {len(problems)} problems")
    sys.exit(PROBLEMS if problems else DONE)


@main.command()
@with_config
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--json", "as_json", is_flag=True, help="As JSON, for programs.")
def read(config: Path, file: Path, *, as_json: bool) -> None:
    """Show FILE as it is understood: each field and where it comes from, and what was left out and why."""
    settings = load(config)
    from feedsvc.model.reader import Unreadable
    from feedsvc.service.file_reading import explain_file

    try:
        found = explain_file(settings, file.absolute())
    except Unreadable as error:
        show([error.problem(str(file))])
        sys.exit(PROBLEMS)
    if as_json:
        import msgspec

        echo(msgspec.json.format(msgspec.json.encode(found)).decode())
    else:
        _show_reading(found)
        show(found.problems)
    sys.exit(PROBLEMS if found.problems else DONE)


@main.command()
@with_config
@click.option("--json", "as_json", is_flag=True, help="As JSON, for programs.")
def status(config: Path, *, as_json: bool) -> None:
    """Show sections, feeds, items, the last and the next regeneration, and problems."""
    settings = load(config)
    from feedsvc.service.queries import current_status
    from feedsvc.store.errors import StoreError

    with exit_on(StoreError):
        found = current_status(settings)
    if as_json:
        import msgspec

        echo(msgspec.json.format(msgspec.json.encode(found)).decode())
        return
    _show_status(found)
    show(found.problems)


@main.command()
@with_config
@click.argument("article")
@click.argument("feed", default="")
def why(config: Path, article: str, feed: str) -> None:
    """Explain why ARTICLE (a file, id, key or URL) is or is not in FEED, or in each feed."""
    settings = load(config)
    from feedsvc.model.explanation import NotFound
    from feedsvc.service.queries import explain_article
    from feedsvc.store.errors import StoreError

    with exit_on(StoreError, NotFound):
        found = explain_article(settings, _below(article, settings.articles.path), feed)
    echo(found.article)
    if found.note:
        echo(found.note, err=True)
    for verdict in found.verdicts:
        served = f"; {verdict.served}" if verdict.served else ""
        echo(f"  {'yes' if verdict.included else 'no ':<3}  {verdict.feed:<40} {verdict.reason}{served}")


@main.command()
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
        _show_list(title, lines)
    for title, pairs in (("held back", found.held), ("in doubt", found.doubtful), ("near a limit", found.near)):
        _show_list(title, tuple(f"{name}: {why}" for name, why in pairs))
    _show_list("documents", tuple(f"{path}: {size:,} bytes" for path, size in found.documents))
    sys.exit(PROBLEMS if found.held or found.doubtful else DONE)


def _show_list(title: str, lines: tuple[str, ...]) -> None:
    if lines:
        echo(f"\n{title}")
    for line in lines:
        echo(f"  {line}")


@main.group()
def token() -> None:
    """Make tokens for feeds that only one partner may read."""


@token.command("new")
@with_config
def new_token(config: Path) -> None:  # noqa: ARG001 - every command takes it
    """Print a new token for your partner, and its hash for [[feeds]] token in config.toml."""
    from feedsvc.web.tokens import hash_of, new

    created = new()
    echo(f"token: {created}")
    echo(f'config.toml: token = "sha256:{hash_of(created)}"')


def _below(article: str, root: Path) -> str:
    """The path below the articles folder of a file that is named by any other path; anything else unchanged."""
    path = Path(article)
    for place in (path.absolute(), root.parent / path):
        if place.is_relative_to(root):
            return place.relative_to(root).as_posix()
    return article


def _some(places: tuple[str, ...], *, most: int = 3) -> str:
    """The first few of `places`, and how many there are."""
    more = f" and {len(places) - most:,} more" if len(places) > most else ""
    return ", ".join(places[:most]) + more


def _show_reading(found: "Explanation") -> None:
    echo(f"{found.path}: {found.kind}")
    for field in found.fields:
        echo(f"  {field.name:<12} {field.value}  [{field.origin}]")
    _show_list("left out", tuple(f"{removal.text}  [{removal.reason}]" for removal in found.removed))
    _show_list("guessed", found.guesses)
    echo(f"\ntext ({found.markup}, {len(found.text):,} characters)\n{found.text}")


def _show_status(found: "Status") -> None:
    echo(f"edition {found.edition}, {found.articles} articles, publisher {found.publisher or 'not running'}")
    echo(f"last regeneration {found.last or 'none'}, next {found.next or 'not scheduled'}")
    if found.trouble:
        echo(f"not ready: {found.trouble}")
    if found.rollback:
        echo(describe_rollback(found.rollback))
    echo("\nsections")
    for path, title in found.sections.items():
        echo(f"  /{path:<40} {title}")
    echo("\nfeeds and their items")
    for feed in found.feeds:
        echo(f"  {feed.path:<41} {feed.items}")
