"""A serving process that is to end leaves connections to those that share its socket."""

import socket

import pytest

from feedsvc.service.serving_process import stop_accepting


def test_a_socket_that_is_given_up_takes_no_connection_and_another_process_still_does() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener, listener.dup() as copy:
        address = listener.getsockname()
        stop_accepting(listener.fileno())
        for given_up in (listener, copy):
            with pytest.raises(BlockingIOError):
                given_up.accept()
        with pytest.raises(ConnectionRefusedError):  # nobody shared it
            socket.create_connection(address)
