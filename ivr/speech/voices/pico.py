"""SVOX Pico, whose German voice comes with its package: clear, quick, a little metallic."""

from ivr.speech.voices.engine import Synthesize
from ivr.speech.voices.process import ProcessVoice

_RATE = 16_000
_VOLUME = 0.7
"""Of its own, at which it clips."""


class PicoVoice(ProcessVoice):
    """Pico's German voice at 16 kHz. It holds the interpreter's lock: hence its own process."""

    def __init__(self, pitch: float = 1.0) -> None:
        """`pitch`: 0.5 (deep) to 2 (high)."""
        super().__init__("pico", {"pitch": str(pitch)}, name="pico", rate=_RATE)


def load(pitch: str = "1.0") -> Synthesize:
    """The engine itself, for its process."""
    from py_nanotts import NanoTTS  # noqa: PLC0415 - only where it speaks

    engine, height = NanoTTS(), float(pitch)

    def synthesize(text: str, pace: float) -> bytes:
        sound: bytes = engine.speak(text, voice="de-DE", speed=pace, pitch=height, volume=_VOLUME)
        return sound

    return synthesize
