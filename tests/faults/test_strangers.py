"""A stranger is a stranger behind any proxy, and is told nothing at `/-/` that readers cannot see."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from edition import CONSOLE, NOON, OPERATOR, OPERATORS_TOKEN, SMALL, Newsroom, Served, ask, served, story

from feedsvc.web.tokens import hash_of
from feedsvc.web.trust import LOOPBACK_HOST, is_operator

CANARY = "the harbour master resigns at dusk"
LOCKED = f"""
[[feeds]]
path = "/partners/locked.xml"
format = "rss"
token = "sha256:{hash_of("partner")}"
"""
LOCAL = '[console]\ntrust = ["local"]\n'
HERE = {"REMOTE_ADDR": "127.0.0.1", "HTTP_HOST": "127.0.0.1:8000"}
ADDED_BY_PROXIES = (
    {"HTTP_X_FORWARDED_FOR": "192.0.2.7"},
    {"HTTP_X_FORWARDED_PROTO": "https"},
    {"HTTP_X_FORWARDED_HOST": "news.example"},
    {"HTTP_X_FORWARDED_PORT": "443"},
    {"HTTP_X_REAL_IP": "192.0.2.7"},
    {"HTTP_X_CLIENT_IP": "192.0.2.7"},
    {"HTTP_X_CLUSTER_CLIENT_IP": "192.0.2.7"},
    {"HTTP_X_ORIGINAL_HOST": "news.example"},
    {"HTTP_X_ENVOY_EXTERNAL_ADDRESS": "192.0.2.7"},
    {"HTTP_X_REQUEST_ID": "1"},
    {"HTTP_FORWARDED": "for=192.0.2.7"},
    {"HTTP_VIA": "1.1 proxy"},
    {"HTTP_CF_CONNECTING_IP": "192.0.2.7"},
    {"HTTP_CF_RAY": "1"},
    {"HTTP_CDN_LOOP": "a"},
    {"HTTP_TRUE_CLIENT_IP": "192.0.2.7"},
    {"HTTP_FASTLY_CLIENT_IP": "192.0.2.7"},
    {"HTTP_FLY_CLIENT_IP": "192.0.2.7"},
    {"HTTP_TAILSCALE_USER_LOGIN": "a"},
    {"SERVER_PROTOCOL": "HTTP/1.0"},
    {"SERVER_PROTOCOL": "HTTP/1"},
)
OTHER_HOSTS = ("evil.example", "127.0.0.1.evil.example", "localhost.evil.example", "news.example", "192.0.2.7", "[::2]")
ELSEWHERE = ("192.0.2.7", "::1234", "10.0.0.1", "0.0.0.0", "", "unix:", "1270.0.0.1")


def newsroom(folder: Path, console: str) -> Newsroom:
    made = Newsroom(folder, SMALL + console + LOCKED)
    made.write("news/bad.md", story(CANARY, date="some day"))
    made.write("news/later.md", story(CANARY, CANARY, section=CANARY, embargo="2030-01-01T00:00:00Z"))
    made.publish()
    return made


def told(side: Served, **request: str) -> str:
    """All that `/-/` tells whoever makes such a request."""
    answers = [
        ask(side.app, path, HTTP_ACCEPT=kind, QUERY_STRING="article=news/later.md", **request)
        for path in (
            "/-/status",
            "/-/status.json",
            "/-/search",
            "/-/partners.json",
            "/-/metrics",
            "/-/ready",
            "/-/fresh",
            "/-/health",
        )
        for kind in ("text/html", "application/json")
    ]
    return "".join(f"{answer.headers}{answer.body.decode()}" for answer in answers)


def is_told_all(side: Served, **request: str) -> bool:
    return CANARY in told(side, **request)


@pytest.fixture(scope="module")
def by_default(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(newsroom(tmp_path_factory.mktemp("default"), "")) as side:
        yield side


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(newsroom(tmp_path_factory.mktemp("local"), LOCAL)) as side:
        yield side


@pytest.fixture(scope="module")
def by_token(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(newsroom(tmp_path_factory.mktemp("token"), CONSOLE)) as side:
        yield side


# --- who is one -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("request_", [HERE, *(HERE | added for added in ADDED_BY_PROXIES), OPERATOR], ids=repr)
def test_nobody_is_an_operator_where_the_config_does_not_say_so(by_default: Served, request_: dict[str, str]) -> None:
    assert not is_told_all(by_default, **request_)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:8000", "localhost", "LocalHost.:80", "[::1]:8000"])
@pytest.mark.parametrize("address", ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"])
def test_who_asks_straight_on_the_machine_is_one_where_the_config_says_local(
    local: Served, address: str, host: str
) -> None:
    assert is_told_all(local, REMOTE_ADDR=address, HTTP_HOST=host)
    assert is_told_all(local, REMOTE_ADDR=address, HTTP_HOST=host, HTTP_X_REQUESTED_WITH="XMLHttpRequest")


@pytest.mark.parametrize("added", ADDED_BY_PROXIES, ids=repr)
def test_what_a_proxy_passed_on_is_a_strangers_also_where_the_config_says_local(
    local: Served, added: dict[str, str]
) -> None:
    assert not is_told_all(local, **HERE | added)


@pytest.mark.parametrize("host", OTHER_HOSTS)
def test_a_name_that_was_bound_anew_leads_no_browser_to_an_operators_page(local: Served, host: str) -> None:
    assert not is_told_all(local, **HERE | {"HTTP_HOST": host})


@pytest.mark.parametrize("address", ELSEWHERE)
def test_local_is_nobody_elsewhere_nor_who_has_no_address(local: Served, address: str) -> None:
    assert not is_told_all(local, **HERE | {"REMOTE_ADDR": address})


def test_who_has_the_token_is_one_from_wherever(by_token: Served) -> None:
    for where in (HERE, {"REMOTE_ADDR": "192.0.2.7"}, *ADDED_BY_PROXIES):
        assert is_told_all(by_token, **OPERATOR | where)
        assert not is_told_all(by_token, **where)


@pytest.mark.parametrize(
    "given", ["", "Bearer", "Bearer x", f"Bearer {OPERATORS_TOKEN}x", "Basic Og==", "\xff", "x" * 999]
)
def test_any_other_authorization_is_a_strangers(by_token: Served, given: str) -> None:
    assert not is_told_all(by_token, **HERE | {"HTTP_AUTHORIZATION": given})


def test_trust_is_a_decision_on_values_alone() -> None:
    here = {"REMOTE_ADDR": "127.0.0.1", LOOPBACK_HOST: True, "SERVER_PROTOCOL": "HTTP/1.1"}
    assert is_operator(("local",), here)
    assert not is_operator(("local",), here | {LOOPBACK_HOST: False})
    assert not is_operator(("local",), {})
    assert not is_operator((), here)


def test_no_header_of_a_request_sets_what_the_front_has_found_out(local: Served) -> None:
    assert not is_told_all(local, REMOTE_ADDR="127.0.0.1", HTTP_HOST="evil.example", HTTP_FEEDSVC_LOOPBACK_HOST="1")


# --- what they are told -----------------------------------------------------------------------------------------------


def test_a_stranger_is_told_of_what_readers_can_see(by_default: Served) -> None:
    found = json.loads(ask(by_default.app, "/-/status", HTTP_ACCEPT="application/json").body)
    assert found["articles"] == 3
    assert "/rss.xml" in {feed["path"] for feed in found["feeds"]}
    assert (found["problems"], found["last"], found["next"]) == ([], None, None)
    page = ask(by_default.app, "/-/status").body.decode()
    assert "Fresh." in page
    assert "[console] trust" in page
    assert "<form" not in page


def test_a_feed_that_a_token_locks_is_in_no_list(by_default: Served, by_token: Served) -> None:
    assert "locked" not in told(by_default)
    assert "/partners/locked.xml" in told(by_token, **OPERATOR)


def figures(text: str) -> dict[str, str]:
    return dict(re.findall(r"^(feedsvc_\w+) (\S+)$", text, re.MULTILINE))


def test_nothing_that_is_filed_and_hidden_moves_a_public_number(tmp_path: Path) -> None:
    made = newsroom(tmp_path, CONSOLE)
    with served(made) as side:
        before, whole = told(side), told(side, **OPERATOR)
        at = NOON
        for number, head in enumerate(
            (
                {"embargo": "2031-01-01T00:00:00Z"},
                {"status": "draft"},
                {"date": "2033-01-01T00:00:00Z"},
                {"date": "no day"},
                {"status": "withdrawn"},
                {"section": "Hidden", "embargo": "2031-01-01T00:00:00Z", "image": "nothing.png"},
            )
        ):
            made.write(f"news/hidden{number}.md", story(f"{CANARY} {number}", **head))
            at += timedelta(minutes=1)
            made.publish(at)
            side.view.follow()
            side.now = NOON + timedelta(minutes=7)
            assert told(side) == before, head
        assert told(side, **OPERATOR) != whole
        made.write("news/seen.md", story("Seen by all"))
        made.publish(at + timedelta(minutes=1))
        side.view.follow()
        assert told(side) != before


def test_what_a_stranger_asks_is_not_gathered_twice(by_default: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    for kind in ("text/html", "application/json"):
        ask(by_default.app, "/-/status", HTTP_ACCEPT=kind)

    def fail(*_given: object) -> None:
        raise AssertionError("gathered again")

    monkeypatch.setattr("feedsvc.store.status.read_public_status", fail)
    monkeypatch.setattr("feedsvc.pages.render", fail)
    for path in ("/-/status", "/-/metrics"):
        assert ask(by_default.app, path).code == 200
