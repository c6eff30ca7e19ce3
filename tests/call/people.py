"""Callers and agents who act by the clock, and a hotline with a desk, in virtual time."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from ivr.audio.spelled import read_spelled, spell
from ivr.call.conversation import Conversation
from ivr.call.desk_scripted import After, ScriptedDesk
from ivr.call.observers import Observers
from ivr.call.register import Register
from ivr.core.desk import Place, Taken
from ivr.core.pcm import FRAME_S, SAMPLE_BYTES, frame_bytes
from ivr.core.records import CallRecord, Turn
from ivr.lines.paced import PacedLeg
from tests.call.virtual import RATE, House

NOW = Place(1, 20.0)
WANTS = (7.0, "Einen Mitarbeiter bitte")


class Person:
    """A party that says and presses things at set moments, and remembers all they heard."""

    def __init__(self, *does: tuple[float, str], leaves_at: float = 600.0) -> None:
        """`does`: at so many seconds say this; a text of keys alone is pressed."""
        self.heard = bytearray()
        self._does = sorted(does, reverse=True)
        self._leaves_at = leaves_at
        self._now = 0.0
        self._saying = b""
        self._keys = ""

    def exchange(self, heard: bytes) -> bytes | None:
        self.heard += heard
        self._now += FRAME_S
        if self._now >= self._leaves_at:
            return None
        while self._does and self._does[-1][0] <= self._now:
            self._begin(self._does.pop()[1])
        size = frame_bytes(RATE)
        frame, self._saying = self._saying[:size], self._saying[size:]
        return frame.ljust(size, b"\0")

    def pressed(self) -> str:
        keys, self._keys = self._keys, ""
        return keys

    def says(self, text: str) -> None:
        """Say it now."""
        self._begin(text)

    def leaves(self) -> None:
        self._leaves_at = self._now

    def _begin(self, text: str) -> None:
        if set(text) <= set("0123456789*#"):
            self._keys += text
        else:
            self._saying = spell(text, max(0.8, len(text) * 0.06), RATE)

    def heard_between(self, start_s: float, end_s: float) -> str:
        """The texts that sounded in this stretch of their time."""
        size = RATE * SAMPLE_BYTES
        return read_spelled(bytes(self.heard[round(start_s * size) : round(end_s * size)]))

    def heard_words(self) -> str:
        return read_spelled(bytes(self.heard))

    def loud_share(self, start_s: float, end_s: float) -> float:
        """How much of a stretch was not digital silence."""
        size = frame_bytes(RATE)
        first, last = round(start_s / FRAME_S), round(end_s / FRAME_S)
        frames = [bytes(self.heard[at * size : (at + 1) * size]) for at in range(first, last)]
        return sum(any(frame) for frame in frames) / max(1, len(frames))


@dataclass
class Agent:
    """A person at the desk, with a leg for each time they come."""

    person: Person = field(default_factory=Person)
    name: str = "Frau Schulz"
    by_phone: bool = False

    def __post_init__(self) -> None:
        self.leg = PacedLeg(self.person, RATE)

    def taken(self) -> Taken:
        return Taken(self.name.lower(), self.name, "Kassel", self.leg, by_phone=self.by_phone)


@dataclass
class Office:
    """A hotline with a desk, and one call to it."""

    caller: Person
    desk: ScriptedDesk
    house: House = field(default_factory=House)
    turns: list[Turn] = field(default_factory=list)

    @asynccontextmanager
    async def calling(self) -> AsyncIterator[tuple[Register, "asyncio.Task[CallRecord]"]]:
        async with self.house.opened(desk=self.desk) as register, asyncio.TaskGroup() as group:
            leg = PacedLeg(self.caller, RATE, caller="+49561998877")
            taking = register.take(leg, "scripted", Observers(on_turn=self.turns.append))
            yield register, group.create_task(taking)

    async def run(self, during: Callable[[Register], Awaitable[None]] | None = None) -> CallRecord:
        """The call to its end, with somebody at the desk doing things meanwhile."""
        async with self.calling() as (register, call):
            if during is not None:
                await during(register)
            return await call

    def said(self) -> str:
        return " | ".join(turn.text for turn in self.turns if turn.who == "hotline")


async def connected(register: Register) -> Conversation:
    """The one live call, as soon as an agent is in it."""
    while True:
        await asyncio.sleep(0.1)
        for conversation in register.conversations():
            if conversation.connected:
                return conversation


def answers_after(*agents: Agent, seconds: float = 15.0) -> Sequence[After]:
    """A desk where the caller is next, and one of these takes the call after a while."""
    coming = iter(agents)
    return (After(0.5, NOW), After(seconds, lambda: next(coming).taken()))


def talking() -> tuple[Person, Agent, Office]:
    """Both say something every 5 s, from 20 s on; connected at about 13 s."""
    caller = Person(WANTS, *((20.0 + 5 * n, f"Anrufer {n}") for n in range(8)), leaves_at=70.0)
    agent = Agent(Person(*((9.0 + 5 * n, f"Agent {n}") for n in range(8))))
    return caller, agent, Office(caller, ScriptedDesk(answers_after(agent, seconds=5.0)))
