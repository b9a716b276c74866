"""`feedsvc serve`: the parent of one publishing process and N serving ones. Whichever of them dies comes back.

The parent itself stays small: what publishes and what serves is imported by its children alone.
"""

import logging
import multiprocessing
import os
import socket
import sys
import time
from collections.abc import Callable, Iterable
from multiprocessing.process import BaseProcess
from pathlib import Path
from threading import Event, Thread
from typing import Any

from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels

from feedsvc.config import CONFIG_VARIABLE

log = logging.getLogger(__name__)

SERVING_ENDS, PUBLISHING_ENDS = 2, 7
"""Seconds that the children have to end by themselves; together less than ten."""
PORT_PATIENCE = 5.0
"""Seconds to wait for a port that the children of a killed parent may still hold: they notice in less."""
_PARENT = "FEEDSVC_PARENT"


def serve(config: Path, host: str, port: int, workers: int) -> None:
    """Run until SIGTERM or SIGINT. Raises OSError where the port is taken."""
    multiprocessing.set_start_method("spawn")  # a fork would copy the threads' locks, but not the threads
    _wait_for_port(host, port)
    os.environ[CONFIG_VARIABLE] = str(config.absolute())
    os.environ[_PARENT] = str(os.getpid())
    keeper = _Keeper(config.absolute())
    keeper.start()
    try:
        while not _serve_once(host, port, workers):
            log.error("the serving processes ended too often in a row; starting them anew")
    finally:
        keeper.stop()


def _serve_once(host: str, port: int, workers: int) -> bool:
    """Serve under granian; whether it ended because it was told to (it gives up on workers that die fast)."""
    server = Granian(
        "feedsvc.serve:worker",
        factory=True,
        interface=Interfaces.WSGI,
        address=host,
        port=port,
        workers=workers,
        blocking_threads=4,
        http=HTTPModes.http1,
        websockets=False,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
        workers_kill_timeout=SERVING_ENDS,
    )
    try:
        server.serve()
    except SystemExit:
        return bool(server.interrupt_signal)
    return True


def worker() -> Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]:
    """The WSGI application of a serving process, which ends when its parent is gone."""
    from feedsvc.app import serving_app
    from feedsvc.config import load

    parent = int(os.environ[_PARENT])
    Thread(target=_end_with, args=(parent,), name="parent watch", daemon=True).start()
    return serving_app(load(Path(os.environ[CONFIG_VARIABLE]))).wsgi_app


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(1)


def _publish(config: Path, parent: int, level: int) -> None:
    from feedsvc.publishing_process import main

    main(config, parent, level)


class _Keeper:
    """Keeps a publishing process alive."""

    def __init__(self, config: Path) -> None:
        self._config = config
        self._stop = Event()
        self._process: BaseProcess | None = None
        self._thread = Thread(target=self._keep, name="keeper", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def _keep(self) -> None:
        while not self._stop.is_set():
            level = logging.getLogger().level
            process = multiprocessing.get_context("spawn").Process(
                target=_publish, args=(self._config, os.getpid(), level), name="feedsvc-publisher"
            )
            process.start()
            self._process = process
            process.join()
            if not self._stop.is_set():
                log.error("the publishing process ended (%s); starting another", process.exitcode)
                self._stop.wait(0.5)

    def stop(self) -> None:
        self._stop.set()
        process = self._process
        if process is None:
            return
        process.terminate()
        self._thread.join(PUBLISHING_ENDS)
        if process.is_alive():
            process.kill()
            self._thread.join(1)


def _wait_for_port(host: str, port: int) -> None:
    deadline = time.monotonic() + PORT_PATIENCE
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    while True:
        with socket.socket(family, kind, protocol) as probe:
            if sys.platform != "win32":
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(address)
            except OSError:
                if time.monotonic() > deadline:
                    raise
            else:
                return
        time.sleep(0.2)
