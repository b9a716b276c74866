"""Only a regular file below the articles folder is published, wherever links lead."""

from pathlib import Path

import pytest

from feedsvc.model.local_files import is_there, status_of


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "articles"
    (root / "news/.hidden").mkdir(parents=True)
    for name in ("a.png", "news/b.png", "news/.hidden/c.png", ".d.png"):
        (root / name).write_bytes(b"12345")
    (tmp_path / "secret.png").write_bytes(b"")
    (tmp_path / "articles-too").mkdir()
    (tmp_path / "articles-too/e.png").write_bytes(b"")
    (root / "out.png").symlink_to(tmp_path / "secret.png")
    (root / "too.png").symlink_to(tmp_path / "articles-too/e.png")
    (root / "in.png").symlink_to("news/b.png")
    return root


@pytest.mark.parametrize("file", ["a.png", "news/b.png", "in.png"])
def test_a_file_below_the_folder_may_be_published(root: Path, file: str) -> None:
    assert is_there(root, file)
    status = status_of(root, file)
    assert status is not None
    assert status.st_size == 5


@pytest.mark.parametrize(
    "file",
    ["", "news", "x.png", "../secret.png", "out.png", "too.png", ".d.png", "news/.hidden/c.png", "a\0.png", "a.png/b"],
)
def test_nothing_else_may_be_published(root: Path, file: str) -> None:
    assert not is_there(root, file)
    assert status_of(root, file) is None
