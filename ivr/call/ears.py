"""Hears one call: frames become chunks, chunks become turns, turns become text.

Recognition begins at the caller's first short pause. If they go on, that work is thrown away; if
not, the text is there when the turn has ended.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import replace

from ivr.audio.framing import Framer
from ivr.audio.resample import Resampler
from ivr.call.engines import Engines
from ivr.call.inbox import Inbox
from ivr.call.lag import Lag
from ivr.call.utterance_sounds import UtteranceSounds
from ivr.core.actions import Say
from ivr.core.errors import RecognitionFailed
from ivr.core.events import (
    BargedIn,
    Engine,
    EngineFailed,
    FalseStart,
    Heard,
    KeyPressed,
    KeysEntered,
    NoInput,
    SpeechStarted,
)
from ivr.core.measures import Tally, Timing
from ivr.core.pcm import FRAME_S, LISTEN_RATE, SAMPLE_BYTES
from ivr.core.ports import Hearing, Leg
from ivr.core.speech import Expect, Leaving, Transcript, Utterance
from ivr.turns import events as turn
from ivr.turns.facts import measure
from ivr.turns.taker import LONGEST_LOOK_BACK_S, TurnTaker
from ivr.turns.waits import NOT_KNOWN

POLITE_WAITING = 2
"""Utterances that wait for a recognizer; with as many, talks between people are not written down.
A few more would make callers of the assistant wait for their answers."""
HESITATION_S = 0.1
"""While all recognizers are busy, a pause must go on for so long before it costs one more of them
their time: of 24 pauses of a real speaker within 38 sentences, 17 were over by then."""
GLANCE_S = 0.02
"""How often it is looked meanwhile whether one of them is free again."""
LAST_WORDS_S = 3.0
"""How long a hang-up is kept back until it is known what was said just before it."""
_LEAVING = {
    turn.EndReason.HUNG_UP: Leaving.HUNG_UP,
    turn.EndReason.CUT_OFF: Leaving.CUT_OFF,
}

log = logging.getLogger(__name__)


class Ears:
    """The hotline's ears in one call. `listen` runs as long as the call."""

    def __init__(
        self,
        leg: Leg,
        engines: Engines,
        inbox: Inbox,
        on_level: Callable[[float], None] | None = None,
        numbers: Mapping[str, int] = NOT_KNOWN,
    ) -> None:
        """`on_level` is told the level in dBFS of every third chunk, for a meter. `numbers`: see
        `Script`."""
        self._leg = leg
        self._engines = engines
        self._inbox = inbox
        self._on_level = on_level
        self.tap: Callable[[bytes], None] | None = None
        """Gets all that is heard, at 16 kHz, while people are bridged."""
        self.polite = False
        """Whether whoever is answered goes first: while others wait for a recognizer, what is
        said here stays unwritten. For talks between people, which need no answer."""
        self.sounds = UtteranceSounds()
        self._vad = engines.vad()
        self._chunk_bytes = self._vad.chunk_samples * SAMPLE_BYTES
        self._chunk_s = self._vad.chunk_samples / LISTEN_RATE
        self._resampler = Resampler(leg.rate, LISTEN_RATE)
        self._chunker = Framer(self._chunk_bytes)
        self._taker = TurnTaker(engines.turns, numbers)
        self._past: deque[bytes] = deque(maxlen=round(LONGEST_LOOK_BACK_S / self._chunk_s))
        self._frames = 0
        self._chunks = 0
        self._lag = Lag()
        self._expect = Expect.ANYTHING
        self._digits: int | None = None
        self._hearing: Hearing | None = None
        self._decoding: tuple[int, asyncio.Task[None]] | None = None
        self._transcript: tuple[int, Transcript | None] | None = None

    def keep_sound(self, on: bool) -> None:
        """Whether `sounds` gets the sound of utterances that begin from now on."""
        self.sounds.keep_from(self._chunks * self._chunk_s if on else None)

    async def listen(self) -> None:
        """Hear the party until they hang up."""
        try:
            async with asyncio.TaskGroup() as group:
                async for frame in self._leg.frames():
                    self._take(frame, group)
                await self._hear_last_words(group)
        finally:
            self.close()

    async def take_keys(self) -> None:
        """Take the party's keys until they hang up."""
        async for key in self._leg.keys():
            for event in self._taker.key(key):
                self._report(event)

    def prompt_begins(self, say: Say) -> None:
        """What is said or typed over a prompt answers it already; over a filler, what came before
        it."""
        if not say.filler:
            self._await(say.expect, say.digits)
        self._taker.prompt_began(say.interruptible)

    def prompt_level(self, level_db: float) -> None:
        self._taker.prompt_level(level_db)

    def prompt_ends(self, say: Say) -> None:
        """After a filler an answer is still to come: the party is still waiting."""
        if not say.filler:
            self._taker.waiting(False)
        self._taker.prompt_ended(self._expect, self._digits)
        if self._hearing is not None:
            self._inbox.put(SpeechStarted(self._inbox.now()))

    def expect(self, expect: Expect, digits: int | None = None) -> None:
        self._taker.waiting(False)
        self._await(expect, digits)

    def waiting(self) -> None:
        """Until the next prompt is over nothing is expected of the party: they wait for us."""
        self._taker.waiting(True)

    def close(self) -> None:
        """Let go of the recognizer. Closing twice is harmless."""
        self._stop_decoding()
        if self._hearing is not None:
            self._hearing.close()
            self._hearing = None

    def _await(self, expect: Expect, digits: int | None) -> None:
        self._expect, self._digits = expect, digits
        self._taker.expect(expect, digits)

    async def _hear_last_words(self, group: asyncio.TaskGroup) -> None:
        """Report what was being said when the line ended, unless someone waits to hear of that."""
        if not self.polite:
            for event in self._taker.line_ended():
                self._handle(event, group)
            if self._decoding is not None:
                await asyncio.wait([self._decoding[1]], timeout=LAST_WORDS_S)
        self._stop_decoding()

    def _take(self, frame: bytes, group: asyncio.TaskGroup) -> None:
        self._frames += 1
        self._lag.arrived(self._inbox.now() - self._frames * FRAME_S)
        pcm = self._resampler.push(frame)
        if self.tap is not None:
            self.tap(pcm)
        for chunk in self._chunker.push(pcm):
            self._chunks += 1
            self._past.append(chunk)
            if self._hearing is not None:
                self._hearing.feed(chunk)
                self.sounds.add(chunk)
            facts = measure(chunk, self._vad.probability(chunk))
            if self._on_level is not None and self._chunks % 3 == 0:
                self._on_level(facts.level_db)
            for event in self._taker.chunk(facts):
                self._handle(event, group)

    def _handle(self, event: turn.TurnEvent, group: asyncio.TaskGroup) -> None:
        match event:
            case turn.Started():
                self._begin(event)
            case turn.Paused(segment=segment):
                self._stop_decoding()
                decoding = self._decode(segment, group)
                self._decoding = (segment, group.create_task(decoding, name="decode"))
            case turn.Resumed():
                self._stop_decoding()
            case turn.Ended():
                self._finish(event)
            case turn.Dropped():
                self._take_back()
            case _:
                self._report(event)

    def _report(self, event: turn.TurnEvent) -> None:
        """Pass on what needs nothing but the call's time."""
        now = self._inbox.now()
        match event:
            case turn.BargedIn():
                self._inbox.put(BargedIn(now))
            case turn.Silence():
                self._inbox.put(NoInput(now))
            case KeyPressed() | KeysEntered():
                self._inbox.put(replace(event, at=now))
            case _:
                pass

    def _begin(self, started: turn.Started) -> None:
        self.close()
        self._transcript = None
        self._hearing = self._engines.recognizer.listen(self._expect, self._engines.words)
        behind = round(self._chunks - started.feed_from_s / self._chunk_s)
        self.sounds.begin(started.start_s)
        for chunk in list(self._past)[-behind:] if behind > 0 else []:
            self._hearing.feed(chunk)
            self.sounds.add(chunk)
        self._inbox.put(SpeechStarted(self._inbox.now()))

    async def _decode(self, segment: int, group: asyncio.TaskGroup) -> None:
        hearing = self._hearing
        if hearing is None:
            return
        transcript: Transcript | None = None
        if self.polite and self._engines.recognizer.waiting() >= POLITE_WAITING:
            self._heard_text(segment, Transcript(""), group)
            return
        await self._hesitate()
        try:
            with self._engines.working():
                transcript = await hearing.transcribe()
        except RecognitionFailed as error:
            log.warning("an utterance could not be recognized", extra={"error": str(error)})
            self._engines.meter.count(Tally.ENGINE_FAILURES)
        else:
            self._engines.meter.observe(Timing.DECODE, transcript.decode_s)
        self._heard_text(segment, transcript, group)

    async def _hesitate(self) -> None:
        for _ in range(round(HESITATION_S / GLANCE_S)):
            if not self._engines.recognizer.waiting():
                return
            await asyncio.sleep(GLANCE_S)

    def _heard_text(
        self, segment: int, transcript: Transcript | None, group: asyncio.TaskGroup
    ) -> None:
        self._decoding = None
        self._transcript = (segment, transcript)
        text = transcript.text if transcript is not None else ""
        for event in self._taker.text_so_far(segment, text):
            self._handle(event, group)

    def _stop_decoding(self) -> None:
        if self._decoding is not None:
            self._decoding[1].cancel()
            self._decoding = None

    def _take_back(self) -> None:
        """It was no turn; but a short word that could not be recognized looks the same."""
        begun = self._hearing is not None
        failed = self._transcript is not None and self._transcript[1] is None
        self._transcript = None
        self.close()
        if failed:
            self._inbox.put(EngineFailed(self._inbox.now(), Engine.RECOGNIZER, 0))
        elif begun:
            self._inbox.put(FalseStart(self._inbox.now()))

    def _finish(self, ended: turn.Ended) -> None:
        """Report a turn's text, or that the recognizer owes it."""
        known = self._transcript
        self._transcript = None
        self.close()
        now = self._inbox.now()
        leaving = _LEAVING.get(ended.reason, Leaving.NO)
        if known is None or known[0] != ended.segment or known[1] is None:
            if leaving is Leaving.NO:
                self._inbox.put(EngineFailed(now, Engine.RECOGNIZER, 0))
            return
        transcript = known[1]
        lag_s = self._lag.seconds
        utterance = Utterance(
            transcript.text,
            transcript.confidence,
            round(ended.start_s + lag_s, 3),
            round(ended.end_s + lag_s, 3),
            ended.over_prompt,
            leaving,
        )
        self.sounds.end()
        self._inbox.put(Heard(now, utterance))
