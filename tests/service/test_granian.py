"""The private interfaces of granian that a serving process is built on. A new version of it has to be tried with them:
compare its `server/mp.py` and `server/common.py`, then name it here."""

import inspect
import re
import socket
from importlib.metadata import version
from pathlib import Path

from granian._granian import SocketHolder
from granian.server.common import AbstractServer
from granian.server.mp import MPServer

HOLD_FOR = ("2.8",)
"""Versions with which they were tried."""


def test_it_is_a_version_with_which_they_were_tried() -> None:
    assert version("granian").rsplit(".", 1)[0] in HOLD_FOR


def test_no_other_version_is_installed() -> None:
    project = Path(__file__).parents[2].joinpath("pyproject.toml").read_text(encoding="utf-8")
    pinned = re.search(r'"granian>=2\.(\d+),<2\.(\d+)"', project)
    assert pinned
    assert {f"2.{minor}" for minor in range(int(pinned[1]), int(pinned[2]))} == set(HOLD_FOR)


def test_what_is_replaced_is_called_as_it_was() -> None:
    assert [*inspect.signature(MPServer._init_shared_socket).parameters] == ["self"]
    assert [*inspect.signature(MPServer._spawn_workers).parameters] == ["self", "spawn_target", "target_loader"]
    assert [*inspect.signature(MPServer._spawn_worker).parameters] == ["self", "idx", "target", "callback_loader"]
    source = inspect.getsource(AbstractServer) + inspect.getsource(MPServer)
    for name in ("self._init_shared_socket(", "self._spawn_workers(", "main_loop_interrupt", "interrupt_signal"):
        assert name in source


def test_a_worker_takes_a_socket_that_is_there() -> None:
    source = inspect.getsource(AbstractServer) + inspect.getsource(MPServer)
    assert all(re.search(rf"self\.{name}\b", source) for name in ("_ssp", "_sso", "_shd"))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        assert SocketHolder(listener.detach(), False, 16).get_fd() > 0  # type: ignore[call-arg]
