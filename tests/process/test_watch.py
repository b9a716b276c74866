"""What changes in the folder is live: within about a second with `watch`, at the next tick without.

FEEDSVC_CHANGES sets how often each kind of change is measured.
"""

import os
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from service import Newsroom, Service, markdown, running, wait_for

pytestmark = pytest.mark.timed

CHANGES = int(os.environ.get("FEEDSVC_CHANGES", "5"))
FEED = "/news/rss.xml"


def seconds_until(done: Callable[[], bool]) -> float:
    begun = time.monotonic()
    wait_for(done, "the change is live")
    time.sleep(0.2)
    return time.monotonic() - begun - 0.2


def in_order(seconds: list[float]) -> bool:
    seconds.sort()
    print(f"p50 {statistics.median(seconds):.2f} s, p95 {seconds[int(len(seconds) * 0.95) - 1]:.2f} s")
    return statistics.median(seconds) < 1.2 and seconds[-1] < 3


def test_a_file_that_is_dropped_edited_or_removed_is_live_within_about_a_second(tmp_path: Path) -> None:
    room = Newsroom(tmp_path)
    for number in range(10):
        room.write(f"news/old{number}.md")
    dropped, edited, removed = [], [], []
    with running(room) as service:
        service.wait_for_title("old9")
        time.sleep(1.5)
        for number in range(CHANGES):
            path = room.articles / "news" / f"new{number}.md"
            path.write_text(markdown(f"new{number}"), encoding="utf-8")
            dropped.append(seconds_until(lambda n=number: f"new{n}" in service.titles(FEED)))  # type: ignore[misc]
            path.write_text(markdown(f"edit{number}"), encoding="utf-8")
            edited.append(seconds_until(lambda n=number: f"edit{n}" in service.titles(FEED)))  # type: ignore[misc]
            path.unlink()
            removed.append(seconds_until(lambda n=number: is_without(service, f"edit{n}")))  # type: ignore[misc]
    assert in_order(dropped)
    assert in_order(edited)
    assert in_order(removed)


def is_without(service: Service, title: str) -> bool:
    titles = service.titles(FEED)
    return bool(titles) and title not in titles


def test_a_captured_page_appears_in_its_section_the_one_above_and_the_whole(tmp_path: Path) -> None:
    room = Newsroom(tmp_path)
    room.write("news/eu/old.md")
    page = "News   /   EU\n\nFerry returns\n\nThe ferry came back at noon.\n\nIt was full.\n\nSHARE THIS ARTICLE\n"
    with running(room, path="/news/eu/rss.xml") as service:
        room.write("drop.txt", page)
        for feed in ("/news/eu/rss.xml", "/news/rss.xml", "/rss.xml"):
            service.wait_for_title("Ferry returns", feed, patience=4)


def test_half_a_file_is_not_published(tmp_path: Path) -> None:
    room = Newsroom(tmp_path)
    room.write("old.md")
    seen: set[str] = set()
    with running(room) as service:
        service.wait_for_title("old")
        time.sleep(1.2)
        with (room.articles / "slow.md").open("w", encoding="utf-8") as file:
            for part in ("---\ntitle: slow\n---\n\n", *(f"Paragraph {number}.\n\n" for number in range(12))):
                file.write(part)
                file.flush()
                seen.add(service.wait_until_served().text)
                time.sleep(0.1)
        service.wait_for_title("slow")
        assert "Paragraph 11." in service.wait_until_served().text
    assert not [text for text in seen if "slow" in text and "Paragraph 11." not in text]


def test_without_watch_a_change_is_live_at_the_next_tick_and_not_before(tmp_path: Path) -> None:
    room = Newsroom(tmp_path, every="3s", watch=False)
    room.write("old.md")
    with running(room) as service:
        service.wait_for_title("old")
        room.write("new.md")
        time.sleep(0.8)
        early = "new" in service.titles()
        service.wait_for_title("new", patience=5)
    assert not early


@pytest.mark.parametrize(
    "table",
    [
        '[[sections]]\npath = "news"\nevery = "1s"\n',
        '[[feeds]]\npath = "/own.xml"\nformat = "rss"\nevery = "1s"\n',
    ],
    ids=["section", "feed"],
)
def test_a_section_or_a_feed_may_have_a_shorter_interval_of_its_own(tmp_path: Path, table: str) -> None:
    room = Newsroom(tmp_path, tables=table, watch=False)
    room.write("news/old.md")
    with running(room) as service:
        service.wait_for_title("old")
        room.write("news/new.md")
        service.wait_for_title("new", FEED, patience=5)
