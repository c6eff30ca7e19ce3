"""A hotline that browsers can call: real lines and pages, scripted engines behind them."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from fastapi import FastAPI

from ivr.call.engines import Engines
from ivr.call.register import Register
from ivr.config.settings import Turns
from ivr.config.webrtc import WebRtc
from ivr.core.ports import Recognizer, Understanding, Voice
from ivr.dialogue.script import Script
from ivr.observe.metrics import Metrics
from ivr.speech.recognizers.scripted import ScriptedRecognizer
from ivr.speech.vad import SileroVad
from ivr.speech.voices.scripted import ScriptedVoice
from ivr.store.journal import Journal
from ivr.store.memory import MemoryStore
from ivr.understanding.scripted import ScriptedUnderstanding
from ivr.web.calls.part import calls_part
from ivr.web.calls.reception import Reception
from tests.call.virtual import SCRIPT
from tests.web.shell import running_shell


@dataclass
class Front:
    """What tests need of it."""

    app: FastAPI
    reception: Reception
    register: Register
    store: MemoryStore
    metrics: Metrics


@asynccontextmanager
async def open_front(
    folder: Path,
    settings: WebRtc | None = None,
    *,
    voice: Voice | None = None,
    heard: Iterable[str] | None = None,
    script: Script = SCRIPT,
    recognizer: Recognizer | None = None,
    understanding: Understanding | None = None,
) -> AsyncIterator[Front]:
    """`heard` is what the recognizer makes of the utterances, in turn, where it is scripted."""
    settings, store, metrics = settings or WebRtc(), MemoryStore(), Metrics()
    async with Journal(store) as journal:
        engines = Engines(
            vad=SileroVad,
            recognizer=recognizer or ScriptedRecognizer(heard),
            voice=voice or ScriptedVoice(),
            understanding=understanding or ScriptedUnderstanding(),
            journal=journal,
            meter=metrics,
            turns=Turns(),
        )
        register = Register("musterfirma", engines, lambda: script)
        async with Reception(register, settings, metrics) as reception:
            part = calls_part(reception, settings, "Musterfirma")
            async with running_shell(folder, [part]) as house:
                yield Front(house.app, reception, register, store, metrics)
