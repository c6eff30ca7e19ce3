"""Lets the kernel drop strangers' packets before the SIP stack sees them, at next to no cost.

A classic BPF program on the listening sockets compares the source address, as in Linux's
`Documentation/networking/filter.rst`. It needs no privilege. Nothing is answered, so a scanner
learns nothing either.
"""

import asyncio
import ctypes
import ipaddress
import os
import socket
import struct
from collections.abc import Iterator, Sequence
from contextlib import suppress

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_SO_ATTACH_FILTER = 26
_NETWORK_HEADER = 0xFFF00000
"""`SKF_NET_OFF`: offsets from here count from the IP header."""
_SOURCE = {4: 12, 6: 8}
"""Where the source address stands in the IP header, by IP version."""
_LOAD, _AND, _EQUALS, _RETURN = 0x20, 0x54, 0x15, 0x06
_WHOLE_PACKET = 0xFFFFFFFF
_INSTRUCTION = struct.Struct("HBBI")


def program(networks: Sequence[Network], version: int) -> bytes:
    """The filter for sockets of this IP version: only these networks come through."""
    code = b""
    for network in networks:
        if network.version == version:
            code += _passes(network)
    return code + _INSTRUCTION.pack(_RETURN, 0, 0, 0)


def _passes(network: Network) -> bytes:
    """Accept a packet from this network; go on behind this piece with any other."""
    pairs = [
        (word, mask)
        for word, mask in zip(
            _words(network.network_address), _words(network.netmask), strict=True
        )
        if mask
    ]
    code = b""
    for number, (word, mask) in enumerate(pairs):
        rest = 3 * (len(pairs) - number - 1) + 1
        at = _NETWORK_HEADER + _SOURCE[network.version] + 4 * number
        code += _INSTRUCTION.pack(_LOAD, 0, 0, at)
        code += _INSTRUCTION.pack(_AND, 0, 0, mask)
        code += _INSTRUCTION.pack(_EQUALS, 0, rest, word)
    return code + _INSTRUCTION.pack(_RETURN, 0, 0, _WHOLE_PACKET)


def _words(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> tuple[int, ...]:
    packed = address.packed
    return struct.unpack(f">{len(packed) // 4}I", packed)


async def networks_of(hosts: Sequence[str]) -> tuple[list[Network], list[str]]:
    """The addresses that these names have now, and the names that have none."""
    found: list[Network] = []
    missing: list[str] = []
    for host in hosts:
        try:
            places = await asyncio.get_running_loop().getaddrinfo(host, None)
        except (OSError, UnicodeError):
            missing.append(host)
        else:
            addresses = {str(place[4][0]).partition("%")[0] for place in places}
            found += [ipaddress.ip_network(address) for address in addresses]
    return found, missing


def attach(networks: Sequence[Network], ports: Sequence[int]) -> int:
    """Filter all of this process's sockets on these ports; says how many there are.

    Raises OSError where the kernel does not do this.
    """
    filtered = 0
    for sock in _own_sockets():
        with sock:
            if sock.family not in (socket.AF_INET, socket.AF_INET6):
                continue
            if sock.getsockname()[1] in ports:
                version = 6 if sock.family == socket.AF_INET6 else 4
                _attach(sock, program(networks, version))
                filtered += 1
    return filtered


def _attach(sock: socket.socket, code: bytes) -> None:
    buffer = ctypes.create_string_buffer(code)
    count = len(code) // _INSTRUCTION.size
    sock.setsockopt(
        socket.SOL_SOCKET,
        _SO_ATTACH_FILTER,
        struct.pack("HxxxxxxP", count, ctypes.addressof(buffer)),
    )


def _own_sockets() -> Iterator[socket.socket]:
    """Duplicates of all the sockets of this process."""
    for name in os.listdir("/proc/self/fd"):
        with suppress(OSError):
            if os.readlink(f"/proc/self/fd/{name}").startswith("socket:"):
                yield socket.socket(fileno=os.dup(int(name)))
