"""Programs are known by their User-Agent: name, kind, and for how many they ask."""

import random
from pathlib import Path

import pytest

from feedsvc.model.audience import Kind
from feedsvc.web.audience.agents import OTHER_SERVICES, Client, client_of, kind_of

ROWS = [
    line.split("\t") for line in Path(__file__).with_name("user_agents.tsv").read_text("utf-8").rstrip("\n").split("\n")
]


def test_there_are_two_hundred_examples() -> None:
    assert len({agent for *_, agent in ROWS}) == 200
    assert {kind for kind, *_ in ROWS} == set(Kind)


@pytest.mark.parametrize(("kind", "name", "number", "agent"), ROWS, ids=range(len(ROWS)))
def test_an_example_is_known(kind: str, name: str, number: str, agent: str) -> None:
    found = client_of(agent)
    assert (found.name, found.kind, found.subscribers) == (name, kind, None if number == "-" else int(number))


def test_a_name_tells_the_kind() -> None:
    told = {name: Kind(kind) for kind, name, *_ in ROWS if name != "PostRank Bot"}
    assert {name: kind_of(name) for name in told} == told
    assert kind_of("a program that was in an older list") is Kind.UNKNOWN


def test_addresses_of_one_feed_are_told_apart_by_its_id() -> None:
    first, second = (client_of(f"Feedbin feed-id:{number} - 5 subscribers").source for number in (1, 2))
    assert first != second
    assert client_of("Feedbin feed-id:1 - 7 subscribers").source == first
    assert client_of("NewsBlur Feed Fetcher - 5 subscribers - https://www.newsblur.com/site/1/x").source != 0


def test_services_without_a_name_are_told_apart_and_their_numbers_are_not() -> None:
    one, two = client_of("Alpha/1 (3 subscribers)"), client_of("Beta/1 (3 subscribers)")
    assert one.name == two.name == OTHER_SERVICES
    assert one.source != two.source
    assert client_of("Alpha/1 (4 subscribers)").source == one.source


def test_a_forger_fills_no_more_than_64_places() -> None:
    assert len({client_of(f"Feedbin feed-id:{number} - 5 subscribers").source for number in range(2_000)}) <= 64


@pytest.mark.parametrize(
    "said", ["99999999999 subscribers", ",,, subscribers", "0 readers", "1,,2 subscribers", "x5 subscribers"]
)
def test_an_absurd_number_is_a_number_within_bounds(said: str) -> None:
    found = client_of(f"Feedly/1.0 ({said})")
    assert found.subscribers is None or 0 <= found.subscribers <= 100_000_000


def test_mutated_examples_never_raise() -> None:
    chance = random.Random(3)
    for *_, agent in ROWS:
        letters = list(agent)
        for _ in range(3):
            letters[chance.randrange(len(letters))] = chr(
                chance.choice([0, 34, 44, 59, 0x30, 0x7F, 0x663, 0xDC80, 0x1F600])
            )
        assert isinstance(client_of("".join(letters)), Client)
