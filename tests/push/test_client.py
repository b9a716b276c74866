"""One request to one address that was checked: against servers that mean harm."""

import asyncio
import errno
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import pairwise

import pytest
from subscriber import listening

from feedsvc.push.client import HttpClient, Limits, Resolve
from feedsvc.push.guard import Guard
from feedsvc.push.outcome import Request, Result

LIMITS = Limits(connect=0.5, total=1.0)
ALLOWED = Guard(["127.0.0.0/8"])


def send(
    request: Request, guard: Guard = ALLOWED, resolve: Resolve | None = None, limits: Limits = LIMITS
) -> tuple[Result, float]:
    """The result, and the seconds that it took."""
    begun = time.monotonic()
    result = asyncio.run(HttpClient(guard, time.monotonic, limits, resolve).send(request))
    return result, time.monotonic() - begun


@contextmanager
def speaking(speak: Callable[[socket.socket], None]) -> Iterator[str]:
    """A server that does with each connection what it likes; its URL."""
    server = socket.create_server(("127.0.0.1", 0))
    end = threading.Event()

    def accept() -> None:
        while not end.is_set():
            with suppress(OSError):
                connection, _ = server.accept()
                connection.settimeout(3)
                threading.Thread(target=converse, args=(connection,), daemon=True).start()

    def converse(connection: socket.socket) -> None:
        with connection, suppress(OSError):
            speak(connection)

    server.settimeout(0.1)
    thread = threading.Thread(target=accept)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.getsockname()[1]}/cb"
    finally:
        end.set()
        thread.join()
        server.close()


def trickle(start: bytes, piece: bytes, pause: float = 0.02) -> Callable[[socket.socket], None]:
    def speak(connection: socket.socket) -> None:
        connection.recv(65_536)
        connection.sendall(start)
        for _ in range(200):
            time.sleep(pause)
            connection.sendall(piece)

    return speak


def flood(start: bytes, piece: bytes) -> Callable[[socket.socket], None]:
    def speak(connection: socket.socket) -> None:
        connection.recv(65_536)
        connection.sendall(start)
        for _ in range(2_000):
            connection.sendall(piece)

    return speak


OK = b"HTTP/1.1 200 OK\r\n"
SLOW = {
    "says nothing": trickle(b"", b""),
    "status line letter by letter": trickle(b"", b"H"),
    "headers without end": trickle(OK, b"X: y\r\n"),
    "interim answers without end": trickle(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n"),
}
HUGE = {
    "a header line without end": flood(OK + b"X: ", b"y" * 65_536),
    "headers without end, fast": flood(OK, b"X: y\r\n" * 9_000),
    "no HTTP": flood(b"SSH-2.0-server\r\n", b"x" * 65_536),
    "a null": flood(b"\0", b"\0" * 1_000),
}


@pytest.mark.parametrize("speak", SLOW.values(), ids=SLOW.keys())
def test_a_slow_server_is_left_at_the_limit_of_time(speak: Callable[[socket.socket], None]) -> None:
    with speaking(speak) as url:
        result, took = send(Request("GET", url, wanted=40))
    assert result.status == 0
    assert result.error
    assert took < LIMITS.total + 0.7


async def endless(_name: str, _port: int) -> list[str]:
    await asyncio.sleep(60)
    return []


async def given_up(_name: str, _port: int) -> list[str]:
    raise TimeoutError(errno.ETIMEDOUT, "Connection timed out")


def test_what_took_too_long_is_told_with_its_own_limit() -> None:
    with speaking(lambda connection: time.sleep(1.5)) as url:
        assert send(Request("GET", url))[0].error == "no answer within 1 s"
        result, took = send(Request("GET", url.replace("http:", "https:")))
    assert result.error == "no connection within 0.5 s"  # the server never begins TLS
    assert took < LIMITS.total
    assert send(Request("GET", "http://a.example/"), resolve=endless)[0].error == "no address for the name within 0.5 s"
    assert send(Request("GET", "http://a.example/"), resolve=given_up)[0].error == "no connection: Connection timed out"


@pytest.mark.parametrize("speak", HUGE.values(), ids=HUGE.keys())
def test_an_answer_that_is_no_http_is_left_at_once(speak: Callable[[socket.socket], None]) -> None:
    with speaking(speak) as url:
        result, _ = send(Request("GET", url, wanted=40))
    assert (result.status, result.error) == (0, "the answer is not HTTP, or too long")


@pytest.mark.parametrize("token", ["s3cret\n", "s3cr\u00e9t", "s3\0cret"])
def test_a_token_that_no_header_may_have_is_told_without_a_letter_of_it(token: str) -> None:
    with listening() as server:
        result, _ = send(Request("POST", server.url, (("authorization", token),)))
    assert (result.status, server.said) == (0, [])
    assert result.error == "not sent: a header has odd characters; look for a line end in the token or key"


def test_of_an_endless_body_no_more_is_read_than_is_wanted() -> None:
    with speaking(flood(OK + b"Content-Length: 999999999\r\n\r\n", b"z" * 65_536)) as url:
        result, took = send(Request("GET", url, wanted=40))
    assert (result.status, result.body) == (200, b"z" * 41)
    assert took < LIMITS.total


def test_a_body_that_nobody_wants_is_not_waited_for() -> None:
    with speaking(trickle(OK + b"Content-Length: 1000\r\n\r\n", b"z")) as url:
        result, took = send(Request("POST", url, body=b"x"))
    assert result.status == 200
    assert took < 0.5


def test_a_server_that_does_not_read_a_large_body_holds_nothing_up() -> None:
    with speaking(lambda connection: time.sleep(2)) as url:
        result, took = send(Request("POST", url, body=b"x" * 20_000_000))
    assert result.status == 0
    assert took < LIMITS.total + 0.7


def test_a_large_body_arrives_whole() -> None:
    body = bytes(range(256)) * 4_000
    with listening() as reader:
        result, _ = send(Request("POST", f"{reader.url}/cb", (("content-type", "text/plain"),), body))
    assert result.status == 200
    assert reader.posts[0].body == body


def test_a_connection_that_is_closed_at_once_is_no_answer() -> None:
    with speaking(lambda connection: None) as url:
        result, _ = send(Request("GET", url))
    assert (result.status, bool(result.error)) == (0, True)


def test_a_redirect_is_an_answer_and_is_not_followed() -> None:
    with listening() as reader, listening() as elsewhere:
        reader.status, reader.headers = 302, {"Location": f"{elsewhere.url}/"}
        result, _ = send(Request("GET", f"{reader.url}/cb"))
    assert result.status == 302
    assert not elsewhere.said


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.9.9.9",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "localhost",
        "0.0.0.0",
    ],
)
def test_nothing_is_sent_to_this_machine_unless_it_is_allowed(host: str) -> None:
    with listening() as reader:
        result, _ = send(Request("GET", f"http://{host}:{reader.port}/cb"), guard=Guard())
        time.sleep(0.05)
    assert result.is_forbidden
    assert not reader.said


NAMES = {
    "a private address": ["10.0.0.1"],
    "this machine": ["127.0.0.1"],
    "this machine among public ones": ["93.184.215.14", "127.0.0.1"],
    "this machine, mapped": ["::ffff:127.0.0.1"],
    "the machine's own secrets": ["169.254.169.254"],
    "multicast": ["224.0.0.1"],
}


@pytest.mark.parametrize("addresses", NAMES.values(), ids=NAMES.keys())
def test_a_name_that_leads_to_an_address_that_is_not_public_is_refused(addresses: list[str]) -> None:
    async def resolve(name: str, port: int) -> list[str]:
        return addresses

    result, _ = send(Request("GET", "http://reader.example/cb"), guard=Guard(), resolve=resolve)
    assert result.is_forbidden


def test_the_connection_goes_to_the_address_that_was_checked() -> None:
    """A name that leads elsewhere a moment later (DNS rebinding) is asked for once."""
    answers = iter([["127.0.0.1"], ["127.0.0.2"]])

    async def resolve(name: str, port: int) -> list[str]:
        return next(answers)

    with listening("127.0.0.1") as first:
        result, _ = send(Request("GET", f"http://reader.example:{first.port}/cb"), resolve=resolve)
    assert result.status == 200
    assert first.gets[0].headers["host"] == f"reader.example:{first.port}"
    assert next(answers) == ["127.0.0.2"]


def test_a_name_that_does_not_resolve_in_time_is_no_answer() -> None:
    async def resolve(name: str, port: int) -> list[str]:
        await asyncio.sleep(30)
        return []

    result, took = send(Request("GET", "http://reader.example/cb"), resolve=resolve)
    assert (result.status, took < LIMITS.total + 0.5) == (0, True)


@pytest.mark.parametrize("error", [OSError("no such name"), UnicodeError("label too long")])
def test_a_name_that_cannot_be_resolved_is_no_answer(error: Exception) -> None:
    async def resolve(name: str, port: int) -> list[str]:
        raise error

    result, _ = send(Request("GET", "http://reader.example/cb"), resolve=resolve)
    assert (result.status, bool(result.error), result.is_forbidden) == (0, True, False)


def test_a_port_that_speaks_no_tls_is_no_answer() -> None:
    with listening() as reader:
        result, _ = send(Request("GET", f"https://127.0.0.1:{reader.port}/cb"))
    assert (result.status, bool(result.error)) == (0, True)


def test_nothing_of_the_environment_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    with listening() as reader, listening() as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        monkeypatch.setenv("http_proxy", proxy.url)
        result, _ = send(Request("GET", f"{reader.url}/cb?x=1"))
    assert result.status == 200
    assert not proxy.said
    assert reader.gets[0].headers.keys() == {"host", "user-agent", "connection"}


# --- turns ------------------------------------------------------------------------------------------------------------


def test_one_address_is_asked_once_a_second_under_however_many_names() -> None:
    async def resolve(name: str, port: int) -> list[str]:
        return ["127.0.0.1"]

    async def ask_all(port: int) -> list[Result]:
        client = HttpClient(ALLOWED, time.monotonic, LIMITS._replace(interval=0.3), resolve)
        urls = [f"http://{name}.example:{port}/cb" for name in "abcdefghijklmnopqrst"]
        return await asyncio.gather(*(client.send(Request("GET", url, takes_turns=True)) for url in urls))

    with listening() as victim:
        results = asyncio.run(ask_all(victim.port))
    instants = sorted(each.at for each in victim.said)
    assert all(later - earlier > 0.2 for earlier, later in pairwise(instants))
    assert len(instants) == sum(result.status == 200 for result in results) == 11
    assert sum(result.is_postponed for result in results) == 9


def test_what_does_not_take_turns_waits_for_nobody() -> None:
    async def ask_all(url: str) -> list[Result]:
        client = HttpClient(ALLOWED, time.monotonic, LIMITS)
        return await asyncio.gather(*(client.send(Request("POST", url)) for _ in range(20)))

    with listening() as reader:
        begun = time.monotonic()
        assert {result.status for result in asyncio.run(ask_all(reader.url))} == {200}
        assert time.monotonic() - begun < 1
