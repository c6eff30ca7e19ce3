"""What to do when the caller says nothing."""

from dataclasses import replace

from ivr.core.records import Outcome
from ivr.core.speech import Expect
from ivr.dialogue import callback
from ivr.dialogue.draft import Draft
from ivr.dialogue.script import SILENCES_TO_END


def silent(draft: Draft) -> None:
    """Speak to the caller again; give examples; offer keys; at last say good-bye."""
    if draft.talk.callback is not None:
        callback.silent(draft)
        return
    silences = draft.repair.silences + 1
    draft.repair = replace(draft.repair, silences=silences)
    if silences >= SILENCES_TO_END:
        outcome = Outcome.ANSWERED if draft.known.settled else Outcome.ABANDONED
        draft.goodbye(outcome, draft.line("silence_farewell"))
    elif silences == 1 and draft.talk.offered_more:
        # After an answer a caller who says nothing usually has nothing more to ask.
        draft.repair = replace(draft.repair, silences=SILENCES_TO_END - 1)
        draft.say_phrase("silence_1")
    elif silences < SILENCES_TO_END - 1 and draft.mouth.expect is not Expect.ANYTHING:
        asked = draft.mouth.last[-1]
        draft.say(draft.line("silence_in_form"), asked)
    else:
        draft.say_phrase(f"silence_{min(silences, 3)}")
