"""A practice call with a synthetic agent, for the terminal and for tests with real audio."""

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path

from ivr.app.calling import Says, open_tap, synthetic_party
from ivr.app.fast_clock import FastLoop
from ivr.app.practice import open_practice
from ivr.app.practice_call import Ground
from ivr.app.script import make_script
from ivr.call.engines import Engines
from ivr.config.company import Company, load_company
from ivr.config.desk_plan import load_plan
from ivr.config.settings import Settings
from ivr.core.practice import PracticeResult, Run
from ivr.core.staffing import Agent, AgentState
from ivr.desk.browsers import BrowserRing
from ivr.desk.hub import Hub, News, OfferRings
from ivr.desk.premises import Premises
from ivr.desk.rings import Switchboard
from ivr.lines.paced import PacedLeg
from ivr.lines.synthetic import Manners
from ivr.practice.engines import NoJournal, NoMeter, NoUnderstanding
from ivr.practice.exercise import Exercise
from ivr.practice.memory import MemoryPractice
from ivr.speech.select import make_recognizer, make_voice
from ivr.speech.vad import SileroVad
from ivr.speech.voices.pico import PicoVoice
from ivr.store.desk_memory import MemoryDesk

AGENT = "trainee"
NAME = "Schulz"
_RATE = 16_000
_MANNERS = Manners(gap_s=1.5, stays_s=25.0, gives_up_s=60.0)
_COMPANY = "{company}"


async def practise(
    exercise: Exercise, settings: Settings, says: Sequence[str] = (), out: Path | None = None
) -> PracticeResult | None:
    """Let a synthetic agent do the exercise: with `says`, or with the exercise's own example.

    None if the agent was not joined. Raises what the engines raise; each says what to do.
    """
    loop = asyncio.get_running_loop()
    working = loop.working if isinstance(loop, FastLoop) else nullcontext
    company = load_company(settings.hotline.company)
    async with _ground(settings, company) as (ground, ring, hub):
        with working():
            leg = await _agent_leg(says or exercise.example, company, out)
        async with (
            open_practice(ground) as practice,
            hub.listen(AGENT) as news,
        ):
            run = Run(0, AGENT, "", exercise.title, "", datetime.now(UTC))
            task = await practice.begin(exercise, run)
            if task is None:
                return None
            accepting = asyncio.create_task(_accept(news, ring, leg), name="synthetic agent")
            try:
                return (await _result_of(task, ground)).result
            finally:
                accepting.cancel()
                await asyncio.wait([accepting])


async def _result_of(task: "asyncio.Task[Run]", ground: Ground) -> Run:
    """As soon as it is kept: nobody wraps up here."""
    while not task.done():
        kept = await ground.store.runs(AGENT)
        if kept:
            task.cancel()
            return kept[0]
        await asyncio.sleep(0.1)
    return task.result()


@asynccontextmanager
async def _ground(
    settings: Settings, company: Company
) -> AsyncIterator[tuple[Ground, BrowserRing, Hub]]:
    hub = Hub()
    ring = BrowserRing(hub)
    desk = MemoryDesk()
    await desk.add_agent(Agent(AGENT, NAME, "haus", state=AgentState.FREE, owner=desk.me))
    plan = load_plan(settings.desk.plan, company)
    premises = Premises(desk, plan, settings.desk, Switchboard(ring), hub)
    async with AsyncExitStack() as stack:
        recognizer = make_recognizer(settings)
        stack.push_async_callback(recognizer.close)
        voice = make_voice(settings)
        stack.push_async_callback(voice.close)
        loop = asyncio.get_running_loop()
        engines = Engines(
            SileroVad,
            recognizer,
            voice,
            NoUnderstanding(),
            NoJournal(),
            NoMeter(),
            settings.turns,
            working=loop.working if isinstance(loop, FastLoop) else nullcontext,
        )
        yield (
            Ground(
                company.name,
                company.id,
                premises,
                engines,
                lambda: make_script(settings, company),
                MemoryPractice(),
            ),
            ring,
            hub,
        )


async def _agent_leg(says: Sequence[str], company: Company, out: Path | None) -> PacedLeg:
    voice = PicoVoice()
    try:
        texts = [Says(text.replace(_COMPANY, company.name)) for text in says]
        party = await synthetic_party(voice, texts, manners=_MANNERS, begins=True)
    finally:
        await voice.close()
    return PacedLeg(party, _RATE, tap=open_tap(out, _RATE))


async def _accept(news: AsyncIterable[News], ring: BrowserRing, leg: PacedLeg) -> None:
    async for each in news:
        if isinstance(each, OfferRings):
            ring.accept(AGENT, each.offer.id, leg)
