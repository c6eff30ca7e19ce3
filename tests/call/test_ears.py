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
from ivr.core.ports import Leg, Recognizer
from ivr.core.speech import Transcript
from ivr.lines.paced import PacedLeg
from ivr.lines.synthetic import SyntheticCaller
from ivr.observe.metrics import Metrics
from ivr.speech.recognizers.scripted import ScriptedHearing, ScriptedRecognizer
from ivr.speech.vad import EnergyVad
from ivr.speech.voices.scripted import ScriptedVoice
from ivr.store.journal import Journal
from ivr.store.memory import MemoryStore
from ivr.understanding.scripted import ScriptedUnderstanding
from tests.call.people import Person
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


async def hear(leg: Leg, recognizer: Recognizer) -> list[Heard]:
    """Listen to the end of the line; what the first turn was."""
    inbox, heard = Inbox(asyncio.get_running_loop().time()), list[Heard]()
    async with Journal(MemoryStore()) as journal:
        engines = Engines(
            vad=EnergyVad,
            recognizer=recognizer,
            voice=ScriptedVoice(),
            understanding=ScriptedUnderstanding(),
            journal=journal,
            meter=Metrics(),
            turns=Turns(),
        )
        await Ears(leg, engines, inbox).listen()
        while not heard:
            event = await inbox.get()
            heard += [event] if isinstance(event, Heard) else []
    return heard


@pytest.mark.parametrize("held_s", [0.0, 60.0])
@pytest.mark.parametrize("hiccup_s", [0.0, 0.3])
def test_what_is_said_after_a_hold_was_said_then(held_s: float, hiccup_s: float) -> None:
    """A line that is held has no sound: by the sound alone it would have been said a minute
    before, in the middle of what came before the hold."""

    async def scene() -> tuple[float, list[Heard]]:
        leg = HeldLine(held_s, hiccup_s)
        began = asyncio.get_running_loop().time()
        heard = await hear(leg, ScriptedRecognizer())
        return leg.spoke_at - began, heard

    spoke_at, [heard] = in_virtual_time(scene)
    assert heard.utterance.text == WORDS
    assert heard.utterance.start_s == pytest.approx(spoke_at, abs=0.25)


class Busy(ScriptedRecognizer):
    """All workers are busy for so long after the caller's first pause."""

    def __init__(self, busy_s: float) -> None:
        super().__init__()
        self._busy_s = busy_s
        self._paused_at: float | None = None
        self.began_s: list[float] = []
        """After the pause, when each recognition began."""

    @override
    def waiting(self) -> int:
        now = asyncio.get_running_loop().time()
        self._paused_at = now if self._paused_at is None else self._paused_at
        return int(now < self._paused_at + self._busy_s)

    @override
    def listen(self, *_: object, **__: object) -> ScriptedHearing:
        return Noting(self)

    def begins(self) -> None:
        assert self._paused_at is not None
        self.began_s.append(asyncio.get_running_loop().time() - self._paused_at)


class Noting(ScriptedHearing):
    def __init__(self, recognizer: Busy) -> None:
        super().__init__(None)
        self._recognizer = recognizer

    @override
    async def transcribe(self) -> Transcript:
        self._recognizer.begins()
        return await super().transcribe()


@pytest.mark.parametrize(("busy_s", "begins_s"), [(0.0, 0.0), (0.03, 0.04), (60.0, 0.1)])
def test_a_pause_is_recognized_as_soon_as_a_worker_is_free_and_soon_anyhow(
    busy_s: float, begins_s: float
) -> None:
    recognizer = Busy(busy_s)
    leg = PacedLeg(Person((1.0, WORDS), leaves_at=6.0), RATE)
    in_virtual_time(lambda: hear(leg, recognizer))
    assert recognizer.began_s == [pytest.approx(begins_s, abs=0.005)]
