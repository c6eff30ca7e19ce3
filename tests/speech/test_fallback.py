from collections.abc import AsyncGenerator

import pytest
from typing_extensions import override

from ivr.core.errors import SpeakingFailed, VoiceLost
from ivr.speech.voices.fallback import FallbackVoice
from ivr.speech.voices.scripted import ScriptedVoice


class Low(ScriptedVoice):
    name = "low"
    rate = 8_000


class Lost(ScriptedVoice):
    """Its engine is gone."""

    name = "lost"

    @override
    async def speak(self, text: str, pace: float = 1.0) -> AsyncGenerator[bytes, None]:
        async for _ in super().speak(text, pace):
            raise VoiceLost("it hangs")
        yield b""


async def test_a_text_that_a_voice_refuses_changes_the_voice_of_that_text_only() -> None:
    best, other = ScriptedVoice(fails_on=("Bestellung",)), Low()
    voice = FallbackVoice([best, other])
    for text in ("Guten Tag.", "Ihre Bestellung kommt.", "Danke."):
        assert [piece async for piece in voice.speak(text)]
        assert voice.name == best.name
    assert other.spoken == ["Ihre Bestellung kommt."]


async def test_a_voice_whose_engine_was_lost_rests() -> None:
    best, other = Lost(), ScriptedVoice()
    voice = FallbackVoice([best, other])
    assert voice.name == "lost"
    [_ async for _ in voice.speak("Das hängt.")]
    [_ async for _ in voice.speak("Guten Tag.")]
    assert best.spoken == ["Das hängt."]
    assert other.spoken == ["Das hängt.", "Guten Tag."]
    assert voice.name == "scripted"


async def test_if_all_rest_they_are_tried_all_the_same() -> None:
    lost = Lost()
    voice = FallbackVoice([lost])
    for _ in range(2):
        with pytest.raises(SpeakingFailed):
            [_ async for _ in voice.speak("Guten Tag.")]
    assert len(lost.spoken) == 2


async def test_a_stand_in_sounds_at_the_first_voices_rate() -> None:
    text = "Guten Tag, Frau Beispiel"
    seconds = sum([len(piece) async for piece in Low().speak(text)]) / (2 * Low.rate)
    voice = FallbackVoice([ScriptedVoice(fails_on=("Tag",)), Low()])
    sound = b"".join([piece async for piece in voice.speak(text)])
    assert len(sound) / (2 * voice.rate) == pytest.approx(seconds, rel=0.01)


async def test_it_is_ready_while_any_of_its_voices_is() -> None:
    first, second = ScriptedVoice(), ScriptedVoice()
    voice = FallbackVoice([first, second])
    first.available = False
    assert await voice.ready()
    second.available = False
    assert not await voice.ready()
