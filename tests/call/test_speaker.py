"""A voice that is late in the middle of a prompt is counted; a pause between two is not."""

import asyncio
from collections.abc import AsyncGenerator, Sequence

import pytest
from typing_extensions import override

from ivr.call.engines import Engines
from ivr.call.speaker import Speaker
from ivr.config.settings import Turns
from ivr.core.actions import Say
from ivr.core.measures import Tally
from ivr.lines.paced import PacedLeg
from ivr.lines.synthetic import Manners, SyntheticCaller
from ivr.observe.metrics import Metrics
from ivr.speech.recognizers.scripted import ScriptedRecognizer
from ivr.speech.vad import EnergyVad
from ivr.speech.voices.scripted import ScriptedVoice
from ivr.store.journal import Journal
from ivr.store.memory import MemoryStore
from ivr.understanding.scripted import ScriptedUnderstanding
from tests.call.virtual import RATE, in_virtual_time


class Halting(ScriptedVoice):
    """Stops for so long after its first 0.1 s."""

    def __init__(self, halt_s: float) -> None:
        super().__init__()
        self._halt_s = halt_s

    @override
    async def speak(self, text: str, pace: float = 1.0) -> AsyncGenerator[bytes, None]:
        first = True
        async for piece in super().speak(text, pace):
            yield piece
            if first:
                await asyncio.sleep(self._halt_s)
            first = False


def starved(voice: ScriptedVoice, texts: Sequence[str], pause_s: float = 0.0) -> int:
    """Frames for which the party heard silence in mid-prompt."""
    metrics = Metrics()

    async def listen(leg: PacedLeg) -> None:
        async for _ in leg.frames():
            pass

    async def prompts() -> None:
        leg = PacedLeg(SyntheticCaller([], RATE, Manners(stays_s=60)), RATE)
        listening = asyncio.create_task(listen(leg))
        async with Journal(MemoryStore()) as journal:
            engines = Engines(
                vad=EnergyVad,
                recognizer=ScriptedRecognizer(),
                voice=voice,
                understanding=ScriptedUnderstanding(),
                journal=journal,
                meter=metrics,
                turns=Turns(),
            )
            speaker = Speaker(leg, engines, lambda say, in_s: None, lambda level_db: None)
            for text in texts:
                await speaker.say(Say(1, text))
                await asyncio.sleep(pause_s)
        await leg.hang_up()
        await listening

    in_virtual_time(prompts)
    return metrics.snapshot().tallies.get(Tally.STARVED_FRAMES, 0)


@pytest.mark.parametrize(("halt_s", "frames"), [(0.0, 0), (0.08, 0), (0.3, 10), (0.6, 25)])
def test_what_the_voice_halts_beyond_what_is_in_hand_is_starved(
    halt_s: float, frames: int
) -> None:
    assert abs(starved(Halting(halt_s), ["Einen Moment bitte."]) - frames) <= (frames > 0)


def test_a_short_pause_between_two_prompts_starves_nobody() -> None:
    assert starved(ScriptedVoice(), ["Einen Moment.", "Wir haben geöffnet."], 0.06) == 0
