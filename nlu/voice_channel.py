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
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import unquote
from weakref import WeakValueDictionary

from rasa.core.agent import Agent
from rasa.core.channels.channel import InputChannel, OutputChannel, UserMessage
from rasa.shared.core.events import SlotSet
from sanic import Blueprint, response
from sanic.exceptions import SanicException
from sanic.request import Request
from sanic.response import HTTPResponse
from turn_answer import EXPECTED, answer

logger = logging.getLogger(__name__)

TOKEN_VARIABLE = "IVR_NLU_TOKEN"  # noqa: S105  # a name, no secret
MAX_TEXT = 1000
"""Characters of an utterance that are looked at; more is cut."""


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


def _json(request: Request) -> dict[str, Any]:
    try:
        body = request.json
    except SanicException:
        return {}
    return body if isinstance(body, dict) else {}


def _error(message: str, status: int) -> HTTPResponse:
    return response.json({"error": message}, status=status)
