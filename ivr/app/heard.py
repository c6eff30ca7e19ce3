"""Speaks texts with several voices through telephone bands and noise, and writes down what the
recognizer makes of them: for training on its mistakes, and for trying models on them."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import numpy as np

from ivr.app.bench.words import recognize
from ivr.app.calling import Channel, spoken, through
from ivr.app.training import TrainingRoom
from ivr.config.settings import Settings
from ivr.core.errors import MissingPiece, SpeakingFailed
from ivr.core.ports import Recognizer, Voice
from ivr.speech.select import make_recognizer
from ivr.speech.voices.pico import PicoVoice
from ivr.training import pieces as p
from ivr.training.content import Refused
from ivr.training.examples import marked, plain
from ivr.training.heard import Heard, variants
from ivr.training.pieces import Content
from ivr.training.project import frozen_set

PITCHES = (0.85, 1.0, 1.2)
"""Of Pico's voice: a deep, a usual and a high one."""
PACES = (0.9, 1.0, 1.15)
CHANNELS = (Channel.PHONE, Channel.NOISY)


@dataclass(frozen=True, slots=True)
class Speaker:
    name: str
    voice: Voice
    pace: float


@dataclass(frozen=True, slots=True)
class Booth:
    """Speakers and a recognizer, open."""

    speakers: tuple[Speaker, ...]
    recognizer: Recognizer
    words: Sequence[str]

    async def hear(
        self, texts: Sequence[str], told: Callable[[int], Awaitable[None]] | None = None
    ) -> list[Heard]:
        """Each text by every speaker, through the channels in turn. `told` gets how many texts are
        done. Takes about a second a speaking; a text that no voice can speak is left out."""
        found = []
        rng = np.random.default_rng(1)
        for at, text in enumerate(texts):
            for number, speaker in enumerate(self.speakers):
                channel = CHANNELS[(at + number) % len(CHANNELS)]
                try:
                    found.append(await self._once(text, speaker, channel, rng))
                except SpeakingFailed:
                    continue
            if told is not None:
                await told(at + 1)
        return found

    async def _once(
        self, text: str, speaker: Speaker, channel: Channel, rng: np.random.Generator
    ) -> Heard:
        speech = through(channel, await spoken(speaker.voice, text, speaker.pace), rng)
        heard = await recognize(self.recognizer, speech, self.words)
        return Heard(heard.text, text, speaker.name, channel.value, self.recognizer.name)


@asynccontextmanager
async def open_booth(
    settings: Settings, words: Sequence[str] = (), speakers: int = len(PITCHES)
) -> AsyncIterator[Booth]:
    """The voices and the recognizer of this machine. Raises MissingPiece, ModelRefused."""
    if not 1 <= speakers <= len(PITCHES):
        raise MissingPiece(f"there are 1 to {len(PITCHES)} speakers")
    async with AsyncExitStack() as stack:
        recognizer = make_recognizer(settings)
        stack.push_async_callback(recognizer.close)
        # The usual one first: it is the one that a single speaker is.
        order = sorted(zip(PITCHES, PACES, strict=True), key=lambda each: abs(each[0] - 1))
        listed = []
        for pitch, pace in order[:speakers]:
            voice = PicoVoice(pitch)
            stack.push_async_callback(voice.close)
            listed.append(Speaker(f"pico {pitch}", voice, pace))
        yield Booth(tuple(listed), recognizer, words)


async def hear_intent(room: TrainingRoom, booth: Booth, name: str, most: int, by: str) -> int:
    """Speak up to `most` examples of an intent, evenly chosen, and keep what came out as its
    training variants; says how many. What was kept before is replaced. Raises MissingPiece."""
    content = await room.content.content()
    examples = [plain(marked(each)) for each in content.body(p.INTENT, name).get("examples", ())]
    step = max(1, -(-len(examples) // max(most, 1)))
    kept = variants(content, name, await booth.hear(examples[::step]))
    outcome = await room.content.set_heard(name, kept, by)
    if isinstance(outcome, Refused):
        raise MissingPiece(outcome.text)
    return len(kept)


async def spoken_tests(room: TrainingRoom, content: Content) -> list[str]:
    """What the recognizer makes of the test set's utterances, one by one, by telephone."""
    texts = [text for text, _ in frozen_set(content)]
    async with open_booth(room.settings, room.live.words, 1) as booth:
        by_text = {heard.said: heard.text for heard in await booth.hear(texts)}
    return [by_text.get(text, "") for text in texts]
