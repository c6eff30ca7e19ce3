"""What the telephone needs of a turn, read from the messages that Rasa sent and its tracker.

Pure: a turn that is read twice gives the same answer. `voice_channel.py` sends it.
"""

import re
from typing import Any

from rasa.shared.core.constants import (
    ACTION_DEFAULT_FALLBACK_NAME,
    DEFAULT_SLOT_NAMES,
    REQUESTED_SLOT,
)
from rasa.shared.core.events import ActionExecuted, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

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
