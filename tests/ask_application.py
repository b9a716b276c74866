"""Asks `feedsvc.create_app()` for documents and writes down every answer; a program, so that any version can be asked.

Standard input is the JSON of a Questions; standard output gets one JSON list a line, the fields of an Answer.
"""

import gc
import io
import json
import sys
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple, TypedDict
from urllib.parse import unquote_to_bytes

CODINGS = ("identity", "gzip", "br")


class Questions(TypedDict):
    """`paths`, percent-encoded, are asked at each of `hosts` in every coding of `codings`; the bodies go to the folder
    `bodies`, each under the SHA-256 of its bytes, unless that is empty."""

    config: str
    hosts: list[str]
    paths: list[str]
    codings: list[str]
    bodies: str


class Answer(NamedTuple):
    """`body` is the SHA-256 of its bytes in hexadecimal digits."""

    host: str
    path: str
    coding: str
    status: int
    headers: dict[str, str]
    body: str


def environ(host: str, path: str, coding: str) -> dict[str, Any]:
    """The request of a reader somewhere on the internet (PEP 3333)."""
    return {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
        "QUERY_STRING": "",
        "SERVER_NAME": host,
        "SERVER_PORT": "443",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "192.0.2.1",
        "HTTP_HOST": host,
        "HTTP_ACCEPT_ENCODING": coding,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "https",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }


def ask(application: Any, host: str, path: str, coding: str, bodies: Path | None) -> Answer:
    told: list[tuple[str, list[tuple[str, str]]]] = []

    def start(status: str, headers: list[tuple[str, str]], _exc_info: object = None) -> None:
        told.append((status, headers))

    chunks: Iterable[bytes] = application(environ(host, path, coding), start)
    try:
        body = b"".join(chunks)
    finally:
        if close := getattr(chunks, "close", None):
            close()
    [(status, headers)] = told
    digest = sha256(body).hexdigest()
    if bodies is not None and not (bodies / digest).exists():
        (bodies / digest).write_bytes(body)
    return Answer(host, path, coding, int(status[:3]), {name.lower(): value for name, value in headers}, digest)


def main() -> None:
    gc.disable()  # nearly all objects are those of the program itself, which stay
    from feedsvc import create_app

    given: Questions = json.load(sys.stdin)
    application = create_app(given["config"])
    bodies = Path(given["bodies"]) if given["bodies"] else None
    for host in given["hosts"]:
        for path in given["paths"]:
            for coding in given["codings"]:
                print(json.dumps(ask(application.wsgi_app, host, path, coding, bodies)))
    gc.freeze()


if __name__ == "__main__":
    main()
