"""A change in the folder is requested by its path, at once; whatever becomes of the folder, it is watched again."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

import pytest
from waiting import wait_for
from watchfiles import watch

from feedsvc.library.settling import CompleteFiles
from feedsvc.service import folder_changes, inotify, watcher
from feedsvc.service.saves import LONGEST
from feedsvc.service.scan_request import Scan, ScanRequest
from feedsvc.service.tree_watch import TreeWatch
from feedsvc.service.watcher import FolderWatcher, scan_request

pytestmark = pytest.mark.timed


@pytest.fixture(autouse=True, params=["inotify", "watchfiles"])
def _system(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both kinds of systems: with notices of the kernel's that tell more than watchfiles does, and without."""
    if request.param == "watchfiles":
        monkeypatch.setattr(inotify, "is_there", lambda: False)


@contextmanager
def watched(root: Path, complete: CompleteFiles | None = None) -> Iterator[list[ScanRequest]]:
    """The requests that are made while `root` is watched."""
    requests, stop = list[ScanRequest](), Event()
    thread = Thread(target=FolderWatcher(root, requests.append, complete).run, args=(stop,))
    thread.start()
    try:
        yield requests
    finally:
        stop.set()
        thread.join(10)
    assert not thread.is_alive()


def settle(requests: list[ScanRequest], quiet: float = 0.6) -> None:
    """Returns when no request has come for a while."""
    before = -1
    while before != len(requests):
        before = len(requests)
        time.sleep(quiet)


def put(path: Path, text: str = "a") -> None:
    """The file appears at once."""
    aside = path.with_name(f".{path.name}")
    aside.write_text(text)
    aside.rename(path)


def begun(requests: list[ScanRequest]) -> None:
    wait_for(lambda: requests, "the watch begins")
    settle(requests)
    assert set(requests) == {Scan.FULL}


def change(requests: list[ScanRequest], do: Callable[[], object]) -> list[ScanRequest]:
    """The requests to which `do` leads within a second."""
    settle(requests)
    before = len(requests)
    do()
    deadline = time.monotonic() + 1
    while time.monotonic() < deadline and len(requests) == before:
        time.sleep(0.01)
    return requests[before:]


def test_a_change_in_the_folder_is_requested_at_once_by_its_path(tmp_path: Path) -> None:
    with watched(tmp_path) as requests:
        begun(requests)
        assert change(requests, lambda: (tmp_path / "a.md").write_text("a")) == [frozenset({"a.md"})]
        assert change(requests, lambda: (tmp_path / "news").mkdir()) == [frozenset({"news"})]
        assert change(requests, lambda: (tmp_path / "news" / "b.md").write_text("b")) == [frozenset({"news/b.md"})]
        assert change(requests, lambda: (tmp_path / "a.md").unlink()) == [frozenset({"a.md"})]


def test_what_editors_keep_to_themselves_leads_to_nothing(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    with watched(tmp_path) as requests:
        begun(requests)
        assert not change(requests, lambda: (tmp_path / ".a.md.swp").write_text("a"))
        assert not change(requests, lambda: (tmp_path / ".git" / "index").write_text("a"))


def test_a_folder_that_appears_later_is_watched_from_then_on(tmp_path: Path) -> None:
    root = tmp_path / "articles"
    with watched(root) as requests:
        time.sleep(0.3)
        assert requests == []
        root.mkdir()
        wait_for(lambda: requests, "the folder is seen", 4)
        assert change(requests, lambda: (root / "a.md").write_text("a"))


def test_a_folder_that_is_replaced_is_watched_again(tmp_path: Path) -> None:
    root = tmp_path / "articles"
    root.mkdir()
    with watched(root) as requests:
        begun(requests)
        root.rename(tmp_path / "old")
        root.mkdir()
        time.sleep(2.5)
        assert change(requests, lambda: (root / "a.md").write_text("a")) == [frozenset({"a.md"})]


def test_a_folder_that_cannot_be_watched_is_said_and_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    failures = iter([OSError("no more watches")])

    def fails_once(*arguments: object, **options: object) -> object:
        for failure in failures:
            raise failure
        return watch(*arguments, **options)  # type: ignore[arg-type]

    def fails_once_too(root: Path) -> TreeWatch:
        for failure in failures:
            raise failure
        return TreeWatch(root)

    monkeypatch.setattr(folder_changes, "watch", fails_once)
    monkeypatch.setattr(watcher, "TreeWatch", fails_once_too)
    monkeypatch.setattr(watcher, "AFTER_FAILURE", 0.0)
    monkeypatch.setattr(watcher, "AGAIN", 0.01)
    with watched(tmp_path) as requests:
        begun(requests)
    assert caplog.messages == [f"changes below {tmp_path} are seen only on the schedule: no more watches"]


class OnFailingDisk(type(Path())):  # type: ignore[misc]
    """A path of which the system can tell nothing while `fails` is not empty."""

    fails: list[OSError] = []  # noqa: RUF012 - shared on purpose

    def stat(self, **options: bool) -> object:
        for error in self.fails:
            raise error
        return super().stat(**options)


def test_a_folder_whose_disk_fails_is_watched_soon_after_it_is_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """That its thread ends would not go unnoticed, but a new session costs a full scan."""
    root = OnFailingDisk(tmp_path)

    def fails(real: Callable[..., object]) -> Callable[..., object]:
        def tried(*arguments: object, **options: object) -> object:
            for error in root.fails:
                raise error
            return real(*arguments, **options)

        return tried

    monkeypatch.setattr(folder_changes, "watch", fails(watch))
    monkeypatch.setattr(watcher, "TreeWatch", fails(TreeWatch))
    monkeypatch.setattr(watcher, "AGAIN", 0.01)
    root.fails.append(OSError(5, "Input/output error"))
    with watched(root) as requests:
        time.sleep(0.2)
        assert requests == []
        root.fails.clear()
        begun(requests)
    assert caplog.messages == []


def test_a_file_in_the_place_of_the_folder_is_told_of_once_and_the_folder_watched_soon_after_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(watcher, "AGAIN", 0.01)
    root = tmp_path / "articles"
    root.touch()
    with watched(root) as requests:
        wait_for(lambda: caplog.messages or requests, "it is told, or watched as a file")
        requests.clear()
        root.unlink()
        root.mkdir()
        begun(requests)
    assert len(caplog.messages) == inotify.is_there()


@pytest.mark.parametrize(
    ("paths", "request_"),
    [
        (["/a/news.md"], frozenset({"news.md"})),
        (["/a/news.md", "/a/news/b.md", "/a/news.md"], frozenset({"news.md", "news/b.md"})),
        (["/a/news.md", "/elsewhere/b.md"], Scan.FULL),
        (["/a"], Scan.FULL),
        (["/ab/c.md"], Scan.FULL),
        (["/a/\udcff.md"], Scan.FULL),
    ],
)
def test_changes_are_requested_by_path_as_far_as_they_can_be(paths: list[str], request_: ScanRequest) -> None:
    assert scan_request(Path("/a"), paths) == request_


def test_a_file_that_is_put_into_place_is_known_to_be_complete(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    complete = CompleteFiles()
    with watched(tmp_path, complete) as requests:
        begun(requests)
        assert change(requests, lambda: put(tmp_path / "a.md")) == [frozenset({"a.md"})]
    newest = complete.newest_of_others("", {"a.md": (tmp_path / "a.md").stat()})
    assert (newest == 0) is ("inotify" in request.node.name)


def test_many_saves_in_a_row_lead_to_few_requests(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    pause = LONGEST if "inotify" in request.node.name else 0.025  # seconds between two requests, at least
    with watched(tmp_path) as requests:
        begun(requests)
        before, names = len(requests), {f"{number}.md" for number in range(1000)}
        start = time.monotonic()
        for name in names:
            put(tmp_path / name)
        settle(requests)
    asked = [each for each in requests[before:] if isinstance(each, frozenset)]
    assert frozenset().union(*asked) == names
    assert len(asked) < (time.monotonic() - start) / pause + 5
