"""Several voices as one: where the best fails, the next says what is left."""

import asyncio
from collections.abc import AsyncGenerator, Sequence

import numpy as np
import soxr

from ivr.core.errors import SpeakingFailed, VoiceLost
from ivr.core.ports import Voice

_REST_S = 30.0
"""How long a voice whose engine was lost is not tried again."""


class FallbackVoice:
    """Speaks each text with the first voice that can. A voice whose engine was lost rests for
    30 s; one that could not speak a text is replaced for that text only.

    SpeakingFailed comes only where no voice can say a text. Sound has the first voice's rate.
    """

    def __init__(self, voices: Sequence[Voice]) -> None:
        """`voices`, the best first. They are closed with this one."""
        self._voices = list(voices)
        self._rests_until = [0.0] * len(self._voices)
        self.rate = self._voices[0].rate

    @property
    def name(self) -> str:
        """Of the voice that speaks now."""
        return self._voices[self._in_turn()[0]].name

    async def speak(self, text: str, pace: float = 1.0) -> AsyncGenerator[bytes, None]:
        """Speak `text` as one piece. Raises SpeakingFailed."""
        sound = await self._say(text, pace)
        if sound:
            yield sound

    async def ready(self) -> bool:
        """Whether one of them would."""
        for voice in self._voices:
            if await voice.ready():
                return True
        return False

    async def close(self) -> None:
        for voice in self._voices:
            await voice.close()

    def _in_turn(self) -> Sequence[int]:
        """The voices to be tried: those that do not rest; if all do, all."""
        now = asyncio.get_running_loop().time()
        rested = [i for i, until in enumerate(self._rests_until) if until <= now]
        return rested or range(len(self._voices))

    async def _say(self, text: str, pace: float) -> bytes:
        failure = SpeakingFailed("there is no voice")
        for i in self._in_turn():
            voice = self._voices[i]
            try:
                sound = b"".join([piece async for piece in voice.speak(text, pace)])
            except SpeakingFailed as error:
                failure = error
                if isinstance(error, VoiceLost):
                    self._rests_until[i] = asyncio.get_running_loop().time() + _REST_S
            else:
                return _resample(sound, voice.rate, self.rate)
        raise failure


def _resample(pcm: bytes, rate: int, wanted: int) -> bytes:
    if rate == wanted or not pcm:
        return pcm
    return np.asarray(soxr.resample(np.frombuffer(pcm, np.int16), rate, wanted)).tobytes()
