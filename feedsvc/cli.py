"""The command line. Results go to standard output, problems to standard error; exit 0 done, 1 problems, 2 wrong use."""

import logging
import os
import sys
from pathlib import Path
from typing import Any

import click

from feedsvc.cli_editions import editions, told
from feedsvc.cli_ledger import ledger
from feedsvc.terminal import DONE, PROBLEMS, WRONG_USE, fail, load, log, show, with_config


class _Main(click.Group):
    def parse_args(self, context: click.Context, arguments: list[str]) -> list[str]:
        """Bytes that are no UTF-8 Python hands on as lone surrogates: no text of ours has any, nor can it be stored."""
        for each in arguments:
            try:
                os.fsencode(each).decode()
            except UnicodeDecodeError as error:
                said = error.object.decode(errors="backslashreplace")
                fail(f"{said}: is not UTF-8; rename what is called so", WRONG_USE)
        return super().parse_args(context, arguments)


@click.group(cls=_Main, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="feedsvc")
def main() -> None:
    """Publish the articles that a newsroom has stored as a feed for every section."""


main.add_command(ledger)
main.add_command(editions)


@main.command()
@with_config
@click.option("--host", help="Address to listen on, in place of [server] host.")
@click.option("--port", type=click.IntRange(1, 65535), help="Port to listen on, in place of [server] port.")
@click.option("--workers", type=click.IntRange(1), help="Serving processes, in place of [server] workers.")
def serve(config: Path, host: str | None, port: int | None, workers: int | None) -> None:
    """Regenerate, keep the schedule, and serve."""
    from feedsvc.serve import become_parent, hold_signals, listen

    hold_signals()
    settings = load(config)
    from feedsvc.handover import hand_over

    server = settings.server
    where, number = host or server.host, port or server.port
    shown = f"[{where}]" if ":" in where else where
    try:
        listener = listen(where, number)
    except OSError as error:
        why = os.strerror(error.errno) if error.errno and error.errno > 0 else error.strerror
        fail(f"cannot listen on {shown}:{number}: {why}; end what does, or name another --host or --port", WRONG_USE)
    click.echo(f"{settings.site.title}: http://{shown}:{number}/ (all feeds: /feeds.opml; Ctrl-C ends)")
    become_parent(hand_over(settings), listener, workers or server.workers, config)


@main.command()
@with_config
@click.option("--to", type=click.Path(path_type=Path, file_okay=False), help="Write the Edition into this folder too.")
@click.option("--accept-removals", is_flag=True, help="Let go of articles whose files are gone, however many.")
def publish(config: Path, to: Path | None, *, accept_removals: bool) -> None:
    """Regenerate once; with --to also as files that any web server can serve."""
    settings = load(config)
    if to and to.resolve().is_relative_to(settings.articles.path.resolve()):
        fail(f"{to} is in the articles folder, where every file is an article; name another folder", WRONG_USE)
    from feedsvc.once import NotPublished, publish_once, write_files
    from feedsvc.static import StaticError
    from feedsvc.store.database import StoreError

    log(logging.WARNING)
    try:
        report, problems = publish_once(settings, accept_removals=accept_removals)
        written = write_files(settings, to) if to else None
    except (StoreError, StaticError, NotPublished) as error:
        fail(str(error), PROBLEMS)
    problems += written.problems if written else ()
    show(problems)
    click.echo(
        f"edition {report.edition}: {report.documents} documents changed, "
        f"{report.read} files read, {report.gone} articles gone"
    )
    if written:
        click.echo(
            f"{to}: {written.written} files written, {written.removed} removed, {written.unchanged} as they were"
        )
    sys.exit(PROBLEMS if any(not problem.warning for problem in problems) else DONE)


@main.command()
@with_config
def check(config: Path) -> None:
    """Read and render everything, publish nothing, and name every problem."""
    settings = load(config)
    from feedsvc.once import check_once
    from feedsvc.reading import guesses

    log(logging.WARNING)
    report, problems = check_once(settings)
    show(problems)
    for guess in guesses(settings):
        click.echo(f"guessed: {guess.what}: {_some(guess.places)}")
    click.echo(f"{report.read} files read, {report.documents} documents rendered, {len(problems)} problems")
    sys.exit(PROBLEMS if problems else DONE)


@main.command()
@with_config
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def read(config: Path, file: Path, *, as_json: bool) -> None:
    """Show FILE as it is understood: each field and where it comes from, and what was left out and why."""
    settings = load(config)
    from feedsvc.ports import Unreadable
    from feedsvc.reading import explain_file

    try:
        found = explain_file(settings, file.absolute())
    except Unreadable as error:
        show([error.problem(str(file))])
        sys.exit(PROBLEMS)
    if as_json:
        import msgspec

        click.echo(msgspec.json.format(msgspec.json.encode(found)).decode())
    else:
        _show_reading(found)
        show(found.problems)
    sys.exit(PROBLEMS if found.problems else DONE)


@main.command()
@with_config
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def status(config: Path, *, as_json: bool) -> None:
    """Show sections, feeds, items, the last and the next regeneration, and problems."""
    settings = load(config)
    from feedsvc.once import current_status
    from feedsvc.store.database import StoreError

    try:
        found = current_status(settings)
    except StoreError as error:
        fail(str(error), PROBLEMS)
    if as_json:
        import msgspec

        click.echo(msgspec.json.format(msgspec.json.encode(found)).decode())
        return
    _show_status(found)
    show(found.problems)


@main.command()
@with_config
@click.argument("article")
@click.argument("feed", default="")
def why(config: Path, article: str, feed: str) -> None:
    """Say why ARTICLE (a file, id, key or URL) is, or is not, in FEED, or in every feed."""
    settings = load(config)
    from feedsvc.once import explain_once
    from feedsvc.store.database import StoreError
    from feedsvc.verdict import Unknown

    try:
        found = explain_once(settings, _below(article, settings.articles.path), feed)
    except (StoreError, Unknown) as error:
        fail(str(error), PROBLEMS)
    click.echo(found.article)
    if found.note:
        click.echo(found.note, err=True)
    for verdict in found.verdicts:
        served = f"; {verdict.served}" if verdict.served else ""
        click.echo(f"  {'yes' if verdict.held else 'no ':<3}  {verdict.feed:<40} {verdict.reason}{served}")


@main.command()
@with_config
@click.argument("feed")
def preflight(config: Path, feed: str) -> None:
    """Show FEED as its partner sees it: what is taken, what is held back and why, what comes near a limit."""
    settings = load(config)
    from feedsvc.once import try_once
    from feedsvc.store.database import StoreError
    from feedsvc.verdict import Unknown

    try:
        found = try_once(settings, feed)
    except (StoreError, Unknown) as error:
        fail(str(error), PROBLEMS)
    click.echo(f"{found.feed} for {found.format}: {len(found.accepted)} accepted, {len(found.held)} held back")
    for title, lines in (("it asks for", found.asks), ("accepted", found.accepted), ("to be noted", found.notes)):
        _show_list(title, lines)
    for title, pairs in (("held back", found.held), ("in doubt", found.doubtful), ("near a limit", found.near)):
        _show_list(title, tuple(f"{name}: {why}" for name, why in pairs))
    _show_list("documents", tuple(f"{path}: {size:,} bytes" for path, size in found.documents))
    sys.exit(PROBLEMS if found.held or found.doubtful else DONE)


def _show_list(title: str, lines: tuple[str, ...]) -> None:
    if lines:
        click.echo(f"\n{title}")
    for line in lines:
        click.echo(f"  {line}")


@main.group()
def token() -> None:
    """Tokens for feeds that one partner alone may read."""


@token.command("new")
@with_config
def new_token(config: Path) -> None:  # noqa: ARG001 - every command takes it
    """Print a new token for your partner, and its hash for [[feeds]] token in config.toml."""
    from feedsvc.tokens import hash_of, new

    made = new()
    click.echo(f"token: {made}")
    click.echo(f'config.toml: token = "sha256:{hash_of(made)}"')


def _below(article: str, root: Path) -> str:
    """A file named as the shell completes it, by its path below the articles folder; anything else as it is."""
    path = Path(article)
    for place in (path.absolute(), root.parent / path):
        if place.is_relative_to(root):
            return place.relative_to(root).as_posix()
    return article


def _some(places: tuple[str, ...], *, most: int = 3) -> str:
    """The first few of `places`, and how many there are."""
    more = f" and {len(places) - most:,} more" if len(places) > most else ""
    return ", ".join(places[:most]) + more


def _show_reading(found: Any) -> None:
    click.echo(f"{found.path}: {found.kind}")
    for field in found.fields:
        click.echo(f"  {field.name:<12} {field.value}  [{field.origin}]")
    _show_list("left out", tuple(f"{removal.text}  [{removal.reason}]" for removal in found.removed))
    _show_list("guessed", found.guesses)
    click.echo(f"\ntext ({found.markup}, {len(found.text):,} characters)\n{found.text}")


def _show_status(found: Any) -> None:
    click.echo(f"edition {found.edition}, {found.articles} articles, publisher {found.publisher or 'not running'}")
    click.echo(f"last regeneration {found.last or 'none'}, next {found.next or 'not scheduled'}")
    if found.trouble:
        click.echo(f"not ready: {found.trouble}")
    if found.rollback:
        click.echo(told(found.rollback))
    click.echo("\nsections")
    for path, title in found.sections.items():
        click.echo(f"  /{path:<40} {title}")
    click.echo("\nfeeds and their items")
    for feed in found.feeds:
        click.echo(f"  {feed.path:<41} {feed.items}")
