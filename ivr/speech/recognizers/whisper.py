"""Whisper for telephone calls: one model for all, looking at little more than what was said.

Whisper always looks at 30 s; most of that time goes into silence. Here the window is the speech
and a second, but a least width below which the network loses its way, and texts that betray it
are decoded once more with a wider window.
"""

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from ivr.core.pcm import LISTEN_RATE, SAMPLE_BYTES
from ivr.core.speech import Expect, Transcript
from ivr.speech.recognizers import whisper_yes_no
from ivr.speech.recognizers.mel import Floats
from ivr.speech.recognizers.whisper_model import Encoded, Guess, WhisperModel
from ivr.speech.recognizers.whisper_text import (
    collapse,
    echoes,
    is_hallucination,
    repeats,
)
from ivr.speech.workers import Dropped, Ticket, WorkerPool

_MARGIN_S = 1.0
"""Silence after the speech; without it the last word is lost."""
_SECOND_WINDOW_S = 12.0
_HURRIED_WINDOW_S = 8.0
"""While many wait: a tenth less work each, for one word more in a hundred misheard."""
_LONGEST_S = 28.0
"""Longest speech that fits into Whisper's 30 s with its margin."""
_MOST_BYTES = 300 * LISTEN_RATE * SAMPLE_BYTES
"""Of an utterance longer than five minutes the rest is not heard."""
_NO_NAMES = frozenset({Expect.YES_NO, Expect.DIGITS, Expect.PHONE, Expect.DATE, Expect.TIME})
"""Where the company's words are not expected, they would only mislead."""
_WORST_SCORE = -1.0
_NO_SPEECH = 0.6
_SILENT = 1e-4
"""Loudest sample, of 1, of what is not worth asking about."""
_THREADS_A_WORKER = 3
"""While the network is busy with some, others get ready to be asked about together."""
_SPARSE_S = 12.0
"""Of longer audio whole sentences may be left out, most of all where they are alike."""
_SLOWEST_LETTERS_S = 5.0
"""Letters in a second of speech; even slow speakers say more."""


class WhisperRecognizer:
    """Whisper for all calls at once. It has no words with times."""

    name = "whisper"

    def __init__(
        self, model: Path, *, workers: int = 0, window_s: float = 10.0, beam: int = 3
    ) -> None:
        """Load the model and try it, which takes a second or two.

        `workers` decode at the same time, 0 for one a core. Raises ModelRefused.
        """
        self._pool = WorkerPool(workers, threads_each=_THREADS_A_WORKER)
        network = WhisperModel(model, workers=self._pool.workers, beam=beam)
        self._window_s = window_s
        self._decoder = WhisperDecoder(network, self._window)
        noise = np.random.default_rng(0).normal(0.0, 0.01, LISTEN_RATE).astype(np.float32)
        self._decoder.decode(noise, Expect.ANYTHING, (), Ticket())

    def listen(self, expect: Expect = Expect.ANYTHING, words: Sequence[str] = ()) -> "_Hearing":
        """Begin an utterance. The last thirty or so of `words` count: the prompt is short."""
        hints = () if expect in _NO_NAMES else tuple(word for word in words if word.strip())
        return _Hearing(self._decoder, self._pool, expect, hints)

    def waiting(self) -> int:
        return self._pool.waiting()

    def _window(self) -> float:
        """The shortest stretch to look at just now."""
        many = self._pool.waiting() >= self._pool.workers
        return min(self._window_s, _HURRIED_WINDOW_S) if many else self._window_s

    async def ready(self) -> bool:
        return self._pool.takes_more()

    async def close(self) -> None:
        await self._pool.close()


class _Hearing:
    """Audio in hand, and what was made of it."""

    def __init__(
        self,
        decoder: "WhisperDecoder",
        pool: WorkerPool,
        expect: Expect,
        hints: Sequence[str],
    ) -> None:
        self._decoder = decoder
        self._pool = pool
        self._expect = expect
        self._hints = hints
        self._audio = bytearray()
        self._pieces: dict[int, Transcript] = {}
        """What was made of the full pieces, which no later audio changes."""

    def feed(self, pcm: bytes) -> None:
        self._audio += pcm[: _MOST_BYTES - len(self._audio)]

    async def transcribe(self) -> Transcript:
        audio = np.frombuffer(bytes(self._audio), np.int16).astype(np.float32) / np.float32(32768)
        return await self._pool.run(lambda ticket: self._decode(audio, ticket))

    def close(self) -> None:
        self._audio.clear()

    def _decode(self, audio: Floats, ticket: Ticket) -> Transcript:
        *full, last = pieces(audio)
        for number, piece in enumerate(full):
            if number not in self._pieces:
                self._pieces[number] = self._ask(piece, ticket)
        return join([*(self._pieces[i] for i in range(len(full))), self._ask(last, ticket)])

    def _ask(self, piece: Floats, ticket: Ticket) -> Transcript:
        """What was said; of a piece that sentences are missing from, what its halves say."""
        found = self._decoder.decode(piece, self._expect, self._hints, ticket)
        if len(piece) <= _SPARSE_S * LISTEN_RATE or not _is_sparse(found.text, piece):
            return found
        cut = _quietest(piece, len(piece) // 3, len(piece) * 2 // 3)
        halves = join([self._ask(half, ticket) for half in (piece[:cut], piece[cut:])])
        return halves if len(halves.text) > len(found.text) else found


class WhisperDecoder:
    """How the network is asked, and which of its answers are believed."""

    def __init__(self, model: WhisperModel, window: Callable[[], float]) -> None:
        """`window` says how many seconds of audio it looks at at least, each time anew."""
        self._model = model
        self._window = window

    def decode(
        self, samples: Floats, expect: Expect, hints: Sequence[str], ticket: Ticket
    ) -> Transcript:
        """Recognize up to 28 s. Raises Dropped between its steps once nobody waits."""
        begun = time.perf_counter()
        audio_s = len(samples) / LISTEN_RATE
        if float(np.abs(samples).max(initial=0.0)) < _SILENT:
            return Transcript("", 0.0)
        window_s = self._window()
        encoded = self._encode(samples, max(audio_s + _MARGIN_S, window_s), ticket)
        guess = self._model.guess(encoded, ticket.wanted, ", ".join(hints))
        if echoes(guess.text, hints):
            guess = self._model.guess(encoded, ticket.wanted)
        if expect is Expect.YES_NO and audio_s <= whisper_yes_no.LONGEST_S:
            answer = self._yes_or_no(guess, encoded)
            guess = answer or self._believable(guess, samples, window_s, ticket)
        else:
            guess = self._believable(guess, samples, window_s, ticket)
        text = "" if _nobody_spoke(guess) else guess.text
        confidence = math.exp(min(guess.score, 0.0)) if text else 0.0
        return Transcript(text, confidence, decode_s=time.perf_counter() - begun)

    def _yes_or_no(self, guess: Guess, encoded: Encoded) -> Guess | None:
        if _nobody_spoke(guess):
            return None
        if whisper_yes_no.is_doubtful(guess.text, guess.score):
            scores = self._model.scores(encoded, whisper_yes_no.PHRASES)
            return replace(guess, text=whisper_yes_no.decide(scores, doubtful=True) or "")
        text = whisper_yes_no.read(guess.text)
        if text is None and not whisper_yes_no.speaks_for_itself(guess.text, guess.score):
            text = whisper_yes_no.decide(self._model.scores(encoded, whisper_yes_no.PHRASES))
        return None if text is None else replace(guess, text=collapse(text))

    def _believable(self, guess: Guess, samples: Floats, window_s: float, ticket: Ticket) -> Guess:
        """The guess, or a second one with a wider window and without hints."""
        audio_s = len(samples) / LISTEN_RATE
        if not _suspicious(guess, audio_s):
            return guess
        wider = max(audio_s + _MARGIN_S, window_s + 4.0, _SECOND_WINDOW_S)
        second = self._model.guess(self._encode(samples, wider, ticket), ticket.wanted)
        if not _suspicious(second, audio_s) or second.score > guess.score:
            guess = second
        return replace(guess, text=collapse(guess.text))

    def _encode(self, samples: Floats, window_s: float, ticket: Ticket) -> Encoded:
        if ticket.dropped:
            raise Dropped
        encoded = self._model.encode(samples, window_s)
        if ticket.dropped:
            raise Dropped
        return encoded


def _suspicious(guess: Guess, audio_s: float) -> bool:
    return guess.capped or guess.score < _WORST_SCORE or repeats(guess.text, audio_s)


def _nobody_spoke(guess: Guess) -> bool:
    unsure = guess.no_speech > _NO_SPEECH and guess.score < _WORST_SCORE
    return unsure or is_hallucination(guess.text)


def pieces(audio: Floats) -> list[Floats]:
    """Cut long audio where it is quietest, so that each piece fits into Whisper's window.

    More audio at the end changes no piece but the last.
    """
    found = []
    longest = int(_LONGEST_S * LISTEN_RATE)
    while len(audio) > longest:
        cut = _quietest(audio, longest * 2 // 3, longest)
        found.append(audio[:cut])
        audio = audio[cut:]
    return [*found, audio]


def _quietest(audio: Floats, first: int, last: int) -> int:
    """Where between these samples the loudness over 0.2 s is least."""
    width = LISTEN_RATE // 5
    starts = range(first, last - width, width // 4)
    best = min(starts, key=lambda start: float(np.abs(audio[start : start + width]).sum()))
    return best + width // 2


def _is_sparse(text: str, audio: Floats) -> bool:
    """Whether the text is much shorter than what so much speech says."""
    width = LISTEN_RATE // 50
    loudness = np.abs(audio[: len(audio) // width * width]).reshape(-1, width).mean(axis=1)
    speech_s = float((loudness > loudness.max() / 16).sum()) * width / LISTEN_RATE
    return len(text) < _SLOWEST_LETTERS_S * speech_s


def join(parts: Sequence[Transcript]) -> Transcript:
    """One transcript of the pieces of an utterance; it is as sure as its least sure piece."""
    spoken = [part for part in parts if part.text]
    return Transcript(
        " ".join(part.text for part in spoken),
        min((part.confidence for part in spoken), default=0.0),
        decode_s=sum(part.decode_s for part in parts),
    )
