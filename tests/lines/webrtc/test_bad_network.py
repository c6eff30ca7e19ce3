"""What the jitter buffer makes of bad networks, five minutes of each, without waiting for them.

`python -m tests.lines.webrtc.test_bad_network` prints the figures of docs/browser-line.md.
"""

import sys
from dataclasses import dataclass

import pytest

from ivr.lines.webrtc.jitter import JitterBuffer
from tests.lines.webrtc.network import SEND_S, Network, arrivals

MINUTES = 5
SPOKEN, SILENT = bytes(80), bytes(8)


@dataclass(frozen=True)
class Heard:
    """How one network sounded."""

    lost: float
    """Percent of all packets that the network lost."""
    wasted: float
    """Percent that arrived and were not heard: too late, or left out to catch up."""
    median_ms: float
    """What is waited beyond the network's own delay."""
    p95_ms: float


def listen(network: Network) -> Heard:
    """Somebody speaks for two seconds and is silent for one, all the time."""
    packets = round(MINUTES * 60 / SEND_S)
    arriving = list(arrivals(network, packets))
    buffer, heard = JitterBuffer(), dict[int, float]()
    came = 0
    spacing = SEND_S / (1 + network.drift)
    for tick in range(round(packets * spacing / SEND_S)):
        now = tick * SEND_S + 0.001
        while came < len(arriving) and arriving[came][0] <= now:
            number = arriving[came][1]
            sound = SPOKEN if number // 50 % 3 else SILENT
            buffer.put(number % 65_536, number.to_bytes(4, "big") + sound)
            came += 1
        packet = buffer.take()
        if isinstance(packet, bytes):
            number = int.from_bytes(packet[:4], "big")
            assert number not in heard, "nothing is heard twice"
            heard[number] = now - number * spacing - network.delay
    assert list(heard) == sorted(heard), "nothing is heard before what was said earlier"
    waits = sorted(heard.values())
    return Heard(
        lost=100 * (packets - len(arriving)) / packets,
        wasted=100 * (len(arriving) - len(heard)) / packets,
        median_ms=1000 * waits[len(waits) // 2],
        p95_ms=1000 * waits[int(0.95 * len(waits))],
    )


NETWORKS = {
    "a cable": (Network(), Heard(0.1, 0.1, 30, 30)),
    "wireless, 5 ms of jitter": (Network(jitter=0.005), Heard(0.1, 0.1, 50, 50)),
    "busy wireless, 10 ms, 1 % lost": (
        Network(jitter=0.01, loss=0.01),
        Heard(1.5, 0.2, 50, 70),
    ),
    "mobile, 20 ms, 2 % lost": (Network(jitter=0.02, loss=0.02), Heard(3, 1, 90, 110)),
    "bad mobile, 30 ms, 3 % lost, three at once": (
        Network(jitter=0.03, loss=0.03, burst=3),
        Heard(4, 1.5, 130, 220),
    ),
    "stands still for 0.3 s every 10 s": (
        Network(jitter=0.005, stall_every=10, stall=0.3),
        Heard(0.1, 3.5, 90, 320),
    ),
    "stands still for 0.6 s every 20 s": (
        Network(jitter=0.005, stall_every=20, stall=0.6),
        Heard(0.1, 3.5, 90, 620),
    ),
    "a clock that is 0.02 % fast": (Network(jitter=0.005, drift=2e-4), Heard(0.1, 0.2, 60, 70)),
    "a clock that is 0.02 % slow": (Network(jitter=0.005, drift=-2e-4), Heard(0.1, 0.2, 60, 70)),
}


@pytest.mark.parametrize("name", NETWORKS)
def test_little_is_lost_and_little_is_waited(name: str) -> None:
    network, most = NETWORKS[name]
    heard = listen(network)
    assert heard.lost <= most.lost
    assert heard.wasted <= most.wasted
    assert heard.median_ms <= most.median_ms
    assert heard.p95_ms <= most.p95_ms


def test_after_a_standstill_the_delay_is_gone_within_seconds() -> None:
    """Who waits a second longer for each answer until they hang up would call it slow."""
    heard = listen(Network(stall_every=60, stall=0.8))
    assert heard.median_ms < 50
    assert heard.wasted < 2


if __name__ == "__main__":
    for title, (each, _) in NETWORKS.items():
        found = listen(each)
        sys.stdout.write(
            f"| {title} | {found.lost:.1f} % | {found.wasted:.1f} % |"
            f" {found.median_ms:.0f} ms | {found.p95_ms:.0f} ms |\n"
        )
