"""Where requests come from, as far as it tells who asks."""

from ipaddress import IPv6Address, ip_address

_ONE_HOME = 64
"""Bits of an IPv6 address that name the network of one customer of a provider, at the most."""
LARGE_HOME = 56
"""So many where the customer is given several networks, as with most providers in Germany."""


def unmapped(address: str) -> str:
    """An IPv4 address that came as one of IPv6 (`::ffff:192.0.2.1`), as IPv4; others as they
    are."""
    try:
        known = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    mapped = known.ipv4_mapped if isinstance(known, IPv6Address) else None
    return address if mapped is None else str(mapped)


def network(address: str, bits: int = _ONE_HOME) -> str:
    """Who counts as one: an IPv4 address, or the network of an IPv6 address, its /64 unless told
    otherwise."""
    try:
        known = ip_address(address.partition("%")[0])
    except ValueError:
        return "?"
    if isinstance(known, IPv6Address):
        if known.ipv4_mapped is not None:
            return str(known.ipv4_mapped)
        return str(IPv6Address(int(known) >> 128 - bits << 128 - bits))
    return str(known)
