"""However many schedules there are, they are as few instants as can be, and none comes late."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from feedsvc.config import load
from feedsvc.service.scheduler import make_trigger
from feedsvc.service.timetable import Timetable, timetable_of

SITE = '[site]\ntitle = "A"\nurl = "http://a.example"\n'


def configured(folder: Path, tables: str) -> Timetable:
    path = folder / "config.toml"
    path.write_text(SITE + tables, encoding="utf-8")
    return timetable_of(load(path))


def instants(timetable: Timetable, begun: datetime, count: int) -> list[str]:
    trigger, found = make_trigger(timetable, begun), [begun]
    for number in range(count):
        found.append(trigger.get_next_fire_time(found[-1] if number else None, found[-1]))
    return [f"{moment:%H:%M:%S}" for moment in found[1:]]


def test_what_is_due_at_the_same_instant_is_due_once_and_an_interval_begins_with_whatever_came_last() -> None:
    begun = datetime(2026, 11, 20, 11, 57, 50, tzinfo=UTC)
    assert instants(Timetable(60), begun, 2) == ["11:58:50", "11:59:50"]
    both = Timetable(60, ("0 * * * *", "*/20 * * * *"))
    assert instants(both, begun, 4) == ["11:58:50", "11:59:50", "12:00:00", "12:01:00"]
    assert instants(both._replace(every=0), begun, 3) == ["12:00:00", "12:20:00", "12:40:00"]


def test_only_the_first_instant_comes_sooner_so_that_services_that_start_together_stay_apart() -> None:
    begun = datetime(2026, 11, 20, 12, tzinfo=UTC)
    assert instants(Timetable(300, lead=20), begun, 3) == ["12:04:40", "12:09:40", "12:14:40"]


def test_all_schedules_of_a_newsroom_are_as_few_instants_as_can_be(tmp_path: Path) -> None:
    head = '[schedule]\nevery = "1h"\n'
    own = "".join(f'[[sections]]\npath = "s{number}"\nevery = "{60 + number // 2}s"\n' for number in range(200))
    crons = '[[sections]]\npath = "night"\ncron = "0 3 * * *"\n[[sections]]\npath = "late"\ncron = "0 3 * * *"\n'
    feed = '[[feeds]]\npath = "/own.xml"\nformat = "rss"\nevery = "45s"\n'
    equal = configured(tmp_path, head + own)
    mixed = configured(tmp_path, head + own + crons + feed)
    assert [equal[:2], mixed[:2]] == [(60, ()), (45, ("0 3 * * *",))]
    assert 0 <= equal.lead < 6
    assert mixed.lead / 45 == pytest.approx(equal.lead / 60)


def test_with_a_crontab_line_for_all_only_what_has_an_interval_of_its_own_is_due_at_intervals(tmp_path: Path) -> None:
    line = '[schedule]\ncron = "0 6 * * *"\n'
    assert configured(tmp_path, line) == Timetable(0, ("0 6 * * *",))
    mixed = configured(tmp_path, f'{line}[[sections]]\npath = "news"\nevery = "1m"\n')
    assert mixed[:2] == (60, ("0 6 * * *",))


def test_without_an_interval_nothing_is_published_but_at_its_instants() -> None:
    assert Timetable(0, ("0 6 * * *",)).longest is None
    assert Timetable(300).longest == 600
