"""Says one prompt at a time on a leg; a new one or an interruption cuts it off at once."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import aclosing
from math import inf
from typing import Protocol

from ivr.audio.features import VoiceLevel, level_db
from ivr.audio.framing import Framer, slices
from ivr.audio.resample import Resampler
from ivr.call.engines import Engines
from ivr.core.actions import Say
from ivr.core.errors import SpeakingFailed
from ivr.core.measures import Tally, Timing
from ivr.core.pcm import FRAME_S, LISTEN_RATE, frame_bytes
from ivr.german.speakable import speakable

AUDIBLE_DB = -50.0
"""Below this a frame counts as the pause before the first sound."""
SLICE_FRAMES = 5
"""So much is brought to the line's rate in one go: a whole sentence would take up to a quarter of
a second, in which all other calls stand still."""


class Sink(Protocol):
    """Where sound goes: the way out of a `Leg`, or into a bridge."""

    @property
    def rate(self) -> int: ...
    async def play(self, frame: bytes) -> None: ...
    def unplayed_s(self) -> float: ...


class Speaker:
    """The hotline's mouth in one call."""

    def __init__(
        self,
        leg: Sink,
        engines: Engines,
        sounds: Callable[[Say, float], None],
        level: Callable[[float], None],
    ) -> None:
        """`sounds` is told of a prompt's first audible frame and in how many seconds it will be
        heard; `level` of each frame's `VoiceLevel`, when it sounds."""
        self._leg = leg
        self._engines = engines
        self._sounds = sounds
        self._level = level

    async def say(self, say: Say) -> None:
        """Speak, and come back when the last sample has sounded.

        Whoever cancels it flushes the line, at once: this task may take a while to end, and the
        next prompt must not lose its beginning. Raises SpeakingFailed if not all of it could be
        spoken.
        """
        await self._speak(say)
        await asyncio.sleep(self._leg.unplayed_s())

    async def _speak(self, say: Say) -> None:
        audible = False
        loop = asyncio.get_running_loop()
        began = loop.time()
        until_s = inf
        voice_level = VoiceLevel(self._leg.rate)
        async with aclosing(self._frames(say)) as frames:
            async for frame in frames:
                self._late(loop.time() - until_s)
                if not audible and level_db(frame) > AUDIBLE_DB:
                    audible = True
                    took_s = loop.time() - began
                    self._engines.meter.observe(Timing.VOICE, took_s)
                    self._sounds(say, self._leg.unplayed_s())
                await self._leg.play(frame)
                until_s = loop.time() + self._leg.unplayed_s()
                # At the moment of its sound, or the delay of its echo would not be steady: at a
                # prompt's beginning the line takes several frames at once.
                ahead_s = max(0.0, self._leg.unplayed_s() - FRAME_S)
                loop.call_later(ahead_s, self._level, voice_level.push(frame))
        if not audible:
            raise SpeakingFailed("the voice gave no sound: choose another one in the settings")

    def _late(self, late_s: float) -> None:
        """All that came before has sounded for so long: the party heard silence in mid-prompt."""
        if (frames := round(max(0.0, late_s) / FRAME_S)) > 0:
            self._engines.meter.count(Tally.STARVED_FRAMES, frames)

    async def _frames(self, say: Say) -> AsyncGenerator[bytes, None]:
        """The prompt in frames at the leg's rate."""
        voice = self._engines.voice
        resampler = Resampler(voice.rate, self._leg.rate)
        framer = Framer(frame_bytes(self._leg.rate))
        async with aclosing(voice.speak(speakable(say.text), say.pace)) as pieces:
            while (piece := await self._next(pieces)) is not None:
                for frame in _frames(piece, voice.rate, resampler, framer):
                    yield frame
        for frame in (*framer.push(resampler.flush()), *framer.flush()):
            yield frame

    async def _next(self, pieces: AsyncGenerator[bytes, None]) -> bytes | None:
        with self._engines.working():
            return await anext(pieces, None)


async def play(leg: Sink, pcm: bytes) -> None:
    """Let finished audio at 16 kHz sound on a leg to its end."""
    resampler = Resampler(LISTEN_RATE, leg.rate)
    framer = Framer(frame_bytes(leg.rate))
    for frame in _frames(pcm, LISTEN_RATE, resampler, framer):
        await leg.play(frame)
    for frame in (*framer.push(resampler.flush()), *framer.flush()):
        await leg.play(frame)
    await asyncio.sleep(leg.unplayed_s())


def _frames(pcm: bytes, rate: int, resampler: Resampler, framer: Framer) -> Iterator[bytes]:
    """Sound of this rate in the line's frames, `SLICE_FRAMES` at a time."""
    for part in slices(pcm, SLICE_FRAMES * frame_bytes(rate)):
        yield from framer.push(resampler.push(part))
