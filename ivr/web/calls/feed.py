"""What a browser is told of its call while it goes on: the state, and captions of both sides."""

from collections import deque
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any

from ivr.call.observers import Observers
from ivr.call.seating import Seating
from ivr.core.actions import Action, Ask, Connect, Enqueue, LeaveQueue, PlayMusic, Say
from ivr.core.desk import Place
from ivr.core.events import (
    AgentCame,
    AgentLeft,
    BargedIn,
    CallEvent,
    DeskSaid,
    Heard,
    Played,
    SpeechStarted,
)
from ivr.core.records import CallStart, Turn

Note = Mapping[str, Any]

MOST_CAPTIONS = 60
"""So many of the latest are told again to a browser that comes back."""
LONGEST_CAPTION = 2_000
"""Characters."""


class State(StrEnum):
    """Where the call stands, as its page shows it."""

    RINGING = "ringing"
    SPEAKING = "speaking"
    LISTENING = "listening"
    THINKING = "thinking"
    HOLD = "hold"
    COLLEAGUE = "colleague"
    HELD = "held"
    """By a colleague, who will be back."""


_WITH_PEOPLE = (State.HOLD, State.COLLEAGUE, State.HELD)


class Feed:
    """Turns what happens in one call into notes for its page, and remembers the latest."""

    def __init__(self, tell: Callable[[Note], bool]) -> None:
        """`tell` may lose a note, while the browser is away: `repeat` makes up for it."""
        self._tell = tell
        self._state = State.RINGING
        self._captions: deque[Note] = deque(maxlen=MOST_CAPTIONS)
        self._number = 0
        self._call_id = ""
        self._filling = False
        self._position: int | None = None
        self._agent = ""
        self._connected = False

    def observers(self) -> Observers:
        return Observers(
            on_start=self._started,
            on_action=self._acts,
            on_event=self._happens,
            on_turn=self._turn,
            on_seating=self._seated,
        )

    def repeat(self) -> None:
        """Tell everything that counts, to a browser that is new or has come back."""
        if self._call_id:
            self._tell({"type": "call", "id": self._call_id})
        for caption in self._captions:
            self._tell(caption)
        self._tell_state()

    def _started(self, start: CallStart) -> None:
        self._call_id = start.call_id
        self._tell({"type": "call", "id": start.call_id})

    def _acts(self, action: Action) -> None:
        match action:
            case Say(text=text, filler=filler):
                self._filling = filler
                self._talk(State.SPEAKING)
                self._caption("hotline", text)
            case Ask():
                self._talk(State.THINKING)
            case Enqueue():
                self._position = None
                self._change(State.HOLD)
            case PlayMusic():
                self._change(State.HOLD)
            case LeaveQueue():
                self._change(State.LISTENING)
            case Connect():
                self._connected = True
                self._change(State.COLLEAGUE)
            case _:
                pass

    def _happens(self, event: CallEvent) -> None:
        match event:
            case Heard(utterance=utterance) if utterance.text:
                self._caption("caller", utterance.text)
            case Played() if self._state is State.SPEAKING:
                self._talk(State.THINKING if self._filling else State.LISTENING)
            case SpeechStarted() | BargedIn():
                self._talk(State.LISTENING)
            case DeskSaid(news=Place(position=position)):
                self._position = position
                self._tell_state()
            case AgentCame(name=name):
                self._agent = name
                self._tell_state()
            case AgentLeft(to=to) if to:
                # Who goes on with the caller is there already.
                self._agent = to
                self._tell_state()
            case AgentLeft():
                self._connected = False
                self._position = None
                self._change(State.LISTENING)
            case _:
                pass

    def _turn(self, turn: Turn) -> None:
        if turn.who == "agent":
            self._caption("agent", turn.text)

    def _seated(self, seating: Seating) -> None:
        if not self._connected:
            return
        if seating.away:
            self._change(State.HELD)
        else:
            self._change(State.LISTENING if seating.lent else State.COLLEAGUE)

    def _talk(self, state: State) -> None:
        """Who waits for a person or speaks with one does so whoever says something meanwhile."""
        if self._state not in _WITH_PEOPLE:
            self._change(state)

    def _change(self, state: State) -> None:
        if state is not self._state:
            self._state = state
            self._tell_state()

    def _tell_state(self) -> None:
        note: dict[str, Any] = {"type": "state", "state": self._state}
        if self._state is State.HOLD and self._position is not None:
            note["position"] = self._position
        if self._state in (State.COLLEAGUE, State.HELD):
            note["name"] = self._agent
        self._tell(note)

    def _caption(self, who: str, text: str) -> None:
        self._number += 1
        note = {"type": "caption", "n": self._number, "who": who, "text": text[:LONGEST_CAPTION]}
        self._captions.append(note)
        self._tell(note)
