"""Forms without a Rasa server: the program's real actions and the domain's real sentences, driven
by a small stand-in for Rasa's form loop. The contract tests check that Rasa itself does the same.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from rasa_sdk.executor import ActionExecutor

from ivr.config.company import Company, load_company
from ivr.core.records import CallStart, Fact
from ivr.store.memory import MemoryStore
from ivr.understanding.actions.executor import build_executor

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
"""A Tuesday, half past ten in Kassel."""
CALL = "call-1"


def read_domain() -> dict[str, Any]:
    """All files of the domain, merged as Rasa does."""
    domain: dict[str, Any] = {"responses": {}, "forms": {}, "slots": {}, "actions": []}
    for path in sorted((ROOT / "nlu" / "domain").glob("*.yml")):
        part = yaml.safe_load(path.read_text(encoding="utf-8"))
        for key in ("responses", "forms", "slots"):
            domain[key].update(part.get(key, {}))
        domain["actions"] += part.get("actions", [])
    return domain


@dataclass
class Heard:
    """What the hotline did in a turn."""

    text: str = ""
    """All it said, one space between the sentences."""
    responses: list[str] = field(default_factory=list)
    hints: list[Mapping[str, Any]] = field(default_factory=list)
    aside: bool = False
    """The form let the rules answer first."""


class FormTalk:
    """One caller, one conversation: `await talk.say("zwei Stück")`."""

    def __init__(self, executor: ActionExecutor, domain: Mapping[str, Any]) -> None:
        self._executor = executor
        self._domain = domain
        self.slots: dict[str, Any] = dict.fromkeys(domain["slots"])
        self.form: str | None = None
        self.requested: str | None = None
        self.caller: str | None = None
        self.filled_in: tuple[str, ...] = ()

    def given(self, **slots: object) -> None:
        """Somebody at the desk fills these in, before the caller's next words."""
        self.slots.update(slots)
        self.filled_in = tuple(slots)

    async def begin(self, form: str, text: str, intent: str, **entities: str) -> Heard:
        """The caller says something that makes the rules begin `form`."""
        self.form, self.requested = form, None
        return await self._turn(text, intent, 1.0, entities, begins=True)

    async def say(
        self, text: str, intent: str = "inform", confidence: float = 0.95, **entities: str
    ) -> Heard:
        return await self._turn(text, intent, confidence, entities, begins=False)

    async def fact(self, action: str, text: str, **entities: str) -> Heard:
        """A question that the rules answer with `action`."""
        heard = Heard()
        await self._run(action, self._message(text, "question", 1.0, entities), [], heard)
        return heard

    async def _turn(
        self, text: str, intent: str, confidence: float, entities: Mapping[str, str], begins: bool
    ) -> Heard:
        assert self.form is not None
        heard = Heard()
        message = self._message(text, intent, confidence, entities)
        extra = [{"event": "active_loop", "name": self.form}] if begins else []
        events = await self._run(f"validate_{self.form}", message, extra, heard)
        set_now = {event["name"] for event in events}
        if not begins and not set_now - {"requested_slot"}:
            heard.aside = True
            extra = [{"event": "action_execution_rejected", "name": self.form}]
            await self._run(f"validate_{self.form}", message, extra, heard)
        elif any(e["name"] == "requested_slot" and e["value"] is None for e in events):
            await self._finish(message, heard)
            return heard
        await self._ask(message, heard)
        return heard

    async def _ask(self, message: dict[str, Any], heard: Heard) -> None:
        wanted = self._domain["forms"][self.form]["required_slots"]
        self.requested = next((slot for slot in wanted if self.slots[slot] is None), None)
        if self.requested is None:
            await self._finish(message, heard)
            return
        action = f"action_ask_{self.form}_{self.requested}"
        if action in self._executor.actions:
            await self._run(action, message, [], heard)
        else:
            self._utter(f"utter_ask_{self.form}_{self.requested}", {}, heard)

    async def _finish(self, message: dict[str, Any], heard: Heard) -> None:
        actions = {
            "order_status_form": "action_tell_order_status",
            "place_order_form": "action_place_order",
            "message_form": "action_leave_message",
            "callback_form": "action_request_callback",
            "address_form": "action_change_address",
            "appointment_form": "action_make_appointment",
        }
        assert self.form is not None
        action, self.form, self.requested = actions[self.form], None, None
        await self._run(action, message, [], heard)

    async def _run(
        self,
        action: str,
        message: dict[str, Any],
        extra: list[dict[str, Any]],
        heard: Heard,
    ) -> list[dict[str, Any]]:
        user = {
            "event": "user",
            "text": message["text"],
            "parse_data": message,
            "metadata": {"caller": self.caller, "given": dict.fromkeys(self.filled_in, "")},
        }
        tracker = {
            "sender_id": CALL,
            "slots": {**self.slots, "requested_slot": self.requested},
            "latest_message": message,
            "events": [user, *extra],
        }
        result = await self._executor.run(
            {"next_action": action, "tracker": tracker, "domain": {}}
        )
        events = [event for event in result.events if event["event"] == "slot"]
        for event in events:
            if event["name"] != "requested_slot":
                assert event["name"] in self.slots, f"slot {event['name']} is not in the domain"
                self.slots[event["name"]] = event["value"]
        for said in result.responses:
            if said.get("text"):
                heard.text = f"{heard.text} {said['text']}".strip()
            else:
                self._utter(said["response"], said, heard)
        return events

    def _utter(self, response: str, values: Mapping[str, Any], heard: Heard) -> None:
        variants = self._domain["responses"][response]
        fitting = [each for each in variants if self._fits(each)]
        chosen = fitting or [each for each in variants if "condition" not in each]
        known = {**{k: v for k, v in self.slots.items() if v is not None}, **values}
        # Every variant must find its values, whichever is drawn.
        texts = [re.sub(r"{(\w+)}", lambda m: str(known[m[1]]), each["text"]) for each in chosen]
        heard.text = f"{heard.text} {texts[0]}".strip()
        heard.responses.append(response)
        heard.hints.append(chosen[0].get("custom", {}))

    def _fits(self, variant: Mapping[str, Any]) -> bool:
        conditions = variant.get("condition", [])
        return bool(conditions) and all(self.slots[c["name"]] == c["value"] for c in conditions)

    @staticmethod
    def _message(
        text: str, intent: str, confidence: float, entities: Mapping[str, str]
    ) -> dict[str, Any]:
        return {
            "text": text,
            "intent": {"name": intent, "confidence": confidence},
            "entities": [{"entity": k, "value": v} for k, v in entities.items()],
        }


@pytest.fixture(scope="session")
def company() -> Company:
    return load_company(ROOT / "company.toml")


@pytest.fixture
async def store() -> MemoryStore:
    store = MemoryStore()
    await store.begin(CallStart(CALL, "musterfirma", "scripted", NOW))
    return store


@pytest.fixture(scope="session")
def domain() -> dict[str, Any]:
    return read_domain()


@pytest.fixture
def executor(company: Company, store: MemoryStore) -> ActionExecutor:
    return build_executor(company, store, lambda: NOW)


@pytest.fixture
def talk(executor: ActionExecutor, domain: dict[str, Any]) -> FormTalk:
    return FormTalk(executor, domain)


@pytest.fixture
def facts(store: MemoryStore) -> "Facts":
    return Facts(store)


class Facts:
    """What the call has left in the store."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store

    async def all(self) -> tuple[Fact, ...]:
        record = await self._store.call(CALL)
        assert record is not None
        return record.facts
