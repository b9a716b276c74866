"""No node goes back: Editions are ordered along the line of servers that they came from."""

import pytest

from feedsvc.store.lineage import Lineage, Position, Step, step

FIRST, AFTER = Lineage("store", "cluster", 1), Lineage("store", "cluster", 2)
RESTORED, OTHER = Lineage("store", "another cluster", 1), Lineage("another store", "cluster", 1)


@pytest.mark.parametrize(
    ("has", "published", "expected"),
    [
        (Position(Lineage(), 0), Position(FIRST, 0), Step.NONE),
        (Position(Lineage(), 0), Position(FIRST, 7), Step.CHANGES),
        (Position(FIRST, 7), Position(FIRST, 7), Step.NONE),
        (Position(FIRST, 7), Position(FIRST, 8), Step.CHANGES),
        (Position(FIRST, 7), Position(FIRST, 6), Step.REFUSED),
        (Position(FIRST, 13), Position(FIRST, 10), Step.REFUSED),  # promoted, and not published yet
        (Position(FIRST, 13), Position(AFTER, 1_011), Step.EVERYTHING),
        (Position(AFTER, 1_011), Position(FIRST, 14), Step.REFUSED),  # the server that was left behind
        (Position(AFTER, 1_011), Position(FIRST, 9_000), Step.REFUSED),
        (Position(FIRST, 13), Position(RESTORED, 12), Step.REFUSED),
        (Position(FIRST, 13), Position(RESTORED, 1_011), Step.EVERYTHING),
        (Position(FIRST, 13), Position(OTHER, 1), Step.AFRESH),
        (Position(FIRST, 13), Position(OTHER, 0), Step.NONE),
    ],
)
def test_a_node_takes_this_step(has: Position, published: Position, expected: Step) -> None:
    assert step(has, published) is expected
