"""Whatever the file holds, it is loaded or every problem is named; nothing else is raised."""

import string
from pathlib import Path

import pytest
from config_sample import SAMPLE, SITE, file_in, problems
from hypothesis import example, given, settings
from hypothesis import strategies as st

from feedsvc.config import ConfigError, load
from feedsvc.formats import FORMATS


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return file_in(tmp_path, monkeypatch)


def test_a_broken_file_is_one_problem_with_line_and_column(file: Path) -> None:
    (problem,) = problems(file, "[site]\ntitle = Ledger\n")
    assert problem.place == "config.toml:2:9"
    assert "line 2, column 9" in problem.reason


@pytest.mark.parametrize(
    ("value", "remedy"),
    [
        (r'"C:\Users\news"', "write / in paths"),
        (r'"C:\data"', "write / in paths"),
        ("“Ledger”", 'straight "quotes"'),
        ("Ledger", 'straight "quotes"'),
    ],
)
def test_what_is_not_toml_has_a_remedy_of_its_kind(file: Path, value: str, remedy: str) -> None:
    (problem,) = problems(file, f"[site]\ntitle = {value}\n")
    assert problem.place.startswith("config.toml:2:")
    assert remedy in problem.remedy


def test_a_string_that_never_ends_is_one_problem(file: Path) -> None:
    (problem,) = problems(file, '[site]\ntitle = """x')
    assert problem.place.startswith("config.toml")
    assert "not TOML" in problem.reason


def test_a_file_in_another_encoding_is_one_problem_with_its_line(file: Path) -> None:
    file.write_bytes('[site]\ntitle = "Café"'.encode("latin-1"))
    with pytest.raises(ConfigError, match=r"config\.toml:2: not UTF-8 \(save the file as UTF-8\)"):
        load(file)


@pytest.mark.parametrize("name", ["absent.toml", ".", "nul\0.toml"])
def test_a_file_that_cannot_be_read_says_where_it_was_looked_for_and_how_to_name_another(file: Path, name: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load(Path(name))
    (problem,) = caught.value.problems
    assert str(file.absolute().parent) in problem.reason
    assert "--config" in problem.remedy
    assert "FEEDSVC_CONFIG" in problem.remedy


def test_the_sample_loads_and_is_served_on_a_fresh_machine() -> None:
    sample = load(SAMPLE, FORMATS)
    assert sample.site.url == f"http://{sample.server.host}:{sample.server.port}"
    assert sample.site.authority == "harbourledger.example,2026"
    assert sample.articles_folder == SAMPLE.absolute().parent / "articles"
    assert [feed.path for feed in sample.feeds][:2] == ["/partners/evening.xml", "/video.xml"]


def test_a_file_from_a_windows_editor_is_read(file: Path) -> None:
    file.write_bytes(b"\xef\xbb\xbf" + SITE.replace("\n", "\r\n").encode())
    assert load(file).site.title == "Ledger"


@settings(deadline=None, max_examples=300)
@given(st.binary() | st.text(alphabet=string.printable).map(str.encode))
@example(b"\xff")
@example(b"a = " + b"[" * 50_000)
@example(b".".join([b"a"] * 2_000) + b" = 1")
@example(b"a = " + b"9" * 5_000)
@example(b"a = 0x" + b"f" * 5_000)
@example(b"[site]\nurl = 0x" + b"f" * 50)
@example(b"[[a]]\n[[a.b]]\n[a.b.c]\nd.e = {f = 1}\n'' = 1\n'[' = 2\n']' = 3")
def test_no_bytes_make_load_raise_anything_but_config_error(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    file = tmp_path_factory.getbasetemp() / "any.toml"
    file.write_bytes(data)
    with pytest.raises(ConfigError):
        load(file)
