"""The pushing process beside the others: killed at any moment it forgets nothing, and its trouble is its own."""

import http.client
import os
import random
import re
import signal
import time
from pathlib import Path
from urllib.parse import urlencode

import psutil
import pytest
from service import Newsroom, Service, running, wait_for
from subscriber import Listener, Said, listening

KILLS = int(os.environ.get("FEEDSVC_KILLS", "25")) // 2
ALLOW = 'allow = ["127.0.0.0/8"]\n'


def newsroom(folder: Path, push: str) -> Newsroom:
    room = Newsroom(folder, tables=f"[defaults]\nlimit = 1000\n[push]\n{push}\n{ALLOW}")
    room.write("news/first.md")
    return room


def topic(service: Service, path: str = "/rss.xml") -> str:
    return f"http://127.0.0.1:{service.port}{path}"


def ask(service: Service, **fields: str) -> int:
    body = urlencode({f"hub.{name}": value for name, value in fields.items()})
    connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=20)
    try:
        connection.request("POST", "/hub", body, {"Content-Type": "application/x-www-form-urlencoded"})
        return connection.getresponse().status
    finally:
        connection.close()


def subscribe(service: Service, reader: Listener, **more: str) -> None:
    before = len(reader.gets)
    fields = {"mode": "subscribe", "callback": f"{reader.url}/cb", "topic": topic(service)}
    assert ask(service, **fields | more) == 202
    wait_for(lambda: len(reader.gets) > before, "the verification")
    wait_for(lambda: "1  http" in service.newsroom.here("push", "subscribers").stdout, "the subscription")


def kill(process: psutil.Process) -> None:
    if process.is_running():
        process.kill()


def states(told: list[Said]) -> list[int]:
    """The number of items of each delivery: it grows with each Edition here."""
    return [len(re.findall(rb"<item>", each.body)) for each in told]


@pytest.mark.timed
def test_a_subscriber_is_told_soon_after_an_article_is_saved(tmp_path: Path) -> None:
    with listening() as reader, running(newsroom(tmp_path, "hub = true")) as service:
        subscribe(service, reader, secret="s3cret")
        saved = time.time()
        service.newsroom.write("news/second.md")
        told = wait_for(lambda: reader.posts, "the delivery")[0]
        assert told.at - saved < 3
        assert told.is_signed_with("s3cret")
        service.wait_for_title("second")
        assert told.body == service.get("/rss.xml").body
        delivered = re.compile(r"deliver .*/cb  edition \d+ .*/rss\.xml: 200 \(\d+ ms\)")
        wait_for(
            lambda: delivered.search(service.newsroom.here("push", "log", "rss.xml").stdout), "its line in the log"
        )
        assert "s3cret" not in service.newsroom.here("push", "log", "rss.xml").stdout + service.log
        assert "1 subscriptions" in service.newsroom.here("push").stdout


def test_what_was_published_while_the_process_was_dead_is_told_by_the_next(tmp_path: Path) -> None:
    with listening() as reader:
        room = newsroom(tmp_path, "hub = true")
        with running(room) as service:
            subscribe(service, reader)
            pusher = service.pusher()
            pusher.suspend()
            room.write("news/second.md")
            service.wait_for_title("second")
            kill(pusher)
            told = wait_for(lambda: reader.posts, "the delivery")
            assert states(told)[-1] == 2
        reader.said.clear()
        room.write("news/third.md")
        assert room.run("publish").returncode == 0  # nobody pushes
        assert not reader.posts
        with running(room) as service:
            told = wait_for(lambda: reader.posts, "the delivery after the restart")
            assert states(told) == [3]
            time.sleep(1)
        assert states(reader.posts) == [3]


def test_killed_at_any_moment_it_tells_the_newest_state_in_the_end_and_no_older_one_after_it(tmp_path: Path) -> None:
    chance = random.Random(7)
    with listening() as reader, running(newsroom(tmp_path, "hub = true")) as service:
        subscribe(service, reader)
        for number in range(KILLS):
            service.newsroom.write(f"news/{number}.md")
            time.sleep(chance.random())
            kill(service.pusher() if chance.random() < 0.6 else service.publisher())
        service.wait_for_title(f"{KILLS - 1}")
        wait_for(lambda: states(reader.posts)[-1:] == [KILLS + 1], "the newest state", 60)
        found = states(reader.posts)
    assert found == sorted(found)
    assert len(found) <= 2 * KILLS


def test_hubs_that_hang_and_fail_hold_up_neither_publishing_nor_serving(tmp_path: Path) -> None:
    with listening() as hangs, listening() as fails:
        hangs.delay, fails.status, fails.headers = 30, 503, {"Retry-After": "3600"}
        push = f'hub = true\nhubs = ["{hangs.url}/", "{fails.url}/", "http://127.0.0.1:9/"]'
        with running(newsroom(tmp_path, push)) as service:
            wait_for(lambda: hangs.posts and fails.posts, "the pings")
            for number in range(5):
                begun = time.monotonic()
                service.newsroom.write(f"news/{number}.md")
                service.wait_for_title(f"{number}")
                assert time.monotonic() - begun < 5
            assert service.get("/-/ready").status == 200
            waiting = service.newsroom.here("push").stdout
            assert "waiting: " in waiting
            assert f"hub {hangs.url}/" in waiting
            assert service.end() == 0


def test_without_push_there_is_no_such_process(tmp_path: Path) -> None:
    room = Newsroom(tmp_path)
    room.write("news/first.md")
    with running(room) as service:
        lines = [" ".join(process.cmdline()) for process in service.family()]
    assert not [line for line in lines if "push_process" in line]
    assert len(lines) == 3


def test_two_services_on_one_store_tell_each_state_once(tmp_path: Path) -> None:
    with listening() as reader:
        room = newsroom(tmp_path, "hub = true")
        with running(room) as service:
            subscribe(service, reader)
            other = Newsroom(tmp_path / "other", tables=f"[push]\nhub = true\n{ALLOW}")
            text = room.config.read_text("utf-8").replace(f"port = {room.port}", f"port = {other.port}")
            text = text.replace(
                "[schedule]", f'[articles]\npath = "{room.articles}"\n[state]\npath = "{tmp_path}/.feedsvc"\n[schedule]'
            )
            other.config.write_text(text, "utf-8")
            with running(other):
                room.write("news/second.md")
                wait_for(lambda: reader.posts, "the delivery")
                time.sleep(1.5)
                assert states(reader.posts) == [2]


def test_operators_ping_a_hub_by_hand_and_try_again_what_waits(tmp_path: Path) -> None:
    with listening() as hub:
        room = newsroom(tmp_path, f'hubs = ["{hub.url}/"]')
        assert room.run("publish").returncode == 0
        hub.status = 204
        result = room.here("push", "test")
        assert (result.returncode, result.stdout) == (0, f"{hub.url}/: 204\n")
        hub.status = 400
        assert room.here("push", "test").returncode == 1
        assert "6 ping" in room.here("push", "status").stdout
        assert room.here("push", "retry", f"{hub.url}/").returncode == 0
        nothing = room.here("push", "retry", "https://nobody.example/")
        assert (nothing.returncode, "nothing waits" in nothing.stderr) == (1, True)
        assert room.here("push", "log").stdout == ""


def test_another_hub_is_told_after_a_reload_and_push_that_is_new_asks_for_a_restart(tmp_path: Path) -> None:
    with listening() as first, listening() as second:
        room = newsroom(tmp_path, f'hubs = ["{first.url}/"]')
        with running(room) as service:
            wait_for(lambda: first.posts, "the pings of the first hub")
            room.configure(tables=f'[push]\nhubs = ["{second.url}/"]\n{ALLOW}')
            service.signal(signal.SIGHUP)
            wait_for(lambda: second.posts, "the pings of the second hub")
            told = len(first.posts)
            room.write("news/second.md")
            service.wait_for_title("second")
            time.sleep(2)
            assert len(first.posts) == told
    plain = Newsroom(tmp_path / "plain")
    plain.write("news/first.md")
    with running(plain) as service:
        plain.configure(tables="[push]\nhub = true\n")
        service.signal(signal.SIGHUP)
        wait_for(lambda: "[push] is new; restart the service" in service.log, "the warning")
