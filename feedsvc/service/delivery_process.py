"""The process that writes each Edition to the destinations of `[[publish]]`, apart from publishing and serving."""

import os
import time
from pathlib import Path
from threading import Thread

from feedsvc.service.destinations import deliveries_of, is_bucket
from feedsvc.service.process_main import begin, stop_event
from feedsvc.service.watchdog import exit_if_hung

PATIENCE = 2.0
"""Seconds for which this process, when asked to end, waits for running attempts. After that each file is either the old
or the new version."""
_TICK = 1.0


def main() -> None:
    """The program that the supervisor starts. Its argument is the descriptor of the settings."""
    settings, stop = begin(), stop_event()
    deliveries = deliveries_of(settings, stop)
    # Requests to buckets have time limits; only a disk may fail to respond for ever.
    folders = [each for each in deliveries if not is_bucket(each.name)]
    threads = [Thread(target=each.run, name=each.name, daemon=True) for each in deliveries]
    for thread in threads:
        thread.start()
    while all(thread.is_alive() for thread in threads) and not stop.wait(_TICK):
        for each in folders:
            exit_if_hung(each.watchdog, time.monotonic(), Path(each.name), f"the writing of {each.name}")
    deadline = time.monotonic() + PATIENCE
    for thread in threads if stop.is_set() else ():
        thread.join(max(0.0, deadline - time.monotonic()))
    # If a thread has ended before, it met an unforeseen error: the supervisor starts another process.
    os._exit(0 if stop.is_set() else 1)
