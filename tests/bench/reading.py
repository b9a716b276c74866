"""How well saved pages are read: by us, and by every peer library that is installed, over corpora that others made.

Run it with `.venv/bin/python tests/bench/reading.py CORPUS…`. A CORPUS is a checkout of mozilla/readability,
adbar/trafilatura, goose3/goose3, AndyTheFactory/newspaper4k or postlight/parser; none of them is part of this project.
Peers are trafilatura, readability-lxml, newspaper4k, goose3 and resiliparse. One table is printed for each corpus:

- words: the mean F1 of the words of the text, as bags, against the text that the corpus expects;
- wanted, kept out: the share of the snippets that must, and that must not, be in the text; figures with their captions
  are no text for the latter, since trafilatura's corpus wants captions out, and we publish them with their pictures;
- author: the share of the pages with a known author that have one, and that have the known one;
- ms: CPU time for a page, on average and at most.
"""

import argparse
import importlib
import json
import logging
import re
import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from lxml import html as lxml_html

from feedsvc.model.reader import ReaderOptions, Source, Unreadable
from feedsvc.readers import read, to_html

WORD = re.compile(r"\w+")
BREAK = re.compile(
    r"</?(?:address|article|aside|blockquote|br|d[dlt]|div|fig\w+|h[1-6r]|li|main|[ou]l|p|pre|section|t[drh]|table)\b",
    re.IGNORECASE,
)
FIGURE = re.compile(r"<figure>.*?</figure>", re.DOTALL)
SOFT_HYPHEN = "\u00ad"
JS_TEXT = re.compile(r"""'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)\"""", re.DOTALL)


class Page(NamedTuple):
    """A page with what is known of it; empty where the corpus does not say."""

    name: str
    data: bytes
    text: str = ""
    wanted: tuple[str, ...] = ()
    unwanted: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()


class Result(NamedTuple):
    """The parts of a page that a program read; `bare` is the text without figures, if that is known to be another."""

    text: str
    authors: tuple[str, ...] = ()
    bare: str | None = None


class Score(NamedTuple):
    """The measures of one page, each None where the corpus says nothing of it; `seconds` of CPU time."""

    words: float | None
    wanted: list[bool]
    kept_out: list[bool]
    has_author: bool | None
    right_author: bool | None
    seconds: float


Program = Callable[[bytes], Result]


# --- programs ---------------------------------------------------------------------------------------------------------


def feedsvc(data: bytes) -> Result:
    """Our own reading, with a sidecar for a page without a headline; nothing of one that is refused all the same."""
    for sidecar in (None, b'title = "No headline"'):
        with suppress(Unreadable):
            copy = read(Source(path="page.html", data=data, sidecar=sidecar), ReaderOptions()).copy
            html = to_html(copy, "")
            return Result(plain(html), tuple(person.name for person in copy.authors), plain(FIGURE.sub("", html)))
    return Result("")


def trafilatura() -> Program:
    """The extraction with the settings of its own evaluation."""
    library = importlib.import_module("trafilatura")

    def run(data: bytes) -> Result:
        found = library.bare_extraction(data, include_comments=False, include_tables=True, with_metadata=True)
        return Result(found.text or "", tuple((found.author or "").split("; "))) if found else Result("")

    return run


def readability_lxml() -> Program:
    library = importlib.import_module("readability")
    return lambda data: Result(plain(library.Document(data.decode("utf-8", "replace")).summary()))


def newspaper4k() -> Program:
    library = importlib.import_module("newspaper")

    def run(data: bytes) -> Result:
        article = library.Article("https://news.example/a")
        article.download(input_html=data.decode("utf-8", "replace"))
        article.parse()
        return Result(article.text, tuple(article.authors))

    return run


def goose3() -> Program:
    goose = importlib.import_module("goose3").Goose()

    def run(data: bytes) -> Result:
        article = goose.extract(raw_html=data.decode("utf-8", "replace"))
        return Result(article.cleaned_text, tuple(article.authors))

    return run


def resiliparse() -> Program:
    library = importlib.import_module("resiliparse.extract.html2text")
    return lambda data: Result(library.extract_plain_text(data.decode("utf-8", "replace"), main_content=True))


PEERS: dict[str, Callable[[], Program]] = {
    "trafilatura": trafilatura,
    "readability-lxml": readability_lxml,
    "newspaper4k": newspaper4k,
    "goose3": goose3,
    "resiliparse": resiliparse,
}


def programs(names: list[str]) -> dict[str, Program]:
    """Our own reading, and every peer that can be imported; only those of `names`, if there are any."""
    found: dict[str, Program] = {"feedsvc": feedsvc}
    for name, make in PEERS.items():
        if not names or name in names:
            try:
                found[name] = make()
            except ImportError as error:
                print(f"{name} is left out: {error}")
    return {name: program for name, program in found.items() if not names or name in names}


# --- corpora ----------------------------------------------------------------------------------------------------------


def readability(root: Path) -> Iterator[Page]:
    for folder in sorted((root / "test/test-pages").glob("*/")):
        known = json.loads((folder / "expected-metadata.json").read_text())
        expected = plain((folder / "expected.html").read_text())
        authors = (known["byline"],) if known.get("byline") else ()
        yield Page(folder.name, (folder / "source.html").read_bytes(), text=expected, authors=authors)


def of_trafilatura(root: Path) -> Iterator[Page]:
    tests = root / "tests"
    for known in json.loads((tests / "evaldata.json").read_text()).values():
        places = (tests / kind / known["file"] for kind in ("cache", "eval"))
        author = known.get("author") or []
        authors = tuple(author) if isinstance(author, list) else (author,)
        data = next(place for place in places if place.exists()).read_bytes()
        yield Page(known["file"], data, wanted=(*known["with"],), unwanted=(*known["without"],), authors=authors)


def of_goose3(root: Path) -> Iterator[Page]:
    for place in sorted((root / "tests/data").glob("*/*.json")):
        known = json.loads(place.read_text()).get("expected", {})
        text = known.get("cleaned_text") or ""
        authors = tuple(known.get("authors") or ())
        if text or authors:
            # The text is only the beginning of what is expected.
            wanted = tuple(line for line in text.splitlines() if line.strip())
            yield Page(place.stem, place.with_suffix(".html").read_bytes(), wanted=wanted, authors=authors)


def of_newspaper4k(root: Path) -> Iterator[Page]:
    data = root / "tests/data"
    for place in sorted((data / "metadata").glob("*.json")):
        known = json.loads(place.read_text())
        text = data / "txt" / f"{place.stem}.txt"
        page = (data / "html" / f"{place.stem}.html").read_bytes()
        expected = text.read_text() if text.exists() else ""
        yield Page(place.stem, page, text=expected, authors=tuple(known.get("authors") or ()))


def postlight(root: Path) -> Iterator[Page]:
    """The author that each site's own test names; its first words of the text are wanted."""
    for place in sorted((root / "src/extractors/custom").glob("*/index.test.js")):
        script = place.read_text()
        fixture = re.search(r"fixtures/(.+?\.html)", script)
        if fixture and (root / "fixtures" / fixture[1]).exists():
            authors = tuple(filter(None, (_expected(script, "author"),)))
            wanted = tuple(filter(None, (_expected(script, "first13"),)))
            yield Page(place.parent.name, (root / "fixtures" / fixture[1]).read_bytes(), wanted=wanted, authors=authors)


def _expected(script: str, field: str) -> str:
    """The text literal that `field` is compared with, or empty."""
    found = re.search(rf"assert\.equal\(\s*{field},\s*", script)
    text = JS_TEXT.match(script, found.end()) if found else None
    return re.sub(r"\\(.)", r"\1", text[1] or text[2] or "") if text else ""


CORPORA: dict[str, Callable[[Path], Iterator[Page]]] = {
    "test/test-pages": readability,
    "tests/evaldata.json": of_trafilatura,
    "tests/data/publishdate": of_goose3,
    "tests/data/metadata": of_newspaper4k,
    "src/extractors/custom": postlight,
}
"""By a path that only this corpus has."""


# --- measuring --------------------------------------------------------------------------------------------------------


def plain(markup: str) -> str:
    """The text of `markup`, each block on its own line."""
    broken = BREAK.sub(lambda tag: f"\n{tag[0]}", markup)
    return str(lxml_html.fromstring(f"<div>{broken}</div>".encode(), parser=UTF_8).text_content())


UTF_8 = lxml_html.HTMLParser(encoding="utf-8")


def f1(found: str, expected: str) -> float:
    """Of the words as bags."""
    ours, theirs = Counter(WORD.findall(found.lower())), Counter(WORD.findall(expected.lower()))
    both = (ours & theirs).total()
    return 2 * both / (ours.total() + theirs.total()) if both else float(not ours and not theirs)


def measured(page: Page, program: Program) -> Score:
    begun = time.process_time()
    try:
        found = program(page.data)
    except Exception as error:  # noqa: BLE001  a peer may raise anything; that page is then read as nothing
        logging.warning("%s: %s", page.name, error)
        found = Result("")
    seconds = time.process_time() - begun
    text = spaced(found.text)
    bare = text if found.bare is None else spaced(found.bare)
    authors = [name for name in found.authors if name.strip()]
    return Score(
        words=f1(found.text, page.text) if page.text else None,
        wanted=[spaced(snippet) in text for snippet in page.wanted],
        kept_out=[spaced(snippet) not in bare for snippet in page.unwanted],
        has_author=bool(authors) if page.authors else None,
        right_author=_is_right(authors, page.authors) if page.authors else None,
        seconds=seconds,
    )


def _is_right(found: Iterable[str], known: Iterable[str]) -> bool:
    """True if the longest word of each known author is in one that was found, as far as case and marks go."""
    told = " ".join(found).casefold()
    return all(max(WORD.findall(name.casefold()) or [""], key=len) in told for name in known)


def spaced(text: str) -> str:
    return " ".join(text.replace(SOFT_HYPHEN, "").split())


def summary(scores: list[Score]) -> list[str]:
    """The cells of one row."""
    words = [score.words for score in scores if score.words is not None]
    wanted = [found for score in scores for found in score.wanted]
    kept_out = [out for score in scores for out in score.kept_out]
    has = [score.has_author for score in scores if score.has_author is not None]
    right = [score.right_author for score in scores if score.right_author is not None]
    means = [f"{statistics.mean(values):.3f}" if values else "–" for values in (words, wanted, kept_out, has, right)]
    seconds = [score.seconds for score in scores]
    return [*means, f"{1000 * statistics.mean(seconds):.0f}", f"{1000 * max(seconds):.0f}"]


HEADINGS = ("", "words", "wanted", "kept out", "author", "right", "ms", "worst")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpora", nargs="+", type=Path, metavar="CORPUS")
    parser.add_argument("--only", nargs="*", default=[], metavar="PROGRAM", help="feedsvc, or names of peers")
    options = parser.parse_args()
    logging.disable(logging.ERROR)
    running = programs(options.only)
    for root in options.corpora:
        load = next((load for path, load in CORPORA.items() if (root / path).exists()), None)
        if load is None:
            parser.error(f"{root} is none of the corpora that are known")
        pages = [*load(root)]
        rows = [HEADINGS, *((name, *summary([measured(page, run) for page in pages])) for name, run in running.items())]
        print(f"\n{root.name}: {len(pages)} pages")
        for name, *cells in rows:
            print(f"{name:18}" + "".join(f"{cell:>10}" for cell in cells))


if __name__ == "__main__":
    main()
