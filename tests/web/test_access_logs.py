"""Logs of other servers are read, whichever wrote them; one that is none of them is said to be none."""

import json
from collections.abc import Callable
from urllib.parse import quote

import pytest

from feedsvc.web.audience.access_logs import Request, requests

AGENT = 'Feedbin "feed" feed-id:7 - 142 subscribers'
WANTED = Request("/новости/rss.xml", AGENT, "2001:db8::7", "GET", 304, 1_795_927_836)
TARGET = f"{quote(WANTED.path)}?utm=x&_=1"
CLOUDFRONT = (
    "#Version: 1.0\n#Fields: date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status"
    " cs(Referer) cs(User-Agent) cs-uri-query\n"
)
HEAD = f'"GET {TARGET} HTTP/1.1" 304 0 "-"'


def line(**values: object) -> str:
    return json.dumps(values)


LOGS = {
    "nginx": WANTED.address + " - - [29/Nov/2026:04:50:36 +0000] " + HEAD + ' "' + AGENT.replace('"', "\\x22") + '"',
    "apache": WANTED.address + " - ada l [29/Nov/2026:06:50:36 +0200] " + HEAD + ' "' + AGENT.replace('"', '\\"') + '"',
    "with its host": f"ledger.example:443 {WANTED.address} - - [28/Nov/2026:23:20:36 -0530] {HEAD} "
    + '"'
    + AGENT.replace('"', '\\"')
    + '" 12 "more"',
    "nginx json": line(
        time_iso8601="2026-11-29T04:50:36+00:00",
        remote_addr=WANTED.address,
        request=f"GET {TARGET} HTTP/2.0",
        status=304,
        http_user_agent=AGENT,
    ),
    "nginx json, strings": line(
        msec="1795927836.123",
        remote_addr=WANTED.address,
        request_method="GET",
        request_uri=TARGET,
        status="304",
        http_user_agent=AGENT,
    ),
    "caddy": line(
        ts=1795927836.5,
        status=304,
        request={"remote_ip": WANTED.address, "method": "GET", "uri": TARGET, "headers": {"User-Agent": [AGENT]}},
    ),
    "fastly": line(
        timestamp="2026-11-29T04:50:36Z",
        client_ip=WANTED.address,
        request_method="GET",
        url=f"https://ledger.example{TARGET}",
        request_user_agent=AGENT,
        response_status=304,
    ),
    "cloudfront": f"{CLOUDFRONT}2026-11-29\t04:50:36\tLIS1\t512\t{WANTED.address}\tGET\td1.cloudfront.net\t"
    f"{quote(WANTED.path)}\t304\t-\t{quote(quote(AGENT, safe=''), safe='')}\tutm=x",
    **{
        f"cloudflare, {form}": line(
            ClientIP=WANTED.address,
            ClientRequestMethod="GET",
            ClientRequestURI=TARGET,
            ClientRequestUserAgent=AGENT,
            EdgeResponseStatus=304,
            EdgeStartTimestamp=at,
        )
        for form, at in {"rfc3339": "2026-11-29T04:50:36Z", "unix": 1795927836, "unixnano": 1795927836123456789}.items()
    },
}


@pytest.mark.parametrize("name", LOGS)
def test_every_log_tells_the_same(name: str) -> None:
    assert list(requests(LOGS[name].splitlines(keepends=True))) == [WANTED]


BROKEN: dict[str, Callable[[str], str]] = {
    "half": lambda text: text[: len(text) // 2],
    "another month": lambda text: text.replace("Nov", "Nev").replace("2026", "20x6").replace("1795927836", "x"),
    "without numbers": lambda text: text.translate({ord(digit): "x" for digit in "0123456789"}),
}


@pytest.mark.parametrize("damage", BROKEN)
@pytest.mark.parametrize("name", LOGS)
def test_a_broken_line_is_none_and_the_next_one_is_read(name: str, damage: str) -> None:
    *head, last = LOGS[name].splitlines()
    found = list(requests([*head, BROKEN[damage](last), last]))
    assert found == [None, WANTED]


def test_junk_is_none() -> None:
    for text in (
        "\0" * 90,
        "[" * 9_000,
        '"' * 9_000,
        "{" * 500,
        '{"request": 5}',
        '{"request": {"headers": []}}',
        "\t" * 40,
    ):
        for begun in ("", "{", "127.0.0.1 - - [", '127.0.0.1 - - [29/Nov/2026:04:50:36 +0000] "GET /'):
            assert [each for each in requests([begun + text]) if each and each.status == 200] == []


def test_an_agent_that_is_not_there_is_empty() -> None:
    [found] = requests(['127.0.0.1 - - [29/Nov/2026:04:50:36 +0000] "GET / HTTP/1.1" 200 5 "-" "-"\n'])
    assert found is not None
    assert found.agent == ""
