"""What two servers could take for two requests, or for one to another host, gets one answer, and that is a refusal."""

import socket
from collections.abc import Iterator

import pytest
from service import Newsroom, Service, running

GET, POST = b"GET /rss.xml HTTP/1.1\r\n", b"POST /rss.xml HTTP/1.1\r\n"
HOST = b"Host: a.example\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n"
AMBIGUOUS = {
    "two hosts": GET + HOST + b"Host: b.example\r\n\r\n",
    "one host twice": GET + HOST + HOST + b"\r\n",
    "host with a space before its colon": GET + b"Host : a.example\r\n\r\n",
    "host that is folded": GET + b" " + HOST + b"\r\n",
    "chunks and a length": GET + HOST + CHUNKED + b"Content-Length: 5\r\n\r\n0\r\n\r\n",
    "a length and chunks": GET + HOST + b"Content-Length: 5\r\n" + CHUNKED + b"\r\n0\r\n\r\n",
    "chunks and a length in a POST": POST + HOST + CHUNKED + b"Content-Length: 5\r\n\r\n0\r\n\r\n",
    "two lengths": GET + HOST + b"Content-Length: 0\r\nContent-Length: 5\r\n\r\nhello",
    "a list of lengths": GET + HOST + b"Content-Length: 5, 6\r\n\r\nhello",
    "a length with a sign": GET + HOST + b"Content-Length: +5\r\n\r\nhello",
    "a length below zero": GET + HOST + b"Content-Length: -5\r\n\r\nhello",
    "a length in hex": GET + HOST + b"Content-Length: 0x5\r\n\r\nhello",
    "an unknown coding": GET + HOST + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "chunks that are not last": GET + HOST + b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
    "two codings": GET + HOST + CHUNKED + b"Transfer-Encoding: identity\r\n\r\n0\r\n\r\n",
    "a coding with a space before its colon": GET + HOST + b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
    "chunks of old": b"GET /rss.xml HTTP/1.0\r\n" + HOST + CHUNKED + b"\r\n0\r\n\r\n",
    "a folded field": GET + HOST + b"X-A: b\r\n c\r\n\r\n",
    "line ends without feed": b"GET /rss.xml HTTP/1.1\rHost: a.example\r\r",
    "a NUL": GET + HOST + b"X-A: a\x00b\r\n\r\n",
    "a field without a name": GET + HOST + b": b\r\n\r\n",
    "a field without a colon": GET + HOST + b"nocolon\r\n\r\n",
    "tabs for spaces": b"GET\t/rss.xml\tHTTP/1.1\r\n" + HOST + b"\r\n",
    "two spaces": b"GET  /rss.xml  HTTP/1.1\r\n" + HOST + b"\r\n",
    "no version": b"GET /rss.xml\r\n\r\n",
    "a version to come": b"GET /rss.xml HTTP/2.0\r\n" + HOST + b"\r\n",
}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    room = Newsroom(tmp_path_factory.mktemp("framing"), watch=False)
    room.write("a.md")
    with running(room) as found:
        yield found


def send(service: Service, request: bytes) -> bytes:
    """All that is answered, until the connection is closed or nothing comes any more."""
    answers = b""
    with socket.create_connection(("127.0.0.1", service.port), 5) as connection:
        connection.sendall(request)
        connection.settimeout(0.3)
        try:
            while some := connection.recv(2**16):
                answers += some
        except (TimeoutError, ConnectionError):
            pass
    return answers


@pytest.mark.parametrize("request_", AMBIGUOUS.values(), ids=AMBIGUOUS.keys())
def test_what_can_be_understood_in_two_ways_is_refused_once(service: Service, request_: bytes) -> None:
    answers = send(service, request_)
    assert answers.startswith(b"HTTP/1.1 4"), answers[:80]
    assert answers.count(b"HTTP/1.1 ") == 1


def test_a_request_with_a_body_that_nobody_needs_is_answered(service: Service) -> None:
    answers = send(service, GET + HOST + b"Content-Length: 5\r\n\r\nhello")
    assert answers.startswith(b"HTTP/1.1 200 OK")
    assert answers.count(b"HTTP/1.1 ") == 1


def test_http_2_is_not_spoken_at_the_plain_port(service: Service) -> None:
    """It would bring limits of its own; a proxy in front speaks it to browsers."""
    answers = send(service, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes(3) + b"\4\0" + bytes(4))
    assert not answers or answers.startswith(b"HTTP/1.1 4")
