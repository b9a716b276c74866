"""A running service says that it is well, and `feedsvc alerts` what stands and whether messages arrive."""

import json
from pathlib import Path

from service import Newsroom, running, wait_for
from subscriber import listening


def test_a_service_that_is_well_says_so_also_after_its_alarms_were_killed(tmp_path: Path) -> None:
    with listening() as life:
        tables = f'[push]\nallow = ["127.0.0.0/8"]\n[alive]\nurl = "{life.url}/id"\nevery = "1s"\n'
        room = Newsroom(tmp_path, tables=tables)
        room.write("news/first.md")
        with running(room) as service:
            wait_for(lambda: life.gets, "the first call")
            wait_for(lambda: service._child("feedsvc.service.alarm_process"), "the alarming process").kill()
            before = len(life.gets)
            wait_for(lambda: len(life.gets) > before, "a call by another process")
            assert service.get("/rss.xml").status == 200
        assert {each.path for each in life.gets} == {"/id"}


def test_the_command_shows_each_rule_and_no_secret_of_an_address(tmp_path: Path) -> None:
    with listening() as hook:
        table = f'[[alerts]]\nto = "{hook.url}/services/secret"\nwhat = ["publication", "problems"]\n'
        room = Newsroom(tmp_path, tables=f'[push]\nallow = ["127.0.0.0/8"]\n{table}')
        room.write("news/first.md")
        assert "nothing was ever published" in room.here("alerts").stderr or room.here("alerts").returncode == 1
        assert room.here("publish").returncode == 0
        found = room.here("alerts", "status")
        assert (found.returncode, found.stderr) == (0, "")
        lines = [line.split() for line in found.stdout.splitlines()]
        assert lines == [[f"{hook.url}/…"], ["publication", "well"], ["problems", "well"]]
        room.write("news/bad.md", "---\ntitle: [\n---\n")
        room.here("publish")
        found = room.here("alerts")
        assert found.returncode == 1
        assert "problems                trouble: One problem holds something back: news/bad.md" in found.stdout
        sent = room.here("alerts", "test")
        assert (sent.returncode, sent.stdout) == (0, f"1 {hook.url}/…: sent\n")
        assert json.loads(hook.posts[0].body)["type"] == "alert.test"
        hook.status = 500
        sent = room.here("alerts", "test")
        assert (sent.returncode, sent.stdout) == (1, f"1 {hook.url}/…: not sent: 500\n")


def test_without_a_table_the_command_says_how_to_begin(tmp_path: Path) -> None:
    found = Newsroom(tmp_path).here("alerts")
    assert (found.returncode, found.stderr) == (
        0,  # as `feedsvc push` without hubs: nothing is wrong
        "nobody is told of trouble: config.toml has no [[alerts]]\n",
    )
