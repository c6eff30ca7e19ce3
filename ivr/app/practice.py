"""Practice calls: a synthetic customer rings at a trainee's real desk, in a house of its own.

Each practice call has an office, a register and a desk store of its own, in memory, and its
session is given a journal, a meter and an understanding that do nothing. So nothing of it can
reach a figure, a list of calls or the inbox: there is nothing to filter. The real desk knows only
that the agent is away for training.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

from ivr.app.calling import spoken
from ivr.app.practice_call import Ground, PracticeCall, Wish, hold_call
from ivr.audio.resample import resample
from ivr.call.engines import Engines
from ivr.core.errors import HotlineError, StoreUnavailable
from ivr.core.pcm import LISTEN_RATE, Pcm, frame_bytes
from ivr.core.practice import Run
from ivr.core.staffing import Agent
from ivr.desk import presence
from ivr.desk.changes import change_agent
from ivr.german.speakable import speakable
from ivr.practice.exercise import Exercise
from ivr.speech.voices.pico import PicoVoice

log = logging.getLogger(__name__)

REASON = "Schulung"
"""As the real desk shows the agent meanwhile: one of `BREAK_REASONS`."""
MOST = 10
"""Practice calls at once: each needs a recognizer's time, which real callers need more."""
Speak = Callable[[Exercise, Engines], Awaitable[Mapping[str, bytes]]]
PAUSE = "…"
PAUSE_S = 0.8


@dataclass
class Practice:
    """All practice calls of this program. Made by `open_practice`."""

    ground: Ground
    tasks: asyncio.TaskGroup
    speak: Speak
    opened: Callable[[str, PracticeCall], None] = lambda _agent, _call: None
    """Told when an agent's practice call is there, before it rings."""
    closed: Callable[[str], None] = lambda _agent: None
    changed: Callable[[str], None] = lambda _agent: None
    _begun: set[str] = field(default_factory=set)
    """Agents who practise."""
    _running: set["asyncio.Task[Run]"] = field(default_factory=set)

    async def begin(self, exercise: Exercise, run: Run) -> "asyncio.Task[Run] | None":
        """Let the exercise ring at `run.agent`. None if that cannot be now: they are in a call,
        signed out, have a telephone instead of a browser, or practise already.

        Raises StoreUnavailable.
        """
        store, now = self.ground.premises.store, datetime.now(UTC)
        before = await store.agent(run.agent)
        if before is None or before.phone is not None:
            return None
        if run.agent in self._begun or len(self._begun) >= MOST:
            return None
        self._begun.add(run.agent)
        try:
            away = await change_agent(store, run.agent, lambda a: presence.train(a, now, REASON))
        except StoreUnavailable:
            self._begun.discard(run.agent)
            raise
        if away is None:
            self._begun.discard(run.agent)
            return None
        self.changed(run.agent)
        task = self.tasks.create_task(self._hold(exercise, run, before), name="practice")
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task

    def stop(self) -> None:
        """Break off what goes on."""
        for task in self._running:
            task.cancel()

    async def _hold(self, exercise: Exercise, run: Run, before: Agent) -> Run:
        agent, ground = run.agent, self.ground
        try:
            lines = await self.speak(exercise, ground.engines)
            wish = Wish(exercise, run, before, lines)
            return await hold_call(
                wish, ground, lambda call: self.opened(agent, call), lambda who: self.changed(who)
            )
        except HotlineError as error:
            log.warning("a practice call has failed", extra={"error": str(error)})
            return run
        except Exception:
            # One trainee's call must not take the others' with it.
            log.exception("a practice call has failed")
            return run
        finally:
            self.closed(agent)
            await self._back(before)
            self._begun.discard(agent)
            self.changed(agent)

    async def _back(self, before: Agent) -> None:
        """The agent is where they were."""
        now = datetime.now(UTC)

        def back(agent: Agent) -> Agent | None:
            return presence.trained(agent, before, now) if agent.reason == REASON else None

        try:
            await change_agent(self.ground.premises.store, before.id, back)
        except StoreUnavailable as error:
            log.warning("an agent stays in training on record", extra={"error": str(error)})


@asynccontextmanager
async def open_practice(ground: Ground, speak: Speak | None = None) -> AsyncIterator[Practice]:
    """Practice calls can be held until this is left; those that go on are broken off.

    `speak` makes the customers' lines, with Pico's voice unless given.
    """
    async with asyncio.TaskGroup() as tasks:
        practice = Practice(ground, tasks, speak or speak_lines)
        try:
            yield practice
        finally:
            practice.stop()


async def speak_lines(exercise: Exercise, engines: Engines) -> Mapping[str, bytes]:
    """All that the customer may say, spoken by Pico in their way, at 16 kHz. "…" is a pause.

    Raises SpeakingFailed.
    """
    persona = exercise.customer
    voice = PicoVoice(persona.pitch)
    pause = bytes(frame_bytes(LISTEN_RATE) * round(PAUSE_S / 0.02))
    lines: dict[str, bytes] = {}
    try:
        with engines.working():
            for text in dict.fromkeys(exercise.lines()):
                parts = [part.strip() for part in text.split(PAUSE) if part.strip()]
                sounds = [
                    _at_rate(await spoken(voice, speakable(part), persona.pace)) for part in parts
                ]
                lines[text] = pause.join(sounds)
    finally:
        await voice.close()
    return lines


def _at_rate(sound: Pcm) -> bytes:
    return resample(sound, LISTEN_RATE).data
