"""SIGHUP: a running service reads its configuration anew, if it is sound, and nobody is turned away meanwhile."""

import os
import pty
import signal
import threading
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import psutil
import pytest
from service import LONG, Newsroom, Service, command_line, running, wait_for

from feedsvc.web.tokens import hash_of

EVENING = '[[feeds]]\npath = "/evening.xml"\nformat = "rss"\n'


@pytest.fixture
def newsroom(tmp_path: Path) -> Newsroom:
    room = Newsroom(tmp_path)
    room.write("news/eu/ferry.md")
    return room


@pytest.fixture
def service(newsroom: Newsroom) -> Iterator[Service]:
    with running(newsroom) as started:
        yield started


def reload(service: Service) -> None:
    service.signal(signal.SIGHUP)


def test_a_feed_that_config_toml_adds_is_published_and_no_request_fails_meanwhile(
    newsroom: Newsroom, service: Service
) -> None:
    parent, ended, answers = service.pid, threading.Event(), set()

    def poll() -> None:
        while not ended.is_set():
            answers.add(service.get("/rss.xml", patience=LONG).status)

    polling = threading.Thread(target=poll)
    polling.start()
    try:
        newsroom.configure(tables=EVENING)
        reload(service)
        service.wait_until_served("/evening.xml")
    finally:
        ended.set()
        polling.join()
    assert answers == {200}
    assert service.pid == parent
    assert "ERROR" not in service.log


@pytest.mark.timed
def test_no_request_waits_for_a_reload_and_the_number_of_processes_stays(newsroom: Newsroom) -> None:
    """The process that serves ends only when its successor is ready; twice in a row, with two of them."""
    with running(newsroom, "--workers", "2") as service:
        before, ended, longest = serving(service), threading.Event(), [0.0]
        assert len(before) == 2

        def poll() -> None:
            while not ended.is_set():
                begun = time.monotonic()
                assert service.get("/rss.xml", patience=LONG).status == 200
                longest[0] = max(longest[0], time.monotonic() - begun)

        polling = threading.Thread(target=poll)
        polling.start()
        try:
            for _ in range(2):
                reload(service)
                wait_for(partial(are_two_others, before, service), "two others serve")
                before |= serving(service)
        finally:
            ended.set()
            polling.join()
        assert longest[0] < 1
        assert "its successor serves already" in service.log
        assert "ERROR" not in service.log


def are_two_others(before: set[int], service: Service) -> bool:
    now = serving(service)
    return len(now) == 2 and not before & now


def serving(service: Service) -> set[int]:
    return {process.pid for process in service.family() if "feedsvc.service.serving_process" in command_line(process)}


def test_a_token_that_was_changed_opens_nothing_any_more(newsroom: Newsroom, service: Service) -> None:
    def locked(token: str) -> str:
        return f'{EVENING}token = "sha256:{hash_of(token)}"\n'

    def status(token: str) -> int:
        return service.get("/evening.xml", patience=LONG, Authorization=f"Bearer {token}").status

    newsroom.configure(tables=locked("a" * 43))
    reload(service)
    wait_for(lambda: status("a" * 43) == 200, "the first token opens the feed")
    newsroom.configure(tables=locked("b" * 43))
    reload(service)
    wait_for(lambda: status("b" * 43) == 200, "the second token opens the feed")
    assert status("a" * 43) == 401


def test_a_configuration_with_mistakes_is_told_and_changes_nothing(newsroom: Newsroom, service: Service) -> None:
    before = {process.pid for process in service.family()}
    newsroom.config.write_text("[site]\ntitel = 1\n", encoding="utf-8")
    reload(service)
    wait_for(lambda: "continues with the configuration that it has" in service.log, "a word in the log")
    assert "titel" in service.log
    assert {process.pid for process in service.family()} == before
    assert service.titles() == ["ferry"]


def test_a_process_that_does_not_end_when_it_is_told_is_replaced_all_the_same(
    newsroom: Newsroom, service: Service
) -> None:
    server = service.server()
    server.suspend()
    newsroom.configure(tables=EVENING)
    reload(service)
    wait_for(lambda: not server.is_running(), "the process is killed")
    assert "stopped sending heartbeats" not in service.log  # as it would be without a word, if later
    assert service.wait_until_served("/evening.xml")


def test_where_it_listens_counts_from_the_next_restart(newsroom: Newsroom, service: Service) -> None:
    newsroom.config.write_text(newsroom.config.read_text(encoding="utf-8") + "workers = 2\n", encoding="utf-8")
    reload(service)
    wait_for(lambda: "changes in [server] take effect at the next restart" in service.log, "a word in the log")
    assert service.wait_until_served()


def test_a_terminal_that_is_closed_ends_the_service(newsroom: Newsroom) -> None:
    pid, terminal = pty.fork()
    if pid == 0:  # its leader: who started the service by hand
        os.execv(newsroom.command("serve")[0], newsroom.command("serve"))
    service = psutil.Process(pid)
    try:
        wait_for(Service(newsroom).serves, "the service answers")
        family = service.children(recursive=True)
        os.close(terminal)
        wait_for(lambda: os.waitpid(pid, os.WNOHANG)[0], "the service ends")
        assert psutil.wait_procs(family, LONG)[1] == []
    finally:
        for process in [service, *service.children(recursive=True)] if service.is_running() else []:
            process.kill()
