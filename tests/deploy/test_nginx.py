"""A real nginx on the published folder, and before the service, answers as `feedsvc serve` does."""

import os
import random
import re
import shutil
import signal
import sqlite3
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from itertools import product
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

import pytest
from deploy_sample import (
    BROTLI,
    NAMES,
    NGINX,
    Answer,
    Client,
    ask,
    newsroom,
    nginx,
    publish_to,
    send,
    serving,
    wait_until,
)
from edition import SMALL, Newsroom, story
from ports import free_port

from feedsvc.web.tokens import hash_of

if NGINX is None and os.environ.get("FEEDSVC_NEEDS_NGINX") == "1":
    raise AssertionError("FEEDSVC_NEEDS_NGINX=1, but there is no nginx (Debian: apt-get install nginx-light)")
pytestmark = pytest.mark.skipif(NGINX is None, reason="needs nginx on PATH (Debian: apt-get install nginx-light)")

CODINGS = ("identity", "gzip", "br") if BROTLI.exists() else ("identity", "gzip")
COMPARED = (
    *("content-type", "content-length", "content-encoding", "cache-control", "vary", "location", "allow"),
    *(
        "access-control-allow-origin",
        "access-control-expose-headers",
        "content-security-policy",
        "x-content-type-options",
        "link",
        "accept-ranges",
    ),
)
CANARY = "canary-7f3a.example"
SECTION_LINK = re.compile(rb'\n<a class="button" href="[^"]+/" dir="auto">[^<]*</a>')


@pytest.fixture(autouse=True)
def _no_waiting_for_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """What syncing is for, no test can see."""
    monkeypatch.setattr(os, "fsync", lambda _descriptor: None)


class Stand(NamedTuple):
    """One newsroom behind three servers, by port."""

    made: Newsroom
    folder: Path
    service: int
    static: int
    proxy: int
    clients: dict[int, Client]

    def ask(self, port: int, path: str, method: str = "GET", **headers: str) -> Answer:
        """On the one connection to that port."""
        return self.clients[port].ask(path, method, **headers)


@pytest.fixture(scope="module")
def stand(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    base = tmp_path_factory.mktemp("stand")
    made, folder = newsroom(base / "newsroom"), base / "site"
    publish_to(made, folder)
    ports = free_port(), free_port(), free_port()
    with (
        serving(made, ports[0]),
        nginx("nginx.conf", base / "nginx", ports[1], {"/var/www/feedsvc": str(folder)}),
        nginx("nginx-proxy.conf", base / "proxy", ports[2], before(ports[0], base)),
    ):
        clients = {port: Client(port) for port in ports}
        yield Stand(made, folder, *ports, clients)
        for client in clients.values():
            client.close()


def before(service: int, base: Path) -> dict[str, str]:
    """The lines that an operator changes in nginx-proxy.conf."""
    table = "".join(f'        "{name}" "{name}";\n' for name in NAMES[1:])
    return {
        "127.0.0.1:8000": f"127.0.0.1:{service}",
        "/var/cache/nginx/feedsvc": str(base / "cache"),
        'default "www.harbourledger.example";': f'default "{NAMES[0]}";',
        '        "www.harbourledger.example.net" "www.harbourledger.example.net";\n': table,
    }


@pytest.fixture(scope="module")
def paths(stand: Stand) -> list[str]:
    """Every address of the newsroom, quoted: what is there, what was, what moved, and what never was."""
    database = sqlite3.connect(stand.made.database)
    known = {path for (path,) in database.execute("select path from documents")}
    database.close()
    folders = {path.removesuffix("/") for path in known if path.endswith("/") and path != "/"}
    articles = {path.rpartition("/")[0] for path in known if path.startswith("/articles/")}
    slugs = {f"{path}/an-old-slug" for path in articles} | {f"{path}/" for path in articles}
    odd = {
        "/feed/",
        "/вести/",
        "/old feed",
        "/never",
        "/never/",
        "/articles",
        "/articles/",
        "/media/",
        "/media/never.png",
    }
    ours = {"/index.html", "/rss.xml.gz", "/atom.xml.br", "/news/eu/index.html", "//rss.xml", "/articles/zz/", "/NEVER"}
    return sorted(map(quote, known | folders | articles | slugs | odd | ours))


# --- the folder, as the service would -----------------------------------------------------------------------------


def test_nginx_on_the_folder_answers_as_the_service_does(stand: Stand, paths: list[str]) -> None:
    assert len(paths) > 60
    differing = [
        f"{method} {host}{path} {coding} {condition}: {left} and not {right}"
        for path, host, coding in product(paths, NAMES, CODINGS)
        for method, condition, left, right in _asked_alike(stand, path, host, coding)
        if left != right
    ]
    assert not differing, "\n".join(differing[:6])


Seen = tuple[int, dict[str, str], bytes]
CONDITIONS = ("plain", "own ETag", "its date", "an older date", "a newer date")


def _asked_alike(stand: Stand, path: str, host: str, coding: str) -> Iterator[tuple[str, str, Seen, Seen]]:
    """Each method and condition, once, and what nginx and the service answer to it."""
    ports = stand.static, stand.service
    plain = [stand.ask(port, path, Host=host, Accept_Encoding=coding) for port in ports]
    yield "GET", "plain", _seen(plain[0]), _seen(plain[1])
    for method, condition in (*product(("GET", "HEAD"), CONDITIONS), ("POST", "plain")):
        headers = [_headers(answer, condition) for answer in plain]
        if any(headers) or (condition == "plain" and method != "GET"):
            found = [
                stand.ask(port, path, method, Host=host, Accept_Encoding=coding, **sent)
                for port, sent in zip(ports, headers, strict=True)
            ]
            yield method, condition, _seen(found[0]), _seen(found[1])


def _headers(plain: Answer, condition: str) -> dict[str, str]:
    """What a client says that has `plain`; for what has no validators, nothing."""
    if condition == "plain" or "etag" not in plain.headers:
        return {}
    if condition == "own ETag":
        return {"If_None_Match": plain.headers["etag"]}
    moved = timedelta(hours={"its date": 0, "an older date": -1, "a newer date": 1}[condition])
    date = parsedate_to_datetime(plain.headers["last-modified"]) + moved
    return {"If_Modified_Since": format_datetime(date.astimezone(UTC), usegmt=True)}


def _seen(answer: Answer) -> Seen:
    """What has to be alike; where there is a 304 or a message, only the service knows when it was modified."""
    headers = {name: answer.headers[name] for name in COMPARED if name in answer.headers}
    if answer.code == 200:
        headers["last-modified"] = answer.headers["last-modified"]
        assert "etag" in answer.headers
    if answer.code in (404, 410):  # files have one page for all addresses, which leads to no section
        headers.pop("content-length", None)
        return answer.code, headers, SECTION_LINK.sub(b"", answer.body)
    return answer.code, headers, answer.body


def test_the_matrix_has_all_kinds_of_answers(stand: Stand, paths: list[str]) -> None:
    codes = {ask(stand.static, path).code for path in paths}
    assert codes == {200, 301, 404, 410}


def test_a_film_comes_in_parts(stand: Stand) -> None:
    for port in (stand.static, stand.service, stand.proxy):
        part = ask(port, "/media/news/tide%20bell.mp4", Range="bytes=256-259")
        assert (part.code, part.body, part.headers["content-type"]) == (206, b"\0\1\2\3", "video/mp4")
        assert part.headers["content-range"] == "bytes 256-259/10240"
        beyond = ask(port, "/media/news/tide%20bell.mp4", Range="bytes=99999-")
        assert beyond.code == 416


def test_an_update_within_the_second_is_never_taken_for_the_same(tmp_path: Path) -> None:
    """100 edits, each with the validators of all before it: nginx's ETag is date and length, and lengths repeat."""
    made, folder, port = Newsroom(tmp_path / "newsroom", SMALL), tmp_path / "site", free_port()
    when = datetime.now(UTC) - timedelta(hours=1)
    made.publish(when)
    publish_to(made, folder)
    with (
        nginx("nginx.conf", tmp_path / "nginx", port, {"/var/www/feedsvc": str(folder)}),
        closing(Client(port)) as client,
        made.press(when) as publish,
    ):
        for coding in ("identity", "gzip"):
            had = [client.ask("/rss.xml", Accept_Encoding=coding)]
            for number in range(50):
                made.write("news/tide.md", story(f"Tide table {number:03d} {coding}"))
                publish(when)
                publish_to(made, folder)
                for old in had:
                    tag, date = old.headers["etag"], old.headers["last-modified"]
                    assert client.ask("/rss.xml", Accept_Encoding=coding, If_None_Match=tag).code == 200
                    assert client.ask("/rss.xml", Accept_Encoding=coding, If_Modified_Since=date).code == 200
                had.append(client.ask("/rss.xml", Accept_Encoding=coding))
            assert len({answer.body for answer in had}) == len(had)


def test_the_folder_is_read_while_it_is_written_and_every_body_is_whole(tmp_path: Path) -> None:
    made, folder, port = Newsroom(tmp_path / "newsroom", SMALL), tmp_path / "site", free_port()
    made.publish()
    publish_to(made, folder)
    stop: list[bool] = []

    def read() -> int:
        count = 0
        while not stop:
            answer = ask(port, "/rss.xml")
            assert (answer.code, answer.body.rstrip()[-6:]) == (200, b"</rss>")
            count += 1
        return count

    with (
        nginx("nginx.conf", tmp_path / "nginx", port, {"/var/www/feedsvc": str(folder)}),
        ThreadPoolExecutor(2) as pool,
    ):
        readers = [pool.submit(read) for _ in range(2)]
        try:
            for number in range(20):
                made.write("news/tide.md", story(f"Tide table {number}", "Water. " * 10 * number))
                made.publish()
                publish_to(made, folder)
        finally:
            stop.append(True)
        assert sum(reader.result() for reader in readers) > 20


def test_nginx_takes_whatever_maps_conf_may_hold(tmp_path: Path) -> None:
    """Paths that differ by case alone, the longest of names, and every character that means something to nginx."""
    odd = "".join(
        f"[[redirects]]\nfrom = '{old}'\nto = '/rss.xml'\n"
        for old in ("/Old", "/old", "/a;b{c}", '/say"so', "/back\\slash", "/$host", "/~^(x", "/#", "/é" + "é" * 100)
        if "#" not in old
    )
    made, folder, port = newsroom(tmp_path / "newsroom", odd), tmp_path / "site", free_port()
    publish_to(made, folder)
    with nginx("nginx.conf", tmp_path / "nginx", port, {"/var/www/feedsvc": str(folder)}):
        for old in ("/Old", "/old", "/a;b{c}", '/say"so', "/back\\slash", "/$host", "/~^(x", "/é" + "é" * 100):
            answer = ask(port, quote(old))
            assert (answer.code, answer.headers.get("location")) == (301, "/rss.xml"), old


# --- whoever says what in Host and the like --------------------------------------------------------------------------


def forms() -> Iterator[tuple[str, int]]:
    """`(request line and headers, number of the address that is meant)`: 60 ways to name a host, most of them lies."""
    canonical, mirror = NAMES[0], NAMES[1]
    line = "GET /rss.xml HTTP/1.1"
    spellings = ("{}", "{}:443", "{}:8080", "{}.", "{}.:80")
    for number, name in enumerate((canonical, mirror)):
        for spelling in spellings:
            yield f"{line}\nHost: {spelling.format(name)}", number
            yield f"{line}\nHost: {spelling.format(name.upper())}", number
    yield f"{line}\nHost: {NAMES[2]}", 2
    yield f"{line}\nHost: {NAMES[2]}:8080", 2
    strange = (CANARY, f"{CANARY}:80", f"{mirror}.{CANARY}", f"x{mirror}", "127.0.0.1", "localhost", "[::1]", "_", "*")
    for host in strange:
        yield f"{line}\nHost: {host}", 0
    lies = (
        f"X-Forwarded-Host: {CANARY}",
        f"X-Forwarded-Host: {canonical}, {CANARY}",
        f"X-Forwarded-Server: {CANARY}",
        f"X-Forwarded-For: {CANARY}",
        f"X-Forwarded-Proto: {CANARY}",
        f"X-Forwarded-Port: 666\nX-Forwarded-Prefix: /{CANARY}",
        f"X-Forwarded-Scheme: {CANARY}",
        f"Forwarded: host={CANARY};proto=https",
        f'Forwarded: for=192.0.2.1;host="{CANARY}"',
        f"X-Host: {CANARY}",
        f"X-Original-Host: {CANARY}",
        f"X-HTTP-Host-Override: {CANARY}",
        f"X-Original-URL: /{CANARY}",
        f"X-Rewrite-URL: /{CANARY}",
        f"X-Real-IP: {CANARY}",
        f"Origin: https://{CANARY}",
        f"Referer: https://{CANARY}/",
        f"Via: 1.1 {CANARY}",
        f"X-Accel-Redirect: /{CANARY}",
        f"Cookie: host={CANARY}",
    )
    for lie in lies:
        yield f"{line}\nHost: {mirror}\n{lie}", 1
    for query in (f"?host={CANARY}", f"?{CANARY}", f"?%0d%0aHost:%20{CANARY}", "?"):
        yield f"GET /rss.xml{query} HTTP/1.1\nHost: {mirror}", 1
    yield f"GET http://{CANARY}/rss.xml HTTP/1.1\nHost: {CANARY}", 0
    yield f"GET http://{mirror}/rss.xml HTTP/1.1\nHost: {mirror}", 1
    yield "GET /rss.xml HTTP/1.0", 0
    yield f"GET /rss.xml HTTP/1.0\nHost: {mirror}", 1
    yield f"{line}\nhOsT: {mirror}", 1


DISPUTED = (
    f"GET http://{NAMES[1]}/rss.xml HTTP/1.1\nHost: {CANARY}",
    f"GET http://{CANARY}/rss.xml HTTP/1.1\nHost: {NAMES[1]}",
    f"GET /rss.xml HTTP/1.1\nHost: {NAMES[0]}\nHost: {CANARY}",
    f"GET /rss.xml HTTP/1.1\nHost: {CANARY}@{NAMES[1]}",
    f"GET /rss.xml HTTP/1.1\nHost: {NAMES[1]}/{CANARY}",
    f"GET /rss.xml HTTP/1.1\nHost: {NAMES[1]} {CANARY}",
    "GET /rss.xml HTTP/1.1\nHost: ",
    "GET /rss.xml HTTP/1.1",
    f"GET http://{CANARY} HTTP/1.1\nHost: {CANARY}",
    f"GET //{CANARY}/rss.xml HTTP/1.1\nHost: {NAMES[1]}",
)
"""Requests of which servers may think differently, or want none; they get some mirror's bytes, or a refusal."""


def _raw(form: str) -> bytes:
    return (form.replace("\n", "\r\n") + "\r\nConnection: close\r\n\r\n").encode()


def _body(answer: bytes) -> bytes:
    return answer.partition(b"\r\n\r\n")[2]


def _code(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])


@pytest.mark.parametrize("server", ["service", "static", "proxy"])
def test_each_mirror_has_one_body_whatever_a_client_says(stand: Stand, server: str) -> None:
    port: int = getattr(stand, server)
    bodies = [ask(stand.service, "/rss.xml", Host=name).body for name in NAMES]
    assert len(set(bodies)) == len(NAMES)
    asked = list(forms())
    assert len(asked) + len(DISPUTED) >= 60
    random.Random(3).shuffle(asked)  # for the cache: whoever comes first must not decide what the next ones get
    for form, address in asked:
        answer = send(port, _raw(form))
        assert _code(answer) == 200, form
        assert _body(answer) == bodies[address], form
        assert CANARY.encode() not in answer, form
    for form in DISPUTED:
        answer = send(port, _raw(form))
        assert CANARY.encode() not in answer, form
        assert _code(answer) in (400, 404, 421) or _body(answer) in (*bodies, _body(send(port, _raw(_root(form))))), (
            form
        )
    assert [ask(port, "/rss.xml", Host=name).body for name in NAMES] == bodies


def _root(form: str) -> str:
    return f"GET / HTTP/1.1\nHost: {NAMES[0]}" if form.startswith(f"GET http://{CANARY} ") else form


@pytest.mark.parametrize("path", ["/news/eu", "/feed/", "/articles/zz/x", "/sport/", "/nowhere", "/"])
def test_no_other_answer_repeats_what_was_sent_either(stand: Stand, path: str) -> None:
    for port in (stand.service, stand.static, stand.proxy):
        form = f"GET {path}?{CANARY} HTTP/1.1\nHost: {CANARY}\nX-Forwarded-Host: {CANARY}\nForwarded: host={CANARY}"
        assert CANARY.encode() not in send(port, _raw(form))


# --- before the service ----------------------------------------------------------------------------------------------


def test_the_proxy_answers_as_the_service_does(stand: Stand, paths: list[str]) -> None:
    for path, host, coding in product(paths, NAMES[:2], CODINGS):
        direct, through = (
            stand.ask(port, path, Host=host, Accept_Encoding=coding) for port in (stand.service, stand.proxy)
        )
        assert _seen(through) == _seen(direct), path
        assert through.headers.get("etag") == direct.headers.get("etag")
        if direct.code == 200:
            same = stand.ask(stand.proxy, path, Host=host, Accept_Encoding=coding, If_None_Match=direct.headers["etag"])
            assert (same.code, same.body) == (304, b"")


@pytest.mark.parametrize(
    ("asked", "got"),
    [
        ("gzip, deflate, br", "br"),
        ("gzip, deflate", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("br;q=0.000,gzip;q=0.0", None),
        ("gzip;q=0.5", "gzip"),
        ("x-gzip", "gzip"),
        ("GZIP", "gzip"),
        ("brotli", None),
        ("gzipped", None),
        ("identity", None),
        ("", None),
    ],
)
def test_the_proxy_boils_codings_down_to_three(stand: Stand, asked: str, got: str | None) -> None:
    assert ask(stand.proxy, "/rss.xml", Accept_Encoding=asked).headers.get("content-encoding") == got


def test_only_reading_gets_through_the_proxy(stand: Stand) -> None:
    for method in ("POST", "PUT", "DELETE", "OPTIONS", "PURGE"):
        answer = ask(stand.proxy, "/rss.xml", method)
        assert (answer.code, answer.headers["allow"]) == (405, "GET, HEAD")


def test_the_proxy_passes_on_what_is_asked_of_the_hub_and_nothing_else(tmp_path: Path) -> None:
    made, ports = newsroom(tmp_path / "newsroom", "\n[push]\nhub = true\n"), (free_port(), free_port())
    form = f"hub.mode=subscribe&hub.callback=http://127.0.0.1/cb&hub.topic=https://{NAMES[0]}/rss.xml"
    with serving(made, ports[0]), nginx("nginx-proxy.conf", tmp_path / "proxy", ports[1], before(ports[0], tmp_path)):
        for path, said in (("/hub", b"hub.callback has an address"), ("/rss.xml", b"405")):
            head = f"POST {path} HTTP/1.1\r\nHost: {NAMES[0]}\r\nConnection: close\r\n"
            head += f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(form)}\r\n\r\n"
            assert said in send(ports[1], f"{head}{form}".encode())
        assert ask(ports[1], "/hub").code == 405
        assert 'rel="hub"' in ask(ports[1], "/rss.xml").headers["link"]


def test_a_line_break_in_a_path_starts_no_second_request(stand: Stand) -> None:
    for path in (
        "/rss.xml%0d%0aHost:%20x%0d%0a%0d%0aGET%20/-/status",
        "/rss.xml%20HTTP/1.1%0d%0aX:%20y",
        "/%00",
        "/%ff",
    ):
        answer = ask(stand.proxy, path)
        assert answer.code in (400, 404), path


def test_who_comes_once_an_hour_gets_this_hours_feed_and_none_is_lost_when_the_service_is_down(tmp_path: Path) -> None:
    made, ports = newsroom(tmp_path / "newsroom"), (free_port(), free_port())
    with nginx("nginx-proxy.conf", tmp_path / "proxy", ports[1], before(ports[0], tmp_path)):
        never = ask(ports[1], "/rss.xml")
        assert (never.code, never.headers["retry-after"]) == (503, "2")
        with serving(made, ports[0]) as service:
            assert b"Herring" not in ask(ports[1], "/rss.xml").body
            time.sleep(2.1)  # nginx counts whole seconds: what is valid for one may be shown for two
            made.write("news/herring.md", story("Herring are back"))
            wait_until(lambda: b"Herring" in ask(ports[0], "/rss.xml").body)
            fresh = ask(ports[1], "/rss.xml")
            assert b"Herring" in fresh.body
            service.send_signal(signal.SIGTERM)
            service.wait(15)
        time.sleep(1.1)
        down = ask(ports[1], "/rss.xml")
        assert (down.code, down.body) == (200, fresh.body)
        assert ask(ports[1], "/rss.xml", If_None_Match=fresh.headers["etag"]).code == 304
        assert ask(ports[1], "/atom.xml").code == 503


TOKEN = "kOq5-7Ylt_v0cPzT3sGm9wXh1uRb8dEe4fAaJn2iQxZ"
LOCKED = f"""
[[feeds]]
path = "/partners/msn.xml"
format = "rss"
token = "sha256:{hash_of(TOKEN)}"
"""


def test_no_cache_gives_a_partners_feed_to_a_stranger(tmp_path: Path) -> None:
    made, ports = newsroom(tmp_path / "newsroom", LOCKED), (free_port(), free_port())
    made.publish()
    with serving(made, ports[0]), nginx("nginx-proxy.conf", tmp_path / "proxy", ports[1], before(ports[0], tmp_path)):
        ways = [
            ("/partners/msn.xml", {"Authorization": f"Bearer {TOKEN}"}),
            (f"/partners/{TOKEN}/msn.xml", {}),
        ]
        for path, headers in ways * 2:
            answer = ask(ports[1], path, **headers)
            assert answer.code == 200
            assert answer.headers["cache-control"] == "private, no-store"
            assert ask(ports[1], path, If_None_Match=answer.headers["etag"], **headers).code == 304
            for stranger in ({}, {"Authorization": "Bearer x"}, {"Cookie": "a=b"}):
                refused = ask(ports[1], "/partners/msn.xml", **stranger)
                assert (refused.code, refused.body) == (401, b"")
            assert ask(ports[1], "/partners/other/msn.xml").code == 401
        assert TOKEN.encode() not in b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
        assert ask(ports[1], "/rss.xml", Authorization="Bearer x").code == 200


def test_the_shipped_files_name_no_place_of_this_machine() -> None:
    from deploy_sample import DEPLOY

    for path in DEPLOY.iterdir():
        assert not {"/work", "/tmp", "/home"} & set(path.read_text("utf-8").split("/")), path


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs systemd-analyze")
def test_the_unit_gives_the_service_little_power(tmp_path: Path) -> None:
    import subprocess

    from deploy_sample import DEPLOY

    command = ["systemd-analyze", "security", "--offline=true", "--threshold=30", "--no-pager"]
    result = subprocess.run([*command, str(DEPLOY / "feedsvc.service")], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout[-2000:]
