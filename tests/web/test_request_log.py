"""The log of requests tells path, status, size and time, and never a token."""

from typing import Any

import pytest

from feedsvc.web.request_log import RequestLog


def ask(path: str, headers: list[tuple[str, str]]) -> None:
    def behind(_environ: dict[str, Any], start: Any) -> list[bytes]:
        start("200 OK", headers)
        return [b""]

    instants = iter((1.0, 1.25))
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": "key=secret", "REMOTE_ADDR": "192.0.2.1"}
    list(RequestLog(behind, lambda: next(instants))(environ, lambda *_: None))


def test_a_request_is_one_line(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    ask("/rss.xml", [("Content-Length", "12")])
    assert caplog.messages == ["GET /rss.xml 200 12 250.0 ms 192.0.2.1"]


def test_a_token_in_a_path_is_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    ask("/partners/token/msn.xml", [("Referrer-Policy", "no-referrer")])
    assert "token" not in caplog.text
