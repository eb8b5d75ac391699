from __future__ import annotations

import socket

import pytest

from defi.serving import ports
from defi.serving.ports import PortTaken, reserve


def listener(port: int = 0, *, shared: bool = False) -> socket.socket:
    made = socket.socket()
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if shared:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    made.bind(("127.0.0.1", port))
    made.listen()
    return made


def free_port() -> int:
    with listener() as found:
        return int(found.getsockname()[1])


def test_a_port_that_somebody_listens_on_is_refused_in_a_sentence() -> None:
    with listener() as other, pytest.raises(PortTaken, match=r"est déjà pris.*--port"):
        reserve("127.0.0.1", other.getsockname()[1])


def test_a_reserved_port_is_refused_before_anybody_listens_on_it() -> None:
    port = free_port()
    with reserve("127.0.0.1", port), pytest.raises(PortTaken):
        reserve("127.0.0.1", port)


def test_a_server_that_shares_may_listen_on_a_reserved_port() -> None:
    port = free_port()
    with reserve("127.0.0.1", port), listener(port, shared=True):
        socket.create_connection(("127.0.0.1", port)).close()


def test_a_shared_port_that_was_left_by_a_killed_parent_is_refused() -> None:
    with listener(shared=True) as orphan, pytest.raises(PortTaken):
        reserve("127.0.0.1", orphan.getsockname()[1])


def test_without_a_wish_the_first_free_port_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    with listener() as other:
        taken = int(other.getsockname()[1])
        monkeypatch.setattr(ports, "DEFAULT", taken)
        with reserve("127.0.0.1", None) as found:
            assert found.getsockname()[1] > taken


def test_without_a_wish_and_without_a_free_port_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    with listener() as other:
        monkeypatch.setattr(ports, "DEFAULT", other.getsockname()[1])
        monkeypatch.setattr(ports, "TRIES", 1)
        with pytest.raises(PortTaken, match="sont tous pris"):
            reserve("127.0.0.1", None)


@pytest.mark.parametrize("port", [0, -1, 65536])
def test_a_port_that_cannot_exist_is_refused(port: int) -> None:
    with pytest.raises(PortTaken, match=f"Le port {port} n'existe pas"):
        reserve("127.0.0.1", port)


@pytest.mark.parametrize("host", ["nowhere.invalid", "192.0.2.1"])
def test_an_address_of_another_machine_is_refused(host: str) -> None:
    with pytest.raises(PortTaken, match="--host"):
        reserve(host, free_port())
