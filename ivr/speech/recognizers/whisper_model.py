"""Whisper's network on CTranslate2, and the questions it can be asked."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ctranslate2
import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from ivr.core.errors import ModelRefused
from ivr.core.pcm import LISTEN_RATE
from ivr.speech.recognizers.mel import Floats, log_mel
from ivr.speech.recognizers.together import Together
from ivr.speech.workers import standing_back

_TASK = ("<|startoftranscript|>", "<|de|>", "<|transcribe|>", "<|notimestamps|>")
_PREVIOUS = "<|startofprev|>"
_TOKENS_AT_LEAST = 8
_TOKENS_A_SECOND = 8
"""Fast German has six; what writes more has lost its way."""
_LONGEST_PROMPT = 100
"""Tokens of hints; Whisper takes 223, but each costs time."""
_POSITIONS_A_SECOND = 50
_SCORED_MARGIN_S = 0.3
_TOGETHER = 4
"""Texts written in one go; beyond four, company brings hardly anything."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """What the encoder made of a stretch of audio."""

    features: Any
    audio_s: float
    """Length of the audio without the silence that was added."""


@dataclass(frozen=True, slots=True)
class Guess:
    text: str
    score: float
    """Mean logarithm of the tokens' probabilities."""
    no_speech: float
    """Probability that nobody speaks."""
    capped: bool
    """Whether it was still writing when its tokens ran out."""


@dataclass(frozen=True, slots=True)
class _Writing:
    """What a text is written from."""

    encoded: Encoded
    prompt: tuple[int, ...]

    @property
    def cap(self) -> int:
        """The most tokens that so much speech can have."""
        return _TOKENS_AT_LEAST + int(_TOKENS_A_SECOND * self.encoded.audio_s)


class WhisperModel:
    """The network in German. Threads may share it; each question keeps one core busy.

    Two cores for one question are no faster (0.7 CPU-seconds in place of 0.43 for the same text).
    While all are busy, texts that wait are written together, which saves a third of their time.
    """

    def __init__(self, folder: Path, *, workers: int, beam: int) -> None:
        """Load the network. Raises ModelRefused where the folder holds something else."""
        try:
            self._network = standing_back(
                lambda: ctranslate2.models.Whisper(
                    str(folder), compute_type="int8", inter_threads=workers, intra_threads=1
                )
            )
            self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        except Exception as error:
            raise ModelRefused(
                f"Whisper cannot be loaded from {folder}: run `ivr models fetch {folder.name}`"
            ) from error
        self._task = [self._special(token) for token in _TASK]
        self._previous = self._special(_PREVIOUS)
        self._beam = beam
        self._together = Together(self._write, at_once=workers, most=_TOGETHER)

    def encode(self, samples: Floats, window_s: float) -> Encoded:
        """Look at the samples (-1 to 1, 16 kHz) and at silence after them, up to `window_s`."""
        mel = ctranslate2.StorageView.from_array(log_mel(samples, window_s))
        return Encoded(self._network.encode(mel), len(samples) / LISTEN_RATE)

    def guess(self, encoded: Encoded, wanted: Callable[[], bool], hint: str = "") -> Guess:
        """The likeliest text, with `hint` as what was said before.

        Raises Dropped if it is not `wanted` any more when the network is free.
        """
        prompt = tuple(self._prompt(hint))
        kind = (prompt, tuple(encoded.features.shape))
        return self._together.ask(kind, _Writing(encoded, prompt), wanted)

    def _write(self, alike: Sequence[_Writing]) -> list[Guess]:
        """Texts with one prompt, of stretches of one length."""
        prompt = list(alike[0].prompt)
        # CTranslate2 writes half of max_length, or what the prompt leaves of it if that is less.
        cap = max(each.cap for each in alike)
        results = self._network.generate(
            _stacked([each.encoded.features for each in alike]),
            [prompt] * len(alike),
            beam_size=self._beam,
            max_length=max(2 * cap, len(prompt) + cap),
            return_scores=True,
            return_no_speech_prob=True,
        )
        return [self._guess(each, result) for each, result in zip(alike, results, strict=True)]

    def _guess(self, writing: _Writing, result: Any) -> Guess:
        tokens = result.sequences_ids[0]
        text = self._tokenizer.decode(tokens[: writing.cap], skip_special_tokens=True).strip()
        capped = len(tokens) >= writing.cap
        return Guess(text, result.scores[0], result.no_speech_prob, capped)

    def scores(self, encoded: Encoded, phrases: Sequence[str]) -> list[float]:
        """How well each phrase fits, as the mean logarithm of its tokens' probabilities.

        For short audio: the time goes with the phrases times the audio's length.
        """
        positions = int((encoded.audio_s + _SCORED_MARGIN_S) * _POSITIONS_A_SECOND)
        features: npt.NDArray[np.float32] = np.array(encoded.features)[:, :positions]
        repeated = np.ascontiguousarray(np.repeat(features, len(phrases), axis=0))
        aligned = self._network.align(
            ctranslate2.StorageView.from_array(repeated),
            self._task,
            [self._tokens(phrase) for phrase in phrases],
            [2 * features.shape[1]] * len(phrases),
        )
        least = 1e-9
        return [
            float(np.mean(np.log(np.maximum(result.text_token_probs, least))))
            for result in aligned
        ]

    def _prompt(self, hint: str) -> list[int]:
        if not hint:
            return self._task
        return [self._previous, *self._tokens(hint)[-_LONGEST_PROMPT:], *self._task]

    def _tokens(self, text: str) -> list[int]:
        return list(self._tokenizer.encode(" " + text, add_special_tokens=False).ids)

    def _special(self, name: str) -> int:
        number = self._tokenizer.token_to_id(name)
        if number is None:
            raise ModelRefused(f"Whisper's tokenizer lacks {name}: fetch the model again")
        return int(number)


def _stacked(features: Sequence[Any]) -> Any:
    if len(features) == 1:
        return features[0]
    return ctranslate2.StorageView.from_array(np.concatenate([np.array(f) for f in features]))
