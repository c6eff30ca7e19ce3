"""The telephone's way into Rasa: one request a turn, everything the call needs in one answer.

Runs inside the Rasa server (Python 3.10), named by `credentials.yml` and `endpoints.yml`; it
imports Rasa, never the program. Nothing of a call is kept longer than the call: the program
deletes each conversation at its end.

    POST   /webhooks/voice/turn            {"sender", "text", "metadata": {"caller", "given"}}
    DELETE /webhooks/voice/turn/<sender>   the call is over: forget it
    GET    /webhooks/voice/                whether a model is loaded

`given` are slots that a person at the desk has filled in since the last turn, by name.
"""

import asyncio
import hmac
import logging
import os
import re
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import unquote
from weakref import WeakValueDictionary

from rasa.core.agent import Agent
from rasa.core.channels.channel import InputChannel, OutputChannel, UserMessage
from rasa.shared.core.constants import (
    ACTION_DEFAULT_FALLBACK_NAME,
    DEFAULT_SLOT_NAMES,
    REQUESTED_SLOT,
)
from rasa.shared.core.events import ActionExecuted, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from sanic import Blueprint, response
from sanic.exceptions import SanicException
from sanic.request import Request
from sanic.response import HTTPResponse

logger = logging.getLogger(__name__)

TOKEN_VARIABLE = "IVR_NLU_TOKEN"  # noqa: S105  # a name, no secret
MAX_TEXT = 1000
"""Characters of an utterance that are looked at; more is cut."""
FALLBACK_INTENT = "nlu_fallback"
EXPECTED = {
    "order_number": "digits",
    "product": "anything",
    "quantity": "quantity",
    "customer": "name",
    "name": "name",
    "phone": "phone",
    "callback_when": "date",
    "about": "message",
    "address": "address",
    "appointment_day": "date",
    "appointment_time": "time",
}
"""What the question for a slot expects to hear, unless its response says otherwise."""
CONFIRMATION = "_confirmed"
_SENTENCE_START = re.compile(r"(?:^|[.!?] )[a-zäöü]")
"""Values that are filled in may begin a sentence: "am Dienstag haben wir …"."""
UNTOLD_ACTIONS = frozenset({None, "action_listen", "action_session_start"})
"""Steps of Rasa's own that say nothing of how the caller was answered."""
INTERNAL = "form_"
"""Beginning of the names of slots that steer the forms and mean nothing to the business."""


class Collector(OutputChannel):
    """Keeps the messages of one turn whole: text and hints belong together."""

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []

    @classmethod
    def name(cls) -> str:
        return "voice"

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        self.messages.append(message)


class VoiceInput(InputChannel):
    """The channel itself. Turns of one call are taken one after the other."""

    def __init__(self, token: str | None = None) -> None:
        self._token = token
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    @classmethod
    def name(cls) -> str:
        return "voice"

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> "VoiceInput":
        return cls(os.environ.get(TOKEN_VARIABLE) or None)

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        routes = Blueprint("voice")

        @routes.get("/")
        async def health(request: Request) -> HTTPResponse:
            ready = request.app.ctx.agent is not None and request.app.ctx.agent.is_ready()
            return response.json({"ready": ready}, status=200 if ready else 503)

        @routes.post("/turn")
        async def turn(request: Request) -> HTTPResponse:
            if not self._allowed(request):
                return _error("missing or wrong token", 401)
            body = _json(request)
            sender, text = body.get("sender"), body.get("text")
            if not isinstance(sender, str) or not sender or not isinstance(text, str):
                return _error("sender and text are needed", 400)
            metadata = body.get("metadata")
            return await self._turn(
                request.app.ctx.agent,
                on_new_message,
                sender,
                # A leading slash would make Rasa take the words for a command of its own.
                text[:MAX_TEXT].lstrip("/ "),
                metadata if isinstance(metadata, dict) else {},
            )

        @routes.delete("/turn/<sender:str>")
        async def forget(request: Request, sender: str) -> HTTPResponse:
            if not self._allowed(request):
                return _error("missing or wrong token", 401)
            store = request.app.ctx.agent.tracker_store
            await store.save(store.init_tracker(unquote(sender)))
            return response.json({"forgotten": True})

        return routes

    async def _turn(
        self,
        agent: Agent,
        on_new_message: Callable[[UserMessage], Awaitable[Any]],
        sender: str,
        text: str,
        metadata: dict[str, Any],
    ) -> HTTPResponse:
        collector = Collector()
        message = UserMessage(
            text, collector, sender, input_channel=self.name(), metadata=metadata
        )
        async with self._locks.setdefault(sender, asyncio.Lock()):
            store = agent.tracker_store
            before = await store.retrieve(sender)
            try:
                if given := given_slots(metadata.get("given")):
                    await _fill_in(agent, sender, collector, given)
                await on_new_message(message)
                tracker = await store.retrieve(sender)
                return response.json(answer(tracker, collector.messages))
            except Exception as error:  # noqa: BLE001  # the program decides what a lost turn costs
                # The utterance may be quoted in the error: only its kind is logged.
                logger.error("A turn failed: %s", type(error).__name__)
                # As if it had not been said: the same form goes on once all is well again.
                await store.save(before or store.init_tracker(sender))
                return _error(type(error).__name__, 500)

    def _allowed(self, request: Request) -> bool:
        if self._token is None:
            return True
        given = request.headers.get("authorization", "")
        return hmac.compare_digest(given.encode(), f"Bearer {self._token}".encode())


def given_slots(given: object) -> list[SlotSet]:
    """What a person has filled in, as the forms keep it; an empty text clears the slot."""
    if not isinstance(given, dict):
        return []
    return [
        SlotSet(name, _value(name, text))
        for name, text in given.items()
        if name in EXPECTED and isinstance(text, str)
    ]


def _value(name: str, text: str) -> Any:
    if EXPECTED[name] == "quantity" and text.isdecimal():
        return int(text)
    return text or None


async def _fill_in(agent: Agent, sender: str, output: OutputChannel, given: list[SlotSet]) -> None:
    tracker = await agent.processor.fetch_tracker_and_update_session(sender, output)
    for slot in given:
        tracker.update(slot, agent.domain)
    await agent.tracker_store.save(tracker)


class NoAnswer(Exception):
    """Rasa understood the caller and said nothing: an action of the program has failed."""


def answer(tracker: DialogueStateTracker, sent: list[dict[str, Any]]) -> dict[str, Any]:
    """What the telephone needs of a turn that `tracker` has taken and `sent` answers."""
    parsed = _parsed(tracker)
    ranking = [each for each in parsed["intent_ranking"] if each["name"] != FALLBACK_INTENT]
    form = tracker.active_loop_name
    hints = [message.get("custom") or {} for message in sent]
    understood = not _fell_back(tracker)
    handing = next((hint for hint in hints if hint.get("hand_over")), {})
    hand_over = handing.get("hand_over")
    end = any(hint.get("end") for hint in hints)
    messages = _messages(sent) if understood else []
    if understood and not (messages or hand_over or end):
        raise NoAnswer
    return {
        "intent": _guess(ranking[0]) if ranking else {"name": FALLBACK_INTENT, "confidence": 0.0},
        "ranking": [_guess(each) for each in ranking[:3]],
        "entities": [
            {
                "entity": entity["entity"],
                "value": str(entity["value"]),
                "start": entity.get("start"),
                "end": entity.get("end"),
            }
            for entity in parsed["entities"]
        ],
        "messages": messages,
        "slots": _business_slots(tracker),
        "form": form,
        "expect": _expect(tracker, hints) if messages else "anything",
        "understood": understood,
        "hand_over": hand_over,
        "queue": str(handing.get("queue") or ""),
        "actions": _actions(tracker),
        "end": end,
    }


def _parsed(tracker: DialogueStateTracker) -> dict[str, Any]:
    latest = next(event for event in reversed(tracker.events) if isinstance(event, UserUttered))
    return {"intent_ranking": [], "entities": [], **latest.parse_data}


def _fell_back(tracker: DialogueStateTracker) -> bool:
    """Whether Rasa was too unsure to act, or had no rule for what it understood.

    A form takes what it asked for however unsure the intent was: then nothing falls back.
    """
    for event in reversed(tracker.events):
        if isinstance(event, UserUttered):
            return False
        if isinstance(event, ActionExecuted) and event.action_name == ACTION_DEFAULT_FALLBACK_NAME:
            return True
    return False


def _actions(tracker: DialogueStateTracker) -> list[str]:
    """What was done about the utterance, in order: answers, forms, actions of the program."""
    done: list[str] = []
    for event in reversed(tracker.events):
        if isinstance(event, UserUttered):
            break
        if isinstance(event, ActionExecuted) and event.action_name not in UNTOLD_ACTIONS:
            done.append(event.action_name)
    return done[::-1]


def _messages(sent: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What is to be said; nothing after a message that ends the call or hands it over."""
    said = []
    for message in sent:
        hints = message.get("custom") or {}
        if message.get("text"):
            text = _SENTENCE_START.sub(
                lambda found: found.group().upper(), " ".join(message["text"].split())
            )
            said.append({"text": text, "interruptible": hints.get("interruptible", True)})
        if hints.get("end") or hints.get("hand_over"):
            break
    return said


def _expect(tracker: DialogueStateTracker, hints: list[dict[str, Any]]) -> str:
    if hints and hints[-1].get("expect"):
        return str(hints[-1]["expect"])
    requested = tracker.get_slot(REQUESTED_SLOT)
    if tracker.active_loop_name is None or requested is None:
        return "anything"
    return "yes_no" if requested.endswith(CONFIRMATION) else EXPECTED.get(requested, "anything")


def _business_slots(tracker: DialogueStateTracker) -> dict[str, str]:
    return {
        name: str(value)
        for name, value in tracker.current_slot_values().items()
        if value is not None
        and name not in DEFAULT_SLOT_NAMES
        and not name.startswith(INTERNAL)
        and not name.endswith(CONFIRMATION)
    }


def _guess(ranked: dict[str, Any]) -> dict[str, Any]:
    return {"name": ranked["name"], "confidence": round(float(ranked["confidence"]), 4)}


def _json(request: Request) -> dict[str, Any]:
    try:
        body = request.json
    except SanicException:
        return {}
    return body if isinstance(body, dict) else {}


def _error(message: str, status: int) -> HTTPResponse:
    return response.json({"error": message}, status=status)
