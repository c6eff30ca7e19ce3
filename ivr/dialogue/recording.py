"""Whether what the caller says may be recorded: asked or announced, and taken back at any time.

Only a clear yes to the question counts, nothing that begins with a friendly "ja": consent is
unambiguous or none (GDPR article 4 (11)); without it recording is a crime (§ 201 StGB).
"""

import re
from dataclasses import replace

from ivr.core.actions import KeepSound
from ivr.core.speech import Expect
from ivr.dialogue.draft import Draft
from ivr.dialogue.script import Script
from ivr.dialogue.state import Consent, Line
from ivr.german.words import words
from ivr.german.yes_no import hear_yes_no

ASKED, ANNOUNCED = "asked", "announced"
"""Values of `Script.recording`."""
_CLEAR = 4
"""Words of an answer that says yes or no and nothing else."""
_REFUSES = re.compile(
    r"\b(?:nicht|nichts|keine|ohne|kein)\b.{0,20}\b(?:auf(?:zu)?nehmen|aufnahme|aufgenommen"
    r"|auf(?:zu)?zeichnen|aufzeichnung|aufgezeichnet|mit(?:zu)?schneiden|mitschnitt"
    r"|mitgeschnitten)\b"
    r"|\b(?:aufnahme|aufzeichnung|mitschnitt)\b.{0,20}\b(?:stoppen|beenden|löschen|aus|nicht)\b",
    re.IGNORECASE,
)


def opening(draft: Draft, greeting: Line) -> list[Line]:
    """The greeting with what has to be said of recording; after a question it comes later."""
    match draft.talk.script.recording:
        case "asked":
            draft.talk = replace(draft.talk, consent=Consent.ASKED)
            return [draft.line("record_ask", Expect.YES_NO)]
        case "announced":
            draft.talk = replace(draft.talk, consent=Consent.GIVEN)
            draft.actions.append(KeepSound(on=True))
            return [replace(draft.line("record_announced"), interruptible=False), greeting]
        case _:
            return [greeting]


def answered(draft: Draft, text: str) -> bool:
    """Take what was said as an answer about recording; false if it is about something else."""
    if draft.talk.consent is Consent.GIVEN and _REFUSES.search(text):
        _refuse(draft)
        draft.say(draft.line("record_no"), *(draft.mouth.last[-1:] or (_greeting(draft),)))
        return True
    if draft.talk.consent is not Consent.ASKED:
        return False
    if not _just_asked(draft):
        _refuse(draft)
        return False
    agreed = hear_yes_no(text)
    if _REFUSES.search(text):
        agreed = False
    elif agreed is None or len(words(text)) > _CLEAR:
        _refuse(draft)
        return False
    if agreed:
        draft.talk = replace(draft.talk, consent=Consent.GIVEN)
        draft.actions.append(KeepSound(on=True))
    else:
        _refuse(draft)
    draft.say(draft.line("record_yes" if agreed else "record_no"), _greeting(draft))
    return True


def silent(draft: Draft) -> bool:
    """Silence is no consent: on with the greeting, if it was the question that was left open."""
    if draft.talk.consent is not Consent.ASKED:
        return False
    asked = _just_asked(draft)
    _refuse(draft)
    if asked:
        draft.say(_greeting(draft))
    return asked


def _refuse(draft: Draft) -> None:
    draft.talk = replace(draft.talk, consent=Consent.REFUSED)
    draft.actions.append(KeepSound(on=False))


def _just_asked(draft: Draft) -> bool:
    """Whether the question is what the caller heard last, rather than something that came up."""
    last = draft.mouth.last
    return bool(last) and last[-1].text in draft.talk.script.phrases.phrases["record_ask"]


def _greeting(draft: Draft) -> Line:
    script: Script = draft.talk.script
    return Line(script.greeting)
