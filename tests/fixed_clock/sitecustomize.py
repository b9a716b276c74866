"""Fixes the clock of a Python program that has this folder on its PYTHONPATH, and of all Python programs it starts.

FEEDSVC_FIXED_NOW holds the instant in ISO 8601 with its zone. Two versions of the service are only comparable if both
are given the same time: first sight, revisions, withdrawals and Last-Modified all carry the instant of publication.
Timers (`time.monotonic`, `time.sleep`) are not touched.
"""

import ctypes
import datetime
import gc
import os
import time

VARIABLE = "FEEDSVC_FIXED_NOW"


def fix(instant: datetime.datetime) -> None:
    """Makes `instant` the result of `datetime.now`, `utcnow`, `today`, `time.time` and `time.time_ns`."""
    seconds, real = instant.timestamp(), datetime.datetime

    def now(_cls: type, tz: datetime.tzinfo | None = None) -> datetime.datetime:
        return real.fromtimestamp(seconds, tz)

    def utcnow(_cls: type) -> datetime.datetime:
        return real.fromtimestamp(seconds, datetime.UTC).replace(tzinfo=None)

    # The type is written in C and takes no assignment, and libraries such as msgspec accept no subclass in its place.
    # Its `__dict__` is a read-only view; the one object that this refers to is the dictionary itself.
    [names] = gc.get_referents(real.__dict__)
    names |= {"now": classmethod(now), "utcnow": classmethod(utcnow)}
    ctypes.pythonapi.PyType_Modified(ctypes.py_object(real))
    time.time = lambda: seconds  # `date.today` asks this one
    time.time_ns = lambda: int(seconds * 1e9)
    if datetime.datetime.now(datetime.UTC) != instant:
        raise SystemExit("this Python does not let its clock be fixed; see tests/fixed_clock/sitecustomize.py")


if VARIABLE in os.environ:
    fix(datetime.datetime.fromisoformat(os.environ[VARIABLE]))
