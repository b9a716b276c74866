"""Neither the folder in which a program of ours is started, nor its environment, has a say in what it does."""

import subprocess
import sys
from pathlib import Path

import pytest
from service import ROOT, Newsroom, environment, running, wait_for

from feedsvc.service.program import environment as for_children
from feedsvc.service.program import python_command
from feedsvc.service.serving_process import forget_requests

TRAP = "import pathlib\npathlib.Path({flag!r}).touch()\nraise SystemExit(1)\n"
NAMES = ("tqdm", "feedsvc_extra", "msgspec", "click", "yaml", "lxml", "secrets")


@pytest.fixture
def trapped(tmp_path: Path) -> tuple[Path, Path]:
    """A folder with modules that bear the names of those that we load, and the file that tells that one was."""
    folder, flag = tmp_path / "trapped", tmp_path / "ran"
    folder.mkdir()
    for name in NAMES:
        (folder / f"{name}.py").write_text(TRAP.format(flag=str(flag)), encoding="utf-8")
    return folder, flag


def test_an_empty_store_is_filled_by_no_module_of_the_working_directory(
    tmp_path: Path, trapped: tuple[Path, Path]
) -> None:
    room, (folder, flag) = Newsroom(tmp_path / "newsroom"), trapped
    room.write("a.md")
    told = "import sys; from feedsvc import create_app; app = create_app(sys.argv[1]); print('made')"
    subprocess.run(
        [sys.executable, "-P", "-c", told, str(room.config)], cwd=folder, env=environment(), check=True, timeout=60
    )
    wait_for(lambda: (room.folder / ".feedsvc/store.sqlite3").is_file(), "the first publication")
    assert not flag.exists()


def test_no_process_of_the_service_loads_one(
    tmp_path: Path, trapped: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    room, (folder, flag) = Newsroom(tmp_path / "newsroom"), trapped
    room.write("a.md")
    monkeypatch.chdir(folder)
    program = Path(sys.executable).with_name("feedsvc")
    monkeypatch.setattr(room, "command", lambda verb, *rest: [str(program), verb, "--config", str(room.config), *rest])
    with running(room):
        assert not flag.exists()


def test_every_command_of_ours_is_started_without_the_working_directory() -> None:
    assert python_command("feedsvc.library.workers")[1:4] == ["-P", "-m", "feedsvc.library.workers"]
    assert str(ROOT) in for_children()["PYTHONPATH"].split(":")


def test_no_variable_of_the_environment_is_taken_for_a_header(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "HTTP_IF_NONE_MATCH": "*",
        "HTTP_RANGE": "bytes=0-0",
        "HTTP_ACCEPT": "application/json",
    }.items():
        monkeypatch.setenv(name, value)
    room = Newsroom(tmp_path)
    room.write("a.md")
    with running(room) as service:
        assert service.get("/rss.xml").status == 200
        assert service.get("/-/status").headers["content-type"].startswith("text/html")


def test_what_else_the_environment_says_stays() -> None:
    found = {
        "HTTP_HOST": "a",
        "http_proxy": "b",
        "HTTPS_PROXY": "c",
        "CONTENT_LENGTH": "9",
        "REMOTE_ADDR": "d",
        "TZ": "UTC",
    }
    forget_requests(found)
    assert found == {"http_proxy": "b", "HTTPS_PROXY": "c", "TZ": "UTC"}


def test_no_answer_tells_which_server_gives_it(tmp_path: Path) -> None:
    room = Newsroom(tmp_path)
    room.write("a.md")
    with running(room) as service:
        for path in ("/rss.xml", "/nowhere", "/-/status", "/"):
            assert service.get(path).headers["server"] == "feedsvc"
