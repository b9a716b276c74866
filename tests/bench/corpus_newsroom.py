"""A newsroom that uses all there is: the same arguments give the same files, byte for byte and with the same dates.

`.venv/bin/python tests/bench/corpus_newsroom.py FOLDER --articles 2000 --policy notice` writes `articles/`,
`config.toml` and `old-feed.xml`, a feed of the system before, for `feedsvc ledger adopt`. Contents do not depend on the
clock: the newsroom is meant to be published first at FIRST_PUBLICATION. What a story is like follows from its number,
so that a small newsroom, too, has nearly every kind.
"""

import argparse
import shutil
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1]))

import corpus_media as made
from corpus_config import HOST, config
from corpus_formats import KINDS
from corpus_story import File, Release, Shown, Story
from corpus_text import Text
from published import put_file

FIRST_PUBLICATION = datetime(2026, 11, 20, 12, tzinfo=UTC)
OLDEST = timedelta(days=400)
"""The age of the oldest story."""
OLD_STORIES = range(6, 400, 31)
"""Numbers of stories of which the feed of the former system tells."""


class Beat(NamedTuple):
    """A section of the second level; `language` is empty where it is the site's own."""

    desk: str
    name: str
    language: str = ""

    @property
    def folder(self) -> str:
        return f"{self.desk}/{self.name}".lower().replace(" ", "-")


BEATS = (
    *(Beat("News", name) for name in ("EU", "World", "Coast", "Courts")),
    *(Beat("Business", name) for name in ("Markets", "Ports")),
    *(Beat("Sport", name) for name in ("Sailing", "Football")),
    *(Beat("Culture", name) for name in ("Stage", "Books", "Film Week")),
    Beat("Audio", "Podcasts"),
    Beat("Video", "Reports"),
    Beat("Küste", "Häfen", "de"),
    Beat("Costa", "Marés", "pt-BR"),
    Beat("Новости", "Мир", "ru"),
    Beat("العربية", "الساحل", "ar"),
    Beat("עברית", "חוף", "he"),
    Beat("فارسی", "بندر", "fa"),
    Beat("中文", "港口", "zh"),
)
TAGS = ("harbour", "ice", "tides", "ferries", "R&D", "Küste", "water supply")
AUTHORS = (("Ada Quill", "ada.quill@lowmere.example"), ("Ben O’Strand", ""), ("Mara Lindt", "mara@lowmere.example"))
SIZES = ((1600, 900), (1280, 720), (800, 450), (640, 360), (320, 180))


# --- one story --------------------------------------------------------------------------------------------------------


class Placed(NamedTuple):
    """A story's file, its path below `articles/` without suffix, and the pictures, sounds and films beside it."""

    path: str
    file: File
    beside: dict[str, bytes]
    """By path below `articles/`."""
    modified: datetime
    story: Story


def place(number: int, of: int, text: Text) -> Placed:
    """The story of this `number` in a newsroom of so many."""
    beat = BEATS[number * 7 % len(BEATS)]
    published = _published(number, of)
    # A third has no section of its own, and takes that of its folder.
    folder = beat.folder if number % 3 == 0 else f"{published:%Y/%m}"
    path = f"{folder}/story-{number:05d}"
    story = _story(number, beat, published, text)
    beside = {**_pictures(number, path), **_sounds_and_films(number, path)}
    modified = published + timedelta(minutes=3, seconds=number % 60)
    return Placed(path, _encoded(number, KINDS[number % len(KINDS)](story)), beside, modified, story)


def _published(number: int, of: int) -> datetime:
    """Every fiftieth story is as old as the one before: their ids decide which comes first."""
    number -= number % 50 == 1
    return FIRST_PUBLICATION - timedelta(minutes=10) - OLDEST * ((of - 1 - number) / of)


def _story(number: int, beat: Beat, published: datetime, text: Text) -> Story:
    code = beat.language or "en"
    another = BEATS[(number + 5) % len(BEATS)]
    return Story(
        number=number,
        language=beat.language if number % 3 or beat.language else "en" if number % 2 else "",
        chain=() if number % 3 == 0 else (beat.desk, beat.name),
        more_chains=((another.desk, another.name),) if number % 17 == 5 and number % 3 else (),
        title=text.headline(code),
        summary=text.sentence(code) if number % 4 else "",
        paragraphs=text.paragraphs(code),
        published=None if number % 37 == 14 else published.replace(microsecond=0),
        updated=published.replace(microsecond=0) + timedelta(minutes=2) if number % 7 == 1 else None,
        tags=tuple(TAGS[(number + each) % len(TAGS)] for each in range(number % 4)),
        authors=tuple(AUTHORS[(number + each) % len(AUTHORS)] for each in range(number % 3)),
        slug=f"chosen-slug-{number}" if number % 19 == 2 else "",
        url=f"https://elsewhere.example/{published:%Y/%m}/{number}" if number % 31 == 4 else "",
        id=_given_id(number),
        correction=text.sentence(code) if number % 41 == 6 else "",
        alternates=("lowmere-mirror.example", "unknown.example") if number % 29 == 5 else (),
        release=_release(number, published),
        shown=_shown(number, code, text),
    )


def _given_id(number: int) -> str:
    """Now and then one that is a URL, a tag URI, any text, or that of another story."""
    shapes = (f"https://old.example/?p={number}", f"tag:old.example,2020:{number}", f"Story №{number}", "Story №141")
    return shapes[number // 23 % len(shapes)] if number % 23 == 3 else ""


def _release(number: int, published: datetime) -> Release:
    """Some expire, some are embargoed, some are not there at all."""
    expires = embargo = None
    if number % 61 == 7:
        expires = published + timedelta(days=1)
    if number % 67 == 8:
        expires = FIRST_PUBLICATION + timedelta(minutes=90)
    if number % 71 == 9:
        embargo = FIRST_PUBLICATION + timedelta(minutes=30)
    if number % 73 == 10:
        embargo = FIRST_PUBLICATION + timedelta(hours=30)
    if number % 79 == 11:
        embargo = datetime(2099, 1, 1, tzinfo=UTC)
    status = "withdrawn" if number % 83 == 13 else ""
    return Release(status=status, draft=number % 53 == 12, embargo=embargo, expires=expires)


def _shown(number: int, code: str, text: Text) -> Shown:
    """The pictures, sounds and films that a story names."""
    has_picture = number % 5 in (1, 2)
    return Shown(
        image=_image(number),
        caption=text.sentence(code) if has_picture else "",
        credit="Coastal Press" if has_picture else "",
        media=tuple(_media(number, code, text)),
    )


def _image(number: int) -> str:
    """A path, an address elsewhere, or the address at which the picture itself is published."""
    if number % 11 == 6:
        return f"https://{HOST}/media/pictures/wide-{number % 6}.jpg"
    if number % 17 in (3, 4):
        return f"/pictures/wide-{number % 2}.jpg"  # partners ask for one of a known size
    if number % 5 == 2:
        return f"https://cdn.example/{number}.jpg"
    return f"/pictures/wide-{number % 6}.{('jpg', 'png')[number % 2]}" if number % 5 == 1 else ""


def _media(number: int, code: str, text: Text) -> Iterator[dict[str, str]]:
    name = f"story-{number:05d}"
    if number % 17 == 3:
        film = {"url": f"{name}.mp4", "title": text.headline(code), "thumbnail": "/pictures/wide-2.jpg"}
        yield film | {"captions": f"{name}.vtt", "type": "video/mp4"}
    if number % 17 == 4:
        stream = {"url": f"https://cdn.example/{number}/master.m3u8", "type": "application/vnd.apple.mpegurl"}
        yield stream | {"duration": "75.5", "thumbnail": "/pictures/wide-3.jpg", "description": text.sentence(code)}
    if number % 13 == 2:
        yield {"url": f"{name}.mp3", "title": text.headline(code), "credit": "The Low Mere Gazette"}
    for each in range(3) if number % 43 == 1 else ():
        yield {"url": f"/pictures/wide-{each}.png", "caption": text.sentence(code)}


def _pictures(number: int, path: str) -> dict[str, bytes]:
    """A lead picture of the story's own name for every fifth."""
    if number % 5:
        return {}
    suffix = tuple(made.PICTURES)[number // 5 % len(made.PICTURES)]
    width, height = SIZES[number // 5 % len(SIZES)]
    return {f"{path}.{suffix}": made.PICTURES[suffix](width, height, path)}


def _sounds_and_films(number: int, path: str) -> dict[str, bytes]:
    """The files that `_media` names; one film in nine is missing."""
    found: dict[str, bytes] = {}
    if number % 17 == 3 and number % 9:
        found |= {f"{path}.mp4": made.mp4(1280, 720, 9 + number % 60, path), f"{path}.vtt": made.vtt(9, path)}
    if number % 13 == 2:
        found[f"{path}.mp3"] = made.mp3(9 + number % 3, path)
    return found


def _encoded(number: int, file: File) -> File:
    """The file as some systems write it: with a byte order mark, with CRLF, or so that it cannot be read."""
    if number % 211 == 15:
        return file._replace(data=file.data[: len(file.data) // 9])
    if number % 89 == 1:
        return file._replace(data=file.data.replace(b"\n", b"\r\n"))
    return file._replace(data=b"\xef\xbb\xbf" + file.data) if number % 97 == 2 else file


# --- the newsroom -----------------------------------------------------------------------------------------------------


def write(folder: Path, articles: int, policy: str, seed: int = 7) -> None:
    """Writes the newsroom into `folder`, which must not have one yet."""
    text = Text(seed)
    old: list[Story] = []
    for number in range(articles):
        placed = place(number, articles, text)
        put(folder / "articles", placed)
        if number in OLD_STORIES and placed.story.published:
            old.append(placed.story)
    for name, data in _shared_pictures():
        put_file(folder / "articles" / name, data, FIRST_PUBLICATION - OLDEST)
    put_file(folder / "config.toml", config(policy).encode(), FIRST_PUBLICATION)
    put_file(folder / "old-feed.xml", _old_feed(old).encode(), FIRST_PUBLICATION)


def put(root: Path, placed: Placed) -> None:
    """Writes a story with all that belongs to it below `root`."""
    put_file(root / f"{placed.path}{placed.file.suffix}", placed.file.data, placed.modified)
    if placed.file.sidecar is not None:
        put_file(root / f"{placed.path}.toml", placed.file.sidecar, placed.modified)
    for name, data in placed.beside.items():
        put_file(root / name, data, placed.modified)


def _shared_pictures() -> Iterator[tuple[str, bytes]]:
    yield "pictures/logo.png", made.png(700, 100, "logo")
    yield "pictures/icon.png", made.png(64, 64, "icon")
    yield "pictures/square.jpg", made.jpeg(1400, 1400, "square")
    yield "pictures/plan.svg", made.svg(400, 300, "plan")
    for number in range(6):
        width, height = SIZES[number % len(SIZES)]
        yield f"pictures/wide-{number}.jpg", made.jpeg(width, height, f"wide {number}")
        yield f"pictures/wide-{number}.png", made.png(width, height, f"wide {number}")


def _old_feed(stories: list[Story]) -> str:
    """An RSS feed of the former system: some stories are known by their link, the others by headline and date."""
    items = "".join(
        f"<item><title>{escape(story.title)}</title><link>{escape(story.url or f'https://old.example/{story.number}')}"
        f'</link><guid isPermaLink="false">former {story.number}</guid>'
        f"<pubDate>{format_datetime(story.published)}</pubDate></item>\n"
        for story in stories
        if story.published
    )
    return f'<?xml version="1.0"?>\n<rss version="2.0"><channel><title>Before</title>\n{items}</channel></rss>\n'


def main() -> None:
    parser = argparse.ArgumentParser(description="Write a newsroom that uses every format and every rule")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--articles", type=int, default=2000)
    parser.add_argument("--policy", choices=("tombstone", "notice"), default="tombstone")
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args()
    shutil.rmtree(given.folder / "articles", ignore_errors=True)
    write(given.folder, given.articles, given.policy, given.seed)


if __name__ == "__main__":
    main()
