"""Where requests come from, as far as it tells who asks."""

from ipaddress import IPv6Address, ip_address

_ONE_HOME = 64
"""Bits of an IPv6 address that one customer of a provider has at the least."""


def unmapped(address: str) -> str:
    """An IPv4 address that came as one of IPv6 (`::ffff:192.0.2.1`), as IPv4; others as they
    are."""
    try:
        known = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    mapped = known.ipv4_mapped if isinstance(known, IPv6Address) else None
    return address if mapped is None else str(mapped)


def network(address: str) -> str:
    """Who counts as one: an IPv4 address, or the /64 network of an IPv6 address."""
    try:
        known = ip_address(address.partition("%")[0])
    except ValueError:
        return "?"
    if isinstance(known, IPv6Address):
        if known.ipv4_mapped is not None:
            return str(known.ipv4_mapped)
        return str(IPv6Address(int(known) >> _ONE_HOME << _ONE_HOME))
    return str(known)
