"""Whisper on CTranslate2: one model for all calls, looking at little more than what was said.

Whisper always looks at 30 s; most of that time goes into silence. Here the window is the speech
and a second, but a least width below which the network loses its way, and texts that betray it
are decoded once more with a wider window.
"""

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import ctranslate2
import numpy as np
from tokenizers import Tokenizer

from ivr.core.errors import ModelRefused
from ivr.core.pcm import LISTEN_RATE, SAMPLE_BYTES
from ivr.core.speech import Expect, Transcript
from ivr.speech.recognizers.mel import Floats, log_mel
from ivr.speech.recognizers.whisper_text import collapse, is_hallucination, repeats
from ivr.speech.workers import Dropped, Ticket, WorkerPool

_TASK = ("<|startoftranscript|>", "<|de|>", "<|transcribe|>", "<|notimestamps|>")
_PREVIOUS = "<|startofprev|>"
_MARGIN_S = 1.0
"""Silence after the speech; without it the last word is lost."""
_SECOND_WINDOW_S = 12.0
_LONGEST_S = 28.0
"""Longest speech that fits into Whisper's 30 s with its margin."""
_MOST_BYTES = 300 * LISTEN_RATE * SAMPLE_BYTES
"""Of an utterance longer than five minutes the rest is not heard."""
_TOKENS_AT_LEAST = 8
_TOKENS_A_SECOND = 8
"""Fast German has six; what writes more has lost its way."""
_WORST_SCORE = -1.0
_NO_SPEECH = 0.6
_SILENT = 1e-4
"""Loudest sample, of 1, of what is not worth asking about."""
_LONGEST_PROMPT = 100
"""Tokens of hints; Whisper takes 223, but each costs time."""


class WhisperRecognizer:
    """Whisper for all calls at once. It has no partial results and no words with times."""

    name = "whisper"

    def __init__(
        self, model: Path, *, workers: int = 0, window_s: float = 10.0, beam: int = 3
    ) -> None:
        """Load the model and try it, which takes a second or two.

        `workers` decode at the same time, 0 for one a core.
        """
        self._pool = WorkerPool(workers)
        self._decoder = WhisperDecoder(
            model, workers=self._pool.workers, window_s=window_s, beam=beam
        )
        noise = np.random.default_rng(0).normal(0.0, 0.01, LISTEN_RATE).astype(np.float32)
        self._decoder.decode(noise, "", Ticket())

    def listen(self, expect: Expect = Expect.ANYTHING, words: Sequence[str] = ()) -> "_Hearing":
        return _Hearing(self._decoder, self._pool, ", ".join(words))

    def waiting(self) -> int:
        return self._pool.waiting()

    async def close(self) -> None:
        await self._pool.close()


class _Hearing:
    """Audio in hand, and what was made of it."""

    def __init__(self, decoder: "WhisperDecoder", pool: WorkerPool, hint: str) -> None:
        self._decoder = decoder
        self._pool = pool
        self._hint = hint
        self._audio = bytearray()
        self._pieces: list[Transcript] = []
        """What was made of the full pieces, which no later audio changes."""

    def feed(self, pcm: bytes) -> None:
        self._audio += pcm[: _MOST_BYTES - len(self._audio)]

    def partial(self) -> str:
        return ""

    async def transcribe(self) -> Transcript:
        audio = np.frombuffer(bytes(self._audio), np.int16).astype(np.float32) / np.float32(32768)
        return await self._pool.run(lambda ticket: self._decode(audio, ticket))

    def close(self) -> None:
        self._audio.clear()

    def _decode(self, audio: Floats, ticket: Ticket) -> Transcript:
        done = 0
        latest: list[Transcript] = []
        for number, piece in enumerate(pieces(audio)):
            full = done + len(piece) < len(audio)
            done += len(piece)
            if number < len(self._pieces):
                continue
            result = self._decoder.decode(piece, self._hint, ticket)
            (self._pieces if full else latest).append(result)
        return join([*self._pieces, *latest])


def pieces(audio: Floats) -> list[Floats]:
    """Cut long audio where it is quietest, so that each piece fits into Whisper's window.

    More audio at the end changes no piece but the last.
    """
    found = []
    while len(audio) > _LONGEST_S * LISTEN_RATE:
        cut = _quietest(audio)
        found.append(audio[:cut])
        audio = audio[cut:]
    return [*found, audio]


def _quietest(audio: Floats) -> int:
    """Where, in the last third of the longest piece, the loudness over 0.2 s is least."""
    width = LISTEN_RATE // 5
    first = int(_LONGEST_S * LISTEN_RATE * 2 / 3)
    starts = range(first, int(_LONGEST_S * LISTEN_RATE) - width, width // 4)
    best = min(starts, key=lambda start: float(np.abs(audio[start : start + width]).sum()))
    return best + width // 2


def join(parts: Sequence[Transcript]) -> Transcript:
    """One transcript of the pieces of an utterance; it is as sure as its least sure piece."""
    spoken = [part for part in parts if part.text]
    return Transcript(
        " ".join(part.text for part in spoken),
        min((part.confidence for part in spoken), default=0.0),
        decode_s=sum(part.decode_s for part in parts),
    )


@dataclass(frozen=True, slots=True)
class _Guess:
    text: str
    score: float
    """Mean logarithm of the tokens' probabilities."""
    no_speech: float
    """Probability that nobody speaks."""
    capped: bool
    """Whether it was still writing when its tokens ran out."""


class WhisperDecoder:
    """The model, and how it is asked. Threads may share it; a call of `decode` uses one core."""

    def __init__(self, model: Path, *, workers: int, window_s: float, beam: int) -> None:
        self._model = ctranslate2.models.Whisper(
            str(model), compute_type="int8", inter_threads=workers, intra_threads=1
        )
        self._tokenizer = Tokenizer.from_file(str(model / "tokenizer.json"))
        self._task = [self._special(token) for token in _TASK]
        self._previous = self._special(_PREVIOUS)
        self._window_s = window_s
        self._beam = beam

    def decode(self, samples: Floats, hint: str, ticket: Ticket) -> Transcript:
        """Recognize up to 28 s. Raises Dropped between its steps once nobody waits."""
        begun = time.perf_counter()
        audio_s = len(samples) / LISTEN_RATE
        if float(np.abs(samples).max(initial=0.0)) < _SILENT:
            return Transcript("", 0.0)
        guess = self._guess(samples, max(audio_s + _MARGIN_S, self._window_s), hint, ticket)
        if _suspicious(guess, audio_s):
            wider = max(audio_s + _MARGIN_S, self._window_s + 4, _SECOND_WINDOW_S)
            second = self._guess(samples, wider, "", ticket)
            if not _suspicious(second, audio_s) or second.score > guess.score:
                guess = second
            guess = replace(guess, text=collapse(guess.text))
        text = "" if _nobody_spoke(guess) else guess.text
        return Transcript(
            text, math.exp(min(guess.score, 0.0)), decode_s=time.perf_counter() - begun
        )

    def _guess(self, samples: Floats, window_s: float, hint: str, ticket: Ticket) -> _Guess:
        if ticket.dropped:
            raise Dropped
        mel = ctranslate2.StorageView.from_array(log_mel(samples, window_s))
        encoded = self._model.encode(mel)
        if ticket.dropped:
            raise Dropped
        # CTranslate2 writes half of max_length, or what the prompt leaves of it if that is less.
        cap = _TOKENS_AT_LEAST + int(_TOKENS_A_SECOND * len(samples) / LISTEN_RATE)
        prompt = self._prompt(hint)
        result = self._model.generate(
            encoded,
            [prompt],
            beam_size=self._beam,
            max_length=max(2 * cap, len(prompt) + cap),
            return_scores=True,
            return_no_speech_prob=True,
        )[0]
        return self._read(result, cap)

    def _read(self, result: Any, cap: int) -> _Guess:
        tokens = result.sequences_ids[0]
        text = self._tokenizer.decode(tokens, skip_special_tokens=True).strip()
        return _Guess(text, result.scores[0], result.no_speech_prob, len(tokens) >= cap)

    def _special(self, name: str) -> int:
        number = self._tokenizer.token_to_id(name)
        if number is None:
            raise ModelRefused(f"Whisper's tokenizer lacks {name}: fetch the model again")
        return int(number)

    def _prompt(self, hint: str) -> list[int]:
        if not hint:
            return self._task
        tokens = self._tokenizer.encode(" " + hint, add_special_tokens=False).ids
        return [self._previous, *tokens[-_LONGEST_PROMPT:], *self._task]


def _suspicious(guess: _Guess, audio_s: float) -> bool:
    return guess.capped or guess.score < _WORST_SCORE or repeats(guess.text, audio_s)


def _nobody_spoke(guess: _Guess) -> bool:
    unsure = guess.no_speech > _NO_SPEECH and guess.score < _WORST_SCORE
    return unsure or is_hallucination(guess.text)
