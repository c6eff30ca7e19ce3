"""Some of the conversations spoken: synthetic caller, real engines, real Rasa, end to end.

What the hotline said is recognized back from the recording of its own channel.
"""

import asyncio
import re
import wave
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from ivr.app.calling import Channel, Presses, Says, Wish, synthetic_leg
from ivr.app.fast_clock import FastLoop
from ivr.app.script import make_script
from ivr.audio.resample import resample
from ivr.call.engines import Engines
from ivr.call.register import Register
from ivr.config.loading import PROGRAM_FOLDER, default_settings
from ivr.config.settings import Settings
from ivr.core.pcm import LISTEN_RATE, SAMPLE_BYTES, Pcm
from ivr.core.ports import Recognizer, Voice
from ivr.core.records import CallRecord, Turn
from ivr.german.speakable import speakable
from ivr.observe.metrics import Metrics
from ivr.speech.select import make_recognizer
from ivr.speech.vad import SileroVad
from ivr.speech.voices.pico import PicoVoice
from ivr.store.journal import Journal
from ivr.understanding.client import RasaUnderstanding
from tests.calls.conversations import Conversation, check_heard, check_records, load
from tests.rasa import RunningRasa

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

SPOKEN = [(each, Channel(channel)) for each in load() for channel in each.audio]
MISHEARD = 0.5
"""Share of the conversations in which the recognizer may lose a decisive word."""
RECOGNIZED_BACK = 0.5
"""Share of a prompt's words that Whisper must find in its sound."""


@dataclass
class SpokenHotline:
    runner: asyncio.Runner
    register: Register
    recognizer: Recognizer
    caller: Voice
    rasa: RunningRasa
    working: Callable[[], AbstractContextManager[object]]
    """Holds the jumping clock while engines work."""

    def call(self, conversation: Conversation, channel: Channel, recording: Path) -> CallRecord:
        return self.runner.run(self._call(conversation, channel, recording))

    async def _call(
        self, conversation: Conversation, channel: Channel, recording: Path
    ) -> CallRecord:
        with self.working():
            leg, _ = await synthetic_leg(
                self.caller,
                wishes(conversation),
                channel,
                caller=conversation.caller,
                out=recording,
            )
        return await self.register.take(leg, "synthetic")

    def recognize(self, speech: Pcm) -> str:
        return self.runner.run(self._recognize(speech))

    async def _recognize(self, speech: Pcm) -> str:
        hearing = self.recognizer.listen()
        hearing.feed(resample(speech, LISTEN_RATE).data)
        try:
            with self.working():
                return (await hearing.transcribe()).text
        finally:
            hearing.close()


@pytest.fixture(scope="module")
def hotline(rasa: RunningRasa) -> Iterator[SpokenHotline]:
    with asyncio.Runner(loop_factory=FastLoop) as runner:
        stack = AsyncExitStack()
        yield runner.run(_open(runner, rasa, stack))
        runner.run(stack.aclose())


async def _open(runner: asyncio.Runner, rasa: RunningRasa, stack: AsyncExitStack) -> SpokenHotline:
    settings: Settings = default_settings(PROGRAM_FOLDER)
    recognizer = make_recognizer(settings)
    stack.push_async_callback(recognizer.close)
    voice, caller = PicoVoice(), PicoVoice()
    stack.push_async_callback(voice.close)
    stack.push_async_callback(caller.close)
    understanding = RasaUnderstanding(rasa.url, rasa.token)
    stack.push_async_callback(understanding.close)
    journal = await stack.enter_async_context(Journal(rasa.store))
    loop = asyncio.get_running_loop()
    assert isinstance(loop, FastLoop)
    engines = Engines(
        vad=SileroVad,
        recognizer=recognizer,
        voice=voice,
        understanding=understanding,
        journal=journal,
        meter=Metrics(),
        words=rasa.company.words(),
        working=loop.working,
    )
    script = make_script(settings, rasa.company)
    register = Register(rasa.company.id, engines, lambda: script)
    return SpokenHotline(runner, register, recognizer, caller, rasa, loop.working)


def wishes(conversation: Conversation) -> list[Wish]:
    made: list[Wish] = []
    for turn in conversation.turns:
        if turn.says is not None:
            made.append(Says(turn.says))
        if turn.presses is not None:
            made.append(Presses(turn.presses))
    return made


def test_most_spoken_conversations_come_through(hotline: SpokenHotline, tmp_path: Path) -> None:
    """Each word for word; a recognizer that mishears one of them fails that one."""
    failed = []
    for number, (conversation, channel) in enumerate(SPOKEN):
        try:
            _check_call(conversation, channel, hotline, tmp_path / f"{number}.wav")
        except AssertionError as error:
            failed.append(f"{conversation.name}, {channel.value}: {error}")
    assert len(failed) <= len(SPOKEN) * MISHEARD, "\n".join(failed)


def _check_call(
    conversation: Conversation, channel: Channel, hotline: SpokenHotline, recording: Path
) -> None:
    record = hotline.call(conversation, channel, recording)
    kept = asyncio.run(hotline.rasa.store.call(record.start.call_id))
    assert kept is not None
    _check_intents(conversation, kept)
    for turn in conversation.turns:
        check_heard(turn, _all_said(kept), conversation.name)
    check_records(conversation, kept.facts)
    if conversation.outcome not in (None, "open"):
        assert kept.end is not None
        assert kept.end.outcome.value == conversation.outcome
    if channel is Channel.CLEAN:
        _check_sound(kept, hotline, recording)


def _check_intents(conversation: Conversation, record: CallRecord) -> None:
    wanted = [turn.intent for turn in conversation.turns if turn.says and turn.intent]
    heard = [turn.intent for turn in record.turns if turn.who == "caller"]
    said = [turn.text for turn in record.turns if turn.who == "caller"]
    assert [intent for intent in heard if intent in wanted] == wanted, said


def _all_said(record: CallRecord) -> str:
    return " ".join(turn.text for turn in record.turns if turn.who == "hotline")


def _check_sound(record: CallRecord, hotline: SpokenHotline, recording: Path) -> None:
    """The caller really heard the words that the record promises."""
    spoken = _hotline_side(recording)
    prompts = [turn for turn in record.turns if turn.who == "hotline" and not turn.interrupted]
    for turn in prompts[:4]:
        heard = hotline.recognize(_cut(spoken, turn))
        wanted = _words(speakable(turn.text))
        found = wanted & _words(heard)
        assert len(found) >= RECOGNIZED_BACK * len(wanted), f"{turn.text!r} sounds like {heard!r}"


def _hotline_side(recording: Path) -> Pcm:
    with wave.open(str(recording)) as file:
        both = np.frombuffer(file.readframes(file.getnframes()), "<i2").reshape(-1, 2)
        return Pcm(both[:, 1].tobytes(), file.getframerate())


def _cut(pcm: Pcm, turn: Turn) -> Pcm:
    begin = int(max(0.0, turn.start_s - 0.2) * pcm.rate) * SAMPLE_BYTES
    end = int((turn.end_s + 0.3) * pcm.rate) * SAMPLE_BYTES
    return Pcm(pcm.data[begin:end], pcm.rate)


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.lower()))
