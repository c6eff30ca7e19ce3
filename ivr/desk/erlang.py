"""Erlang C: how long callers wait where calls come at random and everybody waits. Pure.

The formula of A. K. Erlang (1917), in the recursive form of Erlang B, which neither overflows nor
loses digits at any size. It knows no impatience, so real waits are a little shorter.
"""

import math


def erlang_b(load: float, servers: int) -> float:
    """The share of calls that find all `servers` busy where nobody waits.

    `load` in erlang: calls in an average handling time.
    """
    blocked = 1.0
    for number in range(1, servers + 1):
        blocked = load * blocked / (number + load * blocked)
    return blocked


def erlang_c(load: float, servers: int) -> float:
    """The share of callers who have to wait; 1 where the load is more than can be carried."""
    if load <= 0:
        return 0.0
    if servers <= load:
        return 1.0
    blocked = erlang_b(load, servers)
    return servers * blocked / (servers - load * (1 - blocked))


def service_level(load: float, servers: int, handling_s: float, target_s: float) -> float:
    """The share of callers who wait no longer than `target_s`."""
    if load <= 0:
        return 1.0
    if servers <= load:
        return 0.0
    return 1 - erlang_c(load, servers) * math.exp(-(servers - load) * target_s / handling_s)


def mean_wait_s(load: float, servers: int, handling_s: float) -> float:
    """The average over all callers, those who do not wait included; infinite if overloaded."""
    if load <= 0:
        return 0.0
    if servers <= load:
        return math.inf
    return erlang_c(load, servers) * handling_s / (servers - load)


def servers_for(load: float, handling_s: float, target_s: float, share: float) -> int:
    """The fewest servers with which `share` of callers wait no longer than `target_s`."""
    if not 0 <= share < 1:
        raise ValueError("a service level is a share below one")
    servers = max(0 if load <= 0 else 1, math.floor(load))
    while service_level(load, servers, handling_s, target_s) < share:
        servers += 1
    return servers
