"""Requests that come together become one, which is as narrow as can be and covers them all."""

from itertools import product
from threading import Thread

import pytest

from feedsvc.service.scan_request import Scan, ScanRequest, ScanRequests, at_paths, merge, paths_of

A, B = frozenset({"a.md"}), frozenset({"news/b.md"})
ALL: tuple[ScanRequest, ...] = (Scan.FULL, Scan.KNOWN, A, B, A | B)


@pytest.mark.parametrize(
    ("one", "other", "both"),
    [
        (A, B, A | B),
        (A, Scan.KNOWN, A),
        (Scan.KNOWN, Scan.KNOWN, Scan.KNOWN),
        (A, Scan.FULL, Scan.FULL),
        (Scan.KNOWN, Scan.FULL, Scan.FULL),
    ],
)
def test_two_requests_become_the_narrowest_that_covers_both(
    one: ScanRequest, other: ScanRequest, both: ScanRequest
) -> None:
    assert merge(one, other) == merge(other, one) == both


def test_the_order_in_which_requests_come_does_not_matter() -> None:
    for one, two, three in product(ALL, repeat=3):
        assert merge(merge(one, two), three) == merge(one, merge(two, three))


def test_a_request_at_no_path_is_one_for_what_is_known() -> None:
    assert at_paths(()) is Scan.KNOWN
    assert paths_of(Scan.KNOWN) == paths_of(Scan.FULL) == frozenset()
    assert paths_of(at_paths(["a.md", "a.md"])) == A


def test_what_was_put_is_taken_once() -> None:
    requests = ScanRequests()
    requests.put(A)
    requests.put(B)
    assert requests.take(0) == A | B
    assert requests.take(0) is None


def test_a_request_without_more_is_one_for_everything() -> None:
    requests = ScanRequests()
    requests.put()
    assert requests.take(None) is Scan.FULL


def test_a_request_that_asks_for_nothing_new_is_a_request_all_the_same() -> None:
    requests = ScanRequests()
    requests.put(Scan.KNOWN)
    assert requests.take(0) is Scan.KNOWN


def test_closed_requests_are_none_whatever_is_put() -> None:
    requests = ScanRequests()
    requests.put(A)
    requests.close()
    assert requests.closed
    assert requests.take(None) is None


def test_whoever_waits_for_a_request_wakes_up_when_one_comes_and_when_none_will() -> None:
    requests = ScanRequests()
    taken: list[ScanRequest | None] = []
    waiting = Thread(target=lambda: taken.extend([requests.take(None), requests.take(None)]))
    waiting.start()
    requests.put(A)
    requests.close()
    waiting.join(10)
    assert not waiting.is_alive()
    assert taken in ([A, None], [None, None])  # closed before it was taken
