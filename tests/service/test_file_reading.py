"""How a single file is understood is told, or why it cannot be read; never by a traceback."""

from pathlib import Path

import pytest

from feedsvc import readers
from feedsvc.config import load
from feedsvc.model.reader import Unreadable
from feedsvc.service.file_reading import explain_file


def test_a_reader_that_fails_is_told_as_a_fault_of_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "config.toml").write_text('[site]\ntitle = "N"\nurl = "https://n.example"\n')
    (tmp_path / "articles").mkdir()
    file = tmp_path / "articles" / "a.md"
    file.write_text("# A\n\nText.\n")

    def failing(*_: object) -> object:
        raise ValueError("odd")

    monkeypatch.setattr(readers, "explain", failing)
    with pytest.raises(Unreadable) as caught:
        explain_file(load(tmp_path / "config.toml"), file)
    assert "odd" in caught.value.reason
    assert "report this" in caught.value.remedy
