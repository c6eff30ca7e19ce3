"""Callers who are passed on: music until somebody is there, and back if nobody comes."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace

import pytest
from typing_extensions import override

from ivr.call.conversation import Conversation
from ivr.call.desk_scripted import ScriptedDesk
from ivr.call.register import Register
from ivr.config.desk_plan import Plan, Queue, Site
from ivr.config.hours import Week
from ivr.core.desk import CallOutEnd, PartingHow, Taken
from ivr.core.errors import NotConnected
from ivr.core.records import CallRecord
from ivr.core.staffing import AgentState, Wait, WaitState
from ivr.desk.premises import Premises, WayOut
from ivr.desk.rings import Answered, NotAnswered, Offer, RingResult, ScriptedRing, Unreachable
from ivr.lines.paced import PacedLeg
from ivr.store.desk_memory import MemoryDesk
from ivr.web.desk.passing import Passing
from ivr.web.desk.pressed import Pressed
from tests.call.people import Agent, Office, Person, answers_after, connected
from tests.call.virtual import RATE, in_virtual_time
from tests.desk.scene import ALWAYS, OWN, EveryoneAnswers, Scene, agent, caller

CAPE = Site(
    id="kapstadt", name="Kapstadt", hours=ALWAYS, lines=1, trunk="sip:hotline@kapstadt.example"
)
PLAN = Plan(queues=(Queue(id="service", name="Service"),), sites=(OWN, CAPE))


@dataclass
class Outside(EveryoneAnswers):
    """Somebody at another telephone, who says something as soon as they have answered."""

    person: Person = field(default_factory=lambda: Person((1.0, "Draussen")))

    @override
    async def reach(self, number: str) -> Taken | CallOutEnd:
        await asyncio.sleep(self.rings_s)
        if self.end is not CallOutEnd.REACHED:
            return self.end
        leg = PacedLeg(self.person, RATE)
        return Taken(f"tel:{number}", number, "", leg, by_phone=True)


def _nobody(_: Offer) -> RingResult:
    return Unreachable()


@dataclass
class Talk:
    """A caller and an agent who talk, and what the agent's page would do."""

    outside: Outside = field(default_factory=Outside)
    react: Callable[[Offer], RingResult] = _nobody
    caller: Person = field(
        default_factory=lambda: Person(
            (7.0, "Einen Mitarbeiter bitte"),
            *((20.0 + 3 * n, f"Anrufer {n}") for n in range(16)),
            leaves_at=70.0,
        )
    )
    mine: Agent = field(default_factory=lambda: Agent(name="Anna"))
    partings: list[tuple[str, PartingHow]] = field(default_factory=list)
    let_go: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.scene = Scene()
        self.office = Office(self.caller, ScriptedDesk(answers_after(self.mine, seconds=5.0)))

    async def _parted(self, call_id: str, agent_id: str, how: PartingHow) -> None:
        self.partings.append((agent_id, how))

    async def _let_go(self, call_id: str, agent_id: str) -> None:
        self.let_go.append(agent_id)

    def run(self, during: Callable[[Passing, Conversation], Awaitable[None]]) -> CallRecord:
        async def main(register: Register) -> None:
            talk = await connected(register)
            store = MemoryDesk(self.scene.shared)
            await store.add_agent(agent("bert"))
            waiting = replace(caller(1, self.scene.now()), call_id=talk.call_id)
            await store.join(Wait(waiting, "service", state=WaitState.TALKING, agent="anna"))
            premises = Premises(
                store,
                PLAN,
                self.scene.settings,
                ScriptedRing(self.react, after_s=3.0),
                self.scene.hub,
                self.scene.now,
                WayOut(self.outside),
            )
            await during(Passing(premises, self._parted, self._let_go, lambda: None), talk)

        return in_virtual_time(lambda: self.office.run(main))


def test_a_number_takes_over_only_when_it_has_answered() -> None:
    talk = Talk()

    async def during(passing: Passing, call: Conversation) -> None:
        asking = asyncio.create_task(passing.to_number("anna", call, "0561 9", first=False))
        await asyncio.sleep(2.0)
        under_way = passing.of("anna")
        assert under_way is not None
        assert under_way.whom == "0561 9"
        assert call.seating.held
        assert call.agent == "anna"
        assert await asking is None
        assert call.agent == "tel:0561 9"
        assert passing.of("anna") is None

    talk.run(during)
    assert "Draussen" in talk.caller.heard_words()
    assert "Anrufer 5" in talk.outside.person.heard_words()
    assert "Anrufer 5" not in talk.mine.person.heard_words()


@pytest.mark.parametrize("end", [CallOutEnd.BUSY, CallOutEnd.NO_ANSWER, CallOutEnd.LINE_DOWN])
def test_if_nobody_answers_the_agent_has_the_caller_back(end: CallOutEnd) -> None:
    talk = Talk(Outside(end))

    async def during(passing: Passing, call: Conversation) -> None:
        assert await passing.to_number("anna", call, "0561 9", first=False) is end
        assert not call.seating.away
        assert call.agent == "anna"

    talk.run(during)
    assert "Anrufer 5" in talk.mine.person.heard_words()


def test_a_forbidden_number_disturbs_nobody() -> None:
    talk = Talk()

    async def during(passing: Passing, call: Conversation) -> None:
        end = await passing.to_number("anna", call, "0900 1", first=False)
        assert end is CallOutEnd.NOT_ALLOWED
        assert not call.seating.held

    talk.run(during)


def test_the_agent_may_speak_first_and_then_hand_over() -> None:
    talk = Talk()

    async def during(passing: Passing, call: Conversation) -> None:
        assert await passing.to_number("anna", call, "0561 9", first=True) is None
        assert call.seating.away
        await asyncio.sleep(3.0)
        assert "Draussen" in talk.mine.person.heard_words()
        call.transfer()
        await asyncio.sleep(1.0)
        assert call.agent == "tel:0561 9"

    talk.run(during)
    assert "Anrufer 8" in talk.outside.person.heard_words()


def test_asking_can_be_stopped_and_a_caller_who_leaves_stops_it() -> None:
    talk = Talk(Outside(rings_s=500.0))

    async def during(passing: Passing, call: Conversation) -> None:
        asking = asyncio.create_task(passing.to_number("anna", call, "0561 9", first=False))
        await asyncio.sleep(2.0)
        with pytest.raises(NotConnected):
            await passing.to_number("anna", call, "0561 8", first=False)
        passing.stop("anna")
        assert await asking is CallOutEnd.GIVEN_UP
        assert not call.seating.held
        again = asyncio.create_task(passing.to_number("anna", call, "0561 9", first=False))
        await asyncio.sleep(1.0)
        talk.caller.leaves()
        assert await again is CallOutEnd.GIVEN_UP

    talk.run(during)


def test_a_colleague_takes_over_when_they_have_accepted() -> None:
    there = Person((1.0, "Bert"))
    talk = Talk(react=lambda _: Answered(PacedLeg(there, RATE)))

    async def during(passing: Passing, call: Conversation) -> None:
        assert await passing.to_colleague("anna", call, "bert", "Weitergegeben") is None
        assert call.agent == "bert"
        assert talk.scene.state("bert") is AgentState.TALKING
        assert await passing.to_colleague("bert", call, "bert", "x") is CallOutEnd.NO_ANSWER

    talk.run(during)
    assert "Bert" in talk.caller.heard_words()


@pytest.mark.parametrize("leaves", [False, True])
def test_consulting_can_be_stopped_and_stops_with_the_call(leaves: bool) -> None:
    """The caller is spoken with meanwhile, and whoever was asked is let go."""
    there = Person((1.0, "Bert"))
    talk = Talk(react=lambda _: Answered(PacedLeg(there, RATE)))

    async def during(passing: Passing, call: Conversation) -> None:
        asking = asyncio.create_task(passing.consult("anna", call, "bert", "Rücksprache"))
        await asyncio.sleep(1.0)
        under_way = passing.of("anna")
        assert under_way is not None
        assert (under_way.whom, under_way.held) == ("Bert", False)
        assert not call.seating.held
        assert talk.scene.state("bert") is AgentState.RINGING
        if leaves:
            talk.caller.leaves()
        else:
            passing.stop("anna")
        assert await asking is CallOutEnd.GIVEN_UP
        assert talk.let_go == ["bert"]

    talk.run(during)
    assert "Bert" not in talk.mine.person.heard_words()


def test_a_consulted_colleague_speaks_with_the_agent_alone() -> None:
    there = Person((1.0, "Bert"))
    talk = Talk(react=lambda _: Answered(PacedLeg(there, RATE)))

    async def during(passing: Passing, call: Conversation) -> None:
        assert await passing.consult("anna", call, "bert", "Rücksprache") is None
        assert call.seating.colleague
        assert call.agent == "anna"
        await asyncio.sleep(5.0)

    talk.run(during)
    assert "Bert" in talk.mine.person.heard_words()
    assert "Bert" not in talk.caller.heard_words()


def test_keys_of_the_caller_are_shown_while_the_call_lasts() -> None:
    talk = Talk(caller=Person((7.0, "Einen Mitarbeiter bitte"), (25.0, "47*1"), leaves_at=40.0))
    woken: list[str] = []

    async def during(passing: Passing, call: Conversation) -> None:
        async with asyncio.TaskGroup() as tasks:
            pressed = Pressed(woken.append, tasks)
            pressed.follow(call)
            pressed.follow(call)
            assert pressed.of(call) == ""
            await asyncio.sleep(15.0)
            assert pressed.of(call) == "47*1"
            assert set(woken) == {"anna"}
        assert pressed.of(call) == "", "forgotten with the call"

    talk.run(during)


def test_a_call_centre_takes_over_and_its_line_counts_as_used() -> None:
    there = Person((1.0, "Kapstadt"))
    talk = Talk(react=lambda _: Answered(PacedLeg(there, RATE), by_phone=True))

    async def during(passing: Passing, call: Conversation) -> None:
        assert await passing.to_site("anna", call, CAPE, "Weitergegeben") is None
        assert call.agent == "kapstadt"
        last = max(talk.scene.shared.waits.values(), key=lambda wait: wait.id)
        assert (last.site, last.state, last.end) == ("kapstadt", WaitState.TALKING, None)
        assert last.taken_at is not None
        assert await passing.to_site("anna", call, CAPE, "x") is CallOutEnd.FULL
        await asyncio.sleep(1.0)
        assert talk.office.desk.passings == [("anna", "kapstadt")]

    talk.run(during)
    assert "Kapstadt" in talk.caller.heard_words()


def test_a_call_centres_line_is_reserved_while_it_rings_and_free_when_nobody_answers() -> None:
    talk = Talk(react=lambda _: NotAnswered())

    async def during(passing: Passing, call: Conversation) -> None:
        waits, sites = talk.scene.shared.waits, talk.scene.shared.sites
        asking = asyncio.create_task(passing.to_site("anna", call, CAPE, "x"))
        await asyncio.sleep(1.0)
        assert [wait.site for wait in waits.values()] == [None, "kapstadt"]
        assert await asking is CallOutEnd.NO_ANSWER
        assert len(waits) == 1, "nothing has come of it"
        assert sites["kapstadt"].failures == 1
        assert await passing.to_site("anna", call, CAPE, "x") is CallOutEnd.UNREACHABLE
        assert call.agent == "anna"

    talk.run(during)


def test_a_call_centre_that_is_closed_is_not_rung() -> None:
    talk = Talk(react=lambda _: NotAnswered())
    closed = CAPE.model_copy(update={"hours": Week()})

    async def during(passing: Passing, call: Conversation) -> None:
        assert await passing.to_site("anna", call, closed, "x") is CallOutEnd.CLOSED
        assert not call.seating.held

    talk.run(during)
