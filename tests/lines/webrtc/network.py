"""A bad network, as netem would make it: for packets sent every 20 ms, when each one arrives."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

SEND_S = 0.02


@dataclass(frozen=True)
class Network:
    """All times in seconds."""

    delay: float = 0.04
    jitter: float = 0.0
    """Spread of the delay, normally distributed; so packets overtake each other."""
    loss: float = 0.0
    burst: float = 1.0
    """Packets that go at once, on average, when one goes (Gilbert's model)."""
    stall_every: float = 0.0
    stall: float = 0.0
    """For so long nothing comes, then everything at once: a change of the radio cell."""
    drift: float = 0.0
    """How much faster the sender's clock is, as a share."""


def arrivals(network: Network, packets: int, seed: int = 7) -> Sequence[tuple[float, int]]:
    """Moments and numbers of the packets that arrive, in the order of arrival."""
    chance = random.Random(seed)  # noqa: S311 - a simulation
    found: list[tuple[float, int]] = []
    losing = False
    for number in range(packets):
        sent = number * SEND_S / (1 + network.drift)
        if losing:
            losing = chance.random() >= 1 / network.burst
        else:
            losing = chance.random() < network.loss / network.burst
        if losing:
            continue
        at = sent + max(0.005, chance.gauss(network.delay, network.jitter))
        if network.stall_every and sent % network.stall_every < network.stall:
            at = max(at, sent - sent % network.stall_every + network.stall + network.delay)
        found.append((at, number))
    return sorted(found)
