"""What a section of 50 full articles costs: its three formats with gzip and brotli, beside `gzip -6` of them.

All of its articles are new, or one of them.

Run it with `.venv/bin/python tests/bench/render.py`. It prints medians of CPU time and their ratio to the yardstick,
taken in turns in one run, so that a noisy machine disturbs both alike. The goal is a ratio of at most 3.
"""

import random
import statistics
import time
import zlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count

from msgspec.structs import replace

from feedsvc.formats import FORMATS as ALL
from feedsvc.model.article import Article, Person
from feedsvc.model.feed import Feed, Link
from feedsvc.model.urls import SITE
from feedsvc.store.coding import encodings, identity_coding

FORMATS = {name: form for name, form in ALL.items() if form.filename}
ITEMS, ROUNDS, SEED = 50, 21, 7
START = datetime(2026, 11, 1, 12, tzinfo=UTC)


def words(source: random.Random, count: int) -> str:
    """Words that compress about as prose does: few of them are common, most are rare."""
    letters = "etaoinshrdlucmfwypvbgk"
    stock = ["".join(source.choices(letters, k=source.randint(2, 9))) for _ in range(2500)]
    weights = [1 / rank for rank in range(1, len(stock) + 1)]
    return " ".join(source.choices(stock, weights, k=count))


def article(number: int, source: random.Random) -> Article:
    content = "".join(f"<p>{words(source, 75)}.</p>\n" for _ in range(8))
    when = START + timedelta(minutes=number)
    return Article(
        id=f"tag:bench.example,2026:{number}",
        iri=f"tag:bench.example,2026:{number}",
        key=f"{number:012d}",
        slug="story",
        url=f"{SITE}/articles/{number:012d}/story",
        title=words(source, 9),
        summary=words(source, 30),
        content=content,
        published=when,
        updated=when,
        sections=(("News", "EU"),),
        tags=("harbour", "ferries"),
        authors=(Person(name="Ada Lint"),),
        language="en",
    )


def sample() -> Feed:
    source = random.Random(SEED)
    return Feed(
        id="tag:bench.example,2026:/news/eu/",
        path="/news/eu/",
        title="The Bench – News / EU",
        description="Fifty full articles",
        home=f"{SITE}/news/eu/",
        updated=START,
        articles=tuple(article(number, source) for number in range(ITEMS)),
        links=tuple(
            Link(format=name, href=f"{SITE}/news/eu/{form.filename}", type=form.type) for name, form in FORMATS.items()
        ),
    )


_SERIAL = count()


def edited(feed: Feed, number: int) -> Feed:
    """`feed` with another headline for the first so many of its articles, which no feed had before."""
    first, rest = feed.articles[:number], feed.articles[number:]
    return feed.with_only(*(replace(each, title=f"{each.title} {next(_SERIAL)}") for each in first), *rest)


def cpu(work: Callable[[], object]) -> float:
    """Milliseconds of CPU time."""
    start = time.process_time()
    work()
    return (time.process_time() - start) * 1000


def render(feed: Feed) -> list[bytes]:
    return [form.render(feed) for form in FORMATS.values()]


def main() -> None:
    feed = sample()
    bodies = render(feed)
    steps: dict[str, Callable[[], object]] = {
        "gzip -6 (the yardstick)": lambda: [zlib.compress(body, 6) for body in bodies],
        "render, all new": lambda: render(edited(feed, ITEMS)),
        "render, one new": lambda: render(edited(feed, 1)),
        "gzip and brotli": lambda: [encodings(identity_coding(body)) for body in bodies],
        "all of it, all new": lambda: [encodings(identity_coding(body)) for body in render(edited(feed, ITEMS))],
        "all of it, one new": lambda: [encodings(identity_coding(body)) for body in render(edited(feed, 1))],
    }
    times = {name: [cpu(work) for _ in range(1)] for name, work in steps.items()}
    for _ in range(ROUNDS):
        for name, work in steps.items():
            times[name].append(cpu(work))
    medians = {name: statistics.median(found[1:]) for name, found in times.items()}
    yardstick = medians["gzip -6 (the yardstick)"]
    print(f"{ITEMS} articles, {sum(map(len, bodies)):,} bytes in {len(bodies)} formats, {ROUNDS} rounds")
    for name, median in medians.items():
        print(f"{name:26} {median:7.2f} ms CPU   ratio {median / yardstick:5.2f}")


if __name__ == "__main__":
    main()
