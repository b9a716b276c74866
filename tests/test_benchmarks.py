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


def test_needs_are_reckoned_from_what_is_measured_and_every_assumption_is_printed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    import scale

    small = ("--measured-articles=6", "--rounds=1", "--calls=20", "--sections=50", "--levels=2")
    scale.main([*small, "--subscribers", "1e4", "1e8"])
    shown = capsys.readouterr().out
    assert all(f"--{name} " in shown for name in scale.ASSUMED)
    assert "levels of sections: an edit is in a feed of each, and in that of everything (given)" in shown


def test_twice_the_subscribers_that_poll_need_twice_as_much() -> None:
    import scale
    from scale_costs import Costs

    costs = Costs(1e-6, 2e-6, 50_000, 190_000, 400, 0.1, 17, 3_600_000, 205, 0.016, 0.001, 900_000, 5_000)
    given = {name: each.value for name, each in scale.ASSUMED.items()} | {"services": 0}
    one, two = (scale.needs(count, costs, given) for count in (1e8, 2e8))
    assert one.readers.rate == pytest.approx(1e8 * 0.3 * 1.5 / 3600)
    assert two.readers.rate / one.readers.rate == two.cores / one.cores == two.bits / one.bits == pytest.approx(2)
    assert one.readers.full == two.readers.full
    assert one.nodes < two.nodes < 2 * one.nodes
    assert (one.origin.rate < two.origin.rate < one.readers.rate, one.nodes_behind_cdn) == (True, 2)
