"""Whoever is put on hold without music hears ours; whose telephone plays some hears that."""

import asyncio

from ivr.core.pcm import frame_bytes
from ivr.lines.sip.stand_in import PATIENCE_FRAMES, StandIn
from tests.lines.sip.house import tone

SILENCE = bytes(frame_bytes(8_000))
THEIRS = tone(8_000, 0.02)
OURS = (tone(8_000, 0.02, hertz=300), tone(8_000, 0.02, hertz=700))


def music() -> "asyncio.Future[tuple[bytes, ...]]":
    return asyncio.get_running_loop().create_future()


async def test_silence_is_filled_after_a_second_until_something_comes() -> None:
    made = music()
    made.set_result(OURS)
    stand_in = StandIn(made)
    assert [stand_in.frame(SILENCE) for _ in range(PATIENCE_FRAMES)] == [SILENCE] * PATIENCE_FRAMES
    assert [stand_in.frame(SILENCE) for _ in range(3)] == [OURS[0], OURS[1], OURS[0]]
    assert stand_in.frame(THEIRS) == THEIRS
    assert stand_in.frame(SILENCE) == SILENCE


async def test_music_that_is_still_being_made_is_not_waited_for() -> None:
    made = music()
    stand_in = StandIn(made)
    assert {stand_in.frame(SILENCE) for _ in range(PATIENCE_FRAMES * 2)} == {SILENCE}
    made.set_result(OURS)
    assert stand_in.frame(SILENCE) == OURS[0]
