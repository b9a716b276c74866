"""A configuration that is read again: what would need another process than those that run is refused, or said."""

from pathlib import Path

import pytest

from feedsvc.config import load
from feedsvc.service import reload
from feedsvc.service.settings_handover import anonymous_file, hand_over, read_settings

SITE = '[site]\ntitle = "Low Mere Gazette"\nurl = "https://mere.example"\n'
STORE = '[state]\nurl = "postgresql://news@db.example/news"\n'


def read_again(folder: Path, monkeypatch: pytest.MonkeyPatch, before: str, now: str) -> int:
    """The descriptor of the settings that are handed over when SITE with `before` becomes SITE with `now`."""
    file = folder / "config.toml"
    file.write_text(SITE + before, "utf-8")
    former, after = hand_over(load(file)), anonymous_file()
    file.write_text(SITE + now, "utf-8")
    monkeypatch.setattr("sys.argv", ["", str(file), str(former), str(after)])
    monkeypatch.setattr(reload, "log_to_stderr", lambda: None)
    reload.main()
    return after


@pytest.mark.parametrize(("before", "now"), [("", STORE), (STORE, "")])
def test_another_kind_of_store_is_refused_and_what_is_served_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, before: str, now: str
) -> None:
    with pytest.raises(SystemExit, match="1"):
        read_again(tmp_path, monkeypatch, before, now)
    assert "[state] url comes or goes with a restart alone" in caplog.text


def test_the_first_alarm_waits_for_a_restart_and_that_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    after = read_again(tmp_path, monkeypatch, "", '[alive]\nurl = "https://hc.example/1"\n')
    assert read_settings(after).has_alarms
    assert "the first [[alerts]] or [alive] is new" in caplog.text
