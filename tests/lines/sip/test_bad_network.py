"""Callers behind a network that loses, delays and swaps packets, and with gaps of silence.

Where a sound arrives is told in frames, the telephone's own time: a machine that does much else
makes it late, but hardly moves it.
"""

import asyncio
import random
import statistics
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pytest

from ivr.audio.features import level_db
from ivr.config.sip import Sip
from ivr.core.pcm import FRAME_S
from ivr.core.ports import Leg
from ivr.lines.sip.leg import SipLeg
from ivr.lines.sip.line import open_sip_line
from ivr.observe.metrics import Metrics
from tests.lines.sip.house import AUDIBLE_DB, tone
from tests.lines.sip.packets import (
    RATE,
    Packet,
    over_a_bad_network,
    packet_phone,
    packets_of,
)

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

SECONDS = 20
SECOND = round(1 / FRAME_S)
LOUD = SECOND // 2
"""Frames of tone with which each second begins."""
GAPS = (6, 12)
"""Seconds whose second half is not sent, nor the next: comfort noise stands for them."""
SLACK_S = 0.2
"""More than a busy machine moves a sound by, less than a call falls behind that keeps no time."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """What the hotline heard of the tones that each second began with."""

    places_s: Sequence[float]
    """Where each tone began, in what was heard."""
    delays_s: Sequence[float]
    """How long after it was spoken each tone was heard."""
    loud: int
    """Frames with the tone."""

    def when(self) -> Iterable[tuple[float, int]]:
        """Where each tone began, and the second in which it was spoken."""
        return zip(self.places_s, tones(), strict=True)


def spoken() -> Sequence[bytes | None]:
    """A tone in the first half of each second, but for the gaps."""
    sound = tone(RATE, FRAME_S)
    silence = bytes(len(sound))
    frames: list[bytes | None] = []
    for second in range(SECONDS):
        rest = None if second in GAPS else silence
        if second - 1 in GAPS:
            frames += [None] * SECOND
        else:
            frames += [sound] * LOUD + [rest] * (SECOND - LOUD)
    return frames


def tones() -> Sequence[int]:
    """The seconds that begin with one."""
    return [second for second in range(SECONDS) if second - 1 not in GAPS]


async def arrived(packets: Sequence[Packet]) -> Arrival:
    """What a leg hears of these packets."""
    async with open_sip_line(Sip(port=0), Metrics(), {}) as line:
        async with packet_phone(line.port) as phone:
            leg = await anext(aiter(line.incoming()))
            listening = asyncio.create_task(_listen(leg))
            began = await phone.send(packets)
            await asyncio.sleep(1)
            assert not phone.over
        heard = await listening
        assert isinstance(leg, SipLeg)
        assert leg.ended_by is None
    return _arrival(heard, began)


async def _listen(leg: Leg) -> Sequence[tuple[float, bool]]:
    loop = asyncio.get_running_loop()
    return [(loop.time(), level_db(frame) > AUDIBLE_DB) async for frame in leg.frames()]


def _arrival(heard: Sequence[tuple[float, bool]], began: float) -> Arrival:
    """A tone begins where none was for a fifth of a second."""
    quiet, begins = SECOND, []
    for place, (_, loud) in enumerate(heard):
        if loud and quiet >= SECOND // 5:
            begins.append(place)
        quiet = 0 if loud else quiet + 1
    delays = [
        heard[place][0] - began - second for place, second in zip(begins, tones(), strict=True)
    ]
    places_s = [place * FRAME_S for place in begins]
    return Arrival(places_s, delays, sum(loud for _, loud in heard))


async def test_lost_late_and_swapped_packets_and_comfort_noise_are_borne() -> None:
    sent = packets_of(spoken())
    calm = await arrived(sent)
    network = random.Random(7)  # noqa: S311 - the same losses each time
    rough = await arrived(over_a_bad_network(sent, network, lost=0.05, late_s=0.06))
    usual, delayed = (statistics.median(each.delays_s) for each in (calm, rough))
    sys.stdout.write(f"heard after {usual:.3f} s, over the bad network {delayed:.3f} s\n")
    assert usual - SLACK_S < delayed < usual + 0.06 + SLACK_S
    for each in (calm, rough):
        moved = [abs(place - each.places_s[0] - second) for place, second in each.when()]
        assert moved[-1] <= SLACK_S, moved
        # A machine that stands still for long may have the stack throw sound away in one place.
        assert sorted(moved)[-2] <= SLACK_S, moved
    tone_frames = len(tones()) * LOUD
    assert calm.loud >= 0.97 * tone_frames
    assert 0.85 * tone_frames <= rough.loud <= 1.02 * tone_frames
