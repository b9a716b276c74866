"""A cron line is taken if the scheduler takes it, and caches expire by it."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from apscheduler.triggers.cron import CronTrigger
from config_sample import config, file_in, site
from hypothesis import example, given, settings
from hypothesis import strategies as st

from feedsvc.config import ConfigError, shortest_interval
from feedsvc.config.cron import parse_cron
from feedsvc.service.wiring import make_plan


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return file_in(tmp_path, monkeypatch)


NUMBERS = st.sampled_from(["*", "*/5", "*/0", "*/99", "0", "31", "60", "1-5", "5-1", "1-5/2", "3-3/1", "0/5", "70/5"])
WORDS = st.sampled_from(["last", "jan", "JAN-mar", "mon-fri", "fri-mon", "mon/2", "1-fri", "1,2", "1,", "mon,wed", "٣"])


@given(st.lists(NUMBERS | WORDS, min_size=5, max_size=5).map(" ".join))
@example("0 0 last feb sun")
def test_what_is_taken_for_a_cron_line_is_one_for_the_scheduler(
    tmp_path_factory: pytest.TempPathFactory, line: str
) -> None:
    try:
        read = config(tmp_path_factory.getbasetemp() / "cron.toml", site(f"[schedule]\ncron = '{line}'")).schedule.cron
    except ConfigError:
        return
    CronTrigger.from_crontab(read, timezone="UTC")


@pytest.mark.parametrize("line", ["*/10 6-22 * * mon-fri", "0 0 1,15 jan-jun *", "5/10 * last * 0-6/2"])
def test_the_schedulers_own_cron_lines_are_taken(file: Path, line: str) -> None:
    CronTrigger.from_crontab(line, timezone="UTC")
    assert config(file, site(f"[schedule]\ncron = '{line}'")).schedule.cron == line


@pytest.mark.parametrize(
    ("line", "seconds"),
    [
        *[("* * * * *", 60), ("*/10 6-22 * * mon-fri", 600), ("5,20 * * * *", 900), ("0,59 * * * *", 60)],
        *[("5/15 * * * *", 900), ("*/40 * * * *", 1200), ("0 6 * * *", 3600), ("0,50 0,23 * * *", 600)],
    ],
)
def test_caches_keep_what_a_cron_line_publishes_until_it_publishes_next_and_an_hour_at_most(
    file: Path, line: str, seconds: int
) -> None:
    news = f"[[sections]]\npath = 'news'\ncron = '{line}'\n[[sections]]\npath = 'sport'\nevery = '30s'\n"
    of_site = make_plan(config(file, site(f"[schedule]\ncron = '{line}'\n{news}")))
    assert (of_site.defaults.interval, of_site.policy("news").interval) == (seconds, seconds)
    of_section = make_plan(config(file, site(news)))
    assert [of_section.policy(path).interval for path in ("", "news", "sport")] == [300, seconds, 30]


@settings(deadline=None, max_examples=30)
@given(st.lists(NUMBERS, min_size=2, max_size=2).map(" ".join))
def test_no_two_instants_of_a_cron_line_are_closer_than_caches_take_them_to_be(line: str) -> None:
    try:
        trigger = CronTrigger.from_crontab(parse_cron(f"{line} * * *"), timezone="UTC")
    except ValueError:
        return
    instants = [datetime(2026, 3, 1, tzinfo=UTC)]
    while instants[-1] < datetime(2026, 3, 2, 1, tzinfo=UTC):
        instants.append(trigger.get_next_fire_time(instants[-1], instants[-1] + timedelta(seconds=1)))
    closest = min(later - instant for instant, later in pairwise(instants[1:]))
    assert shortest_interval(f"{line} * * *") == min(closest.total_seconds(), 3600)
