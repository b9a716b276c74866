"""The figures of seven days become one number of subscribers, and say on which ground."""

from feedsvc.model.audience import Confidence, FeedAudience, ServiceAudience
from feedsvc.store.audience.counts import DailyReaders, Report
from feedsvc.web.audience.agents import OTHER_SERVICES, UNKNOWN
from feedsvc.web.audience.figures import audiences
from feedsvc.web.audience.tally import Poll, hash_of, network
from feedsvc.web.console_listings import CHART, bars

DAYS = range(100, 107)
TODAY = DAYS[-1]


def report(day: int, service: str, number: int, source: int = 0, feed: str = "/rss.xml") -> Report:
    return Report(day, feed, service, source, 0, number)


def readers(day: int, client: str, number: int, feed: str = "/rss.xml") -> DailyReaders:
    return DailyReaders(day, feed, client, number)


def only(*found: Report | DailyReaders) -> FeedAudience:
    told = [each for each in found if isinstance(each, Report)]
    [one] = audiences(told, [each for each in found if isinstance(each, DailyReaders)], DAYS)
    return one


def test_the_last_word_of_a_service_counts_however_many_days_ago() -> None:
    assert only(report(101, "Feedly", 400), report(103, "Feedly", 450), readers(TODAY, "Reeder", 1)).reported == 450


def test_of_the_addresses_of_one_feed_the_largest_counts() -> None:
    assert only(report(TODAY, "Feedbin", 140, source=1), report(TODAY, "Feedbin", 9, source=2)).reported == 140


def test_services_without_a_name_are_added_up() -> None:
    assert only(report(TODAY, OTHER_SERVICES, 3, source=1), report(TODAY, OTHER_SERVICES, 4, source=2)).reported == 7


def test_formats_and_services_are_added_up() -> None:
    found = audiences([report(TODAY, "Feedly", 5), report(TODAY, "Feedly", 2, feed="/atom.xml")], [], DAYS)
    assert {each.feed: each.subscribers for each in found} == {"/rss.xml": 5, "/atom.xml": 2}
    assert [each.feed for each in found] == ["/rss.xml", "/atom.xml"]


def test_readers_are_the_median_of_the_whole_days_that_had_figures() -> None:
    found = only(
        *(readers(day, "NetNewsWire", number) for day, number in ((102, 90), (103, 100), (104, 300), (TODAY, 1)))
    )
    assert found.estimated == 100
    assert found.days == (0, 0, 90, 100, 300, 0, 1)


def test_the_first_day_counts_as_far_as_it_has_come() -> None:
    assert only(readers(TODAY, "NetNewsWire", 12)).subscribers == 12


def test_a_program_that_was_there_on_few_of_the_days_is_no_subscriber() -> None:
    found = only(*(readers(day, "Reeder", 10) for day in range(101, 105)), readers(104, "NetNewsWire", 7))
    assert {each.service: each.subscribers for each in found.services} == {"Reeder": 10, "NetNewsWire": 0}


def test_nobody_knows_who_reads_by_unknown_programs() -> None:
    found = only(readers(TODAY, UNKNOWN, 40), readers(TODAY, "curl", 2), readers(TODAY, "Reeder", 3))
    assert (found.subscribers, found.estimated, found.unknown) == (3, 3, 42)
    assert found.days[-1] == 3
    assert found.services[0] == ServiceAudience(service=UNKNOWN, subscribers=40, confidence=Confidence.UNKNOWN)


def test_a_device_that_changes_its_address_of_ipv6_is_one() -> None:
    assert network("2001:db8:1:2:a:b:c:d") == network("2001:db8:1:2::9")
    assert network("2001:db8:1:2::9") != network("2001:db8:1:3::9")
    assert network("::ffff:192.0.2.7") == network("192.0.2.7") == "192.0.2.7"
    assert network("fe80::1%eth0") == network("fe80::2")
    assert network("no:address") == "no:address"


def test_without_the_key_of_the_day_nobody_knows_a_reader_again() -> None:
    poll = Poll("/rss.xml", "Reeder", "192.0.2.7")
    assert hash_of(b"today", poll) == hash_of(b"today", poll) != hash_of(b"tomorrow", poll)
    assert hash_of(b"today", poll) != hash_of(b"today", poll._replace(address="192.0.2.8"))
    assert hash_of(b"today", poll) != hash_of(b"today", poll._replace(agent="Reeder/2"))


def test_a_chart_has_a_bar_a_day_and_the_largest_fills_it() -> None:
    drawn = bars((0, 0, 1, 50, 100, 100, 3))
    assert [bar.height for bar in drawn] == [0, 0, 1, CHART // 2, CHART, CHART, 1]
    assert all(bar.y + bar.height == CHART for bar in drawn)
    assert [bar.x for bar in drawn] == list(range(0, CHART, CHART // 7))
    assert bars((0,) * 7) == ()
