"""A message whose form is not complete when the call ends: what was said of it is kept.

Callers often tell their message in the words that ask for one to be taken, and hang up at the
question for their name. A colleague can do something with it all the same.
"""

from dataclasses import replace

from ivr.core.actions import Record
from ivr.core.records import Message, Outcome
from ivr.core.understanding import Reply
from ivr.dialogue.draft import Draft
from ivr.dialogue.state import Known
from ivr.german.message import tells_something

CALL_BACK = "callback_form"
FORMS = frozenset({"message_form", CALL_BACK})
MOST_LETTERS = 2_000
"""Of what was dictated past the form's questions; the transcript has all of it."""
_DICTATING = frozenset({"leave_message", "callback", "inform", "out_of_scope", "nlu_fallback"})
"""Intents that words may be given which answer none of the form's questions."""


def dictated(before: Known, reply: Reply, text: str) -> str:
    """What the caller has told a form for messages, by now, without filling it in."""
    if reply.form not in FORMS:
        return ""
    if before.form != reply.form:
        return text[:MOST_LETTERS]
    fills = reply.slots != before.slots
    if fills or (reply.understood and reply.guess.intent not in _DICTATING):
        return before.dictated
    return f"{before.dictated} {text}".strip()[:MOST_LETTERS]


def keep(draft: Draft) -> None:
    """Keep a message that was begun, with the name and the number if they are known.

    Who has got to a colleague, or is to be called back by one, has told them.
    """
    known, talk = draft.known, draft.talk
    if known.form not in FORMS or talk.callback or talk.outcome is Outcome.HANDED_OVER:
        return
    about = known.slots.get("about", "")
    if not about and tells_something(known.dictated):
        about = known.dictated
    if not about:
        return
    message = Message(
        name=known.slots.get("name", ""),
        phone=known.slots.get("phone") or known.caller or "",
        about=about,
        callback=known.form == CALL_BACK,
        when=known.slots.get("callback_when", ""),
    )
    draft.actions.append(Record(message))
    draft.known = replace(known, form=None, dictated="")
    if draft.transit is not None:
        draft.transit = replace(draft.transit, left_message=True)
    if message.phone:
        draft.settle()
