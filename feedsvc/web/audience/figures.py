"""The subscribers of feeds, from the figures of seven days: pure functions, and one that reads the figures."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from statistics import median

from feedsvc.model.audience import DAYS, Confidence, FeedAudience, Kind, ServiceAudience
from feedsvc.store.audience import counts
from feedsvc.store.audience.counts import DailyReaders, Report
from feedsvc.store.audience.database import AudienceStore
from feedsvc.web.audience.agents import OTHER_SERVICES, kind_of
from feedsvc.web.audience.tally import DAY

Daily = Mapping[int, int]
"""A number for each day that has one."""


def read_audiences(store: AudienceStore, now: int, feeds: Iterable[str] | None = None) -> tuple[FeedAudience, ...]:
    """The subscribers of `feeds` (None: of all) in the days up to `now` (seconds), the largest first. Raises
    StoreError."""
    today = now // DAY
    days = range(today - DAYS + 1, today + 1)
    feeds = None if feeds is None else tuple(feeds)
    with store.read() as transaction:
        if transaction is None:
            return ()
        told = counts.reported(transaction, days, feeds)
        readers = counts.daily_readers(transaction, days, feeds)
    return audiences(told, readers, days)


def audiences(told: Iterable[Report], readers: Iterable[DailyReaders], days: range) -> tuple[FeedAudience, ...]:
    """The audience of each feed that has one, by the figures of `days`, the last of which is incomplete."""
    services, clients = reported_daily(told), _read_daily(readers)
    found = (_audience(feed, services[feed], clients[feed], days) for feed in services.keys() | clients.keys())
    return tuple(sorted(found, key=lambda each: (-each.subscribers, each.feed)))


def reported_daily(told: Iterable[Report]) -> defaultdict[str, dict[str, dict[int, int]]]:
    """The subscribers that each service reports, by feed, service and day.

    A service has one number for each address of a feed that it knows: http and https, mirrors, redirects that it
    followed. The largest counts, as these are mostly the same people. The numbers of services without a name here are
    added up.
    """
    found: defaultdict[str, dict[str, dict[int, int]]] = defaultdict(dict)
    for each in told:
        daily = found[each.feed].setdefault(each.service, {})
        known = daily.get(each.day, 0)
        daily[each.day] = known + each.number if each.service == OTHER_SERVICES else max(known, each.number)
    return found


def _read_daily(readers: Iterable[DailyReaders]) -> defaultdict[str, dict[str, dict[int, int]]]:
    """The numbers of readers, by feed, program and day."""
    found: defaultdict[str, dict[str, dict[int, int]]] = defaultdict(dict)
    for each in readers:
        found[each.feed].setdefault(each.client, {})[each.day] = each.number
    return found


def _audience(feed: str, told: Mapping[str, Daily], readers: Mapping[str, Daily], days: range) -> FeedAudience:
    known = {day for daily in (*told.values(), *readers.values()) for day in daily}
    whole = sorted(known - {days[-1]}) or sorted(known)
    services = [_service(name, daily[max(daily)], Confidence.REPORTED) for name, daily in told.items()]
    services += [_service(name, typical(daily, whole), _confidence(name)) for name, daily in readers.items()]
    people = [*told.values(), *(daily for name, daily in readers.items() if _confidence(name) is Confidence.ESTIMATED)]
    return FeedAudience(
        feed=feed,
        reported=_total(services, Confidence.REPORTED),
        estimated=_total(services, Confidence.ESTIMATED),
        unknown=_total(services, Confidence.UNKNOWN),
        days=tuple(sum(daily.get(day, 0) for daily in people) for day in days),
        services=tuple(sorted(services, key=lambda each: (-each.subscribers, each.service))),
    )


def typical(daily: Daily, days: Iterable[int]) -> int:
    """The median of the numbers of `days`. Days cannot be added up: a reader gets a new hash each day."""
    return round(median(daily.get(day, 0) for day in days))


def _service(name: str, number: int, confidence: Confidence) -> ServiceAudience:
    return ServiceAudience(service=name, subscribers=number, confidence=confidence)


def _confidence(client: str) -> Confidence:
    return Confidence.ESTIMATED if kind_of(client) is Kind.READER else Confidence.UNKNOWN


def _total(services: Iterable[ServiceAudience], confidence: Confidence) -> int:
    return sum(each.subscribers for each in services if each.confidence is confidence)
