"""Each trouble is told once when it has lasted, again after hours, and called off; a restart changes nothing."""

import msgspec
from msgspec.structs import replace

from feedsvc.alerts.changes import OVER, Judged, advance, after
from feedsvc.alerts.messages import title_of
from feedsvc.alerts.rules import Rule, Sign, Verdict
from feedsvc.model.alerts import AlertRecord, AlertState

RULE = Rule("desk", "problems", lasts=600, again=14_400)
BAD = Verdict(Sign.TROUBLE, "a.md: no headline", frozenset({"a"}))
WORSE = Verdict(Sign.TROUBLE, "b.md: no headline", frozenset({"a", "b"}))
WELL, UNKNOWN = Verdict(Sign.WELL), Verdict(Sign.UNKNOWN)
TICK = 10


def told(verdicts: list[tuple[int, Verdict]], until: int, *, restarts: bool = False) -> list[tuple[int, str]]:
    """When which message is written, if each verdict holds from its second on, looked at every TICK seconds."""
    record, ids = AlertRecord(), set[str]()
    found = list[tuple[int, str]]()
    for now in range(0, until, TICK):
        verdict = [each for since, each in verdicts if since <= now][-1]
        record = advance(record, [Judged(RULE, verdict)], 1_000_000 + now)
        if restarts:
            record = msgspec.json.decode(msgspec.json.encode(record), type=AlertRecord)
        for message in record.messages.values():
            if message.id not in ids:
                ids.add(message.id)
                found.append((now, message.event))
    return found


def test_what_lasts_is_told_once_and_called_off() -> None:
    assert told([(0, WELL), (100, BAD), (2_000, WELL)], 9_000) == [(700, "raised"), (2_000 + OVER, "cleared")]


def test_what_does_not_last_is_not_told() -> None:
    assert told([(0, WELL), (100, BAD), (650, WELL)], 9_000) == []


def test_what_stands_is_told_again_after_hours() -> None:
    assert told([(0, BAD)], 30_000) == [(600, "raised"), (15_000, "repeated"), (29_400, "repeated")]


def test_a_new_part_of_it_is_told_and_no_more_often_than_it_has_to_last() -> None:
    assert told([(0, BAD), (700, WORSE)], 5_000) == [(600, "raised"), (1_200, "raised")]


def test_a_part_that_is_over_is_not_told() -> None:
    assert told([(0, WORSE), (2_000, BAD)], 5_000) == [(600, "raised")]


def test_a_short_relief_is_none() -> None:
    assert told([(0, BAD), (1_000, WELL), (1_030, BAD), (3_000, WELL)], 9_000) == [(600, "raised"), (3_060, "cleared")]


def test_what_is_not_known_changes_nothing() -> None:
    assert told([(0, BAD), (1_000, UNKNOWN), (8_000, WELL)], 9_000) == [(600, "raised"), (8_060, "cleared")]
    assert told([(0, UNKNOWN)], 9_000) == []


def test_a_restart_at_every_moment_neither_repeats_nor_forgets() -> None:
    verdicts = [(0, WELL), (100, BAD), (2_000, WELL)]
    assert told(verdicts, 9_000, restarts=True) == told(verdicts, 9_000)


def test_a_clock_that_is_set_back_does_not_silence_an_alarm() -> None:
    state = AlertState(since=5_000_000, told=5_000_600, text="a")
    change = after(state, RULE, BAD, 1_000_000)
    assert change.event is None
    assert change.state is not None
    assert change.state.told == 1_000_000
    assert after(change.state, RULE, BAD, 1_014_400).event == "repeated"


def test_an_all_clear_takes_the_place_of_an_alarm_that_was_never_sent_and_has_its_words() -> None:
    record = AlertRecord()
    for now, verdict in ((0, BAD), (600, BAD), (700, WELL), (700 + OVER, WELL)):
        record = advance(record, [Judged(RULE, verdict)], now)
    [message] = record.messages.values()
    assert (message.event, message.text, message.since, message.at) == ("cleared", BAD.text, 0, 700 + OVER)
    assert record.states == {}


def test_a_test_is_taken_for_no_trouble() -> None:
    [message] = advance(AlertRecord(), [Judged(RULE._replace(lasts=0), BAD)], 1_000_000).messages.values()
    assert title_of(message, "The Lantern") == "The Lantern: something is held back"
    assert title_of(replace(message, event="test"), "The Lantern") == "The Lantern: A test"


def test_a_rule_that_was_removed_leaves_nothing() -> None:
    record = advance(AlertRecord(), [Judged(RULE._replace(lasts=0), BAD)], 0)
    assert record.states
    assert record.messages
    assert advance(record, [], 10) == AlertRecord()
