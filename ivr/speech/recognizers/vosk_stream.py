"""One pass of an utterance through Vosk, which can be asked for its text more than once."""

import json
from collections.abc import Sequence
from typing import Any

import vosk

from ivr.core.pcm import LISTEN_RATE, SAMPLE_BYTES
from ivr.core.speech import Word
from ivr.speech.recognizers.grammars import UNKNOWN

_LONGEST_TAIL_BYTES = 20 * LISTEN_RATE * SAMPLE_BYTES
_SURE = 0.6
"""Mean confidence below which the grammar's text is not believed."""


class VoskStream:
    """Vosk's final result ends its utterance, but the caller may go on.

    The audio since Vosk's last own endpoint is kept, at most 20 s, and goes through the engine
    again when more comes after `words`: text asked for at a pause in a phrase is then no worse.
    For one thread at a time.
    """

    def __init__(self, model: Any, grammar: str | None = None) -> None:
        self._model = model
        self._grammar = grammar
        self._engine: Any = None
        self._engine_start_s = 0.0
        """Where in the utterance the engine's clock began."""
        self._settled: list[Word] = []
        self._settled_s = 0.0
        self._tail = bytearray()
        self._ending: list[Word] | None = None
        """Words of the tail, once they were asked for and until more audio comes."""

    def accept(self, pcm: bytes) -> None:
        """Take more audio: 16-bit mono at 16 kHz."""
        if self._ending is not None:
            self._ending = None
            self._engine = None
        if self._engine is None:
            self._begin()
            pcm = bytes(self._tail) + pcm
            self._tail.clear()
        self._tail += pcm
        if self._engine.AcceptWaveform(pcm):
            self._settle(self._engine.Result())
        elif len(self._tail) > _LONGEST_TAIL_BYTES:
            self._settle(self._engine.FinalResult())
            self._engine = None

    def words(self) -> tuple[Word, ...]:
        """What was said in all the audio so far."""
        if self._ending is None:
            self._ending = self._read(self._engine.FinalResult()) if self._engine else []
        return (*self._settled, *self._ending)

    def _begin(self) -> None:
        arguments = () if self._grammar is None else (self._grammar,)
        self._engine = vosk.KaldiRecognizer(self._model, LISTEN_RATE, *arguments)
        self._engine.SetWords(True)
        self._engine_start_s = self._settled_s

    def _settle(self, result: str) -> None:
        self._settled += self._read(result)
        self._settled_s += len(self._tail) / (LISTEN_RATE * SAMPLE_BYTES)
        self._tail.clear()

    def _read(self, result: str) -> list[Word]:
        start = self._engine_start_s
        return [
            Word(word["word"], start + word["start"], start + word["end"], word["conf"])
            for word in json.loads(result).get("result", ())
        ]


def choose(passes: Sequence[tuple[Word, ...]]) -> tuple[Word, ...]:
    """The words of the first pass that fits; the last one, usually the free, always does."""
    for words in passes[:-1]:
        if words and all(word.text != UNKNOWN for word in words):
            sure = sum(word.confidence for word in words) / len(words)
            if sure >= _SURE:
                return words
    return tuple(word for word in passes[-1] if word.text != UNKNOWN) if passes else ()
