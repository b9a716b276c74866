"""A serving process that is to end leaves connections to those that share its socket."""

import importlib.util
import socket
import sys

import pytest

from feedsvc.service.serving_process import missing, stop_accepting


def test_a_socket_that_is_given_up_takes_no_connection_and_another_process_still_does() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener, listener.dup() as copy:
        address = listener.getsockname()
        stop_accepting(listener.fileno())
        for given_up in (listener, copy):
            with pytest.raises(BlockingIOError):
                given_up.accept()
        with pytest.raises(ConnectionRefusedError):  # nobody shared it
            socket.create_connection(address)


def test_modules_can_look_as_if_they_were_not_installed_but_none_that_is_in_use() -> None:
    sys.modules.pop("this", None)
    with missing("this", "socket"):
        with pytest.raises(ImportError):
            importlib.import_module("this")
        assert importlib.import_module("socket") is socket
    assert importlib.util.find_spec("this")
