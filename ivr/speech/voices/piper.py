"""Piper's neural voices. `piper-tts` is GPL-3.0: only the voice's own process imports it."""

import json
from pathlib import Path

from ivr.core.errors import MissingPiece
from ivr.speech.voices.engine import Synthesize
from ivr.speech.voices.process import ProcessVoice


class PiperVoice(ProcessVoice):
    """The voice whose `.onnx` and `.onnx.json` lie in `folder`, in the language it was trained on.

    Raises MissingPiece where they do not.
    """

    def __init__(self, folder: Path) -> None:
        networks = sorted(folder.glob("*.onnx"))
        if not networks:
            raise MissingPiece(
                f"there is no Piper voice in {folder}: run `ivr models fetch {folder.name}`"
            )
        config = json.loads(networks[0].with_name(networks[0].name + ".json").read_text())
        super().__init__(
            "piper",
            {"network": str(networks[0])},
            name=f"piper/{networks[0].stem}",
            rate=int(config["audio"]["sample_rate"]),
        )


def load(network: str) -> Synthesize:
    """The engine itself, for its process."""
    from piper import PiperVoice as Engine  # noqa: PLC0415 - GPL, and only where it speaks
    from piper import SynthesisConfig  # noqa: PLC0415

    engine = Engine.load(network)

    def synthesize(text: str, pace: float) -> bytes:
        chunks = engine.synthesize(text, SynthesisConfig(length_scale=1.0 / pace))
        return b"".join(chunk.audio_int16_bytes for chunk in chunks)

    return synthesize
