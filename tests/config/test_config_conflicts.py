"""Values that are good by themselves must not contradict one another."""

from pathlib import Path

import pytest
from config_sample import assert_told, config, feed, file_in, problems, site


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return file_in(tmp_path, monkeypatch)


WRONG = [
    (site("mirrors = ['HTTPS://A.example:443/']"), "4: site.mirrors[0]", "same host as url", "another host"),
    (site("mirrors = [\n'http://b.example',\n'https://b.example']"), "4: site.mirrors[1]", "another mirror", "another"),
    (
        feed("[[redirects]]\nfrom = '/x.xml'\nto = '/y'"),
        "8: redirects[0].from",
        "the path of a feed",
        "remove the redirect",
    ),
    (feed("[push]\nhub = true").replace("/x.xml", "/hub"), "5: feeds[0].path", "path of the hub", "another path"),
    (site("[[redirects]]\nfrom = '/a'\nto = '/a'"), "6: redirects[0].to", "itself", "new path"),
    (site("[state]\npath = 'articles/state'"), "5: state.path", "among the articles", "a folder of its own"),
]


@pytest.mark.parametrize(("text", "place", "reason", "remedy"), WRONG)
def test_an_error_names_line_and_key_what_was_found_and_the_remedy(
    file: Path, text: str, place: str, reason: str, remedy: str
) -> None:
    assert_told(problems(file, text), place, reason, remedy)


@pytest.mark.parametrize("path", ["articles/.state", "articles/_private/state", "articles-state", "."])
def test_the_state_may_be_where_no_article_is_looked_for(file: Path, path: str) -> None:
    assert config(file, site(f"[state]\npath = '{path}'")).state.path


def test_each_redirect_of_a_circle_is_an_error_and_one_that_leads_to_it_is_none(file: Path) -> None:
    tables = (f"[[redirects]]\nfrom = '/{old}'\nto = '/{new}'" for old, new in ("ab", "bc", "ca", "da"))
    found = problems(file, site("\n".join(tables)))
    assert [problem.place.split()[-1] for problem in found] == [f"redirects[{number}].to" for number in range(3)]


ALARMS = [
    ("to = 'mailto:desk@news.example'", "5: alerts[0].to", "no sender", "[smtp] sender"),
    ("to = 'https://a.example/'\nfeeds = ['/y.xml']", "6: alerts[0].feeds[0]", "no path of [[feeds]]", "`sections`"),
]


@pytest.mark.parametrize(("text", "place", "reason", "remedy"), ALARMS)
def test_alarms_that_nobody_would_get_are_errors(file: Path, text: str, place: str, reason: str, remedy: str) -> None:
    assert_told(problems(file, site(f"[[alerts]]\n{text}")), place, reason, remedy)


@pytest.mark.parametrize("to", ["https://user:secret@a.example/", "ftp://secret.example/", "mailto:secret", "secret"])
def test_a_bad_address_of_an_alarm_is_not_shown(file: Path, to: str) -> None:
    [problem] = problems(file, site(f"[[alerts]]\nto = '{to}'"))
    assert "secret" not in str(problem).replace("may be a secret", "")
