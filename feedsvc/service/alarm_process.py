"""The process that tells of trouble. It is one of its own, since it has to tell of every other that is dead."""

import asyncio
import logging
import os
import random
import signal
import sys
import time

from feedsvc.config import Config
from feedsvc.push.client import HttpClient
from feedsvc.push.guard import Guard
from feedsvc.service.alarm_loop import AlarmLoop, lock_path
from feedsvc.service.alert_sending import Sender
from feedsvc.service.alert_wiring import make_reader, read_secrets
from feedsvc.service.folder_lock import hold_lock
from feedsvc.service.heartbeat import start_heartbeat
from feedsvc.service.log_setup import log_to_stderr
from feedsvc.service.publishing_here import end_when, is_publisher, publishers_store
from feedsvc.service.settings import now
from feedsvc.service.settings_handover import read_settings

AGENT = "feedsvc (alerts)"


def main() -> None:
    """The program that the supervisor starts. Its argument is the descriptor of the settings."""
    start_heartbeat()
    log_to_stderr()
    logging.getLogger("asyncio").setLevel(logging.ERROR)
    settings = read_settings(int(sys.argv[1]))
    asyncio.run(run(settings))
    os._exit(0)  # a mail server that hangs would keep the process


async def run(settings: Config) -> None:
    """Watches until SIGTERM or SIGINT. Where nobody is to be told anything, it only waits."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    if not settings.has_alarms:
        await stop.wait()
        return
    lock = await hold_lock(lock_path(settings.state.path), "tells of trouble", stop)
    if lock is not None:
        await (_run_in_turns if settings.state.url else _run)(settings, stop)
        os.close(lock)


async def _run(settings: Config, stop: asyncio.Event) -> None:
    await make_alarm_loop(settings).run(stop)


async def _run_in_turns(settings: Config, stop: asyncio.Event) -> None:
    """Watches while this node is the one of several that publishes."""
    while (store := await publishers_store(settings, stop)) is not None:
        end = asyncio.Event()
        watch = asyncio.create_task(end_when(lambda: not is_publisher(settings, store), stop, end))
        try:
            await _run(settings, end)
        finally:
            watch.cancel()
            store.close()


def make_client(settings: Config) -> HttpClient:
    """The client for webhooks."""
    return HttpClient(Guard(settings.push.allow), time.monotonic, agent=AGENT)


def make_alarm_loop(settings: Config) -> AlarmLoop:
    """The loop that tells of trouble."""
    client = make_client(settings)
    sender = Sender(settings, client, read_secrets(), lambda: int(now().timestamp()))
    return AlarmLoop(settings, make_reader(settings), sender, client, now, random.random)


if __name__ == "__main__":
    main()
