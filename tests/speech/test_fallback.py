import pytest

from ivr.core.errors import SpeakingFailed
from ivr.speech.voices.fallback import FallbackVoice
from ivr.speech.voices.scripted import ScriptedVoice


class Low(ScriptedVoice):
    name = "low"
    rate = 8_000


async def test_the_next_voice_says_what_is_left() -> None:
    best, other = ScriptedVoice(fails_on=("Bestellung",)), ScriptedVoice()
    voice = FallbackVoice([best, other])
    pieces = [piece async for piece in voice.speak("Guten Tag. Ihre Bestellung kommt. Danke.")]
    assert len(pieces) == 3
    assert other.spoken == ["Ihre Bestellung kommt.", "Danke."]


async def test_a_voice_that_failed_rests() -> None:
    best, other = ScriptedVoice(fails_on=("kaputt",)), ScriptedVoice()
    voice = FallbackVoice([best, other])
    [_ async for _ in voice.speak("Das ist kaputt.")]
    [_ async for _ in voice.speak("Guten Tag.")]
    assert best.spoken == ["Das ist kaputt."]


async def test_if_all_rest_they_are_tried_all_the_same() -> None:
    voice = FallbackVoice([ScriptedVoice(fails_on=("kaputt",))])
    with pytest.raises(SpeakingFailed):
        [_ async for _ in voice.speak("Das ist kaputt.")]
    assert [piece async for piece in voice.speak("Guten Tag.")]


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
