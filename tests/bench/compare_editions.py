"""Compares all that two versions of feedsvc publish of the same newsrooms, byte by byte.

`.venv/bin/python tests/bench/compare_editions.py OLD/.venv/bin/feedsvc NEW/.venv/bin/feedsvc` publishes with each of
the two, in fresh folders: the sample newsroom, and the generated one of `corpus_newsroom.py` in two kinds, with
tombstones and with notices. It makes the changes of `corpus_changes.py`, stage by stage, publishes after each, and
compares

- the answers of `create_app()` for every path at every address (site and mirrors), also for all that are gone, in each
  content coding: status, Content-Type, ETag, Last-Modified, all other headers, and the bytes;
- the files that `publish --to` writes, with their dates;
- what `status --json` counts, and the lines of `ledger export`: ids, dates and first sight of all articles.

Nothing is normalised: both run under the same fixed clock (`tests/fixed_clock/`), so that even what carries the instant
of publication has to be equal. The exit status is 1 if anything differs. The generated newsroom of 5,000 articles
(`--newsrooms tombstone --articles 5000`) also takes the way of a large backlog.
"""

import argparse
import difflib
import json
import re
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

sys.path.insert(0, str(Path(__file__).parents[1]))

import corpus_newsroom
from ask_application import Answer
from corpus_changes import OLDEST, Newsroom, Stage, fix_times, stages
from corpus_config import TOKEN
from published import Service, items_of_feeds

ROOT = Path(__file__).parents[2]
NEWSROOMS = ("sample", "tombstone", "notice")
LOCKED = f"/partners/{TOKEN}/locked.xml"
_LINES = 12
"""Lines of a body's difference that are shown."""


class Look(NamedTuple):
    """All that is published by one version: answers, exported files, and what the service says of itself."""

    answers: dict[tuple[str, str, str], Answer]
    """By host, path and coding."""
    files: dict[str, str]
    said: dict[str, str]


class Difference(NamedTuple):
    """`what` differs, such as `etag, body (9 answers)`; `where` is a document's path, or the name of something else."""

    what: str
    where: str


class Side:
    """One version with its own copy of the newsroom."""

    def __init__(self, name: str, executable: Path, folder: Path) -> None:
        self.name = name
        self.folder = folder
        self.service = Service(executable.parent / "python", folder / "config.toml")

    def publish(self, stage: Stage) -> None:
        """Changes the newsroom as `stage` has it, and publishes it, also as files."""
        stage.apply(Newsroom(self.folder, stage.instant))
        old_feed = self.folder / "old-feed.xml"
        if old_feed.exists():
            self.service.run(stage.instant, "ledger", "adopt", str(old_feed))
            old_feed.unlink()
        self.service.run(stage.instant, *(self._oldest(stage) if each == OLDEST else each for each in stage.command))
        self._files = self.service.export(stage.instant)

    def _oldest(self, stage: Stage) -> str:
        listed = self.service.run(stage.instant, "editions").stdout.splitlines()
        return listed[-1].split()[0]

    def paths(self, stage: Stage) -> set[str]:
        return set(self.service.paths(stage.instant))

    def look(self, stage: Stage, paths: list[str]) -> Look:
        answers = self.service.answers(stage.instant, paths)
        status = self.service.status(stage.instant)
        said = {f"status: {key}": json.dumps(status[key]) for key in ("edition", "articles", "sections", "last")}
        said |= {f"items in {path}": str(items) for path, items in items_of_feeds(status)}
        said |= {f"ledger: {each['id']}": json.dumps(each) for each in self.service.ledger(stage.instant)}
        return Look({answer[:3]: answer for answer in answers}, self._files, said)


# --- comparing --------------------------------------------------------------------------------------------------------


def differences(one: Look, other: Look) -> Iterator[Difference]:
    """One for each document, and one for its files, whatever the number of addresses and codings; one for each line."""
    found: dict[str, list[dict[str, str]]] = {}
    for key, answer in sorted(one.answers.items()):
        if fields := dict(_fields(answer, other.answers[key])):
            found.setdefault(unquote(key[1]), []).append(fields)
    for path, answers in found.items():
        fields = {name: told for answer in reversed(answers) for name, told in answer.items()}
        what = ", ".join(f"{name} {told}".rstrip() for name, told in fields.items())
        yield Difference(f"{what} ({len(answers)} answers)", path)
    files = Counter(_FORM.sub("", name) for name in _unequal(one.files, other.files))
    yield from (Difference(f"{count} files", f"file {name}") for name, count in files.items())
    for name in _unequal(one.said, other.said):
        yield Difference(f"{one.said.get(name, 'missing')} | {other.said.get(name, 'missing')}", name)


_FORM = re.compile(r"^_mirrors/[^/]+/|\.(?:gz|br)$")
"""Parts of a file's name that tell its address and its coding."""


def _unequal(mine: dict[str, str], theirs: dict[str, str]) -> list[str]:
    return [name for name in sorted(mine.keys() | theirs.keys()) if mine.get(name) != theirs.get(name)]


_VARIED = ("etag", "content-length")
"""Headers that differ wherever bytes do."""


def _fields(one: Answer, other: Answer) -> Iterator[tuple[str, str]]:
    """The names of all in which the answers differ, each with both values where these say more than the name."""
    if one.status != other.status:
        yield "status", f"{one.status} | {other.status}"
    for name in sorted(one.headers.keys() | other.headers.keys()):
        values = one.headers.get(name), other.headers.get(name)
        if values[0] != values[1]:
            yield name, "" if name in _VARIED else f"{values[0]} | {values[1]}"
    if one.body != other.body:
        yield "body", ""


def explain(sides: list[Side], stage: Stage, paths: list[str]) -> Iterator[str]:
    """How the first bodies differ, as lines of a unified diff."""
    for path in paths:
        old, new = (_lines(side, stage, path) for side in sides)
        yield f"    {unquote(path)}"
        found = difflib.unified_diff(old, new, "old", "new", lineterm="", n=0)
        yield from (f"      {line[:300]}" for line in islice(found, _LINES))


def _lines(side: Side, stage: Stage, path: str) -> list[str]:
    """The body that `side` publishes at `path`, with a line for each tag."""
    with tempfile.TemporaryDirectory() as bodies:
        answer = side.service.answers(stage.instant, [path], Path(bodies))[0]
        body = (Path(bodies) / answer.body).read_bytes()
    return body.decode("utf-8", "backslashreplace").replace("><", ">\n<").splitlines()


# --- a newsroom, from stage to stage ----------------------------------------------------------------------------------


def prepare(kind: str, folder: Path, articles: int, sample: Path) -> None:
    """Writes the newsroom of that kind into `folder`."""
    if kind == "sample":
        shutil.copytree(sample / "articles", folder / "articles")
        shutil.copy(sample / "config.toml", folder / "config.toml")
        fix_times(folder)
    else:
        corpus_newsroom.write(folder, articles, kind)


def compare(kind: str, executables: dict[str, Path], folder: Path, options: argparse.Namespace) -> int:
    """Publishes one newsroom with both versions, stage by stage; the number of differences."""
    sides = []
    for name, executable in executables.items():
        prepare(kind, folder / name, options.articles, options.sample)
        sides.append(Side(name, executable, folder / name))
    known: set[str] = {LOCKED} if kind != "sample" else set()
    total = 0
    for stage in stages()[: options.stages]:
        start = time.monotonic()
        one, other = looks(sides, stage, known)
        found = list(differences(one, other))
        total += len(found)
        print(f"{kind}, {stage.name}: {_counts(one)}; {len(found)} differences ({time.monotonic() - start:.0f} s)")
        show(found, sides, stage, options.explain, {key[1] for key in one.answers if _differ(one, other, key)})
    return total


def looks(sides: list[Side], stage: Stage, known: set[str]) -> tuple[Look, Look]:
    """Both versions at work at once. All paths that either has, and those `known` from before, are asked of both."""
    with ThreadPoolExecutor(len(sides)) as threads:
        list(threads.map(lambda side: side.publish(stage), sides))
        known.update(*threads.map(lambda side: side.paths(stage), sides))
        one, other = threads.map(lambda side: side.look(stage, sorted(known)), sides)
    return one, other


def _differ(one: Look, other: Look, key: tuple[str, str, str]) -> bool:
    return one.answers[key].body != other.answers[key].body


def _counts(look: Look) -> str:
    plain = [answer.status for answer in look.answers.values() if answer.coding == "identity"]
    statuses = ", ".join(f"{count} of {status}" for status, count in sorted(Counter(plain).items()))
    rest = f"{len(look.answers)} answers, {len(look.files)} files, {len(look.said)} lines"
    return f"{len(plain)} documents ({statuses}), {rest}"


def show(found: list[Difference], sides: list[Side], stage: Stage, most: int, paths: set[str]) -> None:
    """Prints each difference, and of the first bodies that differ how they do."""
    for each in found:
        print(f"  {each.where}: {each.what}")
    if paths and most:
        print("  bodies:")
    for line in explain(sides, stage, sorted(paths)[:most]):
        print(line)


def main() -> None:
    parser = argparse.ArgumentParser(description="Compare what two versions of feedsvc publish")
    parser.add_argument("old", type=Path, help="the executable `feedsvc` of one version, in its virtual environment")
    parser.add_argument("new", type=Path, help="that of the other")
    parser.add_argument("--articles", type=int, default=2000, help="of the generated newsrooms")
    parser.add_argument("--newsrooms", nargs="+", choices=NEWSROOMS, default=list(NEWSROOMS))
    parser.add_argument("--stages", type=int, help="how many of the stages, from the first on; all if it is not said")
    parser.add_argument("--sample", type=Path, default=ROOT, help="a folder with articles/ and config.toml")
    parser.add_argument("--explain", type=int, default=10, help="bodies of each stage whose differences are shown")
    parser.add_argument("--keep", type=Path, help="an empty folder in which everything is left to be looked at")
    given = parser.parse_args()
    executables = {"old": given.old.absolute(), "new": given.new.absolute()}
    total = 0
    for kind in given.newsrooms:
        with tempfile.TemporaryDirectory(prefix="feedsvc-compare-") as folder:
            total += compare(kind, executables, (given.keep or Path(folder)) / kind, given)
    print(f"{total} differences in all")
    sys.exit(1 if total else 0)


if __name__ == "__main__":
    main()
