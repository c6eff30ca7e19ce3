"""Software parties on a line that keeps a telephone's pace, in time that jumps."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeVar

import pytest

from ivr.app.fast_clock import FastLoop
from ivr.core.pcm import FRAME_S, frame_bytes
from ivr.lines.paced import IN_HAND_S, PacedLeg

RATE = 8_000
SIZE = frame_bytes(RATE)
T = TypeVar("T")


@dataclass
class Parrot:
    """Says frames with their number, hears and keeps what is said to it."""

    stays: int = 100
    keys: str = ""
    heard: list[bytes] = field(default_factory=list)

    def exchange(self, heard: bytes) -> bytes | None:
        self.heard.append(heard)
        number = len(self.heard)
        return number.to_bytes(2, "little") * (SIZE // 2) if number <= self.stays else None

    def pressed(self) -> str:
        keys, self.keys = self.keys, ""
        return keys


@dataclass
class Recorder:
    fails_at: int = 10_000
    written: list[tuple[bytes, bytes]] = field(default_factory=list)
    closed: int = 0

    def write(self, caller: bytes, hotline: bytes) -> None:
        if len(self.written) == self.fails_at:
            raise OSError(28, "No space left on device")
        self.written.append((caller, hotline))

    def close(self) -> None:
        self.closed += 1


def jumping(main: Callable[[], Awaitable[T]]) -> T:
    async def run() -> T:
        return await main()

    with asyncio.Runner(loop_factory=FastLoop) as runner:
        return runner.run(run())


def frame(number: int) -> bytes:
    return bytes([number]) * SIZE


def test_frames_come_every_20_ms_and_a_slow_listener_does_not_shift_them() -> None:
    async def main() -> list[float]:
        loop = asyncio.get_running_loop()
        at = []
        async for _ in PacedLeg(Parrot(), RATE).frames():
            at.append(loop.time())
            if len(at) % 10 == 0:
                await asyncio.sleep(0.07)
        return at

    at = jumping(main)
    assert len(at) == 100
    assert at[98] - at[0] == pytest.approx(98 * FRAME_S, abs=1e-6)


def test_what_is_played_is_heard_once_in_order_and_soon() -> None:
    party = Parrot(stays=60)
    leg = PacedLeg(party, RATE)

    async def main() -> None:
        async def speak() -> None:
            for number in range(1, 31):
                await leg.play(frame(number))
                assert leg.unplayed_s() <= IN_HAND_S + 1e-9

        async with asyncio.TaskGroup() as group:
            group.create_task(speak())
            async for _ in leg.frames():
                pass

    jumping(main)
    heard = [each[0] for each in party.heard if any(each)]
    assert heard == list(range(1, 31))


def test_a_hang_up_lets_what_is_in_hand_sound() -> None:
    party = Parrot(stays=1_000)
    leg = PacedLeg(party, RATE)

    async def main() -> None:
        async def speak_and_go() -> None:
            for number in (1, 2, 3):
                await leg.play(frame(number))
            await leg.hang_up()

        async with asyncio.TaskGroup() as group:
            group.create_task(speak_and_go())
            async for _ in leg.frames():
                pass

    jumping(main)
    assert [each[0] for each in party.heard if any(each)] == [1, 2, 3]
    assert len(party.heard) < 10


def test_the_party_s_hang_up_frees_whoever_speaks_to_it() -> None:
    leg = PacedLeg(Parrot(stays=3), RATE)

    async def main() -> None:
        async def speak() -> None:
            for number in range(1, 100):
                await leg.play(frame(number))

        async with asyncio.timeout(5), asyncio.TaskGroup() as group:
            group.create_task(speak())
            group.create_task(leg.hang_up())
            async for _ in leg.frames():
                pass
        assert leg.unplayed_s() == 0

    jumping(main)


def test_keys_arrive_in_order_and_end_with_the_call() -> None:
    leg = PacedLeg(Parrot(stays=5, keys="12#"), RATE)

    async def main() -> list[str]:
        async for _ in leg.frames():
            pass
        return [key async for key in leg.keys()]  # noqa: SIM118

    assert jumping(main) == ["1", "2", "#"]


def test_a_recorder_gets_both_sides_as_they_sounded_together() -> None:
    party, tap = Parrot(stays=5), Recorder()
    leg = PacedLeg(party, RATE, tap=tap)

    async def main() -> list[bytes]:
        await leg.play(frame(7))
        said = [each async for each in leg.frames()]
        await leg.hang_up()
        return said

    said = jumping(main)
    assert [caller for caller, _ in tap.written[:5]] == said
    assert [hotline for _, hotline in tap.written] == party.heard
    assert tap.written[0][1] == frame(7)
    assert tap.closed == 1


def test_a_full_disk_ends_the_recording_and_not_the_call() -> None:
    tap = Recorder(fails_at=2)
    leg = PacedLeg(Parrot(stays=50), RATE, tap=tap)

    async def main() -> int:
        return len([each async for each in leg.frames()])

    assert jumping(main) == 50
    assert (len(tap.written), tap.closed) == (2, 1)
