"""The system's own voices through pyttsx3: espeak-ng on Linux, SAPI on Windows, NSSS on macOS."""

import ctypes
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import soxr

from ivr.core.errors import SpeakingFailed
from ivr.speech.voices.engine import Synthesize
from ivr.speech.voices.process import ProcessVoice

_RATE = 22_050
_WORDS_A_MINUTE = 160
"""At pace 1: espeak-ng's own 175 is hard to follow over a telephone."""
_LONGEST_S = 120


class Pyttsx3Voice(ProcessVoice):
    """The system's voice for `language`, an ISO 639-1 code, at 22.05 kHz."""

    def __init__(self, language: str = "de") -> None:
        super().__init__("pyttsx3", {"language": language}, name="pyttsx3", rate=_RATE)


def load(language: str) -> Synthesize:
    """The engine itself, for its process."""
    return _system(language) if sys.platform in ("win32", "darwin") else _espeak(language)


def _espeak(language: str) -> Synthesize:
    """espeak-ng through pyttsx3's binding, but synchronously.

    pyttsx3's own loop runs it asynchronously: it returns before the sound is complete and loses
    changes of the rate.
    """
    from pyttsx3.drivers import _espeak as espeak  # noqa: PLC0415 - it needs the system's library

    rate = espeak.Initialize(espeak.AUDIO_OUTPUT_SYNCHRONOUS, 0)
    sound = bytearray()

    def collect(samples: Any, count: int, events: Any) -> int:
        if count > 0:
            sound.extend(ctypes.string_at(samples, count * 2))
        return int(len(sound) > _LONGEST_S * rate * 2)

    espeak.SetSynthCallback(collect)
    if espeak.SetVoiceByName(language.encode()) != 0:
        raise SpeakingFailed(f"espeak-ng has no voice for the language {language}")

    def synthesize(text: str, pace: float) -> bytes:
        sound.clear()
        espeak.SetParameter(espeak.RATE, round(_WORDS_A_MINUTE * pace), 0)
        if espeak.Synth(text.encode(), flags=espeak.CHARS_UTF8 | espeak.ENDPAUSE) != 0:
            raise SpeakingFailed("espeak-ng refused a text")
        return _at_rate(bytes(sound), rate)

    return synthesize


def _system(language: str) -> Synthesize:
    import pyttsx3  # noqa: PLC0415 - it needs the system's library

    engine = pyttsx3.init()
    voices = [voice for voice in engine.getProperty("voices") if _speaks(voice, language)]
    if not voices:
        raise SpeakingFailed(f"the system has no voice for the language {language}: add one")
    engine.setProperty("voice", voices[0].id)

    def synthesize(text: str, pace: float) -> bytes:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "sound"
            engine.setProperty("rate", round(_WORDS_A_MINUTE * pace))
            engine.save_to_file(text, str(path))
            engine.runAndWait()
            return _decode(path)

    return synthesize


def _speaks(voice: Any, language: str) -> bool:
    tags = [tag.decode() if isinstance(tag, bytes) else str(tag) for tag in voice.languages or ()]
    marks = [tag.lower().lstrip("\x05\x02") for tag in (*tags, str(voice.id))]
    return any(mark.startswith(language) or f"{language}-" in mark for mark in marks)


def _decode(path: Path) -> bytes:
    """What the system wrote: WAV on Windows, AIFF on macOS."""
    from faster_whisper.audio import decode_audio  # noqa: PLC0415 - heavy, and only here

    samples = decode_audio(str(path), sampling_rate=_RATE)
    return (np.asarray(samples) * 32767).astype(np.int16).tobytes()


def _at_rate(pcm: bytes, rate: int) -> bytes:
    if rate == _RATE:
        return pcm
    return np.asarray(soxr.resample(np.frombuffer(pcm, np.int16), rate, _RATE)).tobytes()
