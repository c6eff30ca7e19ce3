"""Two lines for the colleague who takes over: what the caller wants, and what is to be done."""

from ivr.core.records import HandOver, HandOverReason
from ivr.dialogue.phrasebook import Phrasebook

_WHO = frozenset({"name", "phone"})
"""Slots that stand in the second line."""


def summarize(fact: HandOver, phrases: Phrasebook, *, waits: bool = False) -> str:
    """Say it in the words of the catalog; what is not known is left out.

    `waits`: the caller is on the line for whoever reads it, and need not be called back.
    """
    key = f"topic_{fact.intent}"
    topic = phrases.say(key, 0) if key in phrases.phrases else phrases.say("topic_unknown", 0)
    told = {name: value for name, value in fact.slots.items() if name not in _WHO and value}
    details = ", ".join(f"{name}: {value}" for name, value in told.items())
    wants = phrases.say("summary_wants", 0, topic=topic)
    todo = phrases.say(f"todo_{_todo(fact.reason, waits=waits)}", 0)
    reach = " / ".join(part for part in (fact.caller_name, fact.phone) if part)
    to_do = phrases.say("summary_next", 0, todo=todo)
    return f"{wants}{f' ({details})' if details else ''}\n{to_do}{f' – {reach}' if reach else ''}"


def _todo(reason: HandOverReason, *, waits: bool) -> str:
    match reason:
        case HandOverReason.ANGER:
            return "take_calm" if waits else "calm"
        case HandOverReason.FAULT:
            return "take_fault" if waits else "fault"
        case _:
            return "take" if waits else "call_back"
