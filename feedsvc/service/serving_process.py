"""A serving process: runs the web application under granian, on a socket of the supervisor. The only importer of
granian.

All serving processes accept connections from one socket, which the supervisor keeps open: a request that arrives while
a process is being replaced waits, and is not refused.
"""

import gc
import os
import resource
import signal
import socket
import sys
from collections.abc import Callable, Iterator, MutableMapping
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path
from threading import Thread
from typing import Any

from feedsvc.service.early_start import EARLY, receive
from feedsvc.service.heartbeat import SUCCESSOR, start_heartbeat
from feedsvc.service.listening import BACKLOG
from feedsvc.service.open_files import raise_descriptors
from feedsvc.service.settings_handover import read_settings

OTHER_FILES = 256
"""The number of descriptors reserved for anything but connections."""
THREADS = 8
"""The number of requests that one process answers at the same time. At most `web.files.AT_ONCE` of them are large
downloads, and at most `web.disk_turns.AT_ONCE` wait for a disk that does not respond."""


def main() -> None:
    """The program that the supervisor starts. Its arguments are the descriptors of the settings and of the socket, and
    SUCCESSOR if it replaces another process; or EARLY alone."""
    gc.disable()  # until all is loaded: nearly all objects of the program stay
    settings, listener = _descriptors(sys.argv[1:])
    tell_ready = start_heartbeat()
    forget_requests(os.environ)
    signal.signal(signal.SIGUSR1, lambda *_: stop_accepting(listener))
    from feedsvc.service.app import serving_parts
    from feedsvc.service.log_setup import log_to_stderr

    log_to_stderr()
    application, load_rest = serving_parts(read_settings(settings))

    def load() -> None:
        """Loads the rest, then reports that this process is ready to replace another; if loading fails, the other one
        stays."""
        try:
            load_rest()
        finally:
            gc.freeze()  # the objects of the program itself need not be searched for garbage again and again
            gc.enable()
        tell_ready()

    # Requests for documents do not need the rest, so it is loaded in the background. A successor loads it before it
    # serves: meanwhile the other process answers.
    later = Thread(target=load, name="loading", daemon=True).start
    _serve(_named(application), listener, load if SUCCESSOR in sys.argv else later)


def _descriptors(arguments: list[str]) -> tuple[int, int]:
    """The descriptors of the settings and of the socket. A process that was started early loads what it can until it
    gets them. It inherits neither a higher limit of open files nor unblocked signals from the supervisor."""
    if EARLY not in arguments:
        return int(arguments[0]), int(arguments[1])
    raise_descriptors()
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    _load_granian()
    import_module("feedsvc.service.app")
    return receive()


def stop_accepting(listener: int) -> None:
    """Leaves all further connections to the other processes that share the socket `listener`.

    granian can only be told to end, and then drops connections that it has accepted but not read from yet. So each of
    its descriptors of the socket is redirected to a socket to which nothing connects, if the system can (Linux).
    """
    if not _DESCRIPTORS.is_dir():
        return
    shared = os.fstat(listener)
    with socket.socket(socket.AF_UNIX) as unused:
        unused.bind("")  # a name of the kernel's choice (unix(7), autobind)
        unused.listen()
        unused.setblocking(False)
        for each in _DESCRIPTORS.iterdir():
            with suppress(OSError):
                if os.path.samestat(os.fstat(int(each.name)), shared):
                    os.dup2(unused.fileno(), int(each.name))


_DESCRIPTORS = Path("/proc/self/fd")


def forget_requests(environment: MutableMapping[str, str]) -> None:
    """Removes the variables that a WSGI application would take for parts of a request (PEP 3333, "environ Variables").

    granian copies all environment variables into environ: HTTP_IF_NONE_MATCH would look like a header (its issue 878).
    """
    for name in [name for name in environment if name.startswith(_OF_REQUESTS)]:
        del environment[name]


_OF_REQUESTS = (
    "HTTP_",
    "CONTENT_LENGTH",
    "CONTENT_TYPE",
    "REMOTE_",
    "REQUEST_",
    "PATH_INFO",
    "QUERY_STRING",
    "AUTH_TYPE",
)


def _named(application: Callable[..., Any]) -> Callable[..., Any]:
    """`application` with a Server header that does not reveal the server software."""

    def answer(environ: dict[str, Any], start: Callable[..., Any]) -> Any:
        return application(environ, lambda status, headers, *rest: start(status, [*headers, _SERVER], *rest))

    return answer


_SERVER = ("Server", "feedsvc")


def _serve(application: Callable[..., Any], listener: int, begin: Callable[[], None]) -> None:
    """Answers requests until SIGTERM, then finishes the current ones. Calls `begin` when it starts."""
    _load_granian()
    from granian.constants import HTTPModes, Interfaces
    from granian.log import LogLevels

    server = _server_class(listener)(
        "feedsvc",
        interface=Interfaces.WSGI,
        blocking_threads=THREADS,
        backpressure=most_connections(resource.getrlimit(resource.RLIMIT_NOFILE)[0]),
        http=HTTPModes.http1,
        websockets=False,
        log_level=LogLevels.error,  # its warnings only advise on the number of threads
    )
    server.on_startup(begin)
    server.serve(target_loader=lambda: application, wrap_loader=False)


def _load_granian() -> None:
    with missing("watchfiles", "anyio"):  # granian would import them to watch its own program
        import_module("granian.server")


@contextmanager
def missing(*modules: str) -> Iterator[None]:
    """Makes those of `modules` that are not loaded yet look as if they were not installed."""
    absent = [name for name in modules if name not in sys.modules]
    blocked: dict[str, Any] = dict.fromkeys(absent)
    sys.modules |= blocked
    try:
        yield
    finally:
        for name in absent:
            del sys.modules[name]


def most_connections(descriptors: int) -> int:
    """The number of connections that a process with this many `descriptors` accepts at a time. An idle connection costs
    one descriptor and nothing else; files and the store need some too."""
    return max(descriptors - OTHER_FILES, descriptors // 2)


def _server_class(listener: int) -> Callable[..., Any]:
    """The class of granian's server without child processes: its one worker runs in this process, on the socket
    `listener`."""
    from granian._granian import SocketHolder
    from granian.server import MPServer

    class Server(MPServer):
        def _init_shared_socket(self) -> None:
            holder: Any = SocketHolder
            vars(self).update(_ssp=None, _sso=None, _shd=holder(listener, False, BACKLOG))

        def _spawn_workers(self, spawn_target: Any, target_loader: Any) -> None:
            self._spawn_worker(0, spawn_target, target_loader).inner.run()
            self.interrupt_signal = True
            self.main_loop_interrupt.set()

    return Server
