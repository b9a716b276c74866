"""Members of a set are counted without being kept."""

from collections import Counter
from hashlib import blake2b

import pytest

from feedsvc.model.distinct import Sketch, estimate, mark_of


def hashed(text: str) -> int:
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big")


def counted(sketch: Sketch) -> int:
    return estimate(Counter(mark.rank for mark in sketch.marks()))


def test_nobody_is_nobody() -> None:
    assert estimate({}) == 0
    assert counted(Sketch()) == 0


@pytest.mark.parametrize("number", [1, 2, 50, 190, 210, 1_000, 20_000, 60_000])
def test_the_count_is_near_the_truth_whatever_it_is(number: int) -> None:
    sketch = Sketch()
    for member in range(number):
        sketch.add(mark_of(hashed(str(member))))
    assert counted(sketch) == pytest.approx(number, rel=0.02, abs=0.5)


def test_a_member_that_comes_again_changes_nothing() -> None:
    sketch = Sketch()
    for _ in range(3):
        for member in range(500):
            sketch.add(mark_of(hashed(str(member))))
    once = {mark_of(hashed(str(member))).register for member in range(500)}
    assert {mark.register for mark in sketch.marks()} == once


def test_two_sketches_are_one_by_the_higher_ranks() -> None:
    parts = Sketch(), Sketch()
    for member in range(4_000):
        parts[member % 3 == 0].add(mark_of(hashed(str(member))))
        parts[member % 2].add(mark_of(hashed(str(member))))
    ranks: dict[int, int] = {}
    for part in parts:
        for register, rank in part.marks():
            ranks[register] = max(rank, ranks.get(register, 0))
    assert estimate(Counter(ranks.values())) == pytest.approx(4_000, rel=0.02)


def test_a_hash_of_zeros_has_the_highest_rank_and_a_hash_of_ones_the_lowest() -> None:
    assert mark_of(0) == (0, 51)
    assert mark_of(2**64 - 1) == (2**14 - 1, 1)
    assert estimate({51: 1}) >= 1
