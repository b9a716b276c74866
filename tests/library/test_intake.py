"""Each file is read and parsed once, and its text becomes HTML no more often than that takes."""

from collections import Counter
from pathlib import Path

import pytest
from newsroom import Newsroom, story

from feedsvc import readers
from feedsvc.library import intake, parsing, upsert
from feedsvc.library.parsing import FileParser, ParsedFile
from feedsvc.library.signature import FileChange
from feedsvc.store import field_hashes, ledger


@pytest.fixture
def room(tmp_path: Path) -> Newsroom:
    return Newsroom(tmp_path)


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often each file was read, by its name."""
    counted: Counter[str] = Counter()
    read = parsing._read_file

    def counting(path: str) -> bytes:
        counted[path.rpartition("/")[2]] += 1
        return read(path)

    monkeypatch.setattr(parsing, "_read_file", counting)
    return counted


@pytest.fixture
def rendered(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The bodies of the ledger that were made HTML to see what has changed."""
    found: list[str] = []
    html_of = readers.html_of

    def noting(markup: str, body: str, folder: str) -> str:
        found.append(body)
        return html_of(markup, body, folder)

    monkeypatch.setattr(upsert, "html_of", noting)
    return found


def fill(room: Newsroom) -> None:
    for name in "abcde":
        room.write(f"{name}.md", story(name.upper(), f"About {name}."))
    room.publish()


def test_every_kind_of_file_is_read_once(room: Newsroom, reads: Counter[str]) -> None:
    fill(room)
    assert reads == dict.fromkeys(("a.md", "b.md", "c.md", "d.md", "e.md"), 1)
    reads.clear()
    room.write("a.md", story("A", "Edited."))
    room.write("b.md", "---\nbroken: [\n---\n")
    room.touch("c.md", age=0)
    room.move("d.md", "moved.md")
    room.remove("e.md")
    room.write("renamed.md", story("E", "Renamed and edited."))
    room.write("new.md", story("New"))
    room.write("none.txt", b"\0")
    assert room.publish().read == 7
    assert reads == dict.fromkeys(("a.md", "b.md", "c.md", "moved.md", "renamed.md", "new.md", "none.txt"), 1)


def test_the_reason_of_a_file_that_cannot_be_read_is_kept(room: Newsroom) -> None:
    room.write("a.md", "---\nbroken: [\n---\n")
    room.write("b.md", "---\nbroken: [\n---\n")
    room.publish()
    assert [problem.partition(":")[0] for problem in room.problems()] == ["a.md", "b.md"]


def test_beyond_what_memory_holds_files_are_read_again(
    room: Newsroom, reads: Counter[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(room)
    reads.clear()
    for name in "abcde":
        room.write(f"{name}.md", story(name.upper(), "Words. " * 10), age=1)
    monkeypatch.setattr(intake, "KEPT", 150)
    room.publish()
    assert reads == {"a.md": 1, "b.md": 1, "c.md": 2, "d.md": 2, "e.md": 2}
    assert {item["content_html"] for item in room.feed()["items"]} == {
        f"<p>{'Words. ' * 10}</p>".replace(" </p>", "</p>")
    }


def test_the_old_text_is_made_html_only_while_its_hashes_are_unknown(room: Newsroom, rendered: list[str]) -> None:
    fill(room)
    for number in range(4):
        room.write("a.md", story("A", f"Edited {number}."), age=1)
        room.publish()
    assert [body.strip() for body in rendered] == ["About a."]
    assert room.item("A")["content_html"] == "<p>Edited 3.</p>"


def hashes(room: Newsroom, path: str) -> bytes | None:
    with room.store.read() as transaction:
        entry = ledger.find(transaction, path=path)
        assert entry is not None
        return field_hashes.get(transaction, entry.number)


def test_hashes_are_forgotten_where_they_would_be_of_something_else(room: Newsroom) -> None:
    fill(room)
    for change in ("moved", "another program", "gone and back"):
        room.write("a.md", story("A", f"Before it was {change}."), age=1)
        room.publish()
        assert hashes(room, "a.md") is not None
        if change == "moved":
            room.move("a.md", "news/a.md")
            room.publish()
            assert hashes(room, "news/a.md") is None
            room.move("news/a.md", "a.md")
            room.publish()
        elif change == "another program":
            room.configure(room.plan, digest="another")
            room.publish()
            assert hashes(room, "a.md") is None
        else:
            text = (room.articles / "a.md").read_bytes()
            room.remove("a.md")
            room.publish()
            room.write("a.md", text)
            room.publish()
            assert hashes(room, "a.md") is None


def test_a_file_is_parsed_once_though_another_has_its_id_first(room: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    room.write("a.md", story("A", id="urn:x:1"))
    room.publish()
    parsed: list[str] = []
    parse = FileParser.parse

    def noting(self: FileParser, change: FileChange, now: object) -> ParsedFile:
        parsed.append(change.path)
        return parse(self, change, room.now)

    monkeypatch.setattr(FileParser, "parse", noting)
    room.write("b.md", story("B", id="urn:x:1"))
    room.publish()
    assert parsed == ["b.md"]
    assert "belongs to a.md" in room.problems()[0]
