"""Ports of this machine that nobody uses."""

import random
import socket

_ASKED_FOR = range(24_000, 32_000, 2)
"""Below those that Linux gives to whoever does not care: between the choice of a port here and its
use by a server, no connection of anybody else's takes it. Above those of the tests' own sound."""
_given: set[int] = set()


def free_port() -> int:
    """Free for UDP and TCP, and so is the next one; never given twice."""
    while True:
        port = random.SystemRandom().choice(_ASKED_FOR)
        if port not in _given and _is_free(port) and _is_free(port + 1):
            _given.add(port)
            return port


def free_ports(number: int) -> list[int]:
    return [free_port() for _ in range(number)]


def _is_free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp, socket.socket() as tcp:
        tcp.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            udp.bind(("", port))
            tcp.bind(("", port))
        except OSError:
            return False
    return True
