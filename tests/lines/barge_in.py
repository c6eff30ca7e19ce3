"""Callers who speak over a prompt on a real line, with the real speech detection.

Counted in frames of sound that the caller has heard, from the first of their own that is loud to
the last of the prompt's, so it takes in both ways over the network and the caller's own buffer.
"""

import sys
from collections.abc import AsyncGenerator

from ivr.app.calling import Says, synthetic_party
from ivr.core.records import CallRecord
from ivr.lines.synthetic import Manners, SyntheticCaller
from ivr.speech.voices.pico import PicoVoice
from tests.lines.sip.house import tone

GIVES_WAY_S = 0.75
"""Generous, for machines that do much else: the goal of a quarter of a second is measured by
`ivr bench --only webrtc` and `--only sip`. A prompt that is not interrupted goes on for three
times as long."""
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

    def __init__(self, rate: int) -> None:
        self.rate = rate

    async def speak(self, text: str, pace: float = 1.0) -> AsyncGenerator[bytes, None]:
        yield tone(self.rate, 3.0)

    async def ready(self) -> bool:
        return True

    async def close(self) -> None:
        pass


async def interrupter() -> SyntheticCaller:
    """Hears the greeting out, then speaks over every answer."""
    voice = PicoVoice()
    manners = Manners(barge_in_s=0.8, hears_greeting=True, stays_s=1)
    try:
        return await synthetic_party(voice, [Says(text) for text in SAYS], manners=manners)
    finally:
        await voice.close()


def assert_gave_way(party: SyntheticCaller, record: CallRecord) -> None:
    """Each prompt that was spoken over fell silent, for the caller and on record."""
    gave_way = party.stopwatch.silenced_s
    sys.stdout.write(f"silent after {', '.join(f'{seconds:.2f} s' for seconds in gave_way)}\n")
    assert len(gave_way) == 3
    assert max(gave_way) <= GIVES_WAY_S
    answers = [turn for turn in record.turns if turn.who == "hotline"][2:]
    assert [turn.interrupted for turn in answers] == [True, True, True, False]
