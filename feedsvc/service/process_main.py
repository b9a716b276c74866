"""The programs that the supervisor starts, up to their work: settings, log, heartbeat, and the signals that end it."""

import asyncio
import logging
import os
import signal
import sys
from collections.abc import Callable, Coroutine
from threading import Event, Thread
from typing import NoReturn

from feedsvc.config import Config
from feedsvc.service.heartbeat import start_heartbeat
from feedsvc.service.log_setup import log_to_stderr
from feedsvc.service.settings_handover import read_settings

END_SIGNALS = signal.SIGTERM, signal.SIGINT
_LOOK = 1.0
"""Seconds between two looks whether the work goes on."""


def begin(*quiet: str) -> Config:
    """The settings that the supervisor hands over; the program's argument is their descriptor. Log lines of the
    libraries `quiet` appear from WARNING on."""
    start_heartbeat()
    log_to_stderr()
    for name in quiet:
        logging.getLogger(name).setLevel(logging.WARNING)
    return read_settings(int(sys.argv[1]))


def stop_event() -> Event:
    """An event that is set when the process is to end."""
    stop = Event()
    for number in END_SIGNALS:
        signal.signal(number, lambda *_: stop.set())
    return stop


def work_in_thread(work: Callable[[Config, Event], None], settings: Config, patience: float) -> NoReturn:
    """Does `work`, and ends the process `patience` seconds after it is told to end, or when the work has ended.

    The work is in another thread, as Python handles no signal while its main thread waits for a database.
    """
    stop = stop_event()
    thread = Thread(target=work, args=(settings, stop), name="work", daemon=True)
    thread.start()
    while thread.is_alive() and not stop.wait(_LOOK):
        pass
    thread.join(patience)
    os._exit(0 if stop.is_set() else 1)


def work_in_loop(
    work: Callable[[Config, asyncio.Event], Coroutine[object, object, None]], settings: Config
) -> NoReturn:
    """Does `work` in an event loop until it has ended, as it does soon after its event is set; ends the process then,
    whatever still hangs in other threads, such as the look-up of a name."""
    logging.getLogger("asyncio").setLevel(logging.ERROR)
    asyncio.run(_until_signal(work, settings))
    os._exit(0)


async def _until_signal(
    work: Callable[[Config, asyncio.Event], Coroutine[object, object, None]], settings: Config
) -> None:
    stop = asyncio.Event()
    for number in END_SIGNALS:
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await work(settings, stop)
