"""Sentences that were said before are said at once.

On disk are only the sentences that the hotline knows beforehand: what is read back to a caller is
personal and stays in memory.
"""

import asyncio
import hashlib
import os
from collections import OrderedDict
from collections.abc import AsyncGenerator, Iterable, Sequence
from itertools import zip_longest
from pathlib import Path

from ivr.core.ports import Voice
from ivr.speech.voices.sentences import pause_after, sentences

_MEMORY_BYTES = 64 * 2**20
"""Half an hour of speech at 16 kHz."""
_SUFFIX = ".pcm"


class CachedVoice:
    """Speaks like `voice` and remembers its sentences, forgetting the least recently said."""

    def __init__(
        self, voice: Voice, folder: Path | None = None, *, memory_bytes: int = _MEMORY_BYTES
    ) -> None:
        """`folder` keeps what `fill` was given over a restart; without one nothing is kept."""
        self._voice = voice
        self._folder = folder
        self._memory_bytes = memory_bytes
        self._bytes = 0
        self._sounds: OrderedDict[str, bytes] = OrderedDict()
        self.rate = voice.rate

    @property
    def name(self) -> str:
        return self._voice.name

    async def speak(self, text: str, pace: float = 1.0) -> AsyncGenerator[bytes, None]:
        """Speak `text`, a sentence a piece; the next is made while this one is heard.

        Raises SpeakingFailed.
        """
        parts = sentences(text)
        before = ""
        ahead: asyncio.Task[bytes] | None = None
        try:
            for part, following in zip_longest(parts, parts[1:]):
                # Started in this order, so that the engine makes them in this order.
                current = ahead or asyncio.create_task(self._sound(part, pace))
                ahead = current
                sound = await current
                ahead = asyncio.create_task(self._sound(following, pace)) if following else None
                if sound:
                    yield pause_after(before, self.rate) + sound
                    before = part
        finally:
            if ahead is not None:
                ahead.cancel()
                await asyncio.gather(ahead, return_exceptions=True)

    async def fill(self, texts: Iterable[str], paces: Sequence[float] = (1.0,)) -> int:
        """Make sure that these texts are spoken at once; says how many sentences had to be made.

        Whatever else is on disk is deleted. Raises SpeakingFailed, and OSError where the disk is
        full or read-only.
        """
        wanted = dict.fromkeys(part for text in texts for part in sentences(text))
        known = await asyncio.to_thread(self._read_folder)
        made, kept = 0, set()
        for pace in paces:
            for sentence in wanted:
                key = self._key(sentence, pace)
                kept.add(key)
                if key in known:
                    self._remember(key, known[key])
                    continue
                sound = await self._sound(sentence, pace)
                made += 1
                if key == self._key(sentence, pace):  # else another voice had to step in
                    await asyncio.to_thread(self._write, key, sound)
        await asyncio.to_thread(self._delete, known.keys() - kept)
        return made

    async def ready(self) -> bool:
        return await self._voice.ready()

    async def close(self) -> None:
        await self._voice.close()

    async def _sound(self, sentence: str, pace: float) -> bytes:
        key = self._key(sentence, pace)
        sound = self._sounds.get(key)
        if sound is not None:
            self._sounds.move_to_end(key)
            return sound
        sound = b"".join([piece async for piece in self._voice.speak(sentence, pace)])
        if key == self._key(sentence, pace):  # else another voice had to step in
            self._remember(key, sound)
        return sound

    def _key(self, sentence: str, pace: float) -> str:
        said = f"{self._voice.name}\n{self.rate}\n{pace:.2f}\n{sentence}"
        return hashlib.sha256(said.encode()).hexdigest()

    def _remember(self, key: str, sound: bytes) -> None:
        self._bytes += len(sound) - len(self._sounds.pop(key, b""))
        self._sounds[key] = sound
        while self._bytes > self._memory_bytes:
            _, forgotten = self._sounds.popitem(last=False)
            self._bytes -= len(forgotten)

    def _read_folder(self) -> dict[str, bytes]:
        if self._folder is None:
            return {}
        self._folder.mkdir(parents=True, exist_ok=True)
        return {path.stem: path.read_bytes() for path in self._folder.glob("*" + _SUFFIX)}

    def _write(self, key: str, sound: bytes) -> None:
        if self._folder is None:
            return
        part = self._folder / f"{key}.part"
        part.write_bytes(sound)
        os.replace(part, self._folder / (key + _SUFFIX))

    def _delete(self, keys: Iterable[str]) -> None:
        if self._folder is None:
            return
        for key in keys:
            (self._folder / (key + _SUFFIX)).unlink(missing_ok=True)
