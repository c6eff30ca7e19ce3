"""What is going on in all calls right now, for those who watch: a board of bounded size.

It is told by the calls' observers and never holds a call up. Watchers get a snapshot whenever they
ask, and wait for the next change in between; what changes while nobody looks is one change, so a
slow watcher costs nothing and misses no latest state.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TypeVar

from ivr.call.observers import Observers
from ivr.core.actions import Action, Ask, Connect, End, Enqueue, LeaveQueue, Say
from ivr.core.desk import PartingHow, Place
from ivr.core.events import (
    AgentCame,
    AgentLeft,
    BargedIn,
    CallEvent,
    DeskSaid,
    Engine,
    EngineFailed,
    FalseStart,
    Heard,
    Played,
    SpeechStarted,
    Understood,
)
from ivr.core.records import CallRecord, CallStart, Turn

MOST_TURNS = 500
"""The latest of a live call; the store has them all."""
MOST_ENDED = 50

_T = TypeVar("_T")


class CallState(StrEnum):
    RINGING = "ringing"
    SPEAKING = "speaking"
    """The hotline speaks."""
    LISTENING = "listening"
    """The hotline waits for the caller."""
    HEARING = "hearing"
    """The caller speaks."""
    THINKING = "thinking"
    WAITING = "waiting"
    """For a person; the caller is still heard."""
    WITH_AGENT = "with_agent"
    ENDING = "ending"


@dataclass(frozen=True, slots=True)
class Floor:
    """Who is at it in the talk with the assistant. Whatever began is told to be over, too: a
    prompt that was broken off by the next one, a noise that was no word."""

    prompt: int | None = None
    """What is being said."""
    hearing: bool = False
    asked: int | None = None
    """The question that the understanding owes an answer to."""

    @property
    def state(self) -> CallState:
        if self.prompt is not None:
            return CallState.SPEAKING
        if self.hearing:
            return CallState.HEARING
        return CallState.LISTENING if self.asked is None else CallState.THINKING

    def after(self, event: CallEvent) -> "Floor":
        match event:
            case SpeechStarted() | BargedIn():
                return replace(self, hearing=True)
            case Heard() | FalseStart() | EngineFailed(engine=Engine.RECOGNIZER):
                return replace(self, hearing=False)
            case Played(prompt=prompt) if prompt == self.prompt:
                return replace(self, prompt=None)
            case Understood(turn=turn) | EngineFailed(engine=Engine.UNDERSTANDING, turn=turn):
                return replace(self, asked=None) if turn == self.asked else self
            case _:
                return self


@dataclass(frozen=True, slots=True)
class LiveCall:
    """A call that is going on."""

    start: CallStart
    state: CallState = CallState.RINGING
    caller_said: str = ""
    """The caller's last words."""
    hotline_said: str = ""
    intent: str | None = None
    response_s: float | None = None
    """How long the caller waited for the last answer."""
    position: int | None = None
    """Where the caller stands in the queue."""
    agent: str = ""
    """Whom the caller speaks with, by name, or who waits until the assistant is done."""
    turns: tuple[Turn, ...] = field(default=(), repr=False)
    floor: Floor = Floor()

    @property
    def call_id(self) -> str:
        return self.start.call_id


class LiveBoard:
    """All calls that are going on, and the last ones that have ended. For one event loop."""

    def __init__(self) -> None:
        self._calls: dict[str, LiveCall] = {}
        self._ended: deque[CallRecord] = deque(maxlen=MOST_ENDED)
        self._watchers: set[asyncio.Event] = set()
        self.closed = False

    def calls(self) -> tuple[LiveCall, ...]:
        """Those that go on, the longest first."""
        return tuple(self._calls.values())

    def call(self, call_id: str) -> LiveCall | None:
        return self._calls.get(call_id)

    def ended(self) -> tuple[CallRecord, ...]:
        """The last ones that have ended since the start of the program, newest first, without
        their turns."""
        return tuple(self._ended)

    def watch(self, start: CallStart, others: Observers | None = None) -> Observers:
        """A call begins: the observers to give to it, which tell `others`, too."""
        others, call_id = others or Observers(), start.call_id
        self._calls[call_id] = LiveCall(start)
        self._changed()
        return replace(
            others,
            on_action=_both(lambda action: self._acted(call_id, action), others.on_action),
            on_event=_both(lambda event: self._happened(call_id, event), others.on_event),
            on_turn=_both(lambda turn: self._said(call_id, turn), others.on_turn),
        )

    def end(self, record: CallRecord) -> None:
        """A call is over."""
        self._calls.pop(record.start.call_id, None)
        self._ended.appendleft(replace(record, turns=()))
        self._changed()

    @contextmanager
    def watching(self) -> Iterator["Watcher"]:
        """Be told of changes while inside."""
        changed = asyncio.Event()
        self._watchers.add(changed)
        try:
            yield Watcher(self, changed)
        finally:
            self._watchers.discard(changed)

    def watchers(self) -> int:
        return len(self._watchers)

    def close(self) -> None:
        """Let all watchers go: the program stops."""
        self.closed = True
        self._changed()

    def _acted(self, call_id: str, action: Action) -> None:
        match action:
            case Say(prompt=prompt, text=text):
                floor = replace(self._calls[call_id].floor, prompt=prompt)
                self._talks(call_id, floor, hotline_said=text)
            case Ask(turn=turn):
                self._talks(call_id, replace(self._calls[call_id].floor, asked=turn))
            case Enqueue():
                self._update(call_id, state=CallState.WAITING, position=None, agent="")
            case LeaveQueue():
                floor = self._calls[call_id].floor
                self._update(call_id, state=floor.state, position=None)
            case Connect():
                self._update(call_id, state=CallState.WITH_AGENT, position=None)
            case End():
                self._update(call_id, state=CallState.ENDING)
            case _:
                pass

    def _happened(self, call_id: str, event: CallEvent) -> None:
        call = self._calls[call_id]
        floor = call.floor.after(event)
        match event:
            case Heard(utterance=utterance):
                self._talks(call_id, floor, caller_said=utterance.text or call.caller_said)
            case DeskSaid(news=Place(position=position)):
                self._update(call_id, position=position)
            case AgentCame(name=name):
                self._update(call_id, agent=name)
            case AgentLeft():
                self._left(call_id, event)
            case _ if floor != call.floor:
                self._talks(call_id, floor)
            case _:
                pass

    def _left(self, call_id: str, event: AgentLeft) -> None:
        """Somebody else may have the caller already, or the agent may wait to have them back."""
        if event.to:
            self._update(call_id, agent=event.to)
            return
        call = self._calls[call_id]
        waits = event.how is PartingHow.RETURNED and event.waits
        self._update(call_id, state=call.floor.state, agent=call.agent if waits else "")

    def _said(self, call_id: str, turn: Turn) -> None:
        call = self._calls[call_id]
        self._update(
            call_id,
            turns=(*call.turns, turn)[-MOST_TURNS:],
            caller_said=turn.text if turn.who == "caller" else call.caller_said,
            intent=turn.intent or call.intent,
            response_s=call.response_s if turn.response_s is None else turn.response_s,
        )

    def _talks(self, call_id: str, floor: Floor, **changes: object) -> None:
        """Who speaks with a person, or waits for one, does so whoever says something meanwhile."""
        now = self._calls[call_id].state
        stays = now in (CallState.WAITING, CallState.WITH_AGENT)
        state = now if stays else floor.state
        self._update(call_id, state=state, floor=floor, **changes)

    def _update(self, call_id: str, **changes: object) -> None:
        call = self._calls[call_id]
        self._calls[call_id] = replace(call, **changes)  # type: ignore[arg-type]
        self._changed()

    def _changed(self) -> None:
        for watcher in self._watchers:
            watcher.set()


class Watcher:
    """One who is told of changes of the board."""

    def __init__(self, board: LiveBoard, changed: asyncio.Event) -> None:
        self._board = board
        self._event = changed

    async def changed(self) -> bool:
        """Wait until something has changed since the last time; False when the board closes."""
        if not self._board.closed:
            await self._event.wait()
        self._event.clear()
        return not self._board.closed


def _both(
    first: Callable[[_T], None], second: Callable[[_T], None] | None
) -> Callable[[_T], None]:
    if second is None:
        return first

    def tell(what: _T) -> None:
        first(what)
        second(what)

    return tell
