"""Which engines are taken, and what is said where there are none."""

from pathlib import Path

import pytest

from ivr.config.settings import Hotline, Settings, Speech
from ivr.core.errors import MissingPiece
from ivr.speech import select
from ivr.speech.select import make_recognizer, make_voice


def settings(folder: Path, **speech: str) -> Settings:
    return Settings(
        hotline=Hotline(models_dir=folder, data_dir=folder), speech=Speech.model_validate(speech)
    )


@pytest.mark.parametrize(
    ("recognizer", "cure"),
    [
        ("auto", "ivr models fetch whisper-base"),
        ("whisper", "ivr models fetch whisper-base"),
        ("vosk", "ivr models fetch vosk-de-small"),
    ],
)
def test_without_a_model_the_message_says_what_to_fetch(
    tmp_path: Path, recognizer: str, cure: str
) -> None:
    with pytest.raises(MissingPiece, match=cure):
        make_recognizer(settings(tmp_path, recognizer=recognizer))


async def test_pico_speaks_where_no_piper_voice_is_installed(tmp_path: Path) -> None:
    voice = make_voice(settings(tmp_path))
    assert voice.name == "pico"
    await voice.close()


async def test_the_voice_that_is_asked_for_is_taken(tmp_path: Path) -> None:
    voice = make_voice(settings(tmp_path, voice="pyttsx3"))
    assert voice.name == "pyttsx3"
    await voice.close()


def test_a_voice_that_is_asked_for_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(MissingPiece, match="ivr models fetch piper-thorsten-medium"):
        make_voice(settings(tmp_path, voice="piper"))


async def test_without_espeak_the_others_still_speak(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(select, "_ESPEAK", ("libnothing.so.1",))
    voice = make_voice(settings(tmp_path))
    assert voice.name == "pico"
    await voice.close()
    with pytest.raises(MissingPiece, match="libespeak-ng1"):
        make_voice(settings(tmp_path, voice="pyttsx3"))
