"""What every line promises of its legs: over software in jumping time, a real sound system, and a
real WebRTC connection over loopback.

The sound system is ALSA's own `null` device through PortAudio: it takes and gives silence as fast
as it is asked, so what is tested with it is the order of things and not the pace.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import pytest

from ivr.app.fast_clock import FastLoop
from ivr.core.pcm import LINE_RATES, frame_bytes
from ivr.core.ports import Leg
from ivr.lines.microphone import MicrophoneLeg
from ivr.lines.paced import PacedLeg
from ivr.lines.synthetic import Manners, SyntheticCaller
from tests.lines.webrtc.pair import pair
from tests.sound import null_sound

__all__ = ["null_sound"]

WAIT_S = 10.0


@asynccontextmanager
async def software() -> AsyncIterator[Leg]:
    patient = Manners(stays_s=3600, gives_up_s=3600)
    yield PacedLeg(SyntheticCaller([], 16_000, patient), 16_000)


@asynccontextmanager
async def desk() -> AsyncIterator[Leg]:
    yield MicrophoneLeg(None, None)


@asynccontextmanager
async def browser() -> AsyncIterator[Leg]:
    async with pair() as (ours, _theirs):
        yield ours


KINDS = {
    "software": (software, FastLoop),
    "desk": (desk, asyncio.new_event_loop),
    "browser": (browser, asyncio.new_event_loop),
}
Scene = Callable[[Leg], Awaitable[None]]
Play = Callable[[Scene], None]


@pytest.fixture(params=KINDS)
def play(request: pytest.FixtureRequest) -> Play:
    """Plays a scene on a leg that is up, and hangs up whatever happens."""
    make, loop_factory = KINDS[request.param]
    if make is desk:
        request.getfixturevalue("null_sound")

    async def with_leg(scene: Scene) -> None:
        async with make() as leg:
            try:
                async with asyncio.timeout(WAIT_S):
                    await scene(leg)
            finally:
                await leg.hang_up()

    def run(scene: Scene) -> None:
        with asyncio.Runner(loop_factory=loop_factory) as runner:
            runner.run(with_leg(scene))

    return run


@asynccontextmanager
async def listening(leg: Leg) -> AsyncIterator["asyncio.Task[int]"]:
    """While inside, somebody takes the frames; the task counts them."""

    async def count() -> int:
        number = 0
        async for _ in leg.frames():
            number += 1
            await asyncio.sleep(0)
        return number

    task = asyncio.create_task(count())
    try:
        yield task
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def test_frames_are_whole_and_the_rate_is_a_line_s(play: Play) -> None:
    async def scene(leg: Leg) -> None:
        assert leg.rate in LINE_RATES
        number = 0
        async for frame in leg.frames():
            assert len(frame) == frame_bytes(leg.rate)
            number += 1
            if number == 20:
                return

    play(scene)


def test_a_hang_up_ends_frames_and_keys(play: Play) -> None:
    async def scene(leg: Leg) -> None:
        async def keys() -> list[str]:
            return [key async for key in leg.keys()]  # noqa: SIM118 - no dictionary

        typing = asyncio.create_task(keys())
        async with listening(leg) as frames:
            await asyncio.sleep(0.1)
            await leg.hang_up()
            assert await frames > 0
        assert await typing == []

    play(scene)


def test_hanging_up_twice_even_at_once_is_harmless(play: Play) -> None:
    async def scene(leg: Leg) -> None:
        async with listening(leg):
            await leg.play(bytes(frame_bytes(leg.rate)))
            await asyncio.gather(leg.hang_up(), leg.hang_up())
        await leg.hang_up()

    play(scene)


def test_hanging_up_ends_even_if_nobody_takes_frames(play: Play) -> None:
    async def scene(leg: Leg) -> None:
        await leg.play(bytes(frame_bytes(leg.rate)))
        await leg.hang_up()

    play(scene)


def test_the_speaker_is_never_far_ahead_and_a_hang_up_lets_them_go(play: Play) -> None:
    async def scene(leg: Leg) -> None:
        frame = bytes(frame_bytes(leg.rate))
        most = 0.0
        async with listening(leg):
            for _ in range(30):
                await leg.play(frame)
                most = max(most, leg.unplayed_s())
            await leg.hang_up()
        assert 0 < most <= 0.25
        for _ in range(100):
            await leg.play(frame)  # The line is gone: nothing waits, nothing piles up.
        assert leg.unplayed_s() == 0

    play(scene)


def test_flushing_leaves_nothing_to_play(play: Play) -> None:
    async def scene(leg: Leg) -> None:
        await leg.play(bytes(frame_bytes(leg.rate)))
        leg.flush()
        assert leg.unplayed_s() == 0

    play(scene)


def test_who_stops_listening_may_listen_again(play: Play) -> None:
    async def scene(leg: Leg) -> None:
        for _ in range(2):
            async for _frame in leg.frames():
                break
        async with listening(leg) as frames:
            await asyncio.sleep(0.1)
            await leg.hang_up()
            assert await frames > 0

    play(scene)
