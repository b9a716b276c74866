"""No input, however it is broken, raises what is not foreseen, takes long, or lets script through.

Inputs grow by chance out of the sample newsroom and out of `corpus/`, which has what once failed. An input that fails
is written there: it is committed with what mends it. `FEEDSVC_FUZZ` is the number of inputs for each target.
"""

import os
import re
import time
from collections.abc import Callable, Iterator
from hashlib import blake2b
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import pytest
from edition import SMALL, Newsroom, ask, served
from fuzzing import grown

from feedsvc.config import ConfigError, load
from feedsvc.formats import FORMATS
from feedsvc.library.media import with_dimensions
from feedsvc.model.article import Media
from feedsvc.model.cleaning import cleaned
from feedsvc.model.reader import ReaderOptions, Source, Unreadable
from feedsvc.readers import explain, glance, html_of, read

COUNT = int(os.environ.get("FEEDSVC_FUZZ", "150"))
SEED = os.environ.get("FEEDSVC_FUZZ_SEED", "1")
SECONDS = 2.0
"""Of the processor's time, for one input of at most 200 kB."""
CORPUS = Path(__file__).with_name("corpus")
SAMPLE = Path(__file__).parents[2]
FORBIDDEN = re.compile(
    r"<(?:script|iframe|object|embed|style|form)\b|<[^>]*\s(?:on[a-z]+\s*=|href=\"\s*javascript:)", re.IGNORECASE
)
OPTIONS = ReaderOptions()

Outcome = Callable[[bytes], object]


class Target(NamedTuple):
    """A corpus, and the question to each input: `outcome` raises where it is not as it should be."""

    corpus: list[bytes]
    outcome: Outcome


def shape(reason: str) -> str:
    """A message without what it names, so that two of one kind are alike."""
    return re.sub(r"[^a-z ]+", "", reason.lower())[:60]


def check_told(*texts: str) -> None:
    assert all(texts)


def article_outcome(suffix: str) -> Outcome:
    def outcome(data: bytes) -> object:
        source = Source(path=f"news/story{suffix}", data=data)
        try:
            glance(source, OPTIONS)
        except Unreadable as error:
            check_told(error.reason, error.remedy)
        try:
            copy, problems = read(source, OPTIONS)
        except Unreadable as error:
            check_told(error.reason, error.remedy)
            return shape(error.reason)
        assert cleaned(copy) == copy
        assert not FORBIDDEN.search(html_of(copy.markup, copy.body, "news"))
        explain(source, OPTIONS)
        filled = frozenset(name for name in copy.__struct_fields__ if getattr(copy, name))
        return filled, frozenset(shape(problem.reason) for problem in problems)

    return outcome


def media_outcome(folder: Path, name: str) -> Outcome:
    def outcome(data: bytes) -> object:
        (folder / name).write_bytes(data)
        found = with_dimensions(folder, name, Media(url=name))
        assert found.width is None or 0 < found.width < 2**31
        assert found.duration is None or 0 <= found.duration < 2**31
        return found.type, found.width is None, found.height is None, found.duration is None

    return outcome


def config_outcome(file: Path) -> Outcome:
    def outcome(data: bytes) -> object:
        file.write_bytes(data)
        try:
            load(file, FORMATS)
        except ConfigError as error:
            for problem in error.problems:
                check_told(problem.place, problem.reason, problem.remedy)
            return frozenset(shape(problem.reason) for problem in error.problems)
        return "loaded"

    return outcome


def sample(*suffixes: str) -> list[bytes]:
    found = sorted(path for path in (SAMPLE / "articles").rglob("*") if path.suffix in suffixes)
    assert found, suffixes
    return [path.read_bytes() for path in found if path.stat().st_size < 200_000]


MEDIA = ("a.jpg", "a.png", "a.svg", "a.mp3", "a.mp4", "a.webp", "a.gif")
ARTICLES = (".html", ".json", ".md", ".txt")
TARGETS = (*(f"article{suffix}" for suffix in ARTICLES), *(f"media-{name}" for name in MEDIA), "config")


def target_of(name: str, folder: Path) -> Target:
    if name == "config":
        return Target([(SAMPLE / "config.toml").read_bytes()], config_outcome(folder / "config.toml"))
    if name.startswith("media-"):
        files = (".jpg", ".png", ".svg", ".mp3", ".mp4", ".webp", ".gif", ".m4a")
        return Target(sample(*files), media_outcome(folder, name.removeprefix("media-")))
    suffix = name.removeprefix("article")
    return Target(sample(suffix), article_outcome(suffix))


def kept(name: str) -> list[bytes]:
    return [path.read_bytes() for path in sorted((CORPUS / name).glob("*"))]


def bounded(name: str, outcome: Outcome) -> Outcome:
    """`outcome`, which has to be there in time; an input that fails is kept."""

    def asked(data: bytes) -> object:
        begun = time.process_time()
        try:
            result = outcome(data)
            assert time.process_time() - begun < SECONDS
        except BaseException:
            (CORPUS / name).mkdir(parents=True, exist_ok=True)
            (CORPUS / name / blake2b(data, digest_size=6).hexdigest()).write_bytes(data)
            raise
        return result

    return asked


@pytest.mark.parametrize("name", TARGETS)
def test_no_input_is_more_than_can_be_said_of_it(name: str, tmp_path: Path) -> None:
    target = target_of(name, tmp_path)
    inputs = grown(f"{SEED} {name}", [*target.corpus, *kept(name)], bounded(name, target.outcome))
    outcomes = {outcome for _, outcome in islice(inputs, COUNT)}
    assert outcomes


def requests() -> Iterator[bytes]:
    for path in ("/", "/rss.xml", "/news/eu/atom.xml", "/media/news/harbour.svg", "/articles/x/y", "/-/status", "/hub"):
        yield f'GET\n{path}\na=b\nnews.example\nIf-None-Match\n"abc", W/"d"'.encode()
        yield f"HEAD\n{path}?\n\nnews.example:80\nRange\nbytes=0-3,5-".encode()


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outcome]:
    newsroom = Newsroom(tmp_path_factory.mktemp("fuzz"), SMALL)
    newsroom.publish()
    with served(newsroom) as side:

        def outcome(data: bytes) -> object:
            method, path, query, host, field, value = [*data.decode("latin-1").split("\n", 5), *([""] * 6)][:6]
            header = "HTTP_" + re.sub("[^A-Z]+", "_", field.upper())
            answer = ask(side.app, "/" + path, method, **{"HTTP_HOST": host, header: value, "QUERY_STRING": query})
            assert answer.code < 500
            assert not any("\n" in text or "\r" in text for text in answer.headers.values())
            return answer.code, frozenset(answer.headers)

        yield outcome


def test_no_request_is_answered_by_a_fault(asked: Outcome) -> None:
    inputs = grown(f"{SEED} request", [*requests(), *kept("request")], bounded("request", asked))
    assert {outcome for _, outcome in islice(inputs, COUNT)}
