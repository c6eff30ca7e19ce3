"""What a caller adds to a turn that has been taken already: "Ja." – and then "Genau."

It agrees with their own words and comes before the next question can have been heard, so it
answers nothing: taken for an answer it would settle what nobody was asked.
"""

from dataclasses import replace

from ivr.core.speech import Utterance
from ivr.dialogue.draft import Draft
from ivr.dialogue.state import Taken
from ivr.german.phrases import is_assent, is_backchannel
from ivr.german.yes_no import hear_bare_yes_no, hear_yes_no

ANSWERABLE_S = 0.8
"""Nobody answers a question sooner after it was decided to ask it: 0.2 s until it is at their ear,
0.4 s of it that tell what it asks, 0.2 s in which people react. Usually 1.2 to 1.4 s after the
caller's last sound."""


def take(draft: Draft, text: str) -> None:
    """The caller's turn is taken for what it says; without a text there is nothing to add to."""
    draft.talk = replace(draft.talk, taken=Taken(text) if text else None)


def left_out(draft: Draft, utterance: Utterance) -> bool:
    """Leave out a turn that is only added to the one before; says whether it was one.

    If it broke off a line, that begins anew, and with it the time in which nobody can answer.
    """
    taken = draft.talk.taken
    if taken is None or not _only_adds(draft, taken, utterance):
        return False
    if draft.can_resume:
        draft.talk = replace(draft.talk, taken=replace(taken, answered_at=None))
    return True


def _only_adds(draft: Draft, taken: Taken, utterance: Utterance) -> bool:
    if not _agrees(utterance.text, taken.text):
        return False
    if draft.question.awaited:
        return True
    if taken.answered_at is None or not (draft.mouth.speaking or draft.can_resume):
        # Nothing is on its way to them: whatever they say must be answered.
        return False
    return utterance.start_s < taken.answered_at + ANSWERABLE_S


def _agrees(text: str, before: str) -> bool:
    """Whether it says nothing but what was said already. A "nein" after a "ja" takes it back."""
    if is_backchannel(text):
        return True
    bare, said = hear_bare_yes_no(text), hear_yes_no(before)
    if bare is None:
        return is_assent(text) and said is not False
    return said is not False if bare else said is False
