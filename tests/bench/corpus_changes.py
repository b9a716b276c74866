"""A fixed series of changes to any newsroom folder, each followed by a publication at its own instant.

Files are chosen by their place in the sorted list of all articles, so two copies of a newsroom change alike.
"""

import json
import os
import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import corpus_media as made
from corpus_newsroom import FIRST_PUBLICATION, place, put
from corpus_text import Text
from published import put_file

SUFFIXES = (".md", ".txt", ".html", ".json")
FIRST_NEW = 100_000
"""The number of the first story that is added."""
MORE = "One more sentence, which was not there before."


class Stage(NamedTuple):
    """`apply` changes a newsroom folder; `command` then publishes, with OLDEST for the oldest Edition that is kept."""

    name: str
    instant: datetime
    apply: "Callable[[Newsroom], None]"
    command: tuple[str, ...] = ("publish",)


OLDEST = "OLDEST"

# --- tools ------------------------------------------------------------------------------------------------------------


class Newsroom:
    """The articles of `folder` and its config.toml; what is changed gets a modification time shortly before `now`."""

    def __init__(self, folder: Path, now: datetime) -> None:
        self.folder = folder
        self.articles = folder / "articles"
        self.now = now

    def chosen(self, first: int, count: int, *suffixes: str) -> list[Path]:
        """About `count` articles at equal distances, from the one at `first` on; fewer in a small newsroom."""
        found = sorted(path for path in self.articles.rglob("*") if path.suffix in (suffixes or SUFFIXES))
        many = max(1, min(count, len(found) // 8))
        return found[first % len(found) :: max(1, len(found) // many)][:many]

    def write(self, path: Path, data: bytes) -> None:
        put_file(path, data, self.now - timedelta(minutes=1))

    def edit(self, path: Path, change: Callable[[str], str]) -> None:
        self.write(
            path, change(path.read_bytes().decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")
        )

    def say_beside(self, path: Path, key: str, value: str) -> None:
        """Sets `key` in the sidecar of the article at `path` to the TOML `value`."""
        sidecar = path.with_suffix(".toml")
        before = sidecar.read_text(encoding="utf-8") if sidecar.exists() else ""
        others = re.sub(rf"^{key} *=.*\n", "", before, count=1, flags=re.MULTILINE)
        self.write(sidecar, f"{key} = {value}\n{others}".encode())

    def move(self, path: Path, to: Path) -> None:
        """Renames an article with all files of its name, without touching them."""
        to.parent.mkdir(parents=True, exist_ok=True)
        for each in sorted(path.parent.iterdir()):
            if each.name.startswith(f"{path.stem}."):
                each.rename(to.parent / f"{to.stem}{each.name.removeprefix(path.stem)}")


def with_more(suffix: str) -> Callable[[str], str]:
    """A function that adds MORE to the body of an article with that suffix."""
    return {".html": _more_html, ".json": _more_json, ".txt": _more_captured}.get(suffix, _more_markdown)


def _more_markdown(text: str) -> str:
    return f"{text}\n\n{MORE}\n"


def _more_captured(text: str) -> str:
    """A paragraph before the page's furniture."""
    blocks = text.split("\n\n")
    ends = [place for place, block in enumerate(blocks) if "SHARE THIS" in block or "also be accessed" in block]
    end = ends[0] if ends else len(blocks)
    return "\n\n".join((*blocks[:end], MORE, *blocks[end:]))


def _more_html(text: str) -> str:
    end = text.rfind("</p>", 0, text.find("</article>"))
    return f"{text[:end]} {MORE}{text[end:]}" if end > 0 else text


_BODIES = {"articleBody", "body_text", "body_xhtml", "value"}


def _more_json(text: str) -> str:
    def added(value: object, key: str = "") -> object:
        if isinstance(value, dict):
            return {name: added(each, name) for name, each in value.items()}
        if isinstance(value, list):
            return [added(each) for each in value]
        if isinstance(value, str) and key in _BODIES and len(value) > 200:
            return f"{value.removesuffix('</p>')} {MORE}{'</p>' if value.endswith('</p>') else ''}"
        return value

    try:
        return json.dumps(added(json.loads(text)), ensure_ascii=False, indent=2)
    except ValueError:  # the file is one of those that cannot be read
        return text


_HEADLINE = re.compile(r'^((?:title|\W*headline"?)\s*[:=]\s*["\']?)(?=[^\s\[])', re.MULTILINE)


def with_other_headline(text: str) -> str:
    return _HEADLINE.sub(r"\1Anew: ", text, count=1)


# --- the changes ------------------------------------------------------------------------------------------------------


def _nothing(_newsroom: Newsroom) -> None:
    """Only time passes."""


def _edit(newsroom: Newsroom) -> None:
    for suffix in SUFFIXES:
        for path in newsroom.chosen(3, 6, suffix):
            newsroom.edit(path, with_more(suffix))
    for path in newsroom.chosen(1, 9, ".md", ".json", ".html"):
        newsroom.edit(path, with_other_headline)
    said = {"correction": '"It was the other ferry."', "tags": '["harbour", "ice"]', "slug": '"another-slug"'}
    said |= {"section": '"Sport / Rowing"', "author": '["Ada Quill", "Nobody Else"]', "lang": '"pt"'}
    for number, (key, value) in enumerate(said.items()):
        for path in newsroom.chosen(11 + 2 * number, 4):
            newsroom.say_beside(path, key, value)
    for picture in newsroom.chosen(0, 3, ".png"):
        newsroom.write(picture, made.png(1600, 900, f"anew {picture.name}"))


def _move(newsroom: Newsroom) -> None:
    for path in newsroom.chosen(5, 8):
        newsroom.move(path, path.with_stem(f"renamed-{path.stem}"))
    for path in newsroom.chosen(6, 3, ".md", ".txt"):
        newsroom.edit(path, with_more(path.suffix))
        newsroom.move(path, path.with_stem(f"edited-{path.stem}"))
    for path in newsroom.chosen(7, 4):
        newsroom.move(path, newsroom.articles / "elsewhere" / "deep" / path.name)
    one, other = newsroom.chosen(2, 2, ".md")[:1], newsroom.chosen(4, 2, ".md")[:1]
    for first, second in zip(one, other, strict=True):
        aside = first.with_stem(f"aside-{first.stem}")
        newsroom.move(first, aside)
        newsroom.move(second, first)
        newsroom.move(aside, second)
    _move_section(newsroom)


def _move_section(newsroom: Newsroom) -> None:
    """Renames the first folder of the second level: articles that name no section move with it."""
    folders = sorted(path for path in newsroom.articles.glob("[a-z]*/*") if path.is_dir() and "deep" not in path.parts)
    folders[0].rename(folders[0].with_name("moved-section"))


def _take_back(newsroom: Newsroom) -> None:
    for path in newsroom.chosen(8, 4):
        newsroom.say_beside(path, "status", '"withdrawn"')
    for path in newsroom.chosen(9, 2):
        newsroom.say_beside(path, "draft", "true")
    for path in newsroom.chosen(10, 2):
        newsroom.say_beside(path, "embargo", f'"{(newsroom.now + timedelta(hours=2)).isoformat()}"')
    for path in newsroom.chosen(12, 2):
        newsroom.say_beside(path, "expires", f'"{(newsroom.now + timedelta(minutes=30)).isoformat()}"')
    for path in newsroom.chosen(13, 3):
        newsroom.move(path, newsroom.folder / "removed" / path.name)
    for picture in newsroom.chosen(1, 1, ".jpg"):
        picture.unlink()
    for path in newsroom.chosen(14, 2, ".md"):
        newsroom.write(newsroom.folder / "broken" / path.relative_to(newsroom.articles), path.read_bytes())
        newsroom.write(path, b"---\ntitle: [never closed\ndate: yesterday\n---\n\nLost.\n")


def _add(newsroom: Newsroom) -> None:
    """Eight stories of today and two that are dated back."""
    text = Text(FIRST_NEW)
    for number in range(FIRST_NEW, FIRST_NEW + 10):
        placed = place(number, number + (1 if number % 5 else number), text)
        put(newsroom.articles, placed._replace(modified=newsroom.now - timedelta(minutes=2)))


def _bring_back(newsroom: Newsroom) -> None:
    for sidecar in sorted(newsroom.articles.rglob("*.toml")):
        text = sidecar.read_text(encoding="utf-8")
        if text.startswith(('status = "withdrawn"\n', "draft = true\n")):
            newsroom.write(sidecar, text.partition("\n")[2].encode())
    for path in sorted((newsroom.folder / "removed").glob("*")):
        if path.suffix in SUFFIXES:
            newsroom.move(path, newsroom.articles / "found-again" / path.name)
    for path in _files(newsroom.folder / "broken"):
        newsroom.write(newsroom.articles / path.relative_to(newsroom.folder / "broken"), path.read_bytes())


def _files(folder: Path) -> Iterator[Path]:
    yield from sorted(path for path in folder.rglob("*") if path.is_file())


_MORE_CONFIG = """
[[feeds]]
path = "/own/new.xml"
format = "atom"
title = "A feed that was not there before"
exclude = { sections = ["sport"] }
limit = 25

[[sections]]
path = "elsewhere"
title = "Elsewhere & Nowhere"
limit = 7
"""


def _configure(newsroom: Newsroom) -> None:
    """A title of the site, another limit, another feed, another section."""
    config = newsroom.folder / "config.toml"

    def changed(text: str) -> str:
        text = re.sub(r'^(description = ")', r"\1Now: ", text, count=1, flags=re.MULTILINE)
        text = re.sub(r"^limit = \d+", "limit = 24", text, count=1, flags=re.MULTILINE)
        return text + _MORE_CONFIG

    newsroom.edit(config, changed)


def stages() -> list[Stage]:
    """The first publication and all that follows."""
    first = FIRST_PUBLICATION

    def after(**span: float) -> datetime:
        return first + timedelta(**span)

    return [
        Stage("first publication", first, _nothing),
        Stage("edits", after(hours=1), _edit),
        Stage("renamed and moved", after(hours=2), _move),
        Stage("withdrawn, removed, broken", after(hours=3), _take_back),
        Stage("added", after(hours=4), _add),
        Stage("brought back", after(hours=6), _bring_back),
        Stage("rolled back", after(hours=7), _nothing, ("editions", "rollback", OLDEST)),
        Stage("edits of what is rolled back", after(hours=8), _edit),
        Stage("released", after(hours=9), _nothing, ("editions", "release")),
        Stage("another configuration", after(hours=10), _configure),
        Stage("a month later", after(days=31), _nothing),
    ]


def fix_times(folder: Path) -> None:
    """Gives all files of a newsroom times that do not depend on how it came here, before its first publication."""
    for number, path in enumerate(_files(folder)):
        when = (FIRST_PUBLICATION - timedelta(days=40) + timedelta(seconds=number)).timestamp()
        os.utime(path, (when, when))
