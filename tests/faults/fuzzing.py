"""Inputs that grow out of others by chance, for programs that read what anybody may have written."""

import random
from collections.abc import Callable, Iterator, Sequence

LARGEST = 200_000
"""Bytes of an input; a longer one is cut."""
WORDS = (
    *(
        b"---\n",
        b"+++\n",
        b"{{<",
        b">}}",
        b"{%",
        b"%}",
        b"<!--",
        b"-->",
        b"<![CDATA[",
        b"<script>",
        b"</",
        b"&#",
        b"\\u",
    ),
    *(b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\r", b"\t", b"\xc2\xa0", b"\xe2\x80\xa8", b"\xf0\x9f", b"\xed\xa0\x80"),
    *(b"{", b"}", b"[", b"]", b'"', b"'", b": ", b"null", b"true", b"-1", b"1e999", b"9" * 40, b"2024-02-30", b"&x *x"),
    *(
        b"date: ",
        b"title: ",
        b"draft: ",
        b"url: ",
        b"data:",
        b"javascript:",
        b"../",
        b"http://[",
        b"%00",
        b"\n\n",
        b"/",
    ),
)
"""Pieces that mean something to one syntax or another."""

Change = Callable[[random.Random, bytearray, bytes], None]


def _flip(chance: random.Random, data: bytearray, other: bytes) -> None:
    for _ in range(chance.randint(1, 8)):
        data[chance.randrange(len(data))] = chance.randrange(256)


def _cut(chance: random.Random, data: bytearray, other: bytes) -> None:
    begin, end = _span(chance, data)
    del data[begin:end]


def _repeat(chance: random.Random, data: bytearray, other: bytes) -> None:
    begin, end = _span(chance, data)
    data[end:end] = data[begin:end] * chance.choice((1, 2, 50))


def _insert(chance: random.Random, data: bytearray, other: bytes) -> None:
    place = chance.randrange(len(data))
    data[place:place] = chance.choice(WORDS) * chance.choice((1, 1, 1, 3, 500))


def _splice(chance: random.Random, data: bytearray, other: bytes) -> None:
    begin, end = _span(chance, data)
    first, last = _span(chance, other)
    data[begin:end] = other[first:last]


def _swap_lines(chance: random.Random, data: bytearray, other: bytes) -> None:
    lines = bytes(data).split(b"\n")
    chance.shuffle(lines)
    data[:] = b"\n".join(lines)


_CHANGES: tuple[Change, ...] = (_flip, _cut, _repeat, _insert, _insert, _splice, _splice, _swap_lines)


def _span(chance: random.Random, data: Sequence[int]) -> tuple[int, int]:
    """A piece of `data`, mostly a short one; empty where `data` is."""
    begin = chance.randrange(len(data) + 1)
    return begin, min(len(data), begin + int(2 ** chance.uniform(0, 12)))


def changed(chance: random.Random, data: bytes, other: bytes) -> bytes:
    """`data` after one to six changes, some of which take pieces of `other`."""
    result = bytearray(data)
    for _ in range(chance.randint(1, 6)):
        if not result:
            result[:] = other or b" "
        chance.choice(_CHANGES)(chance, result, other)
    return bytes(result[:LARGEST])


def grown(seed: str, corpus: Sequence[bytes], outcome: Callable[[bytes], object]) -> Iterator[tuple[bytes, object]]:
    """Endless inputs with their outcomes. An input whose outcome is new becomes one from which others grow."""
    chance = random.Random(seed)
    inputs, outcomes = list(corpus), {outcome(data) for data in corpus}
    while True:
        data = changed(chance, chance.choice(inputs), chance.choice(inputs))
        result = outcome(data)
        if result not in outcomes:
            outcomes.add(result)
            inputs.append(data)
        yield data, result
