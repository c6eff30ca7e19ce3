"""A voice without an engine: a buzz as long as the text, which spells it."""

import asyncio
from collections.abc import AsyncGenerator

from ivr.audio.spelled import spell
from ivr.core.errors import SpeakingFailed
from ivr.core.pcm import LISTEN_RATE

_A_LETTER_S = 0.06
_PIECE_BYTES = 3200


class ScriptedVoice:
    """Speaks at once, in pieces of 0.1 s. Texts that contain one of `fails_on` fail half-way."""

    name = "scripted"
    rate = LISTEN_RATE

    def __init__(self, *, fails_on: tuple[str, ...] = ()) -> None:
        self._fails_on = fails_on
        self.available = True
        self.spoken: list[str] = []
        """Every text that was begun."""

    async def speak(self, text: str, pace: float = 1.0) -> AsyncGenerator[bytes, None]:
        self.spoken.append(text)
        if not any(letter.isalnum() for letter in text):
            return
        seconds = max(0.2, _A_LETTER_S * len(text.encode()) / pace)
        sound = spell(text, seconds, self.rate)
        failing = any(word in text for word in self._fails_on)
        for start in range(0, len(sound) // 2 if failing else len(sound), _PIECE_BYTES):
            await asyncio.sleep(0)
            yield sound[start : start + _PIECE_BYTES]
        if failing:
            raise SpeakingFailed("the scripted voice fails on this text, as it was told to")

    async def ready(self) -> bool:
        return self.available

    async def close(self) -> None:
        self.available = False
