"""A bridge between legs of all rates, in virtual time: what it adds in delay, what it keeps."""

import asyncio
import time

import pytest
from typing_extensions import override

from ivr.app.bench.bridges import run_bridges
from ivr.app.fast_clock import FastLoop
from ivr.audio.music import hold_music
from ivr.audio.tones import tone
from ivr.call.bridge import Bridge, Mouth, Outlet
from ivr.call.seating import CALLER, VOICE
from ivr.core.pcm import LISTEN_RATE, frame_bytes
from ivr.lines.paced import PacedLeg
from tests.call.people import Person
from tests.call.virtual import RATE, in_virtual_time


@pytest.mark.parametrize("rates", [(8_000, 48_000), (8_000, 8_000), (16_000, 48_000)])
def test_a_bridge_adds_less_than_60_ms_and_makes_no_holes(rates: tuple[int, int]) -> None:
    found = in_virtual_time(lambda: run_bridges(2, 20.0, [rates]))
    assert len(found.delays_s) > 60
    assert max(found.delays_s) <= 0.06
    assert found.holes == 0


def test_after_a_moment_in_which_nothing_ran_nobody_is_heard_later_than_before() -> None:
    async def main() -> list[float]:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, FastLoop)

        async def stall() -> None:
            for _ in range(5):
                await asyncio.sleep(3.5)
                with loop.working():
                    time.sleep(0.4)  # noqa: ASYNC251  # the machine had better things to do

        stalling = asyncio.create_task(stall())
        found = await run_bridges(2, 20.0)
        await stalling
        return found.delays_s

    delays = in_virtual_time(main)
    assert len(delays) > 60
    # Only what was said in such a moment was heard late.
    assert sum(delay > 0.06 for delay in delays) <= 5


class Uneven(PacedLeg):
    """A line whose clock is slower than ours: every 4 s it is a frame behind."""

    _count = 0

    @override
    async def play(self, frame: bytes) -> None:
        self._count += 1
        if self._count % 200 == 0:
            await super().play(frame)
        await super().play(frame)


def test_a_slow_clock_does_not_let_the_delay_grow() -> None:
    leg = Uneven(Person(leaves_at=100.0), RATE)
    ahead: list[float] = []

    async def main() -> None:
        bridge = Bridge(hold_music(LISTEN_RATE))
        async with asyncio.TaskGroup() as group:
            bridge.seat(CALLER, leg, group)
            bridge.arrange({CALLER: frozenset({VOICE})})
            mixing = group.create_task(bridge.run())
            ahead.extend([bridge.ahead_s(CALLER) async for _ in leg.frames()])
            mixing.cancel()

    in_virtual_time(main)
    assert max(ahead[-1000:]) <= 0.1


def test_the_voice_in_a_bridge_is_paced_and_can_be_cut_off() -> None:
    person = Person(leaves_at=6.0)
    leg = PacedLeg(person, RATE)
    word = tone((440.0,), 4.0, LISTEN_RATE)
    size = frame_bytes(LISTEN_RATE)

    async def main() -> float:
        bridge = Bridge(hold_music(LISTEN_RATE))
        outlet = Outlet(leg)
        async with asyncio.TaskGroup() as group:
            bridge.seat(CALLER, leg, group)
            bridge.arrange({CALLER: frozenset({VOICE})})
            outlet.through(Mouth(bridge))
            mixing = group.create_task(bridge.run())

            async def listen() -> None:
                async for _ in leg.frames():
                    pass
                mixing.cancel()

            group.create_task(listen())
            began = asyncio.get_running_loop().time()
            for at in range(0, len(word) // 2, size):
                await outlet.play(word[at : at + size])
            took = asyncio.get_running_loop().time() - began
            outlet.flush()
            assert outlet.unplayed_s() <= 0.1
            return took

    took = in_virtual_time(main)
    assert 1.7 <= took <= 2.1
    assert person.loud_share(3.0, 5.5) == 0.0
    assert person.loud_share(0.5, 1.5) > 0.9
