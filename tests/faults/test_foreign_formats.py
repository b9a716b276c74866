"""A format that is no part of this program can end, freeze, starve or empty nothing, whatever it does."""

import sys
import time
from pathlib import Path

import psutil
import pytest
from formats_sample import article
from msgspec.structs import replace
from service import Newsroom, Service, command_line, wait_for

from feedsvc.model.feed import EPOCH_DATE, Feed
from feedsvc.model.format import FormatFault
from feedsvc.service import foreign_format
from feedsvc.service.available_formats import formats_in_files, installed_formats
from feedsvc.service.bounded_process import LARGEST
from feedsvc.service.foreign_format import ForeignFormat, FormatError, Rest, TimeShare

GOOD = """
from feedsvc.model.format import Format

def render(feed):
    return "".join(f"{each.title}\\n" for each in feed.articles).encode()

FORMAT = Format(name="ticker", type="text/plain", render=render)
"""
BODY = '    return "".join(f"{each.title}\\n" for each in feed.articles).encode()\n'
BAD = {
    "exits": ("    import sys; sys.exit(3)", "SystemExit"),
    "ends the process": ("    import os; os._exit(0)", "ended the process that it runs in (exit 0)"),
    "spins": ("    while True: pass", "did not return within 0.8 s"),
    "sleeps": ("    import time; time.sleep(1e6)", "did not return within 0.8 s"),
    "sleeps and catches all": (
        "    import time\n    while True:\n        try: time.sleep(1e6)\n        except BaseException: pass",
        "did not return",
    ),
    "leaks": ("    held = []\n    while True: held.append(bytearray(2**20))", "more than 512 MB of memory"),
    "raises": ("    raise KeyError('colour')", "KeyError: 'colour' (ticker.py, line 5)"),
    "raises an odd one": ("    raise BaseException('odd')", "BaseException: odd (ticker.py, line 5)"),
    "is interrupted": ("    raise KeyboardInterrupt", "KeyboardInterrupt (ticker.py, line 5)"),
    "raises one that cannot be shown": (
        "    class Odd(Exception):\n        def __str__(self): raise SystemExit\n    raise Odd",
        "Odd: an exception that has no text (ticker.py, line 7)",
    ),
    "returns text": ("    return 'text'", "returned something else than bytes"),
    "returns nothing": ("    return None", "returned something else than bytes"),
    "returns a wrong type": ("    return object()", "TypeError"),
    "returns no bytes": ("    return b''", "returned no bytes for 1 articles"),
    "returns too much": (f"    return bytes({LARGEST} + 1)", "bytes, where"),
    "recurses": ("    return render(feed)", "RecursionError"),
    "crashes": ("    import ctypes; ctypes.string_at(0)", "(SIGSEGV)"),
    "closes its files": ("    import os; os.closerange(0, 1000)\n    return b'x'", "ended the process"),
    "kills its group": ("    import os; os.killpg(0, 9)", "(SIGKILL)"),
    "waits for a child": ("    import subprocess; subprocess.run(['sleep', '1000'])", "did not return"),
    "stops itself": ("    import os, signal; os.kill(os.getpid(), signal.SIGSTOP)", "did not return"),
}
"""Tests `render`, and how it is told."""
BAD_AT_IMPORT = {
    "fails": ("raise RuntimeError('no')", "RuntimeError: no (ticker.py, line 1)"),
    "is no Python": ("x = = 1", "SyntaxError"),
    "spins": ("while True: pass", "did not return within 2.5 s"),
    "exits": ("import sys; sys.exit()", "SystemExit"),
    "ends the process": ("import os; os._exit(1)", "(exit 1)"),
    "misses a module": ("import nothing_at_all", "ModuleNotFoundError"),
    "has no format": ("FORMAT = 1", "FORMAT is int, not Format"),
    "has a wrong name": (GOOD.replace('"ticker"', "5"), "`$.name`"),
    "has a wrong type": (GOOD.replace('"text/plain"', '"a\\r\\nX: y"'), "`$.type`"),
    "has a name of a folder": (GOOD.replace("render=render", "render=render, filename='../x'"), "`$.filename`"),
    "has nothing to render with": (GOOD.replace("render=render", "render='x'"), "render is str, not a function"),
}


@pytest.fixture(autouse=True)
def _short_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    """A part of the time for one document, for commands in this process: what spins need not spin for longer. Time in
    which a format waits for a processor does not count."""
    monkeypatch.setattr(foreign_format, "CALL", 0.75)
    monkeypatch.setattr(foreign_format, "LOADING", 2.5)


def code(body: str) -> str:
    return GOOD.replace(BODY, f"{body}\n")


@pytest.fixture
def newsroom(tmp_path: Path) -> Newsroom:
    room = Newsroom(tmp_path, tables='[[feeds]]\npath = "/ticker.txt"\nformat = "ticker.py"\n')
    room.write("news/ferry.md")
    (tmp_path / "ticker.py").write_text(GOOD)
    return room


FEED = Feed(id="x", path="/x", title="X", description="", home="", updated=EPOCH_DATE)


@pytest.mark.parametrize("case", BAD)
def test_whatever_it_does_to_render_is_told_and_costs_its_own_feed_alone(newsroom: Newsroom, case: str) -> None:
    body, told = BAD[case]
    assert newsroom.here("publish", "--to", str(newsroom.folder / "out")).returncode == 0
    (newsroom.folder / "ticker.py").write_text(code(body))
    newsroom.write("news/bridge.md")
    begun = time.monotonic()
    done = newsroom.here("publish", "--to", str(newsroom.folder / "out"))
    assert time.monotonic() - begun < 30
    assert "Traceback" not in done.stderr
    (line,) = [line for line in done.stderr.splitlines() if line.startswith("/ticker.txt: ") and told in line][:1]
    assert "ticker" in line
    assert "correct" in line
    assert done.returncode == 1
    assert (newsroom.folder / "out" / "ticker.txt").read_text() == "ferry\n"
    assert "bridge" in (newsroom.folder / "out" / "news" / "rss.xml").read_text()
    assert "site.invalid" not in done.stderr
    assert told in newsroom.here("status").stderr


@pytest.mark.parametrize("case", BAD_AT_IMPORT)
def test_whatever_it_does_when_it_is_loaded_is_told_and_costs_its_own_feed_alone(newsroom: Newsroom, case: str) -> None:
    text, told = BAD_AT_IMPORT[case]
    newsroom.here("publish", "--to", str(newsroom.folder / "out"))
    (newsroom.folder / "ticker.py").write_text(text)
    newsroom.write("news/bridge.md")
    done = newsroom.here("publish", "--to", str(newsroom.folder / "out"))
    assert "Traceback" not in done.stderr
    (line,) = [line for line in done.stderr.splitlines() if line.startswith("/ticker.txt: ")]
    assert told in line
    assert "correct ticker.py, then reload" in line
    assert (newsroom.folder / "out" / "ticker.txt").read_text() == "ferry\n"
    assert "bridge" in (newsroom.folder / "out" / "news" / "rss.xml").read_text()


HARMLESS = {
    "goes elsewhere": "    import os; os.chdir('/')",
    "changes what modules hold": "    import os, json, pickle; os.write = os._exit = json.dumps = pickle.loads = None",
    "handles signals": "    import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)",
    "prints": "    import sys; print('x' * 2**20); print('x' * 2**20, file=sys.stderr); sys.stdout.flush()",
    "reads": "    import sys; sys.stdin.read()",
    "starts a thread that fails": "    import threading; threading.Thread(target=lambda: 1 / 0).start()",
}


@pytest.mark.parametrize("case", HARMLESS)
def test_what_harms_only_its_own_process_harms_nobody(tmp_path: Path, case: str) -> None:
    file = tmp_path / "ticker.py"
    file.write_text(GOOD.replace(BODY, f"{HARMLESS[case]}\n{BODY}"))
    form = formats_in_files([str(file)])[str(file)]
    assert [form.render(replace(FEED, articles=(article(title="Story 1"),))) for _ in range(3)] == [b"Story 1\n"] * 3


def test_what_earlier_documents_left_behind_costs_no_later_one(tmp_path: Path) -> None:
    file = tmp_path / "ticker.py"
    body = "    globals().setdefault('held', []).append(bytearray(200 * 2**20))"
    file.write_text(GOOD.replace(BODY, f"{body}\n{BODY}"))
    form = formats_in_files([str(file)])[str(file)]
    assert [form.render(FEED) for _ in range(8)] == [b""] * 8


def test_a_format_that_failed_is_left_alone_until_it_has_changed_or_for_a_while(tmp_path: Path) -> None:
    file = tmp_path / "ticker.py"
    file.write_text(code("    import os; os._exit(1)"))
    foreign = ForeignFormat(str(file), TimeShare())
    reasons = []
    begun = 0.0
    for _ in range(50):
        with pytest.raises(FormatFault) as fault:
            foreign.render("render", FEED)
        reasons.append(fault.value.reason)
        begun = begun or time.monotonic()
    assert time.monotonic() - begun < 0.5
    assert set(reasons) == {"ticker.py ended the process that it runs in (exit 1)"}
    file.write_text(GOOD)
    assert foreign.render("render", replace(FEED, articles=(article(title="Story 1"),))) == b"Story 1\n"


def test_it_is_loaded_once_for_each_state_of_its_file(tmp_path: Path) -> None:
    file, noted = tmp_path / "ticker.py", tmp_path / "noted"
    loading = f"open({str(noted)!r}, 'a').write('loaded ')\n"
    for text, told in ((f"{loading}{GOOD}", ""), (f"{loading}1 / 0", "ZeroDivisionError")):
        file.write_text(text)
        for _ in range(2):
            assert told in formats_in_files([str(file)])[str(file)].unusable
    assert noted.read_text() == "loaded loaded "


def test_the_rest_after_a_fault_grows() -> None:
    rest = Rest()
    lengths = []
    for _ in range(9):
        rest = rest.after_fault(100.0, "it spins", (1, 2))
        lengths.append(rest.until - 100.0)
    assert lengths == [60, 120, 240, 480, 960, 1920, 3600, 3600, 3600]
    assert not rest.is_over(3699.0, (1, 2))
    assert rest.is_over(3700.0, (1, 2))
    assert rest.is_over(101.0, (1, 3))


def test_all_of_them_together_have_a_share_of_the_time() -> None:
    now = [0.0]
    share = TimeShare(4.0, lambda: now[0])
    share.spend(3.0)
    assert not share.is_used_up()
    share.spend(3.0)
    assert share.is_used_up()
    now[0] += 5.0
    assert not share.is_used_up()


def test_exceptions_that_cost_much_time_are_a_fault_of_the_format(tmp_path: Path) -> None:
    file = tmp_path / "ticker.py"
    file.write_text(code("    import time; time.sleep(0.6); raise ValueError"))
    foreign, raised = ForeignFormat(str(file), TimeShare(1e9)), list[type]()
    while len(raised) < 20:
        try:
            foreign.render("render", FEED)
        except (FormatError, FormatFault) as error:
            raised.append(type(error))
            if raised[-1] is FormatFault:
                break
    assert raised[-1] is FormatFault
    assert len(raised) < 8


RULES = """
from typing import Literal, Annotated
from msgspec import Meta
from feedsvc.formats._options import Options, Count, Guid
from feedsvc.model.format import Format, Profile, Rule

class Wanted(Options, frozen=True, kw_only=True):
    width: Count = 40
    guid: Guid = "id"
    words: tuple[Annotated[str, Meta(description="a word")], ...] = ()

def violation(article, feed):
    if article.title == "spin":
        while True: pass
    return "too long" if len(article.title) > feed.options["width"] else ""

FORMAT = Format(name="ticker", type="text/plain", render=lambda feed: feed.articles[0].title.encode(),
    profile=Profile(options=Wanted, limit=3, rules=(Rule(requirement="short", violation=violation, remedy="cut it"),),
        irrelevant=lambda copy, options: "" if copy.title != "chess" else "no games",
        feed_warnings=lambda feed: (("odd", "even"),)))
"""


@pytest.fixture
def judging(tmp_path: Path) -> Newsroom:
    tables = '[[feeds]]\npath = "/ticker.txt"\nformat = "ticker.py"\noptions = { width = 6 }\n'
    room = Newsroom(tmp_path, tables=tables)
    (tmp_path / "ticker.py").write_text(RULES)
    for title in ("ferry", "chess", "lighthouse"):
        room.write(f"{title}.md")
    return room


def test_rules_and_options_work_from_afar(judging: Newsroom) -> None:
    done = judging.here("publish", "--to", str(judging.folder / "out"))
    assert (judging.folder / "out" / "ticker.txt").read_text() == "ferry"
    assert "is held back from ticker: too long (cut it)" in done.stderr
    assert "/ticker.txt: warning: odd (even)" in done.stderr
    assert "no games" in judging.here("why", "chess.md", "/ticker.txt").stdout
    assert "short" in judging.here("preflight", "/ticker.txt").stdout
    judging.configure(
        tables='[[feeds]]\npath = "/ticker.txt"\nformat = "ticker.py"\noptions = { widht = 6, guid = "x" }\n'
    )
    wrong = judging.here("check")
    assert wrong.returncode == 2
    assert "did you mean `width`?" in wrong.stderr
    assert '"link" or "id"' in wrong.stderr


def test_no_command_hangs_or_ends_by_a_rule_that_spins(judging: Newsroom) -> None:
    judging.here("publish", "--to", str(judging.folder / "out"))
    judging.write("spin.md")
    for arguments in (("publish", "--to", str(judging.folder / "out")), ("check",), ("preflight", "/ticker.txt")):
        done = judging.here(*arguments)
        assert "ticker.py did not return within 0.8 s" in done.stderr, arguments
        assert done.returncode == 1
    assert (judging.folder / "out" / "ticker.txt").read_text() == "ferry"
    assert "nothing is known of it: ticker.py did not return" in judging.here("why", "spin.md", "/ticker.txt").stdout


def test_sections_have_foreign_formats_too_and_keep_what_they_had(newsroom: Newsroom) -> None:
    newsroom.configure(tables='[defaults]\nformats = ["rss", "ticker.py"]\n')
    listed = GOOD.replace("render=render", 'render=render, filename="list.txt"')
    (newsroom.folder / "ticker.py").write_text(listed)
    out = newsroom.folder / "out"
    assert newsroom.here("publish", "--to", str(out)).returncode == 0
    assert (out / "news" / "list.txt").read_text() == "ferry\n"
    for bad in (listed.replace(BODY, "    import os; os._exit(1)\n"), f"import nothing_at_all\n{listed}"):
        (newsroom.folder / "ticker.py").write_text(bad)
        done = newsroom.here("publish", "--to", str(out))
        assert "/news/list.txt: " in done.stderr
        assert (out / "news" / "list.txt").read_text() == "ferry\n"
    (newsroom.folder / "ticker.py").write_text(listed)
    newsroom.write("news/bridge.md")
    assert newsroom.here("publish", "--to", str(out)).returncode == 0
    assert "bridge" in (out / "news" / "list.txt").read_text()


def test_an_article_that_it_cannot_render_is_left_out_and_named_by_its_address(newsroom: Newsroom) -> None:
    (newsroom.folder / "ticker.py").write_text(
        GOOD.replace(BODY, f"    [1 / 0 for each in feed.articles if each.title == 'bridge']\n{BODY}")
    )
    newsroom.write("news/bridge.md")
    done = newsroom.here("publish", "--to", str(newsroom.folder / "out"))
    (line,) = [line for line in done.stderr.splitlines() if line.startswith("/ticker.txt")]
    assert f"cannot render the article http://127.0.0.1:{newsroom.port}/articles/" in line
    assert "ZeroDivisionError: division by zero (ticker.py, line 5)" in line
    assert (newsroom.folder / "out" / "ticker.txt").read_text() == "ferry\n"
    assert "cannot render the article" in newsroom.here("why", "news/bridge.md", "/ticker.txt").stdout


def test_an_installed_package_may_offer_formats_and_harm_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    metadata = tmp_path / "tickers-1.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: tickers\nVersion: 1\n")
    names = ("good", "fails", "exits", "clashes")
    points = "".join(f"{name} = tickers_{name}\n" for name in names)
    (metadata / "entry_points.txt").write_text(f"[feedsvc.formats]\n{points}")
    for name, text in (
        ("good", GOOD),
        ("fails", "1 / 0"),
        ("exits", "import os; os._exit(0)"),
        ("clashes", GOOD.replace('"ticker"', '"rss"')),
    ):
        (tmp_path / f"tickers_{name}.py").write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    found = installed_formats()
    assert found["ticker"].render(replace(FEED, articles=(article(title="Story 1"),))) == b"Story 1\n"
    assert (found["fails"].unusable, found["exits"].unusable) != ("", "")
    assert not found["rss"].foreign
    assert not any(name.startswith("tickers_") for name in sys.modules)


@pytest.mark.timed
def test_ten_bad_ones_in_a_running_service_hold_nobody_up(newsroom: Newsroom) -> None:
    cases = [body for body, _ in list(BAD.values())[:10]]
    tables = "".join(f'[[feeds]]\npath = "/{each}.txt"\nformat = "f{each}.py"\n' for each in range(len(cases)))
    for number, body in enumerate(cases):
        (newsroom.folder / f"f{number}.py").write_text(code(body))
    newsroom.configure(tables=tables)
    service = Service(newsroom)
    service.start()
    begun = time.monotonic()
    try:
        service.wait_until_served()
        assert time.monotonic() - begun < 20
        wait_for(lambda: all(f"/{each}.txt: " in service.log for each in range(len(cases))), "all are named", 40)
        for title in ("bridge", "harbour"):
            newsroom.write(f"news/{title}.md")
            saved = time.monotonic()
            service.wait_for_title(title)
            assert time.monotonic() - saved < 5
        publisher = service.publisher()
        assert service.serves()
        publisher.kill()
        time.sleep(1)
        assert not [each for each in psutil.process_iter() if _runs_one_of(each, newsroom.folder, publisher.pid)]
    finally:
        service.end()


def _runs_one_of(process: psutil.Process, folder: Path, parent: int) -> bool:
    line = command_line(process)
    return (
        "feedsvc.service.format_worker" in line and line[-1].startswith(str(folder)) and process.ppid() in (1, parent)
    )
