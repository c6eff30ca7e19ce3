"""Ends and beginnings that come at the same moment."""

import asyncio
from collections.abc import AsyncGenerator, Sequence

import pytest
from typing_extensions import override

from ivr.audio.spelled import read_spelled
from ivr.call.desk_scripted import ScriptedDesk
from ivr.core.desk import PartingHow
from ivr.core.pcm import FRAME_S, frame_bytes
from ivr.core.records import CallRecord, Outcome
from ivr.lines.paced import PacedLeg
from ivr.lines.synthetic import Manners, SyntheticCaller
from ivr.speech.voices.scripted import ScriptedVoice
from ivr.understanding.scripted import ScriptedUnderstanding
from tests.call.faulty import Ear, register_of
from tests.call.people import Agent, Office, Person, answers_after, connected
from tests.call.virtual import RATE, House, in_virtual_time, says


def test_two_hang_ups_at_about_the_same_time_are_one_end() -> None:
    """The caller leaves at every moment around the hotline's own hang-up."""
    stays = [each / 20 for each in range(0, 70, 3)]
    house = House()

    async def main() -> Sequence[CallRecord]:
        async with register_of(house) as register:
            before = asyncio.all_tasks()
            records = await asyncio.gather(
                *(
                    register.take(
                        PacedLeg(
                            SyntheticCaller([says("Danke, tschüss")], RATE, Manners(stays_s=each)),
                            RATE,
                        ),
                        "scripted",
                    )
                    for each in stays
                )
            )
            assert asyncio.all_tasks() == before, "a call leaves nothing running behind"
            return records

    ends = [record.end for record in in_virtual_time(main)]
    assert {end.cause for end in ends if end is not None} == {"caller", "hotline"}
    assert all(end is not None and end.outcome is not Outcome.FAILED for end in ends)


class SlowToStop(ScriptedVoice):
    """Its engine needs a moment to let go of a text that nobody wants to hear any more."""

    @override
    async def speak(self, text: str, pace: float = 1.0) -> AsyncGenerator[bytes, None]:
        try:
            async for piece in super().speak(text, pace):
                yield piece
        finally:
            await asyncio.sleep(0.06)


def test_a_prompt_that_replaces_another_keeps_its_beginning() -> None:
    voice = SlowToStop()
    ear = Ear(manners=Manners(stays_s=3))
    key = Interrupts(ear, after_s=1.5)

    async def main() -> CallRecord:
        async with register_of(House(voice=voice)) as register:
            return await register.take(PacedLeg(key, RATE), "scripted")

    in_virtual_time(main)
    notice, *after = voice.spoken
    size = frame_bytes(RATE)
    frames = [bytes(ear.heard[at : at + size]) for at in range(0, len(ear.heard), size)]
    sounding = sum(any(frame) and read_spelled(frame) != notice for frame in frames)
    whole_s = sum(0.06 * len(text.encode()) for text in after)
    assert sounding * FRAME_S == pytest.approx(whole_s, abs=len(after) * FRAME_S)


class Interrupts:
    """A party with a hasty finger: presses 0 in the middle of the greeting."""

    def __init__(self, ear: Ear, after_s: float) -> None:
        self._ear, self._left = ear, round(after_s / FRAME_S)

    def exchange(self, heard: bytes) -> bytes | None:
        self._left -= 1
        return self._ear.exchange(heard)

    def pressed(self) -> str:
        return "0" if self._left == 0 else ""


def test_a_drain_cuts_who_does_not_end_in_time_and_all_is_on_record() -> None:
    """A caller who hears nothing of the farewell, because the voice hangs, is cut all the same."""

    class Hanging(ScriptedVoice):
        @override
        async def speak(self, text: str, pace: float = 1.0) -> AsyncGenerator[bytes, None]:
            await asyncio.sleep(10_000)
            yield b""

    house = House(voice=Hanging())

    async def main() -> CallRecord:
        async with register_of(house) as register:
            leg = PacedLeg(SyntheticCaller([], RATE, Manners(gives_up_s=9_000)), RATE)
            taking = asyncio.create_task(register.take(leg, "scripted"))
            await asyncio.sleep(3.0)
            (conversation,) = register.conversations()
            assert register.conversation(conversation.call_id) is conversation
            before = asyncio.get_running_loop().time()
            await register.drain(1.0)
            assert asyncio.get_running_loop().time() - before < 10
            assert len(register) == 0
            assert register.conversation(conversation.call_id) is None
            return await taking

    record = in_virtual_time(main)
    kept = asyncio.run(house.store.call(record.start.call_id))
    assert kept is not None
    assert kept.end is not None


def test_a_talk_with_a_colleague_that_the_program_cuts_is_no_fault() -> None:
    agent = Agent()
    office = Office(
        Person((7.0, "Einen Mitarbeiter bitte"), leaves_at=300.0),
        ScriptedDesk(answers_after(agent, seconds=3.0)),
    )

    async def main() -> None:
        async with office.calling() as (register, call):
            await connected(register)
            call.cancel()

    in_virtual_time(main)
    [record] = asyncio.run(office.house.store.calls())
    assert record.end is not None
    assert (record.end.outcome, record.end.cause) == (Outcome.HANDED_OVER, "stopped")


def test_a_call_is_forgotten_however_it_ended() -> None:
    class Remembering(ScriptedUnderstanding):
        def __init__(self) -> None:
            super().__init__()
            self.forgotten: list[str] = []

        @override
        async def forget(self, call_id: str) -> None:
            self.forgotten.append(call_id)
            await asyncio.sleep(10_000)

    class Broken(PacedLeg):
        @override
        async def play(self, frame: bytes) -> None:
            raise RuntimeError("a fault of the line")

    understanding = Remembering()

    async def main() -> list[str]:
        async with register_of(House(understanding=understanding)) as register:
            whole = PacedLeg(SyntheticCaller([], RATE, Manners(gives_up_s=5)), RATE)
            records = [await register.take(whole, "scripted")]
            broken = Broken(SyntheticCaller([], RATE, Manners(gives_up_s=5)), RATE)
            records.append(await register.take(broken, "scripted"))
            leg = PacedLeg(SyntheticCaller([], RATE, Manners(gives_up_s=900)), RATE)
            cut = asyncio.create_task(register.take(leg, "scripted"))
            await asyncio.sleep(3.0)
            (conversation,) = register.conversations()
            cut.cancel()
            await asyncio.wait([cut])
            return [*(each.start.call_id for each in records), conversation.call_id]

    assert in_virtual_time(main) == understanding.forgotten


def test_the_caller_is_let_go_before_the_desk_has_taken_note() -> None:
    times: dict[str, float] = {}

    class Slow(ScriptedDesk):
        @override
        async def parted(self, call: str, agent: str, how: PartingHow) -> None:
            await asyncio.sleep(4.0)
            times["desk"] = asyncio.get_running_loop().time()
            await super().parted(call, agent, how)

    class Timed(PacedLeg):
        @override
        async def hang_up(self) -> None:
            times["caller"] = asyncio.get_running_loop().time()
            await super().hang_up()

    caller = Person((7.0, "Einen Mitarbeiter bitte"), leaves_at=40.0)

    async def main() -> None:
        desk = Slow(answers_after(Agent(), seconds=3.0))
        async with House().opened(desk=desk) as register:
            await register.take(Timed(caller, RATE, caller="+49561998877"), "scripted")

    in_virtual_time(main)
    assert times["caller"] < times["desk"]
