"""The most common questions, answered by key words or keys while the understanding is away."""

from dataclasses import replace

from ivr.core.records import HandOverReason
from ivr.dialogue import people
from ivr.dialogue.draft import Draft
from ivr.dialogue.script import MENU_KEYS
from ivr.dialogue.state import Health, Line
from ivr.german.phrases import says_goodbye, wants_human, wants_repeat

TOPICS: dict[str, tuple[str, ...]] = {
    "opening_hours": ("geöffnet", "offen", "öffnung", "öffnungszeiten", "auf habt", "wann haben"),
    "address": ("adresse", "anschrift", "wo sind", "wo finde", "wo seid", "standort", "straße"),
    "contact": ("e-mail", "email", "mail", "internet", "webseite", "website"),
    "shipping_cost": ("versand", "porto", "lieferkosten"),
    "parking": ("parken", "parkplatz", "parkplätze"),
}
"""Topics of `Script.offline_answers`, each with parts of words that name it."""

_CALL_BACK = ("rückruf", "zurückrufen", "anrufen", "nachricht", "kollege", "bestell")


def heard(draft: Draft, text: str, *before: Line) -> None:
    """Answer by key words, or offer keys and a call back; `before` is said first."""
    lowered = text.lower()
    topic = _topic(lowered)
    if wants_repeat(text):
        draft.repeat(*before)
    elif says_goodbye(text):
        draft.farewell(*before, draft.line("farewell"))
    elif topic in draft.talk.script.offline_answers:
        answer(draft, topic, *before)
    elif wants_human(text):
        people.wanted(draft, HandOverReason.ASKED)
    elif _needs_people(lowered) or draft.repair.no_matches_in_all:
        # Says itself that the hotline is out of order.
        people.wanted(draft, HandOverReason.FAULT)
    else:
        draft.repair = replace(draft.repair, no_matches_in_all=1)
        draft.say(*before, draft.line("offline_menu"))


def _needs_people(lowered: str) -> bool:
    return any(part in lowered for part in _CALL_BACK)


def pressed(draft: Draft, key: str) -> bool:
    """Answer a key of the menu; says whether it was one."""
    topic = MENU_KEYS.get(key, "")
    if topic not in draft.talk.script.offline_answers:
        return False
    answer(draft, topic)
    return True


def answer(draft: Draft, topic: str, *before: Line) -> None:
    draft.settle()
    draft.offer_more(*before, Line(draft.talk.script.offline_answers[topic]))


def understanding_failed(draft: Draft, text: str) -> None:
    """Say once what is going on, and try to answer the question at hand all the same."""
    first_time = draft.talk.health is Health.GOOD
    draft.talk = replace(draft.talk, health=Health.NO_UNDERSTANDING)
    if first_time:
        heard(draft, text, draft.line("understanding_gone"))
    else:
        heard(draft, text)


def _topic(lowered: str) -> str:
    for topic, parts in TOPICS.items():
        if any(part in lowered for part in parts):
            return topic
    return ""
