"""Whole calls in virtual time: real session, real turn-taking, fakes at the edges."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TypeVar

from ivr.app.fast_clock import FastLoop
from ivr.audio.spelled import spell
from ivr.call.engines import Engines
from ivr.call.observers import Observers
from ivr.call.register import Register
from ivr.config.phrases import load_phrases
from ivr.config.settings import Turns
from ivr.core.desk import Desk
from ivr.core.ports import Recognizer, Sounds, Understanding, Vad, Voice
from ivr.core.records import CallRecord, Turn
from ivr.dialogue.phrasebook import Phrasebook
from ivr.dialogue.script import Script
from ivr.lines.paced import PacedLeg, Party
from ivr.lines.synthetic import Manners, Step, SyntheticCaller, Utter
from ivr.observe.metrics import Metrics
from ivr.speech.recognizers.scripted import ScriptedRecognizer
from ivr.speech.vad import EnergyVad
from ivr.speech.voices.scripted import ScriptedVoice
from ivr.store.journal import Journal
from ivr.store.memory import MemoryStore
from ivr.understanding.scripted import ScriptedUnderstanding

T = TypeVar("T")
RATE = 16_000
SCRIPT = Script(
    greeting="Musterfirma, Guten Tag, was kann ich für Sie tun?",
    notice="Sie sprechen mit einem Sprachassistenten.",
    phrases=Phrasebook(load_phrases()),
    offline_answers={"opening_hours": "Montag bis Freitag bis 18 Uhr.", "address": "In Kassel."},
)


def in_virtual_time(main: Callable[[], Awaitable[T]]) -> T:
    """Run `main` on a loop whose clock jumps."""

    async def run() -> T:
        return await main()

    with asyncio.Runner(loop_factory=FastLoop) as runner:
        return runner.run(run())


def says(text: str, seconds: float | None = None) -> Utter:
    """Audio that spells its text, long enough to be an utterance."""
    return Utter(text, spell(text, seconds or max(0.8, len(text) * 0.06), RATE))


@dataclass
class House:
    """A hotline with fakes at its edges. Change a part before the first call."""

    script: Script = SCRIPT
    recognizer: Recognizer = field(default_factory=ScriptedRecognizer)
    voice: Voice = field(default_factory=ScriptedVoice)
    vad: Callable[[], Vad] = EnergyVad
    understanding: Understanding = field(default_factory=ScriptedUnderstanding)
    store: MemoryStore = field(default_factory=MemoryStore)
    turns: list[Turn] = field(default_factory=list)
    sounds: Sounds | None = None

    @asynccontextmanager
    async def opened(self, desk: Desk | None = None) -> AsyncIterator[Register]:
        """The register of a hotline that takes calls."""
        loop = asyncio.get_running_loop()
        assert isinstance(loop, FastLoop)
        async with Journal(self.store) as journal:
            engines = Engines(
                vad=self.vad,
                recognizer=self.recognizer,
                voice=self.voice,
                understanding=self.understanding,
                journal=journal,
                meter=Metrics(),
                turns=Turns(),
                desk=desk,
                sounds=self.sounds,
                working=loop.working,
            )
            yield Register("musterfirma", engines, lambda: self.script)

    async def call(
        self,
        *steps: Step,
        manners: Manners | None = None,
        caller: str | None = None,
        party: Party | None = None,
        rate: int = RATE,
    ) -> CallRecord:
        """One call from ring to hang-up, and what the store has of it."""
        async with self.opened() as register:
            leg = PacedLeg(party or SyntheticCaller(steps, rate, manners), rate, caller=caller)
            record = await register.take(leg, "scripted", Observers(on_turn=self.turns.append))
        kept = await self.store.call(record.start.call_id)
        assert kept is not None
        return kept
