"""The program's own view of a rasa-sdk action call: one frozen turn in, one answer out."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

Slots = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Turn:
    """What the caller said, and where the conversation stands."""

    call_id: str
    text: str
    intent: str
    confidence: float
    entities: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    slots: Slots = field(default_factory=dict)
    requested: str | None = None
    """The slot a form has asked for."""
    begins: bool = False
    """The form has begun with this very utterance."""
    resumed: bool = False
    """The form has let somebody else answer this utterance, and goes on now."""
    caller: str | None = None
    """The caller's number, where the line tells it."""
    given: frozenset[str] = frozenset()
    """Slots that a person at the desk has filled in since the last turn."""

    def entity(self, name: str) -> str | None:
        """The last entity of this name: what was said last counts."""
        values = self.entities.get(name, ())
        return values[-1] if values else None


@dataclass(frozen=True, slots=True)
class Say:
    """A response of the domain with the values it needs, or a text of the program's own."""

    response: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    text: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What an action wants said, and the slots it sets."""

    says: tuple[Say, ...] = ()
    slots: Slots = field(default_factory=dict)
    then: str | None = None
    """The form or action that goes on with this turn."""


class CallAction(Action):  # type: ignore[misc]  # rasa-sdk is untyped
    """An action that answers a turn."""

    def __init__(self, action: str, answer: Callable[[Turn], Awaitable[Answer]]) -> None:
        self._action = action
        self._answer = answer

    def name(self) -> str:
        return self._action

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Slots | None
    ) -> list[dict[str, Any]]:
        answer = await self._answer(turn_of(tracker))
        say_all(dispatcher, answer.says)
        events = set_slots(answer.slots)
        if answer.then is not None:
            events.append(FollowupAction(answer.then))
        return events


def say_all(dispatcher: CollectingDispatcher, says: tuple[Say, ...]) -> None:
    for say in says:
        if say.text:
            dispatcher.utter_message(text=say.text)
        else:
            dispatcher.utter_message(response=say.response, **say.values)


def set_slots(slots: Slots) -> list[dict[str, Any]]:
    return [SlotSet(name, value) for name, value in slots.items()]


def turn_of(tracker: Tracker, form: str | None = None) -> Turn:
    """The latest turn, as `form` sees it."""
    message = tracker.latest_message
    intent = message.get("intent") or {}
    since = _since_user(tracker.events)
    entities: dict[str, tuple[str, ...]] = {}
    for found in message.get("entities") or ():
        name = found["entity"]
        entities[name] = (*entities.get(name, ()), str(found["value"]))
    user = since[0] if since else {}
    metadata = user.get("metadata") or {}
    return Turn(
        call_id=tracker.sender_id,
        text=message.get("text") or "",
        intent=intent.get("name") or "",
        confidence=float(intent.get("confidence") or 0.0),
        entities=entities,
        slots=dict(tracker.slots),
        requested=tracker.slots.get("requested_slot"),
        begins=any(_is(event, "active_loop", form) for event in since),
        resumed=any(_is(event, "action_execution_rejected", form) for event in since),
        caller=metadata.get("caller"),
        given=frozenset(metadata.get("given") or ()),
    )


def _since_user(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The latest user event and all after it."""
    for at in range(len(events) - 1, -1, -1):
        if events[at]["event"] == "user":
            return events[at:]
    return []


def _is(event: Mapping[str, Any], kind: str, name: str | None) -> bool:
    return event["event"] == kind and name is not None and event.get("name") == name
