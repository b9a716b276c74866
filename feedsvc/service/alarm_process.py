"""The process that sends alarms. It is a separate process because it must report when any other one is dead."""

import asyncio
import os
import random
import time

from feedsvc.config import Config
from feedsvc.push.client import HttpClient
from feedsvc.push.guard import Guard
from feedsvc.service.alarm_loop import AlarmLoop, lock_path
from feedsvc.service.alert_sending import Sender
from feedsvc.service.alert_wiring import make_reader, read_secrets
from feedsvc.service.folder_lock import hold_lock
from feedsvc.service.process_main import begin, work_in_loop
from feedsvc.service.publishing_here import publishers_store, turn_with
from feedsvc.service.settings import now

AGENT = "feedsvc (alerts)"


def main() -> None:
    """The program that the supervisor starts. Its argument is the descriptor of the settings."""
    work_in_loop(run, begin())


async def run(settings: Config, stop: asyncio.Event) -> None:
    """Watches until `stop` is set. If no alarms are configured, it only waits."""
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
    """Watches while this node, of several, is the one that publishes."""
    while (store := await publishers_store(settings, stop)) is not None:
        async with turn_with(settings, store, stop) as end:
            await _run(settings, end)


def make_client(settings: Config) -> HttpClient:
    """The client for webhooks."""
    return HttpClient(Guard(settings.push.allow), time.monotonic, agent=AGENT)


def make_alarm_loop(settings: Config) -> AlarmLoop:
    """The loop that sends alarms for `settings`."""
    client = make_client(settings)
    sender = Sender(settings, client, read_secrets(), lambda: int(now().timestamp()))
    return AlarmLoop(settings, make_reader(settings), sender, client, now, random.random)
