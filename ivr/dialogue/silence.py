"""What to do when the caller says nothing."""

from dataclasses import replace

from ivr.core.speech import Expect
from ivr.dialogue import callback, recording
from ivr.dialogue.draft import Draft
from ivr.dialogue.script import SILENCES_TO_END
from ivr.dialogue.state import Offer


def silent(draft: Draft) -> None:
    """Speak to the caller again; give examples; offer keys; at last say good-bye."""
    if recording.silent(draft):
        return
    silences = draft.repair.silences + 1
    draft.repair = replace(draft.repair, silences=silences)
    if silences <= 0:
        return
    if draft.talk.callback is not None:
        callback.silent(draft)
    elif silences >= SILENCES_TO_END:
        draft.farewell(draft.line("silence_farewell"))
    elif silences == 1 and draft.talk.offered is Offer.MORE:
        # After an answer a caller who says nothing usually has nothing more to ask.
        draft.repair = replace(draft.repair, silences=SILENCES_TO_END - 1)
        draft.say_phrase("silence_1")
    elif draft.known.form or draft.mouth.expect is not Expect.ANYTHING:
        key = "silence_in_form" if silences < SILENCES_TO_END - 1 else "silence_in_form_last"
        draft.say(draft.line(key), draft.mouth.last[-1])
    else:
        draft.say_phrase(f"silence_{min(silences, 3)}")
