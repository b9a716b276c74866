"""`feedsvc why`: explains in which feeds an article is, and why it is not in others."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from feedsvc.service.cli.common import PROBLEMS, echo, exit_on, fail, load, with_config

if TYPE_CHECKING:
    from feedsvc.model.explanation import Explanation, Verdict

INSIDE, OUTSIDE = 3, 2
"""The numbers of feeds with the article, and of feeds without it, that a summary names."""


@click.command(short_help="Explain where an article is, and why not elsewhere.")
@with_config
@click.option("--all", "everything", is_flag=True, help="Tell of every feed, and not the main ones alone.")
@click.argument("article")
@click.argument("feed", default="")
def why(config: Path, article: str, feed: str, *, everything: bool) -> None:
    """Explain where ARTICLE is, and why it is not in FEED, or in feeds at all.

    ARTICLE is a file, a part of its name or of the headline, an id, a key or a URL.
    """
    if not article.strip():
        fail("no article is named; give a file, a part of a headline, an id, a key or a URL", PROBLEMS)
    settings = load(config)
    from feedsvc.model.explanation import NotFound
    from feedsvc.service.queries import explain_article
    from feedsvc.store.errors import StoreError

    with exit_on(StoreError, NotFound):
        found = explain_article(settings, below(article, settings.articles_folder), feed)
    echo(found.article)
    if found.note:
        echo(found.note, err=True)
    for line in map(_line, found.verdicts) if feed or everything else summary(found):
        echo(line)


def summary(found: "Explanation") -> Iterator[str]:
    """The most important lines of `found`: at most nine."""
    if found.state:
        yield f"  {found.state}"
    if found.page:
        yield f"  {found.page}"
    inside = [each for each in found.verdicts if each.included]
    outside = [each for each in found.verdicts if not each.included and not each.unrelated]
    if not inside and len({each.reason for each in outside}) == 1:
        yield f"  in none of {len(found.verdicts)} feeds: {outside[0].reason}"
        return
    yield f"  in {len(inside)} of {len(found.verdicts)} feeds"
    named = _main(inside, INSIDE) + _main(outside, OUTSIDE)
    yield from map(_line, named)
    if len(named) < len(found.verdicts):
        yield "  --all tells of every feed"


def _main(verdicts: "list[Verdict]", most: int) -> "list[Verdict]":
    """The verdicts that a summary names, at most `most`: the first one and the last ones, since the last are those of
    the deepest section and of the custom feeds."""
    return verdicts[:1] + verdicts[1:][1 - most :]


def _line(verdict: "Verdict") -> str:
    served = f"; {verdict.served}" if verdict.served else ""
    return f"  {'yes' if verdict.included else 'no ':<3}  {verdict.feed:<40} {verdict.reason}{served}"


def below(article: str, root: Path) -> str:
    """`article` as a path relative to the articles folder `root`, if it is the path of a file there; anything else
    unchanged."""
    path = Path(article)
    for place in (path.absolute(), root.parent / path):
        if place.is_relative_to(root):
            return place.relative_to(root).as_posix()
    return article
