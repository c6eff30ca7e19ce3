"""Vosk: recognizes while the caller speaks, with a grammar where little is possible."""

import json
import threading
import time
from collections import deque
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from functools import cache
from pathlib import Path

import vosk

from ivr.core.errors import MissingPiece, RecognitionFailed
from ivr.core.pcm import LISTEN_RATE, SAMPLE_BYTES
from ivr.core.speech import Expect, Transcript
from ivr.speech.recognizers.grammars import GERMAN, usable
from ivr.speech.recognizers.vosk_stream import VoskStream, choose
from ivr.speech.workers import WorkerPool

_BATCH_BYTES = LISTEN_RATE * SAMPLE_BYTES // 10
"""Audio is handed to the engine in pieces of 0.1 s."""
_BEHIND_BYTES = 30 * LISTEN_RATE * SAMPLE_BYTES
"""Audio that may wait for the engine; if it is ever more, the utterance fails."""


class VoskRecognizer:
    """Vosk for all calls at once: words with times and confidences.

    Where a grammar is expected, audio goes through it and through the free model; the free text is
    taken where the grammar does not fit.
    """

    name = "vosk"

    def __init__(
        self,
        model: Path,
        *,
        workers: int = 0,
        grammars: Mapping[Expect, Sequence[str]] = GERMAN,
        free_as_well: bool = True,
    ) -> None:
        """Load the model, which takes a second or two. Raises MissingPiece where it is broken.

        Without `free_as_well` only what is in the grammar can be heard where one applies.
        """
        vosk.SetLogLevel(-1)
        try:
            self._model = vosk.Model(str(model))
        except Exception as error:
            raise MissingPiece(
                f"Vosk cannot load {model}: run `ivr models fetch {model.name}`"
            ) from error
        known = cache(lambda word: self._model.vosk_model_find_word(word) >= 0)
        self._grammars = {
            expect: json.dumps(phrases, ensure_ascii=False)  # Vosk reads no \u escapes
            for expect, all_phrases in grammars.items()
            if (phrases := usable(all_phrases, known))
        }
        self._free_as_well = free_as_well
        self._pool = WorkerPool(workers)

    def listen(self, expect: Expect = Expect.ANYTHING, words: Sequence[str] = ()) -> "_Hearing":
        """Begin an utterance. `words` are not used: the model knows its vocabulary only."""
        grammar = self._grammars.get(expect)
        streams = [VoskStream(self._model, grammar)] if grammar else []
        if self._free_as_well or not streams:
            streams.append(VoskStream(self._model))
        return _Hearing(streams, self._pool)

    def waiting(self) -> int:
        return self._pool.waiting()

    async def ready(self) -> bool:
        return self._pool.takes_more()

    async def close(self) -> None:
        await self._pool.close()


class _Hearing:
    """Audio goes to the engine in the pool's threads; only one of them at a time works on it."""

    def __init__(self, streams: Sequence[VoskStream], pool: WorkerPool) -> None:
        self._streams = streams
        self._pool = pool
        self._pending: deque[bytes] = deque()
        self._pending_bytes = 0
        self._counting = threading.Lock()
        self._working = threading.Lock()
        self._job: Future[None] | None = None
        self._failure: RecognitionFailed | None = None
        self._decode_s = 0.0

    def feed(self, pcm: bytes) -> None:
        with self._counting:
            self._pending.append(pcm)
            self._pending_bytes += len(pcm)
            waiting = self._pending_bytes
        if waiting > _BEHIND_BYTES:
            self._fail(RecognitionFailed("recognition is too far behind: too many calls at once"))
        elif waiting >= _BATCH_BYTES and (self._job is None or self._job.done()):
            try:
                self._job = self._pool.submit(self._take_in)
            except RecognitionFailed as error:
                self._fail(error)

    async def transcribe(self) -> Transcript:
        if self._failure is not None:
            raise self._failure
        return await self._pool.run(lambda _: self._transcribe())

    def close(self) -> None:
        if self._job is not None:
            self._job.cancel()
        with self._counting:
            self._pending.clear()
            self._pending_bytes = 0
        self._streams = ()

    def _transcribe(self) -> Transcript:
        with self._working:
            self._drain()
            begun = time.perf_counter()
            chosen = choose([stream.words() for stream in self._streams])
            self._decode_s += time.perf_counter() - begun
        confidence = sum(word.confidence for word in chosen) / len(chosen) if chosen else 0.0
        text = " ".join(word.text for word in chosen)
        return Transcript(text, confidence, chosen, self._decode_s)

    def _take_in(self) -> None:
        with self._working:
            self._drain()

    def _drain(self) -> None:
        begun = time.perf_counter()
        while pcm := self._next():
            for stream in self._streams:
                stream.accept(pcm)
        self._decode_s += time.perf_counter() - begun

    def _next(self) -> bytes:
        with self._counting:
            pcm = b"".join(self._pending)
            self._pending.clear()
            self._pending_bytes = 0
        return pcm

    def _fail(self, error: RecognitionFailed) -> None:
        self._failure = error
        self.close()
