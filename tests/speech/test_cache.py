"""Sentences that were said before are said at once; what is personal never reaches the disk."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from typing_extensions import override

from ivr.core.errors import SpeakingFailed, VoiceLost
from ivr.speech.voices.cache import CachedVoice
from ivr.speech.voices.fallback import FallbackVoice
from ivr.speech.voices.scripted import ScriptedVoice

GREETING = "Guten Tag. Was kann ich für Sie tun?"


async def speak(
    voice: CachedVoice | FallbackVoice | ScriptedVoice, text: str, pace: float = 1.0
) -> bytes:
    return b"".join([piece async for piece in voice.speak(text, pace)])


def files(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


async def test_what_was_said_is_not_made_again() -> None:
    engine = ScriptedVoice()
    voice = CachedVoice(engine)
    first = await speak(voice, GREETING)
    assert await speak(voice, GREETING) == first
    assert engine.spoken == ["Guten Tag.", "Was kann ich für Sie tun?"]
    await speak(voice, GREETING, 0.8)
    assert len(engine.spoken) == 4


async def test_known_prompts_outlive_a_restart(tmp_path: Path) -> None:
    before = CachedVoice(ScriptedVoice(), tmp_path)
    assert await before.fill([GREETING, "Auf Wiederhören."], paces=(1.0, 0.8)) == 6
    sound = await speak(before, GREETING)

    engine = ScriptedVoice()
    after = CachedVoice(engine, tmp_path)
    assert await after.fill([GREETING], paces=(1.0,)) == 0
    assert await speak(after, GREETING) == sound
    assert engine.spoken == []
    assert len(files(tmp_path)) == 2


async def test_what_is_read_back_to_a_caller_is_not_on_disk(tmp_path: Path) -> None:
    voice = CachedVoice(ScriptedVoice(), tmp_path)
    await voice.fill([GREETING])
    kept = files(tmp_path)
    await speak(voice, "Ihre Nummer ist null eins sieben, Frau Beispiel.")
    assert files(tmp_path) == kept


async def test_memory_is_bounded_and_the_oldest_is_forgotten() -> None:
    engine = ScriptedVoice()
    size = len(await speak(engine, "Satz Nummer 1."))
    voice = CachedVoice(engine, memory_bytes=2 * size)
    engine.spoken.clear()
    for number in (1, 2, 1, 3, 1, 2):
        await speak(voice, f"Satz Nummer {number}.")
    assert engine.spoken == [f"Satz Nummer {number}." for number in (1, 2, 3, 2)]


async def test_the_next_sentence_is_made_while_the_first_is_heard() -> None:
    engine = ScriptedVoice()
    pieces = aiter(CachedVoice(engine).speak(GREETING + " Bitte sprechen Sie. Danke."))
    await anext(pieces)
    assert engine.spoken == ["Guten Tag."]
    await anext(pieces)
    assert engine.spoken == ["Guten Tag.", "Was kann ich für Sie tun?"]


async def test_a_failed_sentence_is_not_remembered() -> None:
    voice = CachedVoice(ScriptedVoice(fails_on=("Tag",)))
    for _ in range(2):
        with pytest.raises(SpeakingFailed):
            await speak(voice, GREETING)


class Moody(ScriptedVoice):
    """Its engine is gone while `broken`."""

    broken = False
    name = "moody"

    @override
    async def speak(self, text: str, pace: float = 1.0) -> AsyncGenerator[bytes, None]:
        if self.broken:
            raise VoiceLost("in a mood")
        async for piece in super().speak(text, pace):
            yield piece


async def test_a_stand_in_is_never_cached_as_the_voice_itself() -> None:
    moody, other = Moody(), ScriptedVoice()
    voice = CachedVoice(FallbackVoice([moody, other]))
    moody.broken = True
    await speak(voice, "Guten Tag.")
    assert other.spoken == ["Guten Tag."]
    assert voice.name == "scripted"
