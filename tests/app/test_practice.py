"""Whole practice calls in virtual time: real office, session and turn-taking; nothing is kept of
them anywhere but with the practice calls."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ivr.app.practice import REASON, open_practice
from ivr.app.practice_call import Ground, PracticeCall
from ivr.audio.spelled import spell
from ivr.call.engines import Engines
from ivr.config.company import load_company
from ivr.config.desk import Desk as DeskSettings
from ivr.config.desk_plan import load_plan
from ivr.config.loading import PROGRAM_FOLDER
from ivr.config.settings import Turns
from ivr.core.practice import Run
from ivr.core.staffing import Agent, AgentState
from ivr.desk.browsers import BrowserRing
from ivr.desk.hub import Hub, OfferRings
from ivr.desk.premises import Premises
from ivr.desk.rings import Offer, Switchboard
from ivr.lines.paced import PacedLeg
from ivr.lines.synthetic import Manners, SyntheticCaller
from ivr.observe.metrics import Metrics
from ivr.practice.exercise import Exercise
from ivr.practice.memory import MemoryPractice
from ivr.practice.reading import shipped
from ivr.speech.recognizers.scripted import ScriptedRecognizer
from ivr.speech.vad import EnergyVad
from ivr.speech.voices.scripted import ScriptedVoice
from ivr.store.desk_memory import MemoryDesk
from ivr.store.journal import Journal
from ivr.store.memory import MemoryStore
from ivr.understanding.scripted import ScriptedUnderstanding
from tests.call.virtual import RATE, SCRIPT, in_virtual_time, says

EXERCISE = shipped()["wo-bleibt-mein-paket"]
MANNERS = Manners(gap_s=1.5, stays_s=30.0, gives_up_s=60.0)
NOW = datetime(2026, 7, 1, 3, tzinfo=UTC)


async def spelled(exercise: Exercise, _engines: Engines) -> Mapping[str, bytes]:
    return {text: spell(text, max(1.0, len(text) * 0.06), RATE) for text in exercise.lines()}


@dataclass
class Room:
    """A real desk with its records, and an agent whose page is open."""

    desk: MemoryDesk
    records: MemoryStore
    metrics: Metrics
    ring: BrowserRing
    ground: Ground
    practice: MemoryPractice
    react: Callable[[Offer], None]
    opened: list[PracticeCall]

    async def practise(self, exercise: Exercise = EXERCISE, run_id: int = 0) -> Run | None:
        async with open_practice(self.ground, spelled) as practice:
            practice.opened = lambda _agent, call: self.opened.append(call)
            run = Run(run_id, "anna", "wo-bleibt-mein-paket", exercise.title, "", NOW)
            task = await practice.begin(exercise, run)
            if task is None:
                return None
            wrapping = asyncio.create_task(self._wrap_up())
            try:
                return await task
            finally:
                wrapping.cancel()

    async def _wrap_up(self) -> None:
        while not await self.practice.runs():  # noqa: ASYNC110
            await asyncio.sleep(0.5)
        agent = await self.opened[0].people.wrap_up("anna", "Erledigt", "Ruft morgen an.")
        assert agent is not None

    def talks(self, *texts: str) -> None:
        """The agent accepts, and says this in turn."""

        def accept(offer: Offer) -> None:
            party = SyntheticCaller([says(t) for t in texts], RATE, MANNERS, begins=True)
            assert self.ring.accept("anna", offer.id, PacedLeg(party, RATE))

        self.react = accept


@asynccontextmanager
async def open_room(state: AgentState = AgentState.FREE) -> AsyncIterator[Room]:
    company = load_company(PROGRAM_FOLDER / "company.toml")
    desk, records, metrics, hub = MemoryDesk(), MemoryStore(), Metrics(), Hub()
    ring, kept = BrowserRing(hub), MemoryPractice()
    agent = Agent("anna", "Anna Müller", "haus", state=state, since=NOW, owner=desk.me)
    await desk.add_agent(agent)
    premises = Premises(
        desk, load_plan(Path("none.toml"), company), DeskSettings(), Switchboard(ring), hub
    )
    async with Journal(records) as journal, hub.listen("anna") as news:
        engines = Engines(
            EnergyVad,
            ScriptedRecognizer(),
            ScriptedVoice(),
            ScriptedUnderstanding(),
            journal,
            metrics,
            Turns(),
        )
        ground = Ground("Musterfirma", "musterfirma", premises, engines, lambda: SCRIPT, kept)
        room = Room(desk, records, metrics, ring, ground, kept, lambda _offer: None, [])

        async def look() -> None:
            async for each in news:
                if isinstance(each, OfferRings):
                    room.react(each.offer)

        looking = asyncio.create_task(look())
        try:
            yield room
        finally:
            looking.cancel()


def test_a_trainee_does_well_and_nothing_of_it_counts() -> None:
    async def scene() -> None:
        async with open_room() as room:
            example = [each.replace("{company}", "Musterfirma") for each in EXERCISE.example]
            room.talks(*example)
            before = room.metrics.snapshot()
            run = await room.practise()
            assert run is not None
            assert run.result is not None
            missed = [point.text for point in run.result.points if not point.done]
            assert missed == []
            assert run.result.solved
            assert (run.code, run.note) == ("Erledigt", "Ruft morgen an.")
            assert run.result.talked_over == ()
            assert run.result.moods[-1].mood < run.result.moods[0].mood
            said = [(each.who, each.text) for each in run.result.transcript]
            assert said[0] == ("agent", example[0])
            assert said[1] == ("caller", EXERCISE.opening[0])
            assert await room.practice.runs("anna") == [run]

            agent = await room.desk.agent("anna")
            assert agent is not None
            assert (agent.state, agent.calls_today) == (AgentState.FREE, 0)
            shared = room.desk.shared
            assert (shared.waits, shared.offers) == ({}, [])
            assert {span.reason for span in shared.spans if span.state is AgentState.BREAK} == {
                REASON
            }
            assert await room.records.calls() == []
            assert room.metrics.snapshot() == before

    in_virtual_time(scene)


def test_who_talks_over_the_customer_is_told_how_often() -> None:
    async def scene() -> None:
        async with open_room() as room:
            manners = Manners(gap_s=1.5, barge_in_s=2.0, stays_s=20.0, gives_up_s=60.0)
            texts = ("Musterfirma, guten Tag.", "Moment, Moment, hören Sie mir bitte einmal zu.")

            def accept(offer: Offer) -> None:
                party = SyntheticCaller([says(t) for t in texts], RATE, manners, begins=True)
                room.ring.accept("anna", offer.id, PacedLeg(party, RATE))

            room.react = accept
            run = await room.practise()
            assert run is not None
            assert run.result is not None
            assert len(run.result.talked_over) == 1
            assert "interrupted" in {mood.why for mood in run.result.moods}
            assert not run.result.solved

    in_virtual_time(scene)


def test_an_offer_that_is_refused_leaves_nothing_behind() -> None:
    async def scene() -> None:
        async with open_room() as room:

            def refuse(offer: Offer) -> None:
                assert offer.waiting.line == "practice"
                room.ring.refuse("anna", offer.id)

            room.react = refuse
            run = await room.practise()
            assert run is not None
            assert run.result is None
            assert await room.practice.runs() == []
            agent = await room.desk.agent("anna")
            assert agent is not None
            assert (agent.state, agent.misses) == (AgentState.FREE, 0)

    in_virtual_time(scene)


def test_holding_is_counted_and_the_customer_hears_it() -> None:
    async def scene() -> None:
        async with open_room() as room:
            room.talks("Musterfirma, guten Tag.", "Einen Moment, ich schaue nach.")

            async def hold() -> None:
                while not (room.opened and room.opened[0].register.conversations()):  # noqa: ASYNC110
                    await asyncio.sleep(0.1)
                talk = room.opened[0].register.conversations()[0]
                while not talk.connected:  # noqa: ASYNC110
                    await asyncio.sleep(0.1)
                await asyncio.sleep(20)
                talk.hold()
                await asyncio.sleep(10)
                talk.resume()
                await asyncio.sleep(1)
                talk.hang_up()

            holding = asyncio.create_task(hold())
            run = await room.practise()
            await holding
            assert run is not None
            assert run.result is not None
            assert run.result.holds == 1
            assert 9 <= run.result.held_s <= 11

    in_virtual_time(scene)


def test_only_who_is_free_or_takes_a_break_can_practise() -> None:
    async def scene(state: AgentState) -> bool:
        async with open_room(state) as room:
            room.react = lambda offer: (room.ring.refuse("anna", offer.id), None)[1]
            began = await room.practise() is not None
            agent = await room.desk.agent("anna")
            assert agent is not None
            assert agent.state is state
            return began

    able = [s for s in AgentState if in_virtual_time(_of(scene, s))]
    assert set(able) == {AgentState.FREE, AgentState.BREAK}


def _of(
    scene: Callable[[AgentState], Awaitable[bool]], state: AgentState
) -> Callable[[], Awaitable[bool]]:
    return lambda: scene(state)
