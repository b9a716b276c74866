"""Whatever is sent as Host, Forwarded or in the URL: one body for each address, and no trace of what was sent."""

from collections.abc import Iterator

import pytest
from edition import ADDRESSES, CANONICAL, MIRRORS, Answer, Newsroom, Served, ask, served

from feedsvc.web.hosts import bare, names

CANARY = "canary"
DOCUMENTS = ("/rss.xml", "/news/eu/atom.xml", "/feed.json", "/", "/feeds.opml")
OTHERS = {
    "/news/eu": 301,
    "/feed/": 301,
    "/nothing": 404,
    "/articles/nothing/": 404,
    "//": 404,
    "/-/health": 200,
    "/-/ready": 200,
    "/-/fresh": 200,
    "/-/status": 200,
    "/-/status/": 404,
    "/media/news/harbour.svg": 200,
    "/media/news/nothing.svg": 404,
}
SPELLINGS = {
    0: ("news.example", "NEWS.Example", "news.example:443", "news.example:80", "news.example.", "News.Example.:8443"),
    1: (
        "mirror.example.net",
        "MIRROR.example.NET",
        "mirror.example.net:443",
        "mirror.example.net.",
        "mirror.example.net:",
    ),
    2: ("[2001:db8::7]:8080", "[2001:db8::7]", "[2001:DB8::7]:1", "[2001:db8:0:0:0:0:0:7]", "[2001:0db8::0007]:8080"),
}
STRANGERS = (
    f"{CANARY}.example",
    f"news.example.{CANARY}.example",
    f"{CANARY}.news.example",
    f"{CANARY}.example:80",
    f"{CANARY}.example:",
    f"{CANARY}_.example",
    f"~{CANARY}",
    f"xn--{CANARY}-9999999999",
    f"..{CANARY}..",
    "." + CANARY * 60,
    CANARY * 900,
    "127.0.0.1",
    "localhost",
    "[::1]",
    ".",
    "news.example..",
)
"""Hosts of others: they get the canonical documents."""
IMPOSSIBLE = (
    f"news.example@{CANARY}.example",
    f"{CANARY}@news.example",
    f"news.example, {CANARY}.example",
    f"news.example {CANARY}",
    f"news.example/{CANARY}",
    f"news.example?{CANARY}",
    f"news.example#{CANARY}",
    f"news.example\t{CANARY}",
    f"news.example:80:{CANARY}",
    f"news.example:{CANARY}",
    f"news.example:-1{CANARY}",
    f'"><script>{CANARY}</script>',
    f"http://{CANARY}.example/",
    f"[{CANARY}]",
    f"[::1%{CANARY}]",
    f"{CANARY}\xff\xfe",
    f"{CANARY}\u00b2:\u00b2",
    f"127.0.0.1:{CANARY}",
    f'a b<>"{CANARY}',
    f"a, {CANARY}",
    f"{CANARY}^",
    "[",
    "]",
    "[]",
    "[2001:db8::7",
    "2001:db8::7",
    ":",
    ":80",
    "",
    " ",
    "\x00",
)
"""What no Host field may say: refused (RFC 9112 section 3.2)."""
SENT = tuple({"HTTP_HOST": host} for host in STRANGERS) + tuple(
    {"HTTP_HOST": "news.example", **sent}
    for sent in (
        {"HTTP_X_FORWARDED_HOST": f"{CANARY}.example"},
        {"HTTP_X_FORWARDED_HOST": MIRRORS[0]},
        {"HTTP_X_FORWARDED_HOST": "mirror.example.net"},
        {"HTTP_X_FORWARDED_PROTO": f"{CANARY}"},
        {"HTTP_X_FORWARDED_PORT": f"8{CANARY}"},
        {"HTTP_X_FORWARDED_PREFIX": f"/{CANARY}"},
        {"HTTP_X_FORWARDED_FOR": f"{CANARY}"},
        {"HTTP_X_FORWARDED_SERVER": f"{CANARY}.example"},
        {"HTTP_FORWARDED": f"host={CANARY}.example;proto={CANARY}"},
        {"HTTP_FORWARDED": "host=mirror.example.net"},
        {"HTTP_X_ORIGINAL_URL": f"/{CANARY}"},
        {"HTTP_X_REWRITE_URL": f"/{CANARY}"},
        {"HTTP_X_HOST": f"{CANARY}.example"},
        {"HTTP_REFERER": f"https://{CANARY}.example/"},
        {"HTTP_ORIGIN": f"https://{CANARY}.example"},
        {"HTTP_COOKIE": f"session={CANARY}"},
        {"HTTP_ACCEPT_LANGUAGE": CANARY},
        {"QUERY_STRING": f"utm_source={CANARY}&next=//{CANARY}.example"},
        {"RAW_URI": f"http://{CANARY}.example/rss.xml"},
        {"REQUEST_URI": f"http://{CANARY}.example/rss.xml"},
        {"SERVER_NAME": f"{CANARY}.example"},
    )
)


@pytest.fixture(scope="module")
def side(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    newsroom = Newsroom(tmp_path_factory.mktemp("hosts"))
    newsroom.publish()
    with served(newsroom) as side:
        yield side


@pytest.mark.parametrize(("number", "host"), [(number, host) for number in SPELLINGS for host in SPELLINGS[number]])
def test_an_address_is_known_by_every_spelling_of_its_host(side: Served, number: int, host: str) -> None:
    body = ask(side.app, "/news/eu/rss.xml", HTTP_HOST=host).body.decode()
    assert f"{ADDRESSES[number]}/news/eu/rss.xml" in body
    assert not [address for address in ADDRESSES if address != ADDRESSES[number] and address in body]


def test_sixty_forms_were_thought_of() -> None:
    assert len(SENT) + len(IMPOSSIBLE) >= 60


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("host", IMPOSSIBLE, ids=repr)
def test_a_host_that_is_none_is_refused(side: Served, host: str, method: str) -> None:
    for path in ("/rss.xml", "/nothing", "/-/status", "/media/news/harbour.svg"):
        answer = ask(side.app, path, method, HTTP_HOST=host)
        assert (answer.code, answer.headers["cache-control"]) == (400, "no-store")
        assert CANARY.encode() not in answer.body


def test_only_http_1_0_may_go_without_a_host(side: Served) -> None:
    for protocol, code in (("HTTP/1.0", 200), ("HTTP/1", 200), ("HTTP/1.1", 400)):
        assert ask(side.app, "/rss.xml", HTTP_HOST="", SERVER_PROTOCOL=protocol).code == code


@pytest.mark.parametrize("sent", SENT, ids=str)
def test_any_other_host_gets_the_canonical_documents(side: Served, sent: dict[str, str]) -> None:
    for path in DOCUMENTS:
        assert ask(side.app, path, **sent) == ask(side.app, path)


@pytest.mark.parametrize("sent", SENT, ids=str)
def test_nothing_that_was_sent_comes_back(side: Served, sent: dict[str, str]) -> None:
    for path, code in OTHERS.items():
        for method, expected in (("GET", code), ("POST", 405)):
            answer = ask(side.app, path, method, **sent)
            assert answer.code == expected, path
            assert not spoken(answer), path


def spoken(answer: Answer) -> bool:
    return CANARY in str(answer.headers).lower() or CANARY.encode() in answer.body.lower()


@pytest.mark.parametrize("number", [0, 1, 2])
def test_a_redirect_stays_on_the_address_that_was_asked(side: Served, number: int) -> None:
    for path, there in (("/news/eu", "/news/eu/"), ("/feed/", "/rss.xml")):
        assert ask(side.app, path, HTTP_HOST=SPELLINGS[number][0]).headers["location"] == there


def test_a_request_without_host_gets_the_canonical_documents(side: Served) -> None:
    app, said = side.app, []
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/rss.xml", "SERVER_PROTOCOL": "HTTP/1.0"}
    body = b"".join(app(environ, lambda status, headers: said.append(status)))  # type: ignore[arg-type]
    assert (said, body) == (["200 OK"], ask(app, "/rss.xml").body)


def test_the_first_of_two_addresses_with_one_host_answers_for_it() -> None:
    known = names(["http://one.example:8000", "http://one.example:9000"])
    assert known == {"one.example:8000": 0, "one.example": 0, "one.example:9000": 1}


def test_a_host_that_is_none_is_empty() -> None:
    assert [bare(host) for host in ("[::g]", "a:b", "[::1]x", "::1")] == ["", "", "", ""]


def test_only_links_differ_between_addresses(side: Served) -> None:
    for path in DOCUMENTS:
        bodies = [ask(side.app, path, HTTP_HOST=SPELLINGS[number][0]).body.decode() for number in SPELLINGS]
        assert bodies[1].replace(MIRRORS[0], CANONICAL) == bodies[0]
        assert bodies[2].replace(MIRRORS[1], CANONICAL) == bodies[0]


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize(
    "sent",
    [
        {"HTTP_HOST": f"news.example,{CANARY}.example"},
        {"HTTP_HOST": "news.example,news.example"},
        {"HTTP_TRANSFER_ENCODING": "chunked"},
    ],
    ids=str,
)
def test_what_a_proxy_may_have_understood_otherwise_is_refused(side: Served, method: str, sent: dict[str, str]) -> None:
    answer = ask(side.app, "/rss.xml", method, **{"HTTP_HOST": "news.example"} | sent)
    assert (answer.code, answer.headers["cache-control"]) == (400, "no-store")
    assert CANARY.encode() not in answer.body
    assert bool(answer.body) == (method == "GET")
