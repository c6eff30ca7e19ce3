"""Ports that are free for UDP and TCP alike, as SIP needs them."""

import socket
from contextlib import suppress

_PORTS_TRIED = 20
"""One that is free for TCP may be somebody's for UDP."""


def free_port(host: str) -> int:
    """Free for UDP and TCP. Raises OSError if none is found."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for _ in range(_PORTS_TRIED):
        with socket.create_server((host, 0), family=family) as listener:
            port: int = listener.getsockname()[1]
        with suppress(OSError):
            check_free(host, port)
            return port
    raise OSError("no port is free for UDP and TCP")


def check_free(host: str, port: int) -> None:
    """The stack goes on without a port that is taken; better to know. Raises OSError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with (
        socket.socket(family, socket.SOCK_DGRAM) as udp,
        socket.create_server((host, port), family=family),
    ):
        udp.bind((host, port))
