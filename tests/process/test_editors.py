"""However an article is saved, it is published whole, as one and the same article, and nothing beside it is.

FEEDSVC_WRITERS sets how many slow writers work at the same time.
"""

import ctypes
import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from threading import Thread

import pytest
from service import Newsroom, Service, markdown, running, wait_for

WRITERS = int(os.environ.get("FEEDSVC_WRITERS", "40"))
END = "And that is all."


def text(title: str, version: int) -> str:
    lines = "\n\n".join(f"Line {line} of version {version}." for line in range(20))
    return markdown(title, body=f"{lines}\n\n{END}")


def truncate_and_write(path: Path, content: str) -> None:
    with path.open("w", encoding="utf-8") as file:
        for start in range(0, len(content), 200):
            file.write(content[start : start + 200])
            file.flush()
            time.sleep(0.02)


def write_aside_and_rename(path: Path, content: str) -> None:
    aside = path.with_name(f"{path.name}.tmp")
    truncate_and_write(aside, content)
    aside.replace(path)


def hidden_aside_and_rename(path: Path, content: str) -> None:
    """As rsync and GNOME's editor."""
    aside = path.with_name(f".{path.name}.Xy12Zq")
    truncate_and_write(aside, content)
    aside.replace(path)


def rename_to_backup_and_write_anew(path: Path, content: str) -> None:
    """As vim, and as Emacs the first time."""
    path.replace(path.with_name(f"{path.name}~"))
    truncate_and_write(path, content)


def with_a_swap_file(path: Path, content: str) -> None:
    swap = path.with_name(f".{path.name}.swp")
    swap.write_text("b0VIM", encoding="utf-8")
    rename_to_backup_and_write_anew(path, content)
    path.with_name(f"{path.name}~").unlink()
    swap.unlink()


def with_a_lock_that_leads_nowhere(path: Path, content: str) -> None:
    """As Emacs."""
    lock = path.with_name(f".#{path.name}")
    lock.symlink_to("editor@desk.1234")
    path.with_name(f"#{path.name}#").write_text(content[:50], encoding="utf-8")
    truncate_and_write(path, content)
    path.with_name(f"#{path.name}#").unlink()
    lock.unlink()


def remove_and_write_anew(path: Path, content: str) -> None:
    path.unlink()
    truncate_and_write(path, content)


def exchange(path: Path, content: str) -> None:
    """Two names change places in one step (renameat2, RENAME_EXCHANGE), as macOS editors and some of Linux do."""
    aside = path.with_name(f"{path.name}.part")
    truncate_and_write(aside, content)
    renamed = ctypes.CDLL(None, use_errno=True).renameat2(-100, os.fsencode(aside), -100, os.fsencode(path), 2)
    assert renamed == 0, os.strerror(ctypes.get_errno())
    aside.unlink()


WAYS: tuple[Callable[[Path, str], None], ...] = (
    truncate_and_write,
    write_aside_and_rename,
    hidden_aside_and_rename,
    rename_to_backup_and_write_anew,
    with_a_swap_file,
    with_a_lock_that_leads_nowhere,
    remove_and_write_anew,
    exchange,
)


def items(service: Service) -> dict[str, tuple[str, str]]:
    """Title to id and text of all that is published."""
    feed = json.loads(service.wait_until_served("/feed.json").body)
    return {item["title"]: (item["id"], item["content_html"]) for item in feed["items"]}


@pytest.fixture
def room(tmp_path: Path) -> Newsroom:
    return Newsroom(tmp_path, tables="[defaults]\nlimit = 1000\n")


def test_however_an_editor_saves_every_version_is_whole_and_every_article_itself(room: Newsroom) -> None:
    names = [way.__name__.replace("_", "-") for way in WAYS]
    for name in names:
        room.write(f"{name}.md", text(name, 0))
    with running(room) as service:
        wait_for(lambda: len(items(service)) == len(names), "all of them")
        before = items(service)
        time.sleep(1)
        for version in (1, 2, 3):
            editors = [
                Thread(target=way, args=(room.articles / f"{name}.md", text(name, version)))
                for way, name in zip(WAYS, names, strict=True)
            ]
            for editor in editors:
                editor.start()

            def has_come(version: int = version) -> bool:
                now = items(service)
                assert all(content.count("<p>") == 21 and END in content for _, content in now.values())
                assert now.keys() <= set(names)
                return all(name in now and f"version {version}." in now[name][1] for name in names)

            wait_for(has_come, f"version {version} of all", 15)
            for editor in editors:
                editor.join()
        after = items(service)
        assert {name: after[name][0] for name in names} == {name: before[name][0] for name in names}


def test_many_slow_writers_at_once_are_all_published_whole(room: Newsroom) -> None:
    with running(room) as service:
        time.sleep(1)
        writers = [
            Thread(target=truncate_and_write, args=(room.articles / f"slow{number}.md", text(f"slow{number}", 1)))
            for number in range(WRITERS)
        ]
        for writer in writers:
            writer.start()
            time.sleep(0.01)

        def all_there() -> bool:
            now = items(service)
            assert all(content.count("<p>") == 21 and END in content for _, content in now.values())
            return len(now) == WRITERS

        wait_for(all_there, "all of them", 60)
        for writer in writers:
            writer.join()
