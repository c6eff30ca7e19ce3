"""Admins try models: a conversation in text or by microphone that leaves no record behind."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from ivr.app.hotline import Hotline
from ivr.app.rasa import RasaStarter, filler, running
from ivr.app.script import make_script
from ivr.app.unrecorded import UNRECORDED, kept_nowhere
from ivr.audio.g711 import phone_band
from ivr.audio.resample import resample
from ivr.call.rehearsal import Rehearsal
from ivr.core.errors import HotlineError, RecognitionFailed
from ivr.core.pcm import LISTEN_RATE, Pcm
from ivr.core.ports import Recognizer, Understanding
from ivr.core.speech import Expect
from ivr.dialogue.script import Script
from ivr.training.content import ContentDesk
from ivr.training.failures import unforeseen
from ivr.training.texts import say
from ivr.training.trying import CannotTry, Exchange, ModelLoading, Recognized, rule_taken
from ivr.understanding.priority import LOADING
from ivr.understanding.switching import Model, SwitchingUnderstanding

log = logging.getLogger(__name__)

MOST_TALKS = 20
"""Conversations that are remembered; of more, the one that rested longest is forgotten."""
IDLE_S = 600.0
"""Seconds without a word after which a model that calls do not use is put away."""
LOOK_EVERY_S = 10.0
MOST_WAITING = 2
"""Utterances that wait for a recognizer; with as many, callers go first."""
PHONE_RATE = 8_000


@dataclass(slots=True)
class _Talk:
    model: str
    call: Rehearsal


@dataclass(frozen=True, slots=True)
class TryParts:
    """What conversations are made of."""

    live: SwitchingUnderstanding
    """The one that calls use."""
    start: Callable[[Path], Awaitable[Model]] | None
    """Starts another model; where Rasa is not ours, only the active one can be tried."""
    locate: Callable[[str], Path | None]
    fill: Callable[[str], str]
    script: Callable[[], Script]
    content: ContentDesk
    recognizer: Recognizer
    words: Sequence[str] = ()


class TryRoom:
    """Implements `TryOuts`. At most one model besides the active one is loaded."""

    def __init__(self, parts: TryParts) -> None:
        self._parts = parts
        self._talks: dict[str, _Talk] = {}
        self._other: SwitchingUnderstanding | None = None
        self._wanted = ""
        self._wish = asyncio.Event()
        self._failed: dict[str, str] = {}
        self._used_at = time.monotonic()
        self._hearing = asyncio.Lock()

    async def greet(self, talk: str, model: str) -> Exchange:
        await self._forget(talk)
        call = await self._begin(talk, model)
        return Exchange("", await call.answer())

    async def say(self, talk: str, model: str, text: str) -> Exchange:
        known = self._talks.get(talk)
        if known is None or known.model != model or known.call.end is not None:
            await self._forget(talk)
            call = await self._begin(talk, model)
            await call.answer()
        else:
            call = known.call
        self._used_at = began = time.monotonic()
        if text.strip() and all(sign in "0123456789*#" for sign in text.strip()):
            call.reply = None
            answer = await call.presses(text.strip())
        else:
            answer = await call.says(text)
        took = time.monotonic() - began
        rule = ""
        if call.reply is not None:
            rule = rule_taken(await self._parts.content.content(), call.reply)
        return Exchange(text, answer, call.reply, rule, took, call.end is not None)

    async def hear(self, talk: str, pcm: bytes, *, phone: bool) -> Recognized:
        recognizer, began = self._parts.recognizer, time.monotonic()
        if self._hearing.locked() or recognizer.waiting() >= MOST_WAITING:
            raise CannotTry(say("try_busy"))
        known = self._talks.get(talk)
        expect = known.call.expect if known is not None else Expect.ANYTHING
        async with self._hearing:
            if phone:
                band = await asyncio.to_thread(_by_phone, pcm)
                pcm = band.data
            hearing = recognizer.listen(expect, self._parts.words)
            try:
                hearing.feed(pcm)
                heard = await hearing.transcribe()
            except RecognitionFailed:
                raise CannotTry(say("try_deaf")) from None
            finally:
                hearing.close()
        return Recognized(heard.text, heard.confidence, time.monotonic() - began)

    async def work(self) -> None:
        """Load models that are wanted, and put away what nobody uses, until cancelled."""
        try:
            while True:
                try:
                    await asyncio.wait_for(self._wish.wait(), LOOK_EVERY_S)
                except TimeoutError:
                    if self._other and time.monotonic() - self._used_at > IDLE_S:
                        await self._put_away()
                    continue
                self._wish.clear()
                await self._load(self._wanted)
        finally:
            await self._put_away()

    async def _load(self, model: str) -> None:
        await self._put_away()
        file, start = self._parts.locate(model), self._parts.start
        if file is None or start is None:
            self._failed[model] = say("no_model", name=model)
            return
        try:
            started = await start(file)
        except HotlineError as error:
            log.warning("a model cannot be tried", extra={"model": model, "reason": str(error)})
            self._failed[model] = say("activation_failed", what=error)
            return
        except Exception as error:
            # Others still want to be tried.
            log.exception("a model cannot be tried", extra={"model": model})
            self._failed[model] = say("activation_failed", what=unforeseen(error))
            return
        self._used_at = time.monotonic()
        self._other = SwitchingUnderstanding(started, self._parts.fill)

    async def _put_away(self) -> None:
        other, self._other = self._other, None
        if other is not None:
            await other.close()

    def _understanding(self, model: str) -> Understanding:
        if model in ("", self._parts.live.model):
            return self._parts.live
        if (reason := self._failed.pop(model, "")) != "":
            raise CannotTry(reason)
        if self._other is None or self._other.model != model:
            if self._parts.start is None or self._parts.locate(model) is None:
                raise CannotTry(say("no_model", name=model))
            self._wanted = model
            self._wish.set()
            raise ModelLoading(model)
        self._used_at = time.monotonic()
        return self._other

    async def _begin(self, talk: str, model: str) -> Rehearsal:
        understanding = self._understanding(model)
        while len(self._talks) >= MOST_TALKS:
            await self._forget(next(iter(self._talks)))
        call = Rehearsal(self._parts.script(), understanding, kept_nowhere)
        call.call_id = f"{UNRECORDED}{call.call_id}"
        self._talks[talk] = _Talk(model, call)
        return call

    async def _forget(self, talk: str) -> None:
        known = self._talks.pop(talk, None)
        if known is None:
            return
        try:
            await self._understanding(known.model).forget(known.call.call_id)
        except HotlineError:
            log.debug("the model of a conversation that was tried is gone, and it with it")


def _by_phone(pcm: bytes) -> Pcm:
    narrow = phone_band(resample(Pcm(pcm, LISTEN_RATE), PHONE_RATE))
    return resample(narrow, LISTEN_RATE)


@asynccontextmanager
async def open_try_room(hotline: Hotline) -> AsyncIterator[TryRoom]:
    """Conversations with the models of a hotline that runs."""
    room, starter = hotline.training, hotline.starter
    room_of_one = TryRoom(
        TryParts(
            live=hotline.understanding,
            start=_apart(starter).start if starter is not None else None,
            locate=room.workshop.file,
            fill=filler(hotline.live),
            script=lambda: make_script(hotline.settings, hotline.live.current),
            content=room.content,
            recognizer=hotline.engines.recognizer,
            words=hotline.engines.words,
        )
    )
    async with running(room_of_one.work()):
        yield room_of_one


def _apart(starter: RasaStarter) -> RasaStarter:
    """With a folder of its own, so that nobody takes its Rasa for the one that calls use, and
    behind calls from its start to its end."""
    place = replace(starter.place, data_dir=starter.place.data_dir / "try", nice=LOADING)
    return replace(starter, place=place)
