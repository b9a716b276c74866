"""The common start of the programs that the supervisor runs: settings, log, heartbeat, and the signals to end."""

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
"""Seconds between two checks whether the work has ended."""


def begin(*quiet: str) -> Config:
    """Starts the heartbeat and the log. Returns the settings that the supervisor hands over; the program's argument is
    their descriptor. Records of the libraries `quiet` are logged from WARNING on."""
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
    """Runs `work`, and ends the process when the work has ended, at most `patience` seconds after a signal to end.

    The work runs in another thread, since Python handles no signals while its main thread waits for a database.
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
    """Runs `work` in an event loop until it has ended, which it does soon after its event is set. Then ends the
    process, even if calls still hang in other threads, such as a name lookup."""
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
