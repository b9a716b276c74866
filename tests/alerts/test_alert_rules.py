"""A reading is judged by values alone: what is trouble, what is well, and what nobody can know."""

import itertools
from zoneinfo import ZoneInfo

import pytest

from feedsvc.alerts.changes import Judged, advance
from feedsvc.alerts.rhythm import DAY, HOUR, rhythm_of, unusual_from
from feedsvc.alerts.rules import Arrivals, PartnerFetch, Reading, Rule, Sign, judge
from feedsvc.model.alerts import AlertRecord, Kind

MONDAY = 1_790_553_600  # 2026-09-28 00:00 UTC
ZONE = "UTC"


def rule(kind: Kind, *, limit: int = 0, lasts: int = 0) -> Rule:
    return Rule("desk", kind, limit=limit, lasts=lasts)


def reading(at: int, **values: object) -> Reading:
    return Reading(at, started=0, patience=900)._replace(**values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("values", "sign"),
    [
        ({}, Sign.WELL),
        ({"late": "the last regeneration was 901 s ago"}, Sign.TROUBLE),
        ({"unreadable": "there is no store"}, Sign.TROUBLE),
        ({"late": "it is late", "started": MONDAY - 899}, Sign.UNKNOWN),
        ({"late": "it is late", "started": MONDAY - 900}, Sign.TROUBLE),
        ({"started": MONDAY}, Sign.WELL),
    ],
)
def test_publishing_is_late_if_it_says_so_but_for_a_while_after_a_start(values: dict[str, object], sign: Sign) -> None:
    assert judge(rule("publication"), reading(MONDAY, **values), ZONE).sign is sign


@pytest.mark.parametrize(("free", "sign"), [(9, Sign.TROUBLE), (10, Sign.UNKNOWN), (11, Sign.UNKNOWN), (12, Sign.WELL)])
def test_the_disk_has_a_margin_within_which_nothing_changes(free: int, sign: Sign) -> None:
    assert judge(rule("disk", limit=10), reading(MONDAY, free=free), ZONE).sign is sign


def test_the_disk_is_told_of_also_where_the_store_cannot_be_read() -> None:
    assert judge(rule("disk", limit=10), reading(MONDAY, free=0, unreadable="it is full"), ZONE).sign is Sign.TROUBLE


@pytest.mark.parametrize(
    ("values", "sign"),
    [
        ({}, Sign.WELL),
        ({"backlog": MONDAY - 899}, Sign.WELL),
        ({"backlog": MONDAY - 900}, Sign.TROUBLE),
        ({"backlog": MONDAY - 900, "started": MONDAY - 59}, Sign.UNKNOWN),
        ({"is_failing": True}, Sign.UNKNOWN),
    ],
)
def test_a_backlog_is_old_or_nobody_knows_while_a_hub_fails(values: dict[str, object], sign: Sign) -> None:
    assert judge(rule("push", limit=900), reading(MONDAY, **values), ZONE).sign is sign


@pytest.mark.parametrize(
    ("last", "started", "sign"),
    [
        (MONDAY - 21_599, 0, Sign.WELL),
        (MONDAY - 21_600, 0, Sign.TROUBLE),
        (MONDAY - 21_600, MONDAY - 21_599, Sign.UNKNOWN),
    ],
)
def test_a_partner_is_missed_that_used_to_come_but_for_a_while_after_a_start(
    last: int, started: int, sign: Sign
) -> None:
    other = PartnerFetch("/partners/msn.xml", "MSN", MONDAY)
    found = reading(MONDAY, started=started, partners=(other, PartnerFetch("/partners/yahoo.xml", "Yahoo", last)))
    verdict = judge(rule("partner", limit=21_600), found, ZONE)
    assert verdict.sign is sign
    assert ("/partners/yahoo.xml was last fetched by Yahoo" in verdict.text) is (sign is Sign.TROUBLE)
    assert "MSN" not in verdict.text
    assert len(verdict.parts) == (sign is Sign.TROUBLE)


def test_problems_are_counted_and_some_are_named() -> None:
    problems = tuple(f"{name}.md: no headline" for name in "abcde")
    verdict = judge(rule("problems"), reading(MONDAY, problems=problems), ZONE)
    assert verdict.sign is Sign.TROUBLE
    assert verdict.text.startswith("5 problems hold something back:\na.md")
    assert len(verdict.parts) == 5
    assert judge(rule("problems"), reading(MONDAY), ZONE).sign is Sign.WELL


def newsroom(*, until: int) -> list[int]:
    """A story every half hour from 8:00 to 18:00 on weekdays, for eight weeks from MONDAY."""
    days = (MONDAY + day * DAY for day in range(56) if day % 7 < 5)
    found = [day + half * HOUR // 2 + 7 * (half % 5) for day in days for half in range(16, 36)]
    return [each for each in found if each <= until]


ALL: dict[Kind, Rule] = {
    "publication": rule("publication", lasts=20),
    "silence": rule("silence", limit=HOUR),
    "partner": rule("partner", limit=21_600),
    "push": rule("push", limit=900),
    "disk": rule("disk", limit=10, lasts=20),
}


def simulate(*, start: int, days: int, **troubles: tuple[int, int]) -> list[tuple[int, str, str]]:
    """The messages of some days, looked at once a minute: when, of which kind, which event. `troubles` are spans."""
    record, seen = AlertRecord(), set[str]()
    found = list[tuple[int, str, str]]()
    stopped = troubles.get("silence", (2**40, 2**40))
    everything = [each for each in newsroom(until=start + days * DAY) if not stopped[0] <= each < stopped[1]]
    rhythm, day, number = None, 0, 0

    def during(kind: str, at: int) -> bool:
        begin, end = troubles.get(kind, (0, 0))
        return begin <= at < end

    for at in range(start, start + days * DAY, 60):
        while number + 1 < len(everything) and everything[number + 1] <= at:
            number += 1
        last = everything[number]
        if last // DAY != day:
            day = last // DAY
            rhythm = rhythm_of(everything, day * DAY, ZoneInfo(ZONE))
        current = Reading(
            at,
            started=0,
            late="the last regeneration was long ago" if during("publication", at) else "",
            backlog=troubles["push"][0] if during("push", at) else None,
            free=3 if during("disk", at) else 60,
            partners=(PartnerFetch("/x.xml", "MSN", troubles["partner"][0] if during("partner", at) else at),),
            arrivals={"": Arrivals("The Lantern", last, rhythm)},
        )
        record = advance(record, [Judged(each, judge(each, current, ZONE)) for each in ALL.values()], at)
        new = [each for each in record.messages.values() if each.id not in seen]
        seen |= {each.id for each in new}
        found += [(each.at, each.kind, each.event) for each in new]
    return found


FIRST = MONDAY + 28 * DAY
TUESDAY = FIRST + DAY + 10 * HOUR


def test_four_weeks_in_which_nothing_is_wrong_are_quiet() -> None:
    assert simulate(start=FIRST, days=28) == []


@pytest.mark.parametrize(("kind", "threshold"), [("publication", 0), ("push", 900), ("disk", 0), ("partner", 21_600)])
def test_what_breaks_is_told_once_within_a_minute_of_its_threshold_and_called_off(kind: str, threshold: int) -> None:
    end = TUESDAY + 3 * HOUR + threshold
    told, over = simulate(start=FIRST, days=7, **{kind: (TUESDAY, end)})
    assert told[1:] == (kind, "raised")
    assert TUESDAY + threshold <= told[0] <= TUESDAY + threshold + 60
    assert over[1:] == (kind, "cleared")
    assert end <= over[0] <= end + 120


def test_a_newsroom_that_stops_is_told_once_and_called_off_when_it_goes_on() -> None:
    end = TUESDAY + 2 * DAY
    messages = simulate(start=FIRST, days=7, silence=(TUESDAY, end))
    last = max(each for each in newsroom(until=TUESDAY) if each < TUESDAY)
    day = last // DAY * DAY
    rhythm = rhythm_of(newsroom(until=day), day, ZoneInfo(ZONE))
    assert rhythm is not None
    begins = unusual_from(last, rhythm, ZoneInfo(ZONE), HOUR)
    assert begins is not None
    assert begins < TUESDAY + 8 * HOUR
    assert [kind for _, kind, _ in messages] == ["silence"] * len(messages)
    events = [event for _, _, event in messages]
    assert events == ["raised", *["repeated"] * (len(events) - 2), "cleared"]
    assert begins <= messages[0][0] <= begins + 60
    for sooner, later in itertools.pairwise(messages[:-1]):
        assert later[0] - sooner[0] >= 4 * HOUR
    assert end <= messages[-1][0] <= end + HOUR


def test_a_publisher_that_is_dead_is_no_silent_newsroom() -> None:
    messages = simulate(
        start=FIRST, days=7, publication=(TUESDAY, TUESDAY + 2 * DAY), silence=(TUESDAY, TUESDAY + 2 * DAY)
    )
    kinds = [kind for _, kind, event in messages if event == "raised"]
    assert kinds[0] == "publication"
