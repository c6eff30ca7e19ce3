"""Chooses the engines: what the settings name, or else the best that is installed."""

import ctypes
import sys
from collections.abc import Callable
from contextlib import suppress
from importlib.util import find_spec

from ivr.config.settings import Settings
from ivr.core.errors import MissingPiece
from ivr.core.ports import Recognizer, Voice
from ivr.speech.models.installed import installed, require
from ivr.speech.recognizers.vosk import VoskRecognizer
from ivr.speech.recognizers.whisper import WhisperRecognizer
from ivr.speech.voices.cache import CachedVoice
from ivr.speech.voices.fallback import FallbackVoice
from ivr.speech.voices.pico import PicoVoice
from ivr.speech.voices.piper import PiperVoice
from ivr.speech.voices.pyttsx3 import Pyttsx3Voice

_VOSK = "vosk-de-small"
_WHISPER = "whisper-base"
_PIPER = "piper-thorsten-medium"
_ESPEAK = ("libespeak-ng.so.1", "libespeak.so.1")


def make_recognizer(settings: Settings) -> Recognizer:
    """Load the recognizer, which takes seconds. `auto`: Vosk if its model is there, else Whisper.

    Raises MissingPiece, ModelRefused.
    """
    speech, models = settings.speech, settings.hotline.models_dir
    wanted = speech.recognizer
    if wanted == "vosk" or (wanted == "auto" and installed(models, _VOSK)):
        return VoskRecognizer(require(models, _VOSK), workers=speech.workers)
    return WhisperRecognizer(
        require(models, _WHISPER),
        workers=speech.workers,
        window_s=speech.whisper_window_s,
        beam=speech.whisper_beam,
    )


def make_voice(settings: Settings) -> CachedVoice:
    """The voice, with those that are there besides to step in for it, and its cache.

    `auto`: Piper, Pico, pyttsx3, the first that is there. Raises MissingPiece.
    """
    makers: dict[str, Callable[[Settings], Voice]] = {
        "piper": _piper,
        "pico": _pico,
        "pyttsx3": _pyttsx3,
    }
    wanted = settings.speech.voice
    voices: list[Voice] = []
    if wanted != "auto":
        voices.append(makers.pop(wanted)(settings))
    for make in makers.values():
        with suppress(MissingPiece):
            voices.append(make(settings))
    if not voices:
        raise MissingPiece("there is no voice at all: install what requirements/run.lock lists")
    return CachedVoice(FallbackVoice(voices), settings.hotline.data_dir / "cache" / "voice")


def _piper(settings: Settings) -> Voice:
    if find_spec("piper") is None:
        raise MissingPiece(f"piper-tts is not installed: run `ivr models fetch {_PIPER}`")
    return PiperVoice(require(settings.hotline.models_dir, _PIPER))


def _pico(_: Settings) -> Voice:
    if find_spec("py_nanotts") is None:
        raise MissingPiece("py-nanotts is not installed: install what requirements/run.lock lists")
    return PicoVoice()


def _pyttsx3(_: Settings) -> Voice:
    if sys.platform.startswith("linux") and not any(_loads(library) for library in _ESPEAK):
        raise MissingPiece("espeak-ng's library is missing: install the package libespeak-ng1")
    return Pyttsx3Voice()


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True
