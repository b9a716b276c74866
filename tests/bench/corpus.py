"""A newsroom of any size, invented by a seeded generator: the same arguments give the same files.

`.venv/bin/python tests/bench/corpus.py FOLDER --articles 10000 --sections 40 --kind markdown`
"""

import argparse
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

FIRST = datetime(2024, 1, 1, tzinfo=UTC)
PER_FOLDER = 1000


def write(folder: Path, articles: int, sections: int, kind: str, seed: int = 7) -> None:
    """`kind` is `markdown` or `captured`; sections are in two levels, ten below each."""
    source = random.Random(seed)
    stock = ["".join(source.choices("etaoinshrdlucmfwypvbgk", k=source.randint(2, 9))) for _ in range(2000)]
    chains = list(chain_names(sections))
    for number in range(articles):
        chain = chains[source.randrange(len(chains))]
        below = folder / f"{number // PER_FOLDER:04d}"
        if number % PER_FOLDER == 0:
            below.mkdir(parents=True, exist_ok=True)
        render = markdown if kind == "markdown" else captured
        suffix = "md" if kind == "markdown" else "txt"
        text = render(number, chain, source, stock)
        (below / f"story-{number:07d}.{suffix}").write_text(text, encoding="utf-8")


def chain_names(sections: int) -> Iterator[tuple[str, str]]:
    for number in range(sections):
        yield f"Desk {number // 10}", f"Beat {number}"


def _words(source: random.Random, stock: list[str], count: int) -> str:
    return " ".join(source.choices(stock, k=count))


def _paragraphs(source: random.Random, stock: list[str]) -> str:
    return "\n\n".join(_words(source, stock, 45).capitalize() + "." for _ in range(6))


def markdown(number: int, chain: tuple[str, str], source: random.Random, stock: list[str]) -> str:
    when = FIRST + timedelta(seconds=61 * number)
    title = _words(source, stock, 8).capitalize()
    lines = ("---", f"title: {title}", f"date: {when.isoformat()}", f"categories: [{' / '.join(chain)}]")
    author = f"author: {_words(source, stock, 2).title()}"
    return "\n".join((*lines, author, f"description: {_words(source, stock, 20)}", "---", "")) + _paragraphs(
        source, stock
    )


def captured(number: int, chain: tuple[str, str], source: random.Random, stock: list[str]) -> str:
    when = FIRST + timedelta(minutes=2 * number)
    head = " \u00a0/ \u00a0".join(chain)
    title = _words(source, stock, 8).capitalize()
    line = f"{when:%A}, {when.day} {when:%B} {when.year} {when:%I:%M %p}"
    caption = f"{_words(source, stock, 12).capitalize()}. (Photo by Coastal Press)"
    return "\n\n".join((head, title, line, caption, _paragraphs(source, stock), "SHARE THIS ARTICLE"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--articles", type=int, default=1000)
    parser.add_argument("--sections", type=int, default=40)
    parser.add_argument("--kind", choices=("markdown", "captured"), default="markdown")
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args()
    write(given.folder, given.articles, given.sections, given.kind, given.seed)


if __name__ == "__main__":
    main()
