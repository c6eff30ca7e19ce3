"""Speaks texts with several voices through telephone bands and noise, and writes down what the
recognizer makes of them: for training on its mistakes, and for trying models on them.

    python -m ivr.app.heard     the same in a process of its own, see `ProcessEar`
"""

import asyncio
import json
import os
import sys
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ivr.app.bench.words import recognize
from ivr.app.calling import spoken
from ivr.audio.g711 import phone_band
from ivr.audio.noise import mix_noise
from ivr.audio.resample import resample
from ivr.config.loading import PROGRAM_FOLDER, default_settings
from ivr.config.settings import Settings, Speech
from ivr.core.errors import HotlineError, MissingPiece, SpeakingFailed
from ivr.core.pcm import Pcm
from ivr.core.ports import Recognizer, Voice
from ivr.speech.select import make_recognizer
from ivr.speech.voices.pico import PicoVoice
from ivr.speech.voices.pyttsx3 import Pyttsx3Voice
from ivr.training.heard import Heard
from ivr.understanding.priority import WORK, set_session
from ivr.understanding.process_group import end_group

PHONE = "phone"
NOISE_DB = {PHONE: None, "phone, quiet room": 35.0, "phone, room": 25.0}
"""The lines: how far a room's noise is below the speech, before the telephone's band. With 20 dB
Whisper base understands nothing of a synthetic voice, and nothing can be learned from that."""
USUAL, DEEP, HIGH, OTHER = "pico", "pico, deep", "pico, high", "pyttsx3"
LEARNING = (DEEP, HIGH, OTHER)
"""Who speaks examples. The usual voice speaks test sets, so that no model is tried on the voice
that it has learned from."""
_PITCH = {USUAL: 1.0, DEEP: 0.85, HIGH: 1.2}
_PACE = {USUAL: 1.0, DEEP: 0.9, HIGH: 1.15, OTHER: 1.0}
_RATE = 8_000
_STOP_S = 5.0
_LONGEST_LINE = 1 << 20


@dataclass(frozen=True, slots=True)
class Booth:
    """Speakers and a recognizer, open."""

    speakers: Mapping[str, Voice]
    recognizer: Recognizer
    words: Sequence[str]
    lines: Sequence[str] = tuple(NOISE_DB)

    async def hear(self, texts: Sequence[str]) -> AsyncGenerator[list[Heard], None]:
        """Each text by every speaker, over the lines in turn. Takes about a second a speaking;
        what a voice cannot speak is left out."""
        for at, text in enumerate(texts):
            found = []
            for number, speaker in enumerate(self.speakers):
                line = self.lines[(at + number) % len(self.lines)]
                with suppress(SpeakingFailed):
                    found.append(await self._once(text, speaker, line, seed=at))
            yield found

    async def _once(self, text: str, speaker: str, line: str, seed: int) -> Heard:
        speech = await spoken(self.speakers[speaker], text, _PACE[speaker])
        heard = await recognize(self.recognizer, _over(line, speech, seed), self.words)
        return Heard(heard.text, text, speaker, line, self.recognizer.name)


def _over(line: str, speech: Pcm, seed: int) -> Pcm:
    speech, below = resample(speech, _RATE), NOISE_DB[line]
    if below is not None:
        speech = mix_noise(speech, below, np.random.default_rng(seed))
    return phone_band(speech)


@asynccontextmanager
async def open_booth(
    settings: Settings, words: Sequence[str], speakers: Sequence[str], lines: Sequence[str]
) -> AsyncIterator[Booth]:
    """The voices and the recognizer of this machine. Raises MissingPiece, ModelRefused."""
    async with AsyncExitStack() as stack:
        recognizer = make_recognizer(settings)
        stack.push_async_callback(recognizer.close)
        voices: dict[str, Voice] = {}
        for name in speakers:
            voices[name] = PicoVoice(_PITCH[name]) if name in _PITCH else Pyttsx3Voice()
            stack.push_async_callback(voices[name].close)
        yield Booth(voices, recognizer, words, lines)


def testing_ear(settings: Settings) -> "ProcessEar":
    """Speaks test sets: one voice, by telephone."""
    return ProcessEar(settings, (USUAL,), (PHONE,))


class ProcessEar:
    """Implements `ivr.training.ports.Ear` in a process of low priority, which ends with its work:
    live calls keep their recognizer, and the processor, to themselves."""

    def __init__(
        self,
        settings: Settings,
        speakers: Sequence[str] = LEARNING,
        lines: Sequence[str] = tuple(NOISE_DB),
    ) -> None:
        self._speech = settings.speech.model_copy(update={"workers": 1})
        self._models = settings.hotline.models_dir
        self._speakers = tuple(speakers)
        self._lines = tuple(lines)

    async def hear(
        self, texts: Sequence[str], words: Sequence[str]
    ) -> AsyncGenerator[list[Heard], None]:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "ivr.app.heard"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            limit=_LONGEST_LINE,
            start_new_session=True,
        )
        assert process.stdin is not None  # noqa: S101 - it is a pipe
        assert process.stdout is not None  # noqa: S101 - it is a pipe
        try:
            await set_session(process.pid, WORK)
            process.stdin.write(self._order(texts, words))
            with suppress(ConnectionError):
                await process.stdin.drain()
            while line := await process.stdout.readline():
                answer = json.loads(line)
                if "error" in answer:
                    raise MissingPiece(answer["error"])
                yield [Heard(**each) for each in answer["heard"]]
            if await process.wait():
                raise MissingPiece("the process that speaks examples has died")
        finally:
            process.stdin.close()
            # Its voices are processes, too: all of them end.
            await end_group(process, _STOP_S)

    def _order(self, texts: Sequence[str], words: Sequence[str]) -> bytes:
        order = {
            "models_dir": str(self._models),
            "speech": self._speech.model_dump(mode="json"),
            "speakers": self._speakers,
            "lines": self._lines,
            "words": list(words),
            "texts": list(texts),
        }
        return json.dumps(order).encode() + b"\n"


async def hear_ordered(order: Mapping[str, Any], answers: Any) -> None:
    """What the process does: a line of JSON for each text."""
    settings = default_settings(PROGRAM_FOLDER)
    hotline = settings.hotline.model_copy(update={"models_dir": Path(order["models_dir"])})
    speech = Speech.model_validate(order["speech"])
    settings = settings.model_copy(update={"hotline": hotline, "speech": speech})

    def answer(**said: Any) -> None:
        answers.write(json.dumps(said).encode() + b"\n")
        answers.flush()

    parts = order["words"], order["speakers"], order["lines"]
    try:
        async with open_booth(settings, *parts) as booth:
            async for heard in booth.hear(order["texts"]):
                answer(heard=[asdict(each) for each in heard])
    except HotlineError as error:
        answer(error=str(error))


def main() -> None:
    os.nice(WORK)
    # Engines print what they like; only answers may go to whoever asked.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    asyncio.run(hear_ordered(json.loads(sys.stdin.buffer.readline()), answers))


if __name__ == "__main__":
    main()
