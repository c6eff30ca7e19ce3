"""When something was said, whatever the line does meanwhile."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from typing_extensions import override

from ivr.call.ears import Ears
from ivr.call.engines import Engines
from ivr.call.inbox import Inbox
from ivr.config.settings import Turns
from ivr.core.events import Heard
from ivr.core.pcm import FRAME_S, frame_bytes
from ivr.lines.paced import PacedLeg
from ivr.lines.synthetic import SyntheticCaller
from ivr.observe.metrics import Metrics
from ivr.speech.recognizers.scripted import ScriptedRecognizer
from ivr.speech.vad import EnergyVad
from ivr.speech.voices.scripted import ScriptedVoice
from ivr.store.journal import Journal
from ivr.store.memory import MemoryStore
from ivr.understanding.scripted import ScriptedUnderstanding
from tests.call.virtual import RATE, in_virtual_time, says

WORDS = "Wann haben Sie geöffnet"


class HeldLine(PacedLeg):
    """A line that is silent, gives nothing at all while it is held, and then speaks."""

    def __init__(self, held_s: float, hiccup_s: float) -> None:
        super().__init__(SyntheticCaller([], RATE), RATE)
        self._held_s = held_s
        self._hiccup_s = hiccup_s
        self.spoke_at = 0.0

    @override
    async def frames(self) -> AsyncIterator[bytes]:
        loop = asyncio.get_running_loop()
        size = frame_bytes(RATE)
        silence, speech = bytes(size), says(WORDS).pcm
        for _ in range(100):
            await asyncio.sleep(FRAME_S)
            yield silence
        await asyncio.sleep(self._held_s)
        due = loop.time()
        sounds = [silence] * 50 + [speech[at : at + size] for at in range(0, len(speech), size)]
        for number, frame in enumerate(sounds + [silence] * 150):
            due += FRAME_S
            if number == 50:
                self.spoke_at = due
            if number == 60:
                await asyncio.sleep(self._hiccup_s)  # What is late for it comes in one go.
            await asyncio.sleep(max(0.0, due - loop.time()))
            yield frame.ljust(size, b"\0")


@pytest.mark.parametrize("held_s", [0.0, 60.0])
@pytest.mark.parametrize("hiccup_s", [0.0, 0.3])
def test_what_is_said_after_a_hold_was_said_then(held_s: float, hiccup_s: float) -> None:
    """A line that is held has no sound: by the sound alone it would have been said a minute
    before, in the middle of what came before the hold."""

    async def scene() -> tuple[float, list[Heard]]:
        leg = HeldLine(held_s, hiccup_s)
        began = asyncio.get_running_loop().time()
        inbox, heard = Inbox(began), list[Heard]()
        async with Journal(MemoryStore()) as journal:
            engines = Engines(
                vad=EnergyVad,
                recognizer=ScriptedRecognizer(),
                voice=ScriptedVoice(),
                understanding=ScriptedUnderstanding(),
                journal=journal,
                meter=Metrics(),
                turns=Turns(),
            )
            ears = Ears(leg, engines, inbox)
            await ears.listen()
            while not heard:
                event = await inbox.get()
                heard += [event] if isinstance(event, Heard) else []
        return leg.spoke_at - began, heard

    spoke_at, [heard] = in_virtual_time(scene)
    assert heard.utterance.text == WORDS
    assert heard.utterance.start_s == pytest.approx(spoke_at, abs=0.25)
