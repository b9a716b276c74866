"""The start of child processes: only what they need is loaded, and no garbage is searched for meanwhile."""

import gc
import subprocess
import sys
from pathlib import Path

import pytest

from feedsvc.service import child_main
from feedsvc.service.program import child_command, environment

PROGRAM = """
import gc, sys
while_loaded = gc.isenabled()
def main():
    print(while_loaded, gc.isenabled(), gc.get_freeze_count() > 0, sys.argv[1:])
"""


def test_a_module_is_loaded_without_a_search_for_garbage_and_called_with_its_own_arguments(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a_child.py").write_text(PROGRAM)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "argv", ["child_main", "a_child", "4", "successor"])
    child_main.main()
    assert capsys.readouterr().out == "False True True ['4', 'successor']\n"
    assert gc.isenabled()


def test_a_child_is_started_by_the_name_of_its_module() -> None:
    assert child_command("feedsvc.service.push_process", "4")[1:] == [
        *("-P", "-m", "feedsvc.service.child_main", "feedsvc.service.push_process", "4")
    ]


@pytest.mark.parametrize(
    ("module", "needless"),
    [
        ("feedsvc.service.supervisor", {"pickle", "tempfile", "json", "html", "socket", "datetime", "msgspec"}),
        ("feedsvc.service.cli.main", {"pickle", "socket", "msgspec", "feedsvc.config"}),
    ],
)
def test_the_supervisor_and_the_commands_load_only_what_they_need(module: str, needless: set[str]) -> None:
    command = [sys.executable, "-c", f"import sys, {module}; print({needless} & sys.modules.keys())"]
    assert subprocess.run(command, env=environment(), capture_output=True, text=True, check=True).stdout == "set()\n"


def test_who_pushes_or_purges_loads_nothing_that_reads_or_renders() -> None:
    program = (
        "import sys, feedsvc.service.push_process, feedsvc.service.purge_process\n"
        "print(sorted({name.split('.')[1] for name in sys.modules if name.startswith('feedsvc.')}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment(), capture_output=True, text=True, check=True
    )
    assert done.stdout.split("'")[1::2] == ["config", "model", "push", "service", "store"]
