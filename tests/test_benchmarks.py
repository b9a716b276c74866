"""The benchmarks of publishing run, at a small size: what they print is no matter here."""

from pathlib import Path

import pytest

BENCH = Path(__file__).parent / "bench"


@pytest.fixture(autouse=True)
def _modules(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(BENCH))


def test_regenerations_are_measured_beside_their_yardsticks(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import regenerate

    monkeypatch.setattr(regenerate, "RESIDENT", 2)
    found = regenerate.measure(20, 10, "markdown", 1, pages=False)
    regenerate.show(20, found)
    shown = capsys.readouterr().out
    for what in ("cold", "quiet tick", "one edit", "edit, resident", "1,000 edits"):
        assert found[what]["cpu"] > 0
        assert what in shown
    assert "× floor: stat" in shown


def test_the_same_work_is_measured_beside_hugo_where_it_is_there() -> None:
    import same_work

    found = same_work.measure(30, 1)
    assert all(each.cpu > 0 and each.wall > 0 for each in found.values())
    assert "feedsvc" in found


def test_rendering_is_measured_beside_gzip(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    import render

    monkeypatch.setattr(render, "ROUNDS", 1)
    monkeypatch.setattr(render, "ITEMS", 3)
    render.main()
    assert "all of it, one new" in capsys.readouterr().out


def test_all_levels_of_compression_can_be_measured() -> None:
    import compression

    assert all(0 < len(pack(b"The quay. " * 50)) < 500 for _, pack in compression.packers())


def test_counting_is_measured_with_and_without(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import audience

    monkeypatch.setattr(audience, "READERS", 50)
    monkeypatch.setattr(audience, "ROUNDS", 1)
    audience.main()
    assert "counting adds" in capsys.readouterr().out
