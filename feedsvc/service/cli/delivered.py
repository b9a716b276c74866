"""`feedsvc delivered`: shows when each partner first fetched which revision of an article."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from feedsvc.service.cli.common import echo, exit_on, load, with_config
from feedsvc.service.cli.why import below

if TYPE_CHECKING:
    from feedsvc.model.audience import DeliveryReport


@click.command(short_help="Show when partners took an article, and its corrections.")
@with_config
@click.option("--json", "as_json", is_flag=True, help="As JSON, for programs.")
@click.argument("article")
def delivered(config: Path, article: str, *, as_json: bool) -> None:
    """Show when each partner first fetched which revision of ARTICLE from the newsroom's own feeds.

    ARTICLE is a file, a part of its name or of the headline, an id, a key or a URL.
    """
    settings = load(config)
    from feedsvc.model.explanation import NotFound
    from feedsvc.service.audience_operations import deliveries_of
    from feedsvc.store.errors import StoreError

    with exit_on(StoreError, NotFound):
        found = deliveries_of(settings, below(article, settings.articles_folder))
    if as_json:
        import msgspec

        echo(msgspec.json.format(msgspec.json.encode(found)).decode())
        return
    for line in lines(found, settings.articles.timezone):
        echo(line)


def lines(found: "DeliveryReport", zone: str) -> Iterator[str]:
    """The lines of the report for people, with times in the time zone `zone`."""
    from feedsvc.model.local_time import local_iso

    yield found.article
    for revision in found.revisions:
        changed = f": {', '.join(revision.changed)}" if revision.changed else ""
        yield f"  revision {revision.number} of {local_iso(revision.made, zone)}{changed}"
    yield "taken" if found.takings else "no partner has taken it, as far as is recorded"
    for taking in found.takings:
        what = f"revision {taking.revision}" if taking.revision else "that it is gone"
        had = ", which it had" if taking.had else ""
        place = f"edition {taking.edition}{had}"
        yield f"  {local_iso(taking.at, zone)}  {taking.feed}  {taking.partner}: {what}, {place}"
    late = [(each, each.last) for each in found.awaited if each.last]
    if late:
        yield "not taken yet"
    for each, last in late:
        yield f"  revision {each.revision}  {each.feed}  {each.partner}: fetched last {local_iso(last, zone)}"
    if unasked := [each.feed for each in found.awaited if each.last is None]:
        yield f"nobody has fetched {', '.join(unasked)}"
