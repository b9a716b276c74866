"""A hub or a subscriber on loopback, on a port of its own, that notes all that it is sent."""

import hmac
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit


class Said(NamedTuple):
    """One request that came in."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes
    at: float

    @property
    def form(self) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(self.body.decode()).items()}

    def is_signed_with(self, secret: str) -> bool:
        return (
            self.headers.get("x-hub-signature") == "sha256=" + hmac.new(secret.encode(), self.body, sha256).hexdigest()
        )


class Listener:
    """Answers 200 to all, and verifications with their challenge, unless it is told otherwise."""

    def __init__(self, address: str = "127.0.0.1") -> None:
        self.said: list[Said] = []
        self.status = 200
        self.headers: dict[str, str] = {}
        self.echo: str | None = None
        """In place of the challenge."""
        self.refuses = ""
        """Answers 400 to what has it in its path."""
        self.delay = 0.0
        listener = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                listener.answer(self)

            def do_POST(self) -> None:
                listener.answer(self)

            def do_PURGE(self) -> None:
                listener.answer(self)

            def log_message(self, *_: object) -> None:
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 512

        self._server = Server((address, 0), Handler)
        self.port = self._server.server_address[1]
        self.url = f"http://{address}:{self.port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        body = handler.rfile.read(int(handler.headers.get("content-length") or 0))
        parts = urlsplit(handler.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        headers = {name.lower(): value for name, value in handler.headers.items()}
        self.said.append(Said(handler.command, parts.path, query, headers, body, time.time()))
        time.sleep(self.delay)
        challenge = query.get("hub.challenge", "") if self.echo is None else self.echo
        try:
            handler.send_response(400 if self.refuses and self.refuses in handler.path else self.status)
            for name, value in self.headers.items():
                handler.send_header(name, value)
            handler.send_header("Content-Length", str(len(challenge)))
            handler.end_headers()
            handler.wfile.write(challenge.encode())
        except OSError:
            pass

    def start(self) -> None:
        self._thread.start()

    def end(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def posts(self) -> list[Said]:
        return [each for each in list(self.said) if each.method == "POST"]

    @property
    def gets(self) -> list[Said]:
        return [each for each in list(self.said) if each.method == "GET"]


@contextmanager
def listening(address: str = "127.0.0.1") -> Iterator[Listener]:
    listener = Listener(address)
    listener.start()
    try:
        yield listener
    finally:
        listener.end()
