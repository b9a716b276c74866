"""An operator who asks gets what lies in the folder at that moment; the schedule waits for what is being written."""

from feedsvc.service.guarded_regeneration import options_for
from feedsvc.service.regeneration import RegenerationOptions
from feedsvc.service.scan_request import Scan
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
