"""Callers who speak over a prompt, over real WebRTC and with the real speech detection.

Counted in frames of sound that the caller has heard, from the first of their own that is loud to
the last of the prompt's, so it takes in both ways over the network and the caller's own buffer.
"""

import sys
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from ivr.app.calling import Says, synthetic_party
from ivr.app.over_line import converse
from ivr.config.webrtc import WebRtc
from ivr.lines.synthetic import Manners
from ivr.lines.webrtc.dial import dial_browser_line
from ivr.speech.voices.pico import PicoVoice
from ivr.web.server import serve
from tests.lines.webrtc.test_leg import RATE, tone
from tests.web.calls.reception import open_front

GIVES_WAY_S = 0.75
"""Generous, for machines that do much else: the goal of a quarter of a second is measured by
`ivr bench --only webrtc`. A prompt that is not interrupted goes on for three times as long."""
SAYS = (
    "Wann haben Sie geöffnet?",
    "Guten Tag noch einmal.",
    "Was kostet der Versand?",
    "Danke, das genügt mir.",
)


class Drone:
    """Says everything in one tone of three seconds, without a gap in which it might seem to have
    given way."""

    name = "drone"
    rate = RATE

    async def speak(self, text: str, pace: float = 1.0) -> AsyncGenerator[bytes, None]:
        for frame in tone(3.0):
            yield frame

    async def ready(self) -> bool:
        return True

    async def close(self) -> None:
        pass


@pytest.mark.slow
@pytest.mark.timeout(120)
async def test_a_prompt_gives_way_to_the_caller_s_voice(tmp_path: Path) -> None:
    voice = PicoVoice()
    manners = Manners(barge_in_s=0.8, hears_greeting=True, stays_s=1)
    try:
        party = await synthetic_party(voice, [Says(text) for text in SAYS], manners=manners)
        async with (
            open_front(tmp_path, voice=Drone(), heard=SAYS) as front,
            serve(front.app, "127.0.0.1", 0, "web.port") as port,
        ):
            address = f"http://127.0.0.1:{port}"
            leg = await dial_browser_line(address, WebRtc(), lambda _note: None)
            await converse(leg, party, 16_000)
            [call] = await front.store.calls()
            record = await front.store.call(call.start.call_id)
    finally:
        await voice.close()
    gave_way = party.stopwatch.silenced_s
    sys.stdout.write(f"silent after {', '.join(f'{seconds:.2f} s' for seconds in gave_way)}\n")
    assert len(gave_way) == 3
    assert max(gave_way) <= GIVES_WAY_S
    assert record is not None
    answers = [turn for turn in record.turns if turn.who == "hotline"][2:]
    assert [turn.interrupted for turn in answers] == [True, True, True, False]
