"""An operator who asks gets what lies in the folder at that moment; the schedule waits for what is being written."""

import pytest

from feedsvc.service.guarded_regeneration import options_for
from feedsvc.service.regeneration import RegenerationOptions
from feedsvc.service.scan_request import Scan, ScanRequest
from feedsvc.store.requests import PublishRequest

PATHS = frozenset({"news.md"})
CAREFUL, CONFIRMED = PublishRequest(token="a"), PublishRequest(token="b", accept_removals=True)


def test_without_a_request_only_what_changed_is_looked_at_and_files_may_settle() -> None:
    assert options_for(PATHS, frozenset()) == RegenerationOptions(PATHS, wait_for_writers=True, accept_removals=False)


def test_for_a_request_everything_is_looked_at_as_it_is() -> None:
    expected = RegenerationOptions(Scan.FULL, wait_for_writers=False, accept_removals=False)
    assert options_for(PATHS, frozenset({CAREFUL})) == options_for(Scan.KNOWN, frozenset({CAREFUL})) == expected


def test_removals_are_accepted_as_soon_as_one_of_those_who_ask_accepts_them() -> None:
    assert options_for(PATHS, frozenset({CAREFUL, CONFIRMED})).accept_removals
    assert not options_for(PATHS, frozenset({CAREFUL})).accept_removals


@pytest.mark.parametrize(
    ("scan", "poked", "looked"),
    [
        (Scan.KNOWN, ("a.md",), frozenset({"a.md"})),
        (PATHS, ("a.md",), frozenset({"a.md", "news.md"})),
        (PATHS, (), Scan.FULL),
        (Scan.FULL, ("a.md",), Scan.FULL),
    ],
)
def test_a_poke_says_where_to_look_and_files_may_settle(
    scan: ScanRequest, poked: tuple[str, ...], looked: ScanRequest
) -> None:
    poke = PublishRequest(token="c", poked=poked)
    assert options_for(scan, frozenset({poke})) == RegenerationOptions(looked, wait_for_writers=True)
    assert options_for(scan, frozenset({poke, CAREFUL})) == RegenerationOptions(Scan.FULL, wait_for_writers=False)
