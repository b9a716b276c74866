"""A process that serves: the web under granian, on a socket that its parent listens on. The only importer of granian.

All serving processes take their connections from one socket, which the parent keeps open: a request that comes while a
process is being replaced waits, and is not refused.
"""

import sys
from collections.abc import Callable
from typing import Any

from feedsvc.service.heartbeat import start_heartbeat
from feedsvc.service.settings_handover import read_settings

BACKLOG = 1024
"""Connections that wait for a process to take them."""
THREADS = 8
"""Requests that one process answers at the same time; `web.files.AT_ONCE` of them may be large downloads."""


def main() -> None:
    """What the parent starts: the arguments are the descriptors of the settings and of the listening socket."""
    start_heartbeat()
    settings, listener = int(sys.argv[1]), int(sys.argv[2])
    from feedsvc.service.app import serving_app

    _serve(serving_app(read_settings(settings)).wsgi_app, listener)


def _serve(application: Callable[..., Any], listener: int) -> None:
    """Answer requests until SIGTERM; those under way are finished."""
    from granian._granian import SocketHolder
    from granian.constants import HTTPModes, Interfaces
    from granian.log import LogLevels
    from granian.server import MPServer

    class Server(MPServer):
        """granian would start processes of its own; here its one worker is this process."""

        def _init_shared_socket(self) -> None:
            holder: Any = SocketHolder
            vars(self).update(_ssp=None, _sso=None, _shd=holder(listener, False, BACKLOG))

        def _spawn_workers(self, spawn_target: Any, target_loader: Any) -> None:
            self._spawn_worker(0, spawn_target, target_loader).inner.run()
            self.interrupt_signal = True
            self.main_loop_interrupt.set()

    server = Server(
        "feedsvc",
        interface=Interfaces.WSGI,
        blocking_threads=THREADS,
        http=HTTPModes.http1,
        websockets=False,
        log_level=LogLevels.error,  # its warnings are advice about the number of threads
    )
    server.serve(target_loader=lambda: application, wrap_loader=False)


if __name__ == "__main__":
    main()
