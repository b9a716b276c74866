"""500 hostile files among 100 good ones: the good are published, the bad are named, and nothing crashes or swells."""

import json
import os
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryFile

import psutil
import pytest
from service import Newsroom, environment, markdown, running, wait_for

GOOD = 100
MEMORY = 512 * 2**20
TABLES = "[defaults]\nlimit = 5000\n"
SCRIPT = "<script>alert(1)</script>"
BOMB = "\n".join(
    ["---", "title: bomb", "a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30)]
    + ["tags: *a29", "---", "", "Text."]
)
PAGE = (
    '<html><head><meta property="og:title" content="{0}"></head><body><article><h1>{0}</h1>{1}</article></body></html>'
)

Maker = Callable[[Path, int], Path]


def text(suffix: str, content: Callable[[int], str | bytes]) -> Maker:
    def make(folder: Path, number: int) -> Path:
        path = folder / f"{number}{suffix}"
        data = content(number)
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        return path

    return make


def folder_like_an_article(folder: Path, number: int) -> Path:
    path = folder / f"folder{number}.txt"
    path.mkdir()
    return path


def pipe(folder: Path, number: int) -> Path:
    path = folder / f"pipe{number}.md"
    os.mkfifo(path)
    return path


def loop(folder: Path, number: int) -> Path:
    path = folder / f"loop{number}.md"
    path.symlink_to(path)
    return path


def way_out(folder: Path, number: int) -> Path:
    path = folder / f"out{number}.txt"
    path.symlink_to("/etc/passwd")
    return path


def unreadable(folder: Path, number: int) -> Path:
    path = text(".txt", lambda n: f"Locked {n}\n\nText.")(folder, number)
    path.chmod(0)
    return path


def in_every_field(number: int) -> str:
    names = ("title", "summary", "section", "tags", "author", "slug", "caption", "credit", "correction", "image")
    fields = "\n".join(f'{name}: "{number} {SCRIPT}"' for name in names)
    body = f'{SCRIPT}<img src=x onerror=alert(1)><a href="javascript:alert(1)">x</a>[y](javascript:alert(1))'
    return f"---\n{fields}\nurl: 'javascript:alert({number})'\n---\n\n{body}\n"


PUBLISHED: dict[str, Maker] = {
    "control characters": text(".txt", lambda n: f"Controls {n}\x00\x07\x1b\n\nText\x0b with \x08 them.\ufffe\n"),
    "NULs": text(".md", lambda n: markdown(f"Nul {n}\x00").replace("late", "la\x00te")),
    "lone surrogates": text(".json", lambda n: f'{{"headline": "Half {n} \\ud800", "body_text": "Text \\udfff."}}'),
    "script in every field": text(".md", in_every_field),
    "scripted page": text(".html", lambda n: PAGE.format(f"Page {n}", f"<p onclick=alert(1)>Text.</p>{SCRIPT}" * 9)),
}
"""What can be made harmless: it is published, or it is named."""

BAD: dict[str, Maker] = {
    "empty": text(".txt", lambda _: ""),
    "white space": text(".md", lambda _: " \n\u00a0\n"),
    "empty page": text(".html", lambda _: ""),
    "empty JSON": text(".json", lambda _: ""),
    "wrong encoding": text(".md", lambda n: f"---\ntitle: caf\xe9 {n}\n---\n\nD\xe9j\xe0 vu.".encode("latin-1")),
    "UTF-16 in disguise": text(".txt", lambda n: b"\xef\xbb\xbf" + f"Title {n}\n\nText".encode("utf-16-le") + b"\xff"),
    "broken YAML": text(".md", lambda n: f"---\ntitle: [ {n}\n---\n\nText.\n"),
    "broken TOML": text(".md", lambda n: f"+++\ntitle = {n} {n}\n+++\n\nText.\n"),
    "alias bomb": text(".md", lambda _: BOMB),
    "half-written front matter": text(".md", lambda n: f"---\ntitle: half {n}\nsumm"),
    "half-written JSON": text(".json", lambda n: f'{{"headline": "Half {n}", "body_te'),
    "JSON of another kind": text(".json", lambda n: json.dumps([n, None, {"a": n}])),
    "deep JSON": text(".json", lambda _: "[" * 100_000),
    "deep YAML": text(".md", lambda _: f"---\ntitle: {'[' * 20_000}\n---\n\nText.\n"),
    "folder": folder_like_an_article,
    "pipe": pipe,
    "link loop": loop,
    "link that leads out": way_out,
}
if os.geteuid() != 0:  # root may read everything
    BAD["unreadable"] = unreadable


class Hostile:
    def __init__(self, room: Newsroom) -> None:
        self.room = room
        for number in range(GOOD):
            room.write(f"good/good{number}.md")
        each = 500 // (len(BAD) + len(PUBLISHED))
        self.bad = dict(self._made(BAD, each))
        self.harmless = dict(self._made(PUBLISHED, 500 - len(self.bad) - 1))
        huge = room.articles / "huge.txt"
        huge.write_bytes(b"Headline\n\n" + b"All work and no play.\n\n" * (50 * 2**20 // 23))
        self.bad["huge.txt"] = "50 MB"

    def _made(self, makers: dict[str, Maker], count: int) -> Iterator[tuple[str, str]]:
        share = count if makers is BAD else -(-count // len(makers))
        for kind, make in makers.items():
            folder = self.room.articles / kind.replace(" ", "-")
            folder.mkdir()
            for number in range(share):
                yield make(folder, number).relative_to(self.room.articles).as_posix(), kind


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Hostile:
    return Hostile(Newsroom(tmp_path_factory.mktemp("hostile"), tables=TABLES))


def test_there_are_five_hundred(hostile: Hostile) -> None:
    assert 500 <= len(hostile.bad) + len(hostile.harmless) <= 510


def test_check_names_every_bad_file_with_its_reason(hostile: Hostile) -> None:
    code, _, named, memory = measured(hostile.room.command("check"))
    assert code == 1
    reasons = {line.partition(": ")[0]: line.partition(": ")[2] for line in named.splitlines()}
    unnamed = {kind for path, kind in hostile.bad.items() if not reasons.get(path)}
    assert not unnamed
    assert "Traceback" not in named
    assert not [path for path in reasons if path.startswith("good/")]
    print(f"check: {memory / 2**20:.0f} MB at most")
    assert memory < MEMORY


def test_the_service_publishes_the_good_ones_and_what_could_be_made_harmless(hostile: Hostile) -> None:
    with running(hostile.room, path="/good/rss.xml") as service:
        wait_for(lambda: len(service.titles("/good/rss.xml")) == GOOD, "the good ones", 60)
        assert set(service.titles("/good/rss.xml")) == {f"good{number}" for number in range(GOOD)}
        feed = json.loads(service.get("/feed.json", patience=30).body)
        memory = sum(process.memory_info().rss for process in service.family())
        text = "".join(item.get("content_html", "") for item in feed["items"])
        assert not [word for word in ("<script", "onerror", "onclick", 'href="javascript') if word in text]
        assert not [item for item in feed["items"] if item.get("url", "").startswith("javascript")]
        assert service.get("/-/ready").status == 200
        service.publisher()
        assert "starting another" not in service.log
    print(f"service: {memory / 2**20:.0f} MB")
    assert memory < MEMORY


def test_a_harmless_file_is_published_or_named(hostile: Hostile) -> None:
    hostile.room.run("publish", patience=120)
    named = hostile.room.run("check", patience=120).stderr
    for kind in PUBLISHED:
        path = next(path for path, its in hostile.harmless.items() if its == kind)
        if path not in named:
            verdict = hostile.room.here("why", path, "/").stdout.splitlines()[1]
            assert verdict.split()[:2] == ["yes", "/"], kind


def measured(command: list[str]) -> tuple[int, str, str, int]:
    """Exit code, output, errors, and the most memory (bytes) that the command was seen to have.

    What the system says of a child that has ended will not do: it counts what the parent had when it started it.
    """
    with TemporaryFile() as output, TemporaryFile() as errors:
        process = subprocess.Popen(command, env=environment(), stdout=output, stderr=errors)
        seen = psutil.Process(process.pid)
        most, deadline = 0, time.monotonic() + 120
        while process.poll() is None and time.monotonic() < deadline:
            with suppress(psutil.NoSuchProcess):
                most = max(most, seen.memory_info().rss)
            time.sleep(0.01)
        process.kill()
        code = process.wait()
        output.seek(0)
        errors.seek(0)
        return code, output.read().decode(), errors.read().decode(), most
