"""The gate of a preview passes requests of this machine alone, and its answers are kept by nobody."""

from typing import Any

import pytest

from feedsvc.web.preview import PreviewGate

LOCAL = {"REMOTE_ADDR": "127.0.0.1", "HTTP_HOST": "127.0.0.1:8000", "SERVER_PROTOCOL": "HTTP/1.1"}


def ask(**changes: str) -> tuple[str, dict[str, str]]:
    told: list[tuple[str, dict[str, str]]] = []

    def behind(_environ: dict[str, Any], start: Any) -> list[bytes]:
        start("200 OK", [("ETag", "x"), ("cache-control", "public"), ("Access-Control-Allow-Origin", "*")])
        return [b""]

    def start(status: str, headers: list[tuple[str, str]]) -> None:
        told.append((status[:3], {name.lower(): value for name, value in headers}))

    list(PreviewGate(behind)(LOCAL | changes, start))
    return told[0]


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost", "LOCALHOST:1", "[::1]:8000"])
def test_this_machine_is_answered_and_no_cache_or_other_site_may_keep_it(host: str) -> None:
    status, headers = ask(HTTP_HOST=host)
    assert (status, headers["cache-control"], headers["etag"]) == ("200", "no-store", "x")
    assert "access-control-allow-origin" not in headers


@pytest.mark.parametrize(
    "changes",
    [
        {"REMOTE_ADDR": "192.0.2.1"},
        {"REMOTE_ADDR": ""},
        {"HTTP_HOST": "rebound.example"},
        {"HTTP_HOST": ""},
        {"HTTP_HOST": "127.0.0.1.rebound.example"},
        {"HTTP_X_FORWARDED_FOR": "192.0.2.1"},
        {"HTTP_CF_RAY": "1"},
    ],
)
def test_anybody_else_is_refused(changes: dict[str, str]) -> None:
    status, headers = ask(**changes)
    assert (status, headers["cache-control"]) == ("403", "no-store")
