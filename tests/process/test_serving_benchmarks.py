"""The benchmarks of serving and latency run, at a small size, and print what they promise: figures to a yardstick."""

import os
import shutil
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "bench"))

import front
import serve
import slow
import start
import watch
from deploy_sample import NGINX, ask

if NGINX is None and os.environ.get("FEEDSVC_NEEDS_NGINX") == "1":
    raise AssertionError("FEEDSVC_NEEDS_NGINX=1, but there is no nginx (Debian: apt-get install nginx-light)")
needs_nginx = pytest.mark.skipif(NGINX is None, reason="needs nginx on PATH (Debian: apt-get install nginx-light)")

WRK = """
  Thread Stats   Avg      Stdev     Max   +/- Stdev
  Latency Distribution
     50%  640.00us
     99%    2.50ms
  100000 requests in 2.00s, 45.20MB read
Requests/sec:  50000.00
"""


def test_the_front_desk_is_compared_with_a_flask_view(capsys: pytest.CaptureFixture[str]) -> None:
    front.main(["--rounds", "1", "--calls", "5"])
    told = capsys.readouterr().out
    assert "a Flask view (the yardstick)" in told
    assert "304, the ETag" in told


def test_the_start_is_compared_with_imports_and_with_its_goals(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "ferry.md").write_text("---\ntitle: Ferry\n---\n\nWords.\n")
    start.main(["--rounds", "1", "--articles", str(tmp_path)])
    told = capsys.readouterr().out
    assert "× the yardstick" in told
    assert "in 3 processes" in told


def test_saves_are_compared_with_their_goals(capsys: pytest.CaptureFixture[str]) -> None:
    watch.main(["--articles", "5", "--sections", "2", "--edits", "2"])
    told = capsys.readouterr().out
    assert "this version, renamed: p50" in told
    assert "× 0.6 s" in told


def test_a_report_of_wrk_is_read() -> None:
    assert serve.told(WRK, 1.5) == serve.Load(rate=50_000.0, cpu=15.0, p99=2.5)


@needs_nginx
def test_polls_are_compared_with_nginx(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """All but wrk, which is not everywhere: one poll stands for its load."""

    def one(target: serve.Server, kind: str, _seconds: int, _script: Path | None = None) -> serve.Load:
        headers, conditional = serve.KINDS[kind]
        sent = {name.replace("-", "_"): value for name, value in headers.items()}
        sent |= {"If_None_Match": target.etags["gzip"]} if conditional else {}
        code = ask(target.port, serve.FEED, Host=serve.HOST, **sent).code
        assert code == (304 if conditional else 200)
        return serve.Load(1.0, serve.cpu(target.process) + 1e-9, 1.0)

    monkeypatch.setattr(serve, "load", one)
    monkeypatch.setattr(serve, "pinned", lambda command, core=0: command)
    monkeypatch.setattr(shutil, "which", lambda name, **_: name)
    serve.main(["--rounds", "1", "--seconds", "1", "--throughput"])
    told = capsys.readouterr().out
    assert "304           feedsvc serve" in told
    assert "x nginx" in told


@needs_nginx
def test_good_readers_are_measured_among_bad_ones(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in {"POLLS": 100, "SECONDS": 1, "PER_KIND": 3, "SECTIONS": 2, "ARRIVAL": 0.3}.items():
        monkeypatch.setattr(slow, name, value)
    slow.main()
    told = capsys.readouterr().out
    assert "100 polls: {'200': 50, '304': 50}" in told
    assert "p99" in told
