"""A real nginx before the service: what is withdrawn stays so, no flooder harms others, strangers are strangers."""

import os
import signal
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from http.client import HTTPConnection
from pathlib import Path

import pytest
from deploy_sample import NAMES, NGINX, Client, ask, newsroom, nginx, running, serving, wait_until
from edition import SMALL, Newsroom, story
from ports import free_port

from feedsvc.web.tokens import hash_of

pytestmark = pytest.mark.skipif(NGINX is None, reason="needs nginx on PATH (Debian: apt-get install nginx-light)")
TOKEN = "cP1sWq9vK4mZx7TdR0bYh3LnE6uJg8aF2oIiVtXkNyU"
CANARY = "canary of the closed pier"
PICTURE = b"canary: the picture of the pier"


def before(service: int, base: Path) -> dict[str, str]:
    """The lines that an operator changes in nginx-proxy.conf."""
    return {
        "127.0.0.1:8000": f"127.0.0.1:{service}",
        "/var/cache/nginx/feedsvc": str(base / "cache"),
        'default "www.harbourledger.example";': f'default "{NAMES[0]}";',
    }


@contextmanager
def behind(made: Newsroom, base: Path, service: int) -> Iterator[tuple["subprocess.Popen[bytes]", int]]:
    """The service, and the port of the shipped proxy before it."""
    port = free_port()
    with serving(made, service) as process, nginx("nginx-proxy.conf", base / "proxy", port, before(service, base)):
        yield process, port


def locked(made: Newsroom, path: str) -> None:
    """Let a token lock the feed, from the next start on."""
    text = made.config.read_text("utf-8")
    assert f'path = "{path}"\n' in text
    token = f'path = "{path}"\ntoken = "sha256:{hash_of(TOKEN)}"\n'
    made.config.write_text(text.replace(f'path = "{path}"\n', token), "utf-8")


def end(process: "subprocess.Popen[bytes]") -> None:
    process.send_signal(signal.SIGTERM)
    process.wait(15)
    time.sleep(2.1)  # what nginx keeps for a second may be shown for two


FEED = '[[feeds]]\npath = "/partners/evening.xml"\nformat = "rss"\n'


def test_what_was_withdrawn_or_locked_does_not_come_back_when_the_service_is_down(tmp_path: Path) -> None:
    made, service = newsroom(tmp_path / "newsroom", FEED), free_port()
    made.write("news/pier.png", PICTURE)
    made.write("news/pier.md", story("The pier", CANARY, image="pier.png"))
    with behind(made, tmp_path, service) as (process, port):
        wait_until(lambda: b"The pier" in ask(service, "/feed.json").body)
        page = next(path for path in _pages(made) if path.endswith("/the-pier"))
        paths = [page, "/media/news/pier.png", "/partners/evening.xml", "/rss.xml"]
        codings = ("identity", "gzip", "br")
        for path in paths:
            for coding in codings:
                assert ask(port, path, Accept_Encoding=coding).code == 200
        locked(made, "/partners/evening.xml")
        process.send_signal(signal.SIGHUP)
        wait_until(lambda: ask(service, "/partners/evening.xml").code == 401)
        (made.articles / "news/pier.md").write_text(story("The pier", CANARY, status="withdrawn"), "utf-8")
        wait_until(lambda: ask(service, page).code == 410)
        time.sleep(2.1)
        for path, code in zip(paths, (410, 410, 401, 200), strict=True):
            for coding in codings:
                assert ask(port, path, Accept_Encoding=coding).code == code
        end(process)
        for path, allowed in zip(paths, ({410, 503}, {410, 503}, {401, 503}, {200}), strict=True):
            for coding in codings:
                answer = ask(port, path, Accept_Encoding=coding)
                assert answer.code in allowed, path
                assert CANARY.encode() not in answer.body
                assert PICTURE not in answer.body


def _pages(made: Newsroom) -> list[str]:
    database = sqlite3.connect(made.database)
    try:
        return [path for (path,) in database.execute("select path from documents where path like '/articles/%'")]
    finally:
        database.close()


def test_what_never_was_takes_no_room_and_only_an_operator_says_look_now(tmp_path: Path) -> None:
    trust = f'[console]\ntrust = ["sha256:{hash_of(TOKEN)}"]\n'
    made, service = Newsroom(tmp_path / "newsroom", SMALL + trust), free_port()
    with behind(made, tmp_path, service) as (_, port):
        wait_until(lambda: ask(port, "/rss.xml").code == 200)
        kept = len(_files(tmp_path / "cache"))
        for number in range(50):
            assert ask(port, f"/never{number}").code == 404
        assert len(_files(tmp_path / "cache")) == kept
        token, form = f"Bearer {TOKEN}", "path=news%2Ffish.md"
        assert _poke(port, form, Authorization=token) == (202, b'{"look":["news/fish.md"]}')
        assert _poke(port, form)[0] == 401
        assert _poke(port, form, Authorization=token, Origin="https://elsewhere.example")[0] == 403


def _poke(port: int, body: str, **headers: str) -> tuple[int, bytes]:
    with closing(HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
        connection.request("POST", "/-/poke", body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read()


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_only_the_flooder_has_to_wait(tmp_path: Path) -> None:
    made, service = Newsroom(tmp_path / "newsroom", SMALL + "[server]\ndownloads = 2\n"), free_port()
    with behind(made, tmp_path, service) as (_, port):
        wait_until(lambda: ask(port, "/rss.xml").code == 200)
        flood = [ask(port, "/rss.xml", Authorization="Bearer x").code for _ in range(31)]
        assert flood == [200] * 2 + [429] * 29
        for title in (
            "Tide table one",
            "Tide table two",
            "Tide table three",
        ):  # more changes than downloads are allowed
            made.write("news/tide.md", story(title))
            wait_until(partial(_tells, service, title))
            time.sleep(2.1)
            assert _tells(port, title)
        assert ask(port, "/rss.xml", Authorization="Bearer x").code == 429


def _tells(port: int, title: str) -> bool:
    answer = ask(port, "/rss.xml")
    assert answer.code == 200
    return title.encode() in answer.body


# --- strangers behind proxies as they come out of the box -------------------------------------------------------------

CONF = """\
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ }}
http {{
    access_log off;
    client_body_temp_path {folder}/a; proxy_temp_path {folder}/b; fastcgi_temp_path {folder}/c;
    uwsgi_temp_path {folder}/d; scgi_temp_path {folder}/e;
    server {{
        listen 127.0.0.1:{port};
        location / {{ proxy_pass http://127.0.0.1:{service}; {more} }}
    }}
}}
"""
PLAIN = (
    "",
    "proxy_set_header Host $host;",
    "proxy_set_header Host $http_host; proxy_http_version 1.1;",
    "proxy_set_header X-Forwarded-Proto $scheme; proxy_http_version 1.1;",
    'proxy_http_version 1.1; proxy_set_header Connection "";',
)


@contextmanager
def plain(folder: Path, service: int, more: str) -> Iterator[int]:
    assert NGINX is not None
    folder.mkdir()
    port = free_port()
    (folder / "nginx.conf").write_text(CONF.format(folder=folder, port=port, service=service, more=more), "utf-8")
    user = "user root;" if os.geteuid() == 0 else ""
    command = [NGINX, "-p", str(folder), "-e", str(folder / "error.log"), "-c", str(folder / "nginx.conf")]
    with running([*command, "-g", f"daemon off; {user}"], port, folder / "output.log"):
        yield port


@pytest.mark.parametrize("trust", ["", '[console]\ntrust = ["local"]\n'], ids=["nobody", "local"])
def test_who_asks_through_nginx_is_a_stranger(tmp_path: Path, trust: str) -> None:
    made, service = Newsroom(tmp_path / "newsroom", SMALL + trust), free_port()
    made.write("news/bad.md", story(CANARY, date="no day"))
    made.write("news/later.md", story(CANARY, embargo="2031-01-01T00:00:00Z"))
    with serving(made, service):
        wait_until(lambda: ask(service, "/rss.xml").code == 200)
        told = _told(service, f"127.0.0.1:{service}")
        assert (CANARY in told) == bool(trust)
        for number, more in enumerate(PLAIN if not trust else PLAIN[:4]):
            with plain(tmp_path / f"plain{number}", service, more) as port:
                assert CANARY not in _told(port, "news.example"), more
                assert "bad.md" not in _told(port, "news.example"), more


def _told(port: int, host: str) -> str:
    client = Client(port)
    try:
        paths = ("/-/status?article=news/later.md", "/-/status", "/-/metrics", "/-/ready", "/-/fresh")
        kinds = ("text/html", "application/json")
        return "".join(client.ask(path, Host=host, Accept=kind).body.decode() for path in paths for kind in kinds)
    finally:
        client.close()
