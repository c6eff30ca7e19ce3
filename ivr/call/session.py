"""One call from the first ring to the last word: wires the parts together.

`step` of `ivr.dialogue` decides how the talk goes. This module carries events to it and actions
from it; whatever takes time runs in a task of its own and comes back as an event.
"""

import asyncio
import logging
from contextlib import AsyncExitStack, suppress
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

from ivr.call.bridge import Outlet
from ivr.call.conversation import Access, Conversation
from ivr.call.ears import Ears
from ivr.call.engines import Engines
from ivr.call.inbox import Inbox
from ivr.call.keeping import Keeping
from ivr.call.minutes import Minutes
from ivr.call.news import NewsHub
from ivr.call.observers import Observers
from ivr.call.parts import Outgoing, Parts
from ivr.call.questions import Questions
from ivr.call.recorder import Recorder
from ivr.call.speaker import Speaker, play
from ivr.call.switchboard import Switchboard
from ivr.call.timers import Timers
from ivr.core.actions import (
    Action,
    Ask,
    Connect,
    End,
    KeepSound,
    Listen,
    Record,
    Release,
    Say,
    SetTimer,
    StopSaying,
)
from ivr.core.errors import (
    SpeakingFailed,
    UnderstandingUnavailable,
)
from ivr.core.events import (
    AgentCame,
    AgentLeft,
    Answered,
    CallEvent,
    DrainRequested,
    Engine,
    EngineFailed,
    Heard,
    HungUp,
    KeyPressed,
    KeysEntered,
    Played,
    Understood,
)
from ivr.core.measures import Tally
from ivr.core.ports import Leg
from ivr.core.records import CallEnd, CallRecord, CallStart, HandOver, Outcome, Turn
from ivr.core.telephony import Breakable
from ivr.dialogue import machine
from ivr.dialogue.script import Script
from ivr.dialogue.summary import summarize

log = logging.getLogger(__name__)

FORGET_S = 1.5
"""How long the understanding may take to forget a conversation; a program that stops waits for
it. One that does not manage forgets the longest-unused by itself."""


class CallSession:
    """Runs one call on one leg. Only `_decide` reads or changes the conversation's state."""

    def __init__(
        self,
        start: CallStart,
        leg: Leg,
        engines: Engines,
        script: Script,
        observers: Observers | None = None,
        out: Outgoing | None = None,
    ) -> None:
        """With `out` it is we who called, for an agent who is there already."""
        self.start = start
        self._out = out
        self._leg = leg
        self._engines = engines
        agent = "" if out is None else out.taken.name
        self._talk = machine.begin(replace(script, people=engines.desk is not None), agent)
        self._observers = observers or Observers()
        self._inbox = Inbox(asyncio.get_running_loop().time())
        self._timers = Timers(self._inbox)
        self._minutes = Minutes(start.call_id, engines.journal, engines.meter, self._wrote)
        self._keeping = Keeping(start.call_id, engines, self._inbox, self._complete)
        self._saying: Say | None = None
        self._speaking: asyncio.Task[None] | None = None
        self._outlet = Outlet(leg)
        self._news = NewsHub(self._observers.on_seating)
        self._conversation: Conversation | None = None
        self._end: CallEnd | None = None

    async def run(self) -> CallRecord:
        """Answer, talk, hang up. Raises what no part of the call could deal with."""
        engines = self._engines
        if self._observers.on_start is not None:
            self._observers.on_start(self.start)
        engines.journal.begin(self.start)
        engines.meter.count(Tally.CALLS)
        try:
            on_level, numbers = self._observers.on_level, self._talk.script.numbers
            self._ears = Ears(self._leg, engines, self._inbox, on_level, numbers)
            self._recorder = Recorder(self.start.call_id, engines.sounds, self._ears)
            self._speaker = Speaker(self._outlet, engines, self._sounds, self._ears.prompt_level)
            async with AsyncExitStack() as afterwards:
                await self._talk_it_through(afterwards)
        except asyncio.CancelledError:
            # Nothing has failed: the program stops, or whoever owns this call has ended it.
            cut = self._talk.outcome is Outcome.ABANDONED
            self._close(Outcome.FAILED if cut else self._talk.outcome, "stopped")
            raise
        finally:
            self._timers.stop()
            self._close(Outcome.FAILED, "fault")
        return self.record()

    async def forget(self) -> None:
        """Let the understanding forget the conversation, however the call ended; `FORGET_S` at
        the most."""
        with suppress(UnderstandingUnavailable, TimeoutError), self._engines.working():
            async with asyncio.timeout(FORGET_S):
                await self._engines.understanding.forget(self.start.call_id)

    def drain(self, grace_s: float) -> None:
        """Ask the call to come to an end within `grace_s` seconds."""
        self._inbox.put(DrainRequested(self._inbox.now(), grace_s))

    def record(self) -> CallRecord:
        """What is known of the call by now."""
        turns = sorted(self._minutes.turns, key=lambda turn: turn.start_s)
        return CallRecord(self.start, tuple(turns), tuple(self._keeping.facts), self._end)

    async def _talk_it_through(self, afterwards: AsyncExitStack) -> None:
        self._inbox.put(Answered(0.0, self._leg.caller, self._leg.called))
        async with asyncio.TaskGroup() as group:
            self._questions = Questions(self.start, self._engines, self._inbox, group)
            self._board = Switchboard(self._parts(group))
            afterwards.push_async_callback(self._board.abandon)
            self._conversation = self._open_conversation()
            tasks = [
                group.create_task(self._hear(), name="hear"),
                group.create_task(self._ears.take_keys(), name="keys"),
            ]
            await self._decide(group)
            self._stop_saying()
            # Whom the desk keeps waiting must not keep the caller on a silent line.
            await asyncio.gather(self._board.close(), self._leg.hang_up())
            self._questions.close()
            for task in tasks:
                task.cancel()
            self._ears.close()
            await self._keeping.settle()

    @property
    def conversation(self) -> Conversation | None:
        """The call for the people at the desk; None before it is answered."""
        return self._conversation

    def _parts(self, group: asyncio.TaskGroup) -> Parts:
        return Parts(
            self.start,
            self._leg,
            self._engines,
            self._inbox,
            self._minutes,
            self._ears,
            self._outlet,
            self._news,
            partial(self._complete, waits=True),
            group,
            self._out,
        )

    def _open_conversation(self) -> Conversation:
        access = Access(self.record, self._inbox.put, self._inbox.now, lambda: self._talk.places)
        return Conversation(self.start, self._board, self._news, access)

    def _wrote(self, turn: Turn) -> None:
        self._news.publish(turn)
        if self._observers.on_turn is not None:
            self._observers.on_turn(turn)

    async def _hear(self) -> None:
        await self._ears.listen()
        await self._board.sending.settled()
        by_itself = self._leg.ended_by if isinstance(self._leg, Breakable) else None
        self._inbox.put(HungUp(self._inbox.now(), by_itself or "caller"))

    async def _decide(self, group: asyncio.TaskGroup) -> None:
        while self._end is None:
            event = await self._inbox.get()
            self._note(event)
            self._talk, actions = machine.step(self._talk, event)
            if isinstance(event, Heard):
                self._minutes.asked(next((a.turn for a in actions if isinstance(a, Ask)), None))
            for action in actions:
                if self._observers.on_action is not None:
                    self._observers.on_action(action)
                self._act(action, group)

    def _note(self, event: CallEvent) -> None:
        if isinstance(event, Heard) and self._board.listens_only:
            self._recorder.heard(keep=False)
            # Whom we call has not been told that anything is written down.
            if not self.start.outbound:
                self._minutes.overheard("caller", event.utterance)
        elif isinstance(event, Heard):
            self._minutes.heard(event, self._recorder.heard(keep=bool(event.utterance.text)))
        elif isinstance(event, Understood):
            self._minutes.understood(event)
        elif isinstance(event, KeyPressed | KeysEntered | AgentCame | AgentLeft):
            self._news.publish(event)
        if self._observers.on_event is not None:
            self._observers.on_event(event)

    def _act(self, action: Action, group: asyncio.TaskGroup) -> None:
        match action:
            case Say():
                self._stop_saying()
                self._board.hold.stop()
                self._saying = action
                self._ears.prompt_begins(action)
                self._speaking = group.create_task(self._say(action), name="say")
            case StopSaying():
                self._board.hold.stop()
                self._stop_saying()
            case Ask():
                self._ears.waiting()
                self._questions.ask(action)
            case Listen(expect=expect, digits=digits):
                self._ears.expect(expect, digits)
            case SetTimer():
                self._timers.set(action)
            case Record(fact=fact):
                self._keeping.keep(fact, group)
            case End(outcome=outcome, cause=cause):
                self._close(outcome, cause)
            case KeepSound():
                self._recorder.switch(action)
            case _:
                if isinstance(action, Connect | Release):
                    self._stop_saying()
                self._board.act(action)

    async def _say(self, say: Say) -> None:
        try:
            await self._speaker.say(say)
        except SpeakingFailed:
            log.exception("no voice could speak a prompt")
            self._engines.meter.count(Tally.ENGINE_FAILURES)
            await play(self._outlet, self._engines.emergency)
            self._inbox.put(EngineFailed(self._inbox.now(), Engine.VOICE, 0))
        self._said(say, interrupted=False)

    def _stop_saying(self) -> None:
        if self._saying is not None and self._speaking is not None:
            self._speaking.cancel()
            self._outlet.flush()
            self._said(self._saying, interrupted=True)

    def _said(self, say: Say, *, interrupted: bool) -> None:
        self._saying = None
        self._minutes.said(self._inbox.now(), interrupted=interrupted)
        self._ears.prompt_ends(say)
        self._inbox.put(Played(self._inbox.now(), say.prompt, interrupted))

    def _sounds(self, say: Say, in_s: float) -> None:
        self._minutes.sounds(say, self._inbox.now() + in_s)

    def _complete(self, fact: HandOver, *, waits: bool = False) -> HandOver:
        summary = summarize(fact, self._talk.script.phrases, waits=waits)
        return self._minutes.complete(fact, summary)

    def _close(self, outcome: Outcome, cause: str) -> None:
        """Settle how the call ended; the first settlement counts."""
        if self._end is not None:
            return
        slots = self._talk.known.slots
        self._minutes.settle()
        self._end = CallEnd(outcome, datetime.now(UTC), slots, cause)
        self._engines.journal.end(self.start.call_id, self._end)
        self._news.publish(self._end)
        self._news.close()
