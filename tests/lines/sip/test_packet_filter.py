"""Strangers' packets never reach a filtered socket; the kernel is the judge."""

import ipaddress
import socket

import pytest

from ivr.lines.sip.packet_filter import attach


def received(sock: socket.socket) -> list[bytes]:
    packets = []
    sock.settimeout(0.2)
    while True:
        try:
            packets.append(sock.recvfrom(100)[0])
        except TimeoutError:
            return packets


def send(source: str, to: tuple[str, int], data: bytes) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind((source, 0))
        sock.sendto(data, to)


@pytest.mark.parametrize(
    ("networks", "through"),
    [
        (["127.0.0.1"], [b"one"]),
        (["127.0.0.2/32", "10.0.0.0/8"], [b"two"]),
        (["127.0.0.0/30"], [b"one", b"two"]),
        (["0.0.0.0/0"], [b"one", b"two", b"nine"]),
        (["::1"], []),
    ],
)
def test_only_these_networks_come_through(networks: list[str], through: list[bytes]) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        place = sock.getsockname()
        assert attach([ipaddress.ip_network(each) for each in networks], [place[1]]) == 1
        send("127.0.0.1", place, b"one")
        send("127.0.0.2", place, b"two")
        send("127.0.0.9", place, b"nine")
        assert received(sock) == through


def test_strangers_cannot_even_connect() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        place = listener.getsockname()
        attach([ipaddress.ip_network("127.0.0.1")], [place[1]])
        with socket.socket() as stranger:
            stranger.bind(("127.0.0.2", 0))
            stranger.settimeout(0.3)
            with pytest.raises(TimeoutError):
                stranger.connect(place)
        with socket.create_connection(place, timeout=5):
            pass


def test_other_ports_are_left_alone() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        assert attach([ipaddress.ip_network("10.0.0.0/8")], [sock.getsockname()[1] + 1]) == 0
        send("127.0.0.2", sock.getsockname(), b"two")
        assert received(sock) == [b"two"]


def test_version_6_is_compared_word_by_word() -> None:
    if not socket.has_dualstack_ipv6():
        pytest.skip("this machine has no IPv6")
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as sock:
        sock.bind(("::1", 0))
        place = sock.getsockname()
        for network, through in (("::1/128", [b"x"]), ("2001:db8::/32", []), ("::/64", [b"x"])):
            attach([ipaddress.ip_network(network)], [place[1]])
            with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as sender:
                sender.bind(("::1", 0))
                sender.sendto(b"x", place)
            assert received(sock) == through, network
