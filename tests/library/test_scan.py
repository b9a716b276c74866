"""What lies in the folder: every regular file below it, and nothing else, in one order."""

import os
from contextlib import suppress
from pathlib import Path

import pytest
from newsroom import as_nobody

from feedsvc.library.scan import Folder, walk
from feedsvc.library.signature import change_signature

SUFFIXES = frozenset((".md", ".txt"))


def put(root: Path, *names: str) -> None:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(name)


def files(root: Path) -> list[str]:
    return [folder.prefix + name for folder in walk(root, SUFFIXES) for name in folder.files]


def problems(root: Path) -> list[str]:
    return [str(problem) for folder in walk(root, SUFFIXES) for problem in folder.problems]


def test_parents_come_first_and_names_in_the_order_of_code_points(tmp_path: Path) -> None:
    put(tmp_path, "b.md", "a/z.md", "a/b/c.md", "Z.md", "a.md", "c/d.md")
    assert files(tmp_path) == ["Z.md", "a.md", "b.md", "a/z.md", "a/b/c.md", "c/d.md"]


@pytest.mark.parametrize(
    "name", [".hidden.md", "_partial.md", "a.md~", "a.tmp", "a.md.part", ".a.md.swp", ".git/a.md", "_drafts/a.md"]
)
def test_what_is_hidden_or_passing_is_not_looked_at(tmp_path: Path, name: str) -> None:
    put(tmp_path, name)
    assert files(tmp_path) == []
    assert problems(tmp_path) == []


def test_links_lead_neither_out_nor_round(tmp_path: Path) -> None:
    root = tmp_path / "articles"
    put(tmp_path, "outside.md", "articles/a.md", "outside/b.md")
    (root / "in.md").symlink_to(root / "a.md")
    (root / "out.md").symlink_to(tmp_path / "outside.md")
    (root / "folder").symlink_to(tmp_path / "outside")
    (root / "round").symlink_to(root)
    (root / "self.md").symlink_to(root / "self.md")
    (root / "nowhere.md").symlink_to(root / "nothing")
    assert files(root) == ["a.md", "in.md"]
    assert [problem.partition(":")[0] for problem in problems(root)] == ["nowhere.md", "out.md", "self.md"]


def test_what_is_named_like_an_article_but_is_no_file_is_told(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.md")
    put(tmp_path, "folder.txt/a.md")
    os.mkfifo(tmp_path / "pipe")
    assert files(tmp_path) == ["folder.txt/a.md"]
    assert [problem.partition(":")[0] for problem in problems(tmp_path)] == ["folder.txt", "pipe.md"]


def test_a_name_that_is_not_utf_8_is_told(tmp_path: Path) -> None:
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.md")).write_text("")
    put(tmp_path, "a.md")
    assert files(tmp_path) == ["a.md"]
    assert "not UTF-8" in problems(tmp_path)[0]


def test_to_an_article_belong_the_files_of_its_stem(tmp_path: Path) -> None:
    put(tmp_path, "a.md", "a.toml", "a.png", "a.txt", "ab.png", "a", "a.b.png")
    [folder] = walk(tmp_path, SUFFIXES)
    assert list(folder.articles(SUFFIXES)) == [("a.md", ["a.png", "a.toml"]), ("a.txt", ["a.png", "a.toml"])]


def test_a_stamp_tells_a_change_of_size_time_or_inode_and_what_was_put_back(tmp_path: Path) -> None:
    put(tmp_path, "a.md")
    seen = {change_signature(folder.files["a.md"]) for folder in walk(tmp_path, SUFFIXES)}
    os.utime(tmp_path / "a.md", ns=(1, 1))
    seen |= {change_signature(folder.files["a.md"]) for folder in walk(tmp_path, SUFFIXES)}
    put(tmp_path, "b.md")
    os.utime(tmp_path / "b.md", ns=(1, 1))
    (tmp_path / "b.md").rename(tmp_path / "a.md")
    seen |= {change_signature(folder.files["a.md"]) for folder in walk(tmp_path, SUFFIXES)}
    assert len(seen) == 3
    (tmp_path / "a.md").write_bytes((tmp_path / "a.md").read_bytes())
    os.utime(tmp_path / "a.md", ns=(1, 1))
    seen |= {change_signature(folder.files["a.md"]) for folder in walk(tmp_path, SUFFIXES)}
    assert len(seen) == 4


def digests(root: Path) -> dict[str, bytes]:
    return {folder.path: folder.digest for folder in walk(root, SUFFIXES)}


def test_a_digest_is_the_same_as_long_as_nothing_changes_and_another_whatever_does(tmp_path: Path) -> None:
    put(tmp_path, "a.md", "b.md", "below/c.md")
    os.utime(tmp_path / "a.md", ns=(1, 1))
    seen = [digests(tmp_path)[""]]
    assert digests(tmp_path)[""] == seen[0]

    def note() -> None:
        seen.append(digests(tmp_path)[""])

    (tmp_path / "a.md").write_text("A.MD!")
    os.utime(tmp_path / "a.md", ns=(1, 1))
    note()
    os.utime(tmp_path / "a.md", ns=(2, 2))
    note()
    (tmp_path / "new").write_text("A.MD!")
    os.utime(tmp_path / "new", ns=(2, 2))
    (tmp_path / "new").rename(tmp_path / "a.md")
    note()
    (tmp_path / "a.md").rename(tmp_path / "z.md")
    note()
    (tmp_path / "below").rename(tmp_path / "under")
    note()
    (tmp_path / "b.md").unlink()
    note()
    (tmp_path / "b.md").mkdir()
    (tmp_path / "b.md").rename(tmp_path / "b")
    note()
    put(tmp_path, "picture.png")
    note()
    assert len(set(seen)) == len(seen)
    assert b"" not in seen


def test_what_is_in_a_folder_or_is_hidden_in_it_makes_no_other_digest(tmp_path: Path) -> None:
    put(tmp_path, "a.md", "below/c.md")
    before = digests(tmp_path)
    put(tmp_path, "below/c.md", "below/d.md", "_draft.md", ".hidden.md", "a.md~")
    after = digests(tmp_path)
    assert after[""] == before[""]
    assert after["below"] != before["below"]


def test_a_file_of_another_name_makes_another_digest(tmp_path: Path) -> None:
    put(tmp_path, "a.md")
    before = digests(tmp_path)
    (tmp_path / "a.md").rename(tmp_path / "b.md")
    assert digests(tmp_path) != before


def test_where_a_link_or_something_odd_is_there_is_no_digest(tmp_path: Path) -> None:
    put(tmp_path, "a/a.md", "b/b.md", "c/folder.md/c.md", "d/d.md", "e/e.md")
    (tmp_path / "a" / "link").symlink_to(tmp_path / "a" / "a.md")
    os.mkfifo(tmp_path / "b" / "pipe")
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/d/caf\xe9.md")).write_text("")
    with suppress(OverflowError):
        os.utime(tmp_path / "e" / "e.md", (2**34, 2**34))
    found = digests(tmp_path)
    assert {path for path, digest in found.items() if digest} - {"e"} == {"", "c/folder.md"}


def test_of_a_folder_that_is_known_only_the_folders_in_it_are_told(tmp_path: Path) -> None:
    put(tmp_path, "a.md", "b/b.md", "b/c/c.md", "d/d.md")
    known = digests(tmp_path)
    put(tmp_path, "d/e.md")
    found = list(walk(tmp_path, SUFFIXES, known=known))
    assert [(folder.path, folder.quiet, *folder.files) for folder in found] == [
        ("", True),
        ("b", True),
        ("b/c", True),
        ("d", False, "d.md", "e.md"),
    ]
    other = walk(tmp_path, SUFFIXES | {".html"}, known=known)
    assert not any(folder.quiet for folder in other)


def test_a_root_that_is_not_there_raises(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        list(walk(tmp_path / "nothing", SUFFIXES))


def test_a_folder_that_cannot_be_read_is_told_and_the_others_are_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path, "a/a.md", "b/b.md", "b/below/c.md")
    (tmp_path / "b").chmod(0)
    found = {folder.path: folder for folder in as_nobody(tmp_path, monkeypatch, walk_all)}
    assert list(found) == ["", "a", "b"]
    assert not found["b"].readable
    assert "cannot be read" in found["b"].problems[0].reason
    (tmp_path / "b").chmod(0o755)


def test_files_of_which_the_system_says_nothing_are_not_taken_for_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path, "a/a.md", "a/a.toml", "a/b.png")
    (tmp_path / "a").chmod(0o744)  # names may be listed, and nothing else asked
    found = {folder.path: folder for folder in as_nobody(tmp_path, monkeypatch, walk_all)}
    assert found["a"].unsure == {"a", "b"}
    assert len(found["a"].problems) == 3


def walk_all() -> list[Folder]:
    return list(walk(Path(), SUFFIXES))
