"""Free ports, on the real network stack."""

import socket

import pytest

from local.ports import free_port

pytestmark = pytest.mark.usefixtures("socket_enabled")


def test_the_port_of_last_time_is_kept_while_it_is_free() -> None:
    port = free_port()

    assert free_port(port) == port


def test_another_one_is_found_when_somebody_has_it() -> None:
    with socket.socket() as somebody:
        somebody.bind(("127.0.0.1", 0))
        somebody.listen()
        taken = somebody.getsockname()[1]

        port = free_port(taken)

    assert port != taken
    assert port > 0
