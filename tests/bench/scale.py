"""Reckons what a newsroom of any size needs: nodes, database, egress and purges, from costs that are measured here.

    .venv/bin/python tests/bench/scale.py --subscribers 1000000 100000000 --sections 10000 --edits 50

Costs per poll, per edit and per follower are measured within seconds (`scale_costs.py`); what cannot be is an
assumption, an option that is printed with its source. It is arithmetic on means and on one peak, and no load test:
queues, disks and the network between nodes are not in it. docs/scale.md has a run, and what follows from it.
"""

import argparse
import math
from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

from scale_costs import Costs, measure

MONTH = 30 * 86_400
Given = Mapping[str, float]
"""The assumptions by name, as the options have them."""


class Assumption(NamedTuple):
    """A number that is not measured here."""

    value: float
    meaning: str
    source: str


ASSUMED = {
    "sections": Assumption(10_000, "sections", "the question"),
    "edits": Assumption(50, "edits a minute", "the question"),
    "articles": Assumption(1_000_000, "articles", "guess: some years of such a newsroom"),
    "levels": Assumption(3, "levels of sections: an edit is in a feed of each, and in that of everything", "guess"),
    "feeds-each": Assumption(1.5, "feeds of a subscriber", "guess"),
    "front-share": Assumption(0.3, "of subscriptions are to the feed of everything", "guess"),
    "skew": Assumption(1.0, "exponent of Zipf's law: edits and subscribers over sections", "guess"),
    "direct-share": Assumption(0.3, "of subscribers have a program that polls by itself", "guess; see feedsvc stats"),
    "direct-interval": Assumption(3600, "s between two of its polls", "the default of FreshRSS and Miniflux"),
    "services": Assumption(40, "services that poll each feed once for all their readers", "guess; see feedsvc stats"),
    "service-interval": Assumption(1800, "s between two of their polls", "Inoreader: 30 minutes at least"),
    "forgetful-share": Assumption(0.1, "of polls name neither ETag nor date", "guess"),
    "peak": Assumption(4, "times the mean in the busiest minute", "guess: many poll at full hours"),
    "server": Assumption(20e-6, "s of processor for a poll beside ours: server, kernel", "tests/bench/serve.py"),
    "handshake": Assumption(300e-6, "s of processor for a new connection: TCP, TLS", "guess: ECDSA P-256"),
    "connection-bytes": Assumption(4500, "bytes sent for a new connection", "guess: a certificate of 3 kB"),
    "cores": Assumption(8, "cores of a node", "guess"),
    "link": Assumption(10e9, "bits a second of a node's network", "guess"),
    "load": Assumption(0.5, "of both may be used at the peak", "rule of thumb"),
    "edges": Assumption(100, "places of a CDN, each of which asks the origin by itself", "guess: no shield"),
    "fresh": Assumption(60, "s for which they keep a feed", "max-age of [schedule] every = 1m"),
    "round-trip": Assumption(0.5e-3, "s for a statement to the database and back", "guess: one data centre"),
    "log": Assumption(2, "bytes that the database writes for one of ours", "guess: its log, and the page"),
    "row": Assumption(1e-6, "s for the database to hash a row of the lists that nodes compare", "guess"),
    "stat": Assumption(0.5e-3, "s to look at a file of a shared disk", "guess: NFS, 0.3 to 1 ms"),
    "urgent-share": Assumption(0.02, "of edits are withdrawals or corrections, and are purged", "guess"),
    "urls": Assumption(3, "URLs of a document, where tags cannot be purged", "identity, gzip, brotli"),
}


class Feed(NamedTuple):
    """One feed, with its share of the subscriptions and of the edits."""

    followed: float
    edited: float


class Polls(NamedTuple):
    """Requests a second in the mean, and the part that is answered with a body."""

    rate: float
    full: float


class Needs(NamedTuple):
    """All that so many subscribers need."""

    readers: Polls
    services: float
    """The polls of services among these, a second."""
    origin: Polls
    """The requests of a CDN in front."""
    cores: float
    bits: float
    """A second at the peak, as `cores`."""
    nodes: int
    nodes_behind_cdn: int


@cache
def shares(sections: int, skew: float) -> list[float]:
    """The share of each section in edits and in subscribers, the largest first (Zipf's law)."""
    weights = [1 / rank**skew for rank in range(1, sections + 1)]
    total = sum(weights)
    return [weight / total for weight in weights]


def feeds(given: Given) -> list[Feed]:
    """The feed of everything, and that of each section."""
    parts = shares(int(given["sections"]), given["skew"])
    return [Feed(given["front-share"], 1.0), *(Feed((1 - given["front-share"]) * part, part) for part in parts)]


def changed(edits: float, interval: float) -> float:
    """The chance that a feed has changed after `interval` seconds, at so many edits a second."""
    return -math.expm1(-edits * interval)


def needs(subscribers: float, costs: Costs, given: Given) -> Needs:
    """The polls of so many subscribers, and the nodes that answer them, with and without a CDN."""
    edits = given["edits"] / 60
    direct = subscribers * given["direct-share"] * given["feeds-each"] / given["direct-interval"]
    through = subscribers * (1 - given["direct-share"]) * given["feeds-each"]
    rates: list[tuple[float, float]] = []  # of each feed, what is asked a second, and the part that has changed
    services = 0.0
    for feed in feeds(given):
        served = min(given["services"], through * feed.followed) / given["service-interval"]
        services += served
        own = direct * feed.followed
        news = own * changed(edits * feed.edited, given["direct-interval"])
        rates.append((own + served, news + served * changed(edits * feed.edited, given["service-interval"])))
    total = sum(rate for rate, _ in rates)
    news = sum(part for _, part in rates)
    full = given["forgetful-share"] + (1 - given["forgetful-share"]) * (news / total if total else 0)
    readers, origin = Polls(total, full), _origin([rate for rate, _ in rates], given)
    cores, bits = _load(readers, costs, given, connections=1.0)
    behind = _load(origin, costs, given, connections=0.0)
    return Needs(readers, services, origin, cores, bits, _nodes(cores, bits, given), _nodes(*behind, given))


def _origin(rates: list[float], given: Given) -> Polls:
    """The requests of a CDN whose places each keep a feed for `fresh` seconds, and ask again for the next reader."""
    asked = full = 0.0
    for rate, feed in zip(rates, feeds(given), strict=True):
        at_one = rate / given["edges"]
        if at_one:
            interval = given["fresh"] + 1 / at_one
            asked += given["edges"] / interval
            full += given["edges"] / interval * changed(given["edits"] / 60 * feed.edited, interval)
    return Polls(asked, full / asked if asked else 0.0)


def _load(polls: Polls, costs: Costs, given: Given, *, connections: float) -> tuple[float, float]:
    """Cores, and bits a second, at the peak; so many of the polls come by a new connection."""
    peak = polls.rate * given["peak"]
    ours = polls.full * costs.poll_200 + (1 - polls.full) * costs.poll_304
    size = polls.full * costs.feed_bytes + costs.head_bytes + connections * given["connection-bytes"]
    return peak * (ours + given["server"] + connections * given["handshake"]), peak * size * 8


def _nodes(cores: float, bits: float, given: Given) -> int:
    """The nodes for a load, and one more, since one may fail."""
    return 1 + max(1, math.ceil(max(cores / given["cores"], bits / given["link"]) / given["load"]))


# --- what is printed --------------------------------------------------------------------------------------------------


def measured(costs: Costs) -> list[tuple[str, str]]:
    """The measured costs, in words."""
    return [
        ("a poll that is answered 304, and 200", f"{costs.poll_304 * 1e6:.1f}, {costs.poll_200 * 1e6:.1f} µs"),
        ("a feed: gzip, plain; headers", f"{costs.feed_bytes:,}, {costs.plain_bytes:,}; {costs.head_bytes:,} bytes"),
        ("an edit: processor, documents", f"{costs.edit * 1e3:.0f} ms, {costs.edit_documents}"),
        ("an edit: bytes, statements", f"{costs.edit_bytes / 1e6:.1f} MB, {costs.edit_statements}"),
        ("to a node's copy; to a process", f"{costs.copy * 1e3:.1f} ms; {costs.follow * 1e3:.1f} ms"),
        ("kept of a section; of an article", f"{costs.section_bytes / 1e6:.2f} MB; {costs.article_bytes / 1e3:.1f} kB"),
    ]


def audience(found: Needs, costs: Costs, given: Given) -> list[tuple[str, str]]:
    """The cost of readers."""
    readers, origin = found.readers, found.origin
    mean = found.bits / given["peak"]
    return [
        ("polls a second, mean", f"{readers.rate:,.0f}"),
        ("  of services", f"{found.services:,.0f}"),
        ("  with a body", f"{readers.full:.0%}"),
        ("egress a month", f"{mean / 8 * MONTH / 1e12:,.1f} TB"),
        ("egress at the peak", f"{found.bits / 1e9:,.2f} Gbit/s"),
        ("cores at the peak", f"{found.cores:,.1f}"),
        ("nodes without a CDN", f"{found.nodes:,}"),
        ("CDN asks a second, mean", f"{origin.rate:,.0f}"),
        ("  with a body", f"{origin.full:.0%}"),
        ("nodes behind it", f"{found.nodes_behind_cdn:,}"),
        ("database sends its nodes", f"{_written(costs, given) * found.nodes_behind_cdn * 8 / 1e6:,.0f} Mbit/s"),
        ("database hashes for them", f"{_hashed(given) * found.nodes_behind_cdn:.1%} of a core"),
    ]


def newsroom(costs: Costs, given: Given) -> list[tuple[str, str]]:
    """The cost of edits, however many read."""
    edits = given["edits"] / 60
    statements = edits * costs.edit_statements
    urgent = given["edits"] * given["urgent-share"]
    pushes = edits * (given["levels"] + 1) * given["services"]
    stored = given["sections"] * costs.section_bytes + given["articles"] * costs.article_bytes
    return [
        ("publisher", f"{edits * costs.edit:.1%} of a core"),
        ("  waits for the database", f"{statements * given['round-trip']:.1%} of its time"),
        ("database: statements", f"{statements:,.0f} a second"),
        ("database: written", f"{_written(costs, given) * given['log'] / 1e6:,.1f} MB/s"),
        ("Edition: documents kept", f"{stored / 1e9:,.1f} GB in the database and on each node"),
        ("a node: to copy", f"{edits * costs.copy:.1%} of a core, {_written(costs, given) / 1e6:,.1f} MB/s of disk"),
        ("a serving process: to follow", f"{edits * costs.follow:.2%} of a core"),
        ("a look at all files", f"{given['articles'] * given['stat']:,.0f} s on a shared disk"),
        ("bucket: objects put", f"{edits * costs.edit_documents * MONTH / 1e6:,.1f} million a month"),
        ("purges of what is urgent", _purges(urgent, costs, given)),
        ("purges of every edit", _purges(given["edits"], costs, given)),
        ("pushes by the own hub", f"{pushes:,.0f} a second, {pushes * costs.plain_bytes * 8 / 1e9:.2f} Gbit/s"),
    ]


def _written(costs: Costs, given: Given) -> float:
    """Bytes of documents a second."""
    return given["edits"] / 60 * costs.edit_bytes


def _hashed(given: Given) -> float:
    """The part of a core of the database that compares lists for one node: a row for each section, and for each of
    its feeds and its page, with each Edition."""
    return given["edits"] / 60 * given["sections"] * 5 * given["row"]


def _purges(edits: float, costs: Costs, given: Given) -> str:
    """The purges of so many edits a minute: one by its tag, or one for each URL of its documents."""
    return f"{edits:,.0f} a minute by tag, {edits * costs.edit_documents * given['urls']:,.0f} by URL"


def show(title: str, rows: list[tuple[str, ...]]) -> None:
    print(f"\n{title}")
    for name, *values in rows:
        print(f"  {name:<32}" + "".join(f"{value:>18}" for value in values))


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--subscribers", type=float, nargs="+", default=[1e6, 1e8])
    parser.add_argument("--measured-articles", type=int, default=100, help="of the newsroom that is measured")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--calls", type=int, default=2000, help="polls in a round")
    for name, each in ASSUMED.items():
        parser.add_argument(f"--{name}", type=float, default=each.value, help=f"{each.meaning} ({each.source})")
    options = vars(parser.parse_args(arguments))
    given = {name: options[name.replace("-", "_")] for name in ASSUMED}
    costs = measure(options["measured_articles"], options["rounds"], options["calls"])
    show("Measured now, on SQLite, seconds of this machine's processor", list(measured(costs)))
    print("\nAssumed (each is an option)")
    for name, each in ASSUMED.items():
        source = each.source if given[name] == each.value else "given"
        print(f"  --{name:<18}{given[name]:>12,.6g}  {each.meaning} ({source})")
    columns = [audience(needs(count, costs, given), costs, given) for count in options["subscribers"]]
    names = [name for name, _ in columns[0]]
    head = [("subscribers", *(f"{count:,.0f}" for count in options["subscribers"]))]
    show("Readers", head + [(name, *(column[at][1] for column in columns)) for at, name in enumerate(names)])
    print("\nEdits, however many read")
    for name, value in newsroom(costs, given):
        print(f"  {name:<32}{value}")


if __name__ == "__main__":
    main()
