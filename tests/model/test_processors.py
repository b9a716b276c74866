"""Worker processes are as many as this process may use processors, however many the machine has."""

from pathlib import Path

import pytest

from feedsvc.model.worker_pool import MOST, processors, quota


def limited(folder: Path, limits: dict[str, str], own: str = "0::/system.slice/feeds.service\n") -> int:
    """The quota of a process whose control groups, by their paths, have these limits."""
    (folder / "own").write_text(own)
    for group, limit in limits.items():
        (folder / "groups" / group).mkdir(parents=True, exist_ok=True)
        (folder / "groups" / group / "cpu.max").write_text(limit)
    return quota(folder / "groups", folder / "own")


@pytest.mark.parametrize(
    ("limits", "wanted"),
    [
        ({}, MOST),
        ({"system.slice/feeds.service": "max 100000\n"}, MOST),
        ({"system.slice/feeds.service": "150000 100000\n"}, 2),
        ({"system.slice/feeds.service": "300000 100000\n", "system.slice": "50000 100000\n"}, 1),
        ({".": "100000 100000\n"}, 1),
        ({"system.slice/feeds.service": "nonsense", "system.slice": "0 0\n"}, MOST),
    ],
)
def test_the_least_quota_of_all_control_groups_counts(tmp_path: Path, limits: dict[str, str], wanted: int) -> None:
    assert limited(tmp_path, limits) == wanted


@pytest.mark.parametrize("own", ["", "4:memory:/a\n", "0::/../outside\n", "0::/\n"])
def test_without_a_control_group_there_is_no_quota(tmp_path: Path, own: str) -> None:
    assert limited(tmp_path, {}, own) == MOST


def test_a_machine_with_many_processors_does_not_get_as_many_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.sched_getaffinity", lambda _: range(256), raising=False)
    assert processors() <= MOST
