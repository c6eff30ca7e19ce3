"""What a watcher sees of calls while they go on."""

import asyncio
from datetime import UTC, datetime

import pytest

from ivr.call.desk_scripted import ScriptedDesk
from ivr.call.live import MOST_ENDED, MOST_TURNS, CallState, LiveBoard
from ivr.call.register import Register
from ivr.core.actions import Action, Ask, Say
from ivr.core.events import (
    BargedIn,
    CallEvent,
    Engine,
    EngineFailed,
    FalseStart,
    Played,
    SpeechStarted,
    Understood,
)
from ivr.core.records import CallRecord, CallStart, Turn
from ivr.core.understanding import Guess, Reply
from ivr.lines.paced import PacedLeg
from ivr.lines.synthetic import SyntheticCaller
from tests.call.people import Agent, Office, Person, answers_after, connected
from tests.call.virtual import RATE, House, in_virtual_time, says

WANTS = (7.0, "Einen Mitarbeiter bitte")
START = CallStart("c1", "musterfirma", "scripted", datetime(2026, 11, 24, tzinfo=UTC))


def test_a_watcher_sees_a_call_from_its_ring_to_its_end() -> None:
    async def watched() -> None:
        house = House()
        states: list[CallState] = []
        said: list[tuple[str, str]] = []
        async with house.opened() as register:

            async def watch() -> None:
                with register.board.watching() as eye:
                    while await eye.changed():
                        for call in register.board.calls():
                            if states[-1:] != [call.state]:
                                states.append(call.state)
                            said.append((call.caller_said, call.hotline_said))

            watching = asyncio.create_task(watch())
            caller = SyntheticCaller([says("Wann haben Sie geöffnet?"), says("Tschüss.")], RATE)
            record = await register.take(PacedLeg(caller, RATE, caller="+4930123456"), "scripted")
            assert register.board.calls() == ()
            (ended,) = register.board.ended()
            assert (ended.start, ended.end, ended.turns) == (record.start, record.end, ())
            register.board.close()
            await watching
        assert states[:4] == ["speaking", "listening", "hearing", "thinking"]
        assert states[-1] in ("ending", "speaking")
        assert any(caller == "Wann haben Sie geöffnet?" for caller, _ in said)
        assert any("Guten Tag" in hotline for _, hotline in said)

    in_virtual_time(watched)


def test_a_live_call_has_its_turns_and_how_long_the_caller_waited() -> None:
    board = LiveBoard()
    tell = board.watch(START).on_turn
    assert tell is not None
    tell(Turn("caller", "Hallo", 0, 1, intent="greeting"))
    tell(Turn("hotline", "Guten Tag", 1.5, 3, response_s=0.5))
    tell(Turn("caller", "äh", 3, 4))
    call = board.call("c1")
    assert call is not None
    assert [turn.text for turn in call.turns] == ["Hallo", "Guten Tag", "äh"]
    assert (call.intent, call.response_s) == ("greeting", 0.5)


ASKED = Ask(3, "Wann?")
ANSWER = Understood(5.0, 3, Reply(Guess("opening_hours", 1.0)))
BROKEN_OFF = Played(2.0, 1, interrupted=True)


@pytest.mark.parametrize(
    ("happens", "state"),
    [
        ((SpeechStarted(1.0),), CallState.HEARING),
        ((SpeechStarted(1.0), FalseStart(1.2)), CallState.LISTENING),
        ((SpeechStarted(1.0), EngineFailed(1.2, Engine.RECOGNIZER, 0)), CallState.LISTENING),
        ((Say(1, "Guten Tag"), BargedIn(1.0), BROKEN_OFF), CallState.HEARING),
        ((Say(1, "Guten Tag"), BargedIn(1.0), BROKEN_OFF, FalseStart(2.1)), CallState.LISTENING),
        ((Say(1, "Guten Tag"), Say(2, "Also"), BROKEN_OFF), CallState.SPEAKING),
        ((ASKED, SpeechStarted(3.0), FalseStart(3.2)), CallState.THINKING),
        ((ASKED, Say(1, "Moment"), Played(4.0, 1, interrupted=False)), CallState.THINKING),
        ((ASKED, SpeechStarted(3.0), ANSWER, FalseStart(5.2)), CallState.LISTENING),
        ((ASKED, EngineFailed(4.0, Engine.UNDERSTANDING, 3)), CallState.LISTENING),
    ],
)
def test_whoever_is_at_it_is_on_the_board_until_they_are_done(
    happens: tuple[CallEvent | Action, ...], state: CallState
) -> None:
    board = LiveBoard()
    observers = board.watch(START)
    assert observers.on_action is not None
    assert observers.on_event is not None
    for each in happens:
        if isinstance(each, Say | Ask):
            observers.on_action(each)
        else:
            observers.on_event(each)  # type: ignore[arg-type]  # the other of the two unions
    call = board.call("c1")
    assert call is not None
    assert call.state is state


@pytest.mark.parametrize("how", ["transferred", "taken over", "lost of three", "lost"])
def test_whoever_has_the_caller_now_is_on_the_board(how: str) -> None:
    caller, agent = Person(WANTS, leaves_at=70.0), Agent()
    colleague = Agent(Person(), "Herr Winter")
    office = Office(caller, ScriptedDesk(answers_after(agent, seconds=5.0)))

    async def main(register: Register) -> None:
        conversation = await connected(register)
        await asyncio.sleep(3.0)
        if how == "taken over":
            conversation.transfer(colleague.taken())
        else:
            conversation.consult(colleague.taken())
        await asyncio.sleep(3.0)
        if how == "transferred":
            conversation.transfer()
        elif how == "lost of three":
            conversation.three_way()
        if "lost" in how:
            agent.person.leaves()
        await asyncio.sleep(8.0)
        (call,) = register.board.calls()
        assert (call.state, call.agent) == (CallState.WITH_AGENT, "Herr Winter")

    in_virtual_time(lambda: office.run(main))


def test_an_agent_who_waits_for_the_assistant_has_the_caller_again_by_name() -> None:
    caller, agent = Person(WANTS, leaves_at=60.0), Agent()
    office = Office(caller, ScriptedDesk(answers_after(agent, seconds=5.0)))
    shown: list[tuple[CallState, str]] = []

    async def main(register: Register) -> None:
        conversation = await connected(register)
        await asyncio.sleep(3.0)
        conversation.return_to_assistant("Wann haben Sie geöffnet?")
        for _ in range(20):
            await asyncio.sleep(1.0)
            shown.extend((call.state, call.agent) for call in register.board.calls())

    in_virtual_time(lambda: office.run(main))
    assert (CallState.SPEAKING, "Frau Schulz") in shown, "the assistant, while the agent waits"
    assert shown[-1] == (CallState.WITH_AGENT, "Frau Schulz")


def test_the_board_stays_small() -> None:
    board = LiveBoard()
    for number in range(MOST_ENDED + 10):
        start = CallStart(f"c{number}", "m", "scripted", START.started_at)
        tell = board.watch(start).on_turn
        assert tell is not None
        for _ in range(MOST_TURNS + 5 if number == 0 else 1):
            tell(Turn("caller", "a", 0, 1))
        call = board.call(start.call_id)
        assert call is not None
        assert len(call.turns) <= MOST_TURNS
        board.end(CallRecord(start, call.turns))
    assert board.calls() == ()
    assert [record.start.call_id for record in board.ended()][:2] == ["c59", "c58"]
    assert len(board.ended()) == MOST_ENDED


async def test_a_watcher_who_was_away_sees_the_latest_and_once() -> None:
    board = LiveBoard()
    with board.watching() as eye:
        for number in range(100):
            board.watch(CallStart(f"c{number}", "m", "scripted", START.started_at))
        assert await eye.changed()
        assert len(board.calls()) == 100
        nothing_new = asyncio.create_task(eye.changed())
        await asyncio.sleep(0)
        assert not nothing_new.done()
        board.close()
        assert not await nothing_new
        assert not await eye.changed()
    assert board.watchers() == 0
