"""Whether what the caller says may be recorded: asked or announced, and taken back at any time.

Only a clear yes to the question counts, nothing that begins with a friendly "ja" and nothing said
before the question was heard to its end: consent is unambiguous or none (GDPR article 4 (11));
without it recording is a crime (§ 201 StGB).
"""

from dataclasses import replace

from ivr.core.actions import KeepSound
from ivr.core.speech import Expect
from ivr.dialogue.draft import Draft
from ivr.dialogue.script import Script
from ivr.dialogue.state import Consent, Line
from ivr.german.recording import refuses_recording
from ivr.german.words import words
from ivr.german.yes_no import hear_yes_no

_CLEAR = 4
"""Words of an answer that says yes or no and nothing else."""
_ASKS = ("record_ask", "record_ask_again")
_MOST_ASKS = 2
_OPEN = (Consent.ASKING, Consent.ASKED)


def opening(draft: Draft, greeting: Line) -> list[Line]:
    """The greeting with what has to be said of recording; after a question it comes later."""
    match draft.talk.script.recording:
        case "asked":
            return [_question(draft, _ASKS[0])]
        case "announced":
            _consent(draft, Consent.ANNOUNCING)
            announced = draft.line("record_announced")
            return [replace(announced, interruptible=False, on_recording=True), greeting]
        case _:
            return [greeting]


def played(draft: Draft) -> None:
    """A prompt was heard to its end: what it asked counts from now on, what it announced holds."""
    line = draft.mouth.line
    if line is None or not line.on_recording:
        return
    if draft.talk.consent is Consent.ASKING:
        _consent(draft, Consent.ASKED)
    elif draft.talk.consent is Consent.ANNOUNCING:
        _give(draft)


def answered(draft: Draft, text: str, *, over_prompt: bool = False) -> bool:
    """Take what was said as an answer about recording; false if it is about something else.

    `over_prompt`: it was begun while something was being said.
    """
    consent = draft.talk.consent
    if consent in (Consent.GIVEN, Consent.ANNOUNCING) and refuses_recording(text):
        _refuse(draft)
        draft.say(draft.line("record_no"), *(draft.mouth.last[-1:] or (_greeting(draft),)))
        return True
    if consent not in _OPEN:
        return False
    if not _is_open(draft):
        _refuse(draft)
        return False
    agreed = _verdict(text)
    if agreed is None and len(words(text)) > _CLEAR:
        _refuse(draft)
        return False
    heard_out = consent is Consent.ASKED and not over_prompt
    if agreed is None or (agreed and not heard_out):
        _unclear(draft)
        return True
    if agreed:
        _give(draft)
    else:
        _refuse(draft)
    draft.say(draft.line("record_yes" if agreed else "record_no"), _greeting(draft))
    return True


def silent(draft: Draft) -> bool:
    """Silence is no consent: on with the greeting, if it was the question that was left open."""
    if draft.talk.consent not in _OPEN:
        return False
    asked = _is_open(draft)
    _refuse(draft)
    if asked:
        draft.say(_greeting(draft))
    return asked


def _verdict(text: str) -> bool | None:
    """True for a clear yes, False for a clear no, None for anything else."""
    if refuses_recording(text):
        return False
    return hear_yes_no(text) if len(words(text)) <= _CLEAR else None


def _unclear(draft: Draft) -> None:
    """Ask once more; whoever is unclear again is greeted and not recorded."""
    if sum(draft.talk.uses.get(key, 0) for key in _ASKS) >= _MOST_ASKS:
        _refuse(draft)
        draft.say(draft.line("record_no"), _greeting(draft))
        return
    heard = draft.talk.consent is Consent.ASKED
    draft.say(_question(draft, _ASKS[1] if heard else _ASKS[0]))


def _question(draft: Draft, key: str) -> Line:
    _consent(draft, Consent.ASKING)
    return replace(draft.line(key, Expect.YES_NO), on_recording=True)


def _give(draft: Draft) -> None:
    _consent(draft, Consent.GIVEN)
    draft.actions.append(KeepSound(on=True))


def _refuse(draft: Draft) -> None:
    _consent(draft, Consent.REFUSED)
    draft.actions.append(KeepSound(on=False))


def _consent(draft: Draft, consent: Consent) -> None:
    draft.talk = replace(draft.talk, consent=consent)


def _is_open(draft: Draft) -> bool:
    """Whether the question was told last, rather than something that came up."""
    last = draft.mouth.last
    return bool(last) and last[-1].on_recording


def _greeting(draft: Draft) -> Line:
    script: Script = draft.talk.script
    return Line(script.greeting)
