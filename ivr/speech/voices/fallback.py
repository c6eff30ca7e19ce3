"""Several voices as one: where the best fails, the next says what is left."""

import asyncio
from collections.abc import AsyncGenerator, Sequence

import numpy as np
import soxr

from ivr.core.errors import SpeakingFailed
from ivr.core.ports import Voice
from ivr.speech.voices.sentences import pause_after, sentences

_REST_S = 30.0
"""How long a voice that failed is not tried again."""


class FallbackVoice:
    """Speaks each sentence with the first voice that can; a voice that failed rests for 30 s.

    SpeakingFailed comes only where no voice can say a sentence. Sound has the first voice's rate.
    """

    def __init__(self, voices: Sequence[Voice]) -> None:
        """`voices`, the best first. They are closed with this one."""
        self._voices = list(voices)
        self._rests_until = [0.0] * len(self._voices)
        self._latest = self._voices[0]
        self.rate = self._voices[0].rate

    @property
    def name(self) -> str:
        """Of the voice that spoke last."""
        return self._latest.name

    async def speak(self, text: str, pace: float = 1.0) -> AsyncGenerator[bytes, None]:
        """Speak `text`, a sentence a piece. Raises SpeakingFailed."""
        before = ""
        for sentence in sentences(text):
            sound = await self._say(sentence, pace)
            if sound:
                yield pause_after(before, self.rate) + sound
                before = sentence

    async def ready(self) -> bool:
        """Whether one of them would."""
        for voice in self._voices:
            if await voice.ready():
                return True
        return False

    async def close(self) -> None:
        for voice in self._voices:
            await voice.close()

    async def _say(self, sentence: str, pace: float) -> bytes:
        now = asyncio.get_running_loop().time()
        rested = [i for i, until in enumerate(self._rests_until) if until <= now]
        failure = SpeakingFailed("there is no voice")
        for i in rested or range(len(self._voices)):
            voice = self._voices[i]
            try:
                sound = b"".join([piece async for piece in voice.speak(sentence, pace)])
            except SpeakingFailed as error:
                failure = error
                self._rests_until[i] = asyncio.get_running_loop().time() + _REST_S
            else:
                self._latest = voice
                return _resample(sound, voice.rate, self.rate)
        raise failure


def _resample(pcm: bytes, rate: int, wanted: int) -> bytes:
    if rate == wanted or not pcm:
        return pcm
    return np.asarray(soxr.resample(np.frombuffer(pcm, np.int16), rate, wanted)).tobytes()
