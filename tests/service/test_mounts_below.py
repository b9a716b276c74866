"""A disk that is mounted or unmounted within a folder is noticed by the system's table of mounts."""

from pathlib import Path

import pytest

from feedsvc.service.mounts import mounts_below

LINE = "{} 20 0:36 / {} rw,relatime shared:1 - ext4 /dev/sdb1 rw\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "desk of ann").mkdir()
    return tmp_path / "desk of ann"


def below(folder: Path, *places: str) -> tuple[int, ...]:
    """The numbers of those lines of a table of `places` that are found."""
    table = folder.parent / "mountinfo"
    table.write_text("".join(LINE.format(*each) for each in enumerate(places)) + "odd line\n", encoding="utf-8")
    return tuple(int(line.split()[0]) for line in mounts_below(folder, table))


def test_mounts_at_the_folder_and_below_it_are_found_and_no_others(folder: Path) -> None:
    here = str(folder).replace(" ", "\\040")
    assert below(folder, "/", here, f"{here}/media", f"{here}er", str(folder.parent)) == (1, 2)
    assert below(Path("/"), "/", "/proc") == (0, 1)


def test_a_link_to_the_folder_stands_for_it(folder: Path) -> None:
    link = folder.parent / "link"
    link.symlink_to(folder)
    assert below(link, str(folder).replace(" ", "\\040")) == (0,)


def test_where_the_system_has_no_such_table_none_are_found(folder: Path) -> None:
    assert mounts_below(folder, folder / "nothing") == ()
    (folder / "loop").symlink_to("loop")
    assert below(folder / "loop", "/") == ()
