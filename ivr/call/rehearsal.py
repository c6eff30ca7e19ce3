"""A call on the level of text: the same dialogue and understanding, without audio, in no time."""

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import replace

from ivr.core.actions import Action, Ask, End, Listen, Record, Say, SetTimer
from ivr.core.desk import Nobody, Place
from ivr.core.errors import RecordRefused, StoreUnavailable, UnderstandingUnavailable
from ivr.core.events import (
    AgentCame,
    Answered,
    BargedIn,
    CallEvent,
    DeskSaid,
    Engine,
    EngineFailed,
    Heard,
    HungUp,
    NoInput,
    Played,
    Recorded,
    TimerRang,
    Understood,
)
from ivr.core.ports import Understanding
from ivr.core.records import Fact, HandOver
from ivr.core.speech import Expect, Utterance
from ivr.core.understanding import Reply
from ivr.dialogue import machine
from ivr.dialogue.ending import LAST_CHANCE
from ivr.dialogue.script import Script
from ivr.dialogue.state import Phase
from ivr.dialogue.summary import summarize
from ivr.turns.keypad import BETWEEN_KEYS_S, Keypad


class Rehearsal:
    """Plays one call. Every prompt is heard to its end at once, unless the caller types over it;
    only asked-for timers ring."""

    def __init__(
        self,
        script: Script,
        understanding: Understanding,
        keep: Callable[[str, Fact], Awaitable[Fact]],
        *,
        caller: str | None = None,
    ) -> None:
        """`keep` takes a call's id and a fact, as `Journal.fact` does."""
        self.call_id = secrets.token_hex(8)
        self.end: End | None = None
        self.reply: Reply | None = None
        """The understanding's last answer."""
        self.facts: list[Fact] = []
        self._understanding = understanding
        self._keep_fact = keep
        self._caller = caller
        self._talk = machine.begin(script)
        self._said: list[str] = []
        self._timers: dict[str, SetTimer] = {}
        self._keypad = Keypad()
        self._hasty = False
        """Whether the caller does not hear prompts out."""
        self._at = 0.0

    @property
    def expect(self) -> Expect:
        return self._talk.mouth.expect

    async def answer(self) -> str:
        """The hotline answers; what it says."""
        await self._feed(Answered(self._now(), self._caller))
        return self._heard()

    async def says(self, text: str, types: str = "") -> str:
        """The caller says something; what the hotline says then. Over its first words they press
        the keys of `types`."""
        self.reply = None
        now = self._now()
        self._hasty = bool(types)
        await self._feed(Heard(now, Utterance(text, 1.0, now, now)))
        self._hasty = False
        return await self.presses(types) if types else self._heard()

    async def stays_silent(self) -> str:
        """The caller says nothing; after a good-bye the call ends with that."""
        await self._feed(NoInput(self._now()))
        return await self.rings(LAST_CHANCE)

    async def presses(self, keys: str) -> str:
        """The caller types, and waits after the last key."""
        for key in keys:
            line = self._talk.mouth.line
            if self._talk.mouth.speaking and line is not None and line.interruptible:
                await self._feed(BargedIn(self._now()))
            for event in self._keypad.press(key, self._at):
                await self._feed(replace(event, at=self._now()))
        for event in self._keypad.tick(self._at + BETWEEN_KEYS_S):
            await self._feed(replace(event, at=self._now()))
        await self._hear_out()
        return self._heard()

    async def desk_says(self, news: Place | Nobody) -> str:
        """What the desk tells a caller who waits; what they hear of it."""
        await self._feed(DeskSaid(self._now(), self._talk.places, news))
        return self._heard()

    async def agent_comes(self, name: str) -> str:
        """Somebody takes over, who from now on talks with the caller."""
        await self._feed(AgentCame(self._now(), self._talk.places, name, name))
        return self._heard()

    @property
    def phase(self) -> Phase | None:
        """Where on the way to a person the caller is."""
        transit = self._talk.transit
        return None if transit is None else transit.phase

    async def hangs_up(self) -> None:
        await self._feed(HungUp(self._now()))

    async def rings(self, timer: str) -> str:
        """A timer of the dialogue runs out, by name."""
        wish = self._timers.pop(timer, None)
        if wish is not None:
            await self._feed(TimerRang(self._now(), wish.name, wish.number))
        return self._heard()

    def _now(self) -> float:
        self._at += 1.0
        return self._at

    def _heard(self) -> str:
        said, self._said = " ".join(self._said), []
        return said

    async def _feed(self, event: CallEvent) -> None:
        if self.end is not None:
            return
        self._talk, actions = machine.step(self._talk, event)
        for action in actions:
            await self._act(action)
        if not self._hasty:
            await self._hear_out()

    async def _hear_out(self) -> None:
        """Let what is being said be heard to its end."""
        while self._talk.mouth.speaking and self.end is None:
            await self._feed(Played(self._now(), self._talk.mouth.prompt, interrupted=False))

    async def _act(self, action: Action) -> None:
        match action:
            case Say(text=text, expect=expect, digits=digits, filler=filler):
                self._said.append(text)
                if not filler:
                    self._keypad.expect(expect, digits)
            case Listen(expect=expect, digits=digits):
                self._keypad.expect(expect, digits)
            case Ask():
                await self._ask(action)
            case Record(fact=fact):
                await self._record(fact)
            case SetTimer():
                self._timers[action.name] = action
            case End():
                self.end = action
            case _:
                pass

    async def _ask(self, question: Ask) -> None:
        try:
            self.reply = await self._understanding.reply(
                self.call_id, question.text, caller=self._caller
            )
        except UnderstandingUnavailable:
            failed = EngineFailed(self._now(), Engine.UNDERSTANDING, question.turn)
            await self._feed(failed)
        else:
            await self._feed(Understood(self._now(), question.turn, self.reply))

    async def _record(self, fact: Fact) -> None:
        if isinstance(fact, HandOver):
            fact = replace(fact, summary=summarize(fact, self._talk.script.phrases))
        try:
            kept = await self._keep_fact(self.call_id, fact)
        except (StoreUnavailable, RecordRefused):
            await self._feed(EngineFailed(self._now(), Engine.STORE, 0))
        else:
            self.facts.append(kept)
            await self._feed(Recorded(self._now(), kept))
