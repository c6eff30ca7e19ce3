"""One practice call, from the offer to the wrap-up: the real office and session, in memory."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from ivr.call.engines import Engines
from ivr.call.observers import Observers
from ivr.call.register import Register
from ivr.config.desk_plan import Plan, Site
from ivr.config.hours import WEEKDAYS, Week
from ivr.core.events import AgentCame, AgentSays, CallEvent
from ivr.core.practice import LINE, PracticeResult, PracticeStore, Run, Said
from ivr.core.records import Turn
from ivr.core.staffing import Agent, AgentState, Shift
from ivr.desk.office import Office, open_office
from ivr.desk.people import People
from ivr.desk.premises import Premises, WayOut
from ivr.desk.worktime import begin_work
from ivr.dialogue.script import Script, Straight
from ivr.lines.paced import PacedLeg
from ivr.practice.assessment import assess, talked_over
from ivr.practice.engines import NoJournal, NoMeter, NoUnderstanding
from ivr.practice.exercise import Exercise
from ivr.practice.party import RATE, CustomerParty
from ivr.store.desk_memory import MemoryDesk

LOOK_S = 0.1
"""How often it is looked whether the customer is on hold and the agent still there."""
_COMING = frozenset({AgentState.FREE, AgentState.RESERVED, AgentState.RINGING})


@dataclass(frozen=True, slots=True)
class Ground:
    """What practice calls are held on."""

    company: str
    client: str
    premises: Premises
    """The real ones: only the agent's presence there is changed."""
    engines: Engines
    script: Callable[[], Script]
    store: PracticeStore


@dataclass(frozen=True, slots=True)
class Wish:
    """Which exercise for whom."""

    exercise: Exercise
    run: Run
    agent: Agent
    """As they are at the real desk."""
    lines: Mapping[str, bytes]
    """The sound of each of the exercise's lines, at 16 kHz."""


@dataclass(frozen=True, slots=True)
class PracticeCall:
    """What the desk's pages need of a practice call."""

    premises: Premises
    people: People
    register: Register


async def hold_call(
    wish: Wish,
    ground: Ground,
    opened: Callable[[PracticeCall], None],
    changed: Callable[[str], None],
) -> Run:
    """Ring at the agent, let them talk, keep the result, and wait until they have wrapped up.

    The run comes back as it is kept; unchanged if the agent did not take the call. `changed` is
    told the agent's id whenever something has happened. Raises StoreUnavailable.
    """
    desk = MemoryDesk(me=ground.premises.store.me)
    premises = _beside(ground.premises, desk)
    await desk.add_agent(_trainee(wish.agent, premises))
    engines = ground.engines
    party = CustomerParty(wish.exercise, wish.lines, engines.vad(), engines.turns)
    async with open_office(premises) as office:
        register = _register(wish, ground, office)
        opened(PracticeCall(premises, People(premises, office), register))
        notes = _Notes(party, wish.agent.id, changed)
        leg = PacedLeg(party, RATE, caller=wish.exercise.customer.phone)
        watching = asyncio.create_task(_watch(register, desk, notes), name="practice watch")
        try:
            await register.take(leg, LINE, notes.observers())
        finally:
            watching.cancel()
            await asyncio.wait([watching])
        if not party.is_joined:
            return wish.run
        run = await _keep(replace(wish.run, result=_result(wish, ground, notes, desk)), ground)
        changed(wish.agent.id)
        return await _wrapped_up(run, desk, ground)


def _beside(real: Premises, desk: MemoryDesk) -> Premises:
    """Premises of one practice call: nothing of it gets to the real desk or on record."""
    return replace(
        real,
        store=desk,
        plan=_always_open(real.plan),
        outward=WayOut(),
        work=None,
        papers=real.papers and replace(real.papers, facts=None),
    )


def _register(wish: Wish, ground: Ground, office: Office) -> Register:
    """Takes the one call, straight to the office, with all that the exercise says is known."""
    apart = replace(
        ground.engines,
        desk=office,
        journal=NoJournal(),
        meter=NoMeter(),
        understanding=NoUnderstanding(),
        earlier=None,
    )
    known = wish.exercise.known
    straight = Straight(known.intent, known.slots)
    return Register(ground.client, apart, lambda: replace(ground.script(), straight=straight))


@dataclass
class _Notes:
    """Takes down what happens in the call, and lets the customer hear the agent's words."""

    party: CustomerParty
    agent: str
    changed: Callable[[str], None]
    said: list[Said] = field(default_factory=list)
    holds: int = 0
    held_s: float = 0.0
    held_since: float | None = None
    lent: set[str] = field(default_factory=set)
    """What the agent lets the hotline's voice say."""

    def observers(self) -> Observers:
        return Observers(on_event=self._happened, on_turn=self._turn)

    def hold(self, on: bool) -> None:
        """Told again and again how it is."""
        now = self.party.seconds
        if on and self.held_since is None:
            self.holds += 1
            self.held_since = now
        elif not on and self.held_since is not None:
            self.held_s += now - self.held_since
            self.held_since = None
        self.party.held(on)

    def _happened(self, event: CallEvent) -> None:
        if isinstance(event, AgentCame):
            self.party.joined()
        elif isinstance(event, AgentSays):
            self.lent.add(event.text.strip())
        self.changed(self.agent)

    def _turn(self, turn: Turn) -> None:
        by_agent = turn.who == "agent" or (turn.who == "hotline" and turn.text in self.lent)
        if by_agent and self.party.is_joined:
            began, ended = (
                round(max(0.0, at - self.party.joined_at), 2) for at in (turn.start_s, turn.end_s)
            )
            self.said.append(Said(turn.who, turn.text, began, ended))
            self.party.agent_said(turn.text)
        self.changed(self.agent)


async def _watch(register: Register, desk: MemoryDesk, notes: _Notes) -> None:
    """The customer hears music when they are on hold, and leaves when the agent's part is over:
    nobody else is there in a practice call."""
    while True:
        await asyncio.sleep(LOOK_S)
        for talk in register.conversations():
            if talk.connected:
                notes.hold(talk.seating.away)
        agent = await desk.agent(notes.agent)
        if agent is None or agent.misses or _is_over(agent.state, notes.party.is_joined):
            notes.party.leave()


def _is_over(state: AgentState, joined: bool) -> bool:
    """Whether the agent's part is over, or will not begin."""
    return state is not AgentState.TALKING and (joined or state not in _COMING)


def _trainee(agent: Agent, premises: Premises) -> Agent:
    """Free, fresh, and here: so the real routing finds them, and nobody else."""
    now = premises.clock()
    return Agent(
        agent.id,
        agent.name,
        premises.plan.sites[0].id,
        agent.languages if "de" in agent.languages else ("de", *agent.languages),
        capacity=agent.capacity,
        state=AgentState.FREE,
        since=now,
        shift=begin_work(Shift(), now),
        owner=premises.store.me,
    )


def _always_open(plan: Plan) -> Plan:
    """The same queues at one site that is always on duty: people practise at any hour."""
    week = Week.model_validate(dict.fromkeys(WEEKDAYS, ("0:00-24:00",)) | {"on_holidays": True})
    first = plan.sites[0]
    return Plan(
        queues=tuple(queue.model_copy(update={"skills": {}}) for queue in plan.queues),
        sites=(Site(id=first.id, name=first.name, hours=week),),
    )


def _result(wish: Wish, ground: Ground, notes: _Notes, desk: MemoryDesk) -> PracticeResult:
    party, exercise = notes.party, wish.exercise
    notes.hold(False)
    transcript = tuple(sorted((*notes.said, *party.said), key=lambda each: each.start_s))
    names = {"company": ground.company, "agent": wish.agent.name}
    offers = desk.shared.offers
    return PracticeResult(
        transcript=transcript,
        points=assess(exercise.checklist, transcript, names),
        moods=tuple(party.customer.moods),
        talked_over=talked_over(party.agent_spans, party.own_spans),
        rang_s=round(offers[0].rang_s, 1) if offers else 0.0,
        first_word_s=round(party.agent_spans[0][0], 1) if party.agent_spans else None,
        talk_s=round(party.seconds, 1),
        holds=notes.holds,
        held_s=round(notes.held_s, 1),
        solved=party.customer.solved,
    )


async def _keep(run: Run, ground: Ground) -> Run:
    run = replace(run, ended_at=datetime.now(UTC))
    if not run.id:
        return await ground.store.assign(run)
    await ground.store.finish(run)
    return run


async def _wrapped_up(run: Run, desk: MemoryDesk, ground: Ground) -> Run:
    """Until the agent has chosen a code, or time has ended their wrap-up."""
    busy = (AgentState.TALKING, AgentState.WRAP_UP)
    while (agent := await desk.agent(run.agent)) is not None and agent.state in busy:  # noqa: ASYNC110
        # The office of a practice call is gone with it: asking now and then is simplest.
        await asyncio.sleep(LOOK_S)
    wait = next(iter(desk.shared.waits.values()), None)
    if wait is None or not (wait.code or wait.note):
        return run
    run = replace(run, code=wait.code, note=wait.note)
    await ground.store.finish(run)
    return run
