"""A call back is agreed on: name, number, read back, confirmed, recorded.

It stands for the hand-over where no agent can take the call, needs no understanding
engine, and keeps whatever it has when the caller hangs up half-way.
"""

from collections.abc import Mapping
from dataclasses import replace

from ivr.core.actions import LeaveQueue, Record
from ivr.core.records import HandOver, HandOverReason, Outcome
from ivr.core.speech import Expect
from ivr.dialogue.draft import Draft
from ivr.dialogue.state import Asking, Callback, Closing, Health, Line, Phase
from ivr.german.names import hear_name
from ivr.german.phone import hear_phone, say_phone
from ivr.german.phrases import asks_to_wait, says_goodbye, wants_repeat
from ivr.german.yes_no import hear_yes_no

SAVING = "saving"
PATIENCE = 2
"""Failures at one question before the next way is tried."""


def begin(draft: Draft, reason: HandOverReason, *before: Line, announce: bool = True) -> None:
    """Tell the caller what happens next and ask for what is still missing.

    Without `announce` it is `before` that tells what happens next.
    """
    if draft.talk.callback is not None:
        return
    known = draft.known
    callback = Callback(
        reason, name=known_name(known.slots), phone=known.slots.get("phone"), resume=_asked(draft)
    )
    draft.talk = replace(draft.talk, callback=callback)
    draft.question = replace(draft.question, awaited=False, held=None)
    if not announce:
        draft.say(*before, _next_question(draft))
        return
    if reason is HandOverReason.ANGER and not before:
        before = (draft.line("apology"),)
    announcement = draft.line(f"hand_over_{reason.value}")
    draft.say(*before, replace(announcement, interruptible=False), _next_question(draft))


def heard(draft: Draft, text: str) -> None:
    """Take the caller's answer to the present question."""
    callback = _callback(draft)
    if callback.asking is Asking.SAVING:
        return
    agreed, phone = hear_yes_no(text), hear_phone(text)
    if wants_repeat(text):
        draft.repeat()
    elif asks_to_wait(text):
        draft.give_time()
    elif says_goodbye(text) and phone is None and not agreed:
        _leaves(draft, callback)
    elif agreed is False and callback.asking in (Asking.NAME, Asking.PHONE) and phone is None:
        _declined(draft, callback)
    elif callback.asking is Asking.NAME:
        name = hear_name(text) or (text.strip() if callback.failures else None)
        _take(draft, replace(callback, name=name) if name else None)
    elif callback.asking is Asking.CONFIRM:
        _confirmed(draft, callback, agreed, phone)
    elif phone:
        _take(draft, replace(callback, phone=phone, asking=Asking.PHONE))
    elif callback.asking is Asking.OWN_NUMBER and agreed is not None:
        own = draft.known.caller if agreed else None
        draft.known = replace(draft.known, caller=own)
        _take(draft, replace(callback, phone=own))
    else:
        _take(draft, None)


def silent(draft: Draft) -> None:
    """Ask again; after some silence keep what is known and say good-bye."""
    if _callback(draft).asking is not Asking.SAVING:
        _take(draft, None)
    elif not draft.mouth.speaking:
        draft.say_filler("moment")


def rang(draft: Draft) -> None:
    """Saving takes long: keep the caller company."""
    callback = draft.talk.callback
    saving = callback is not None and callback.asking is Asking.SAVING
    if not saving or draft.talk.closing is not Closing.NO:
        return
    silent(draft)
    draft.timer(SAVING, 0, draft.talk.script.keep_company_s)


def interrupted(draft: Draft) -> None:
    """The caller has hung up: keep what is known, if it is enough to act on."""
    callback = _callback(draft)
    if callback.asking is Asking.SAVING:
        return
    reachable = callback.phone or draft.known.caller
    if reachable or callback.name:
        _record(draft, replace(callback, phone=reachable))
    if reachable:
        draft.talk = replace(draft.talk, outcome=Outcome.HANDED_OVER)


def keep(draft: Draft) -> bool:
    """The call ends before the caller has got to anybody, and nothing more can be asked: keep
    what is known of whoever waits or has wished for a call back. Whether they can be reached."""
    transit, known = draft.talk.transit, draft.known
    if draft.talk.callback is None:
        if transit is None or not draft.is_in(Phase.QUEUE, Phase.LOST):
            return False
        name, phone = known_name(known.slots), known.slots.get("phone")
        draft.talk = replace(draft.talk, callback=Callback(transit.reason, name=name, phone=phone))
    interrupted(draft)
    reachable = _callback(draft).phone or known.caller
    draft.talk = replace(draft.talk, callback=None)
    return bool(reachable)


def recorded(draft: Draft) -> None:
    """The hand-over is in the store."""
    callback = _callback(draft)
    if callback.name and callback.phone:
        line = draft.line("noted", name=callback.name)
    else:
        line = draft.line("noted_no_name" if callback.phone else "noted_no_phone")
    draft.talk = replace(draft.talk, callback=None)
    draft.known = replace(draft.known, settled=True)
    draft.goodbye(Outcome.HANDED_OVER, line)


def failed(draft: Draft) -> None:
    """The store refused the hand-over: an honest word rather than a promise."""
    draft.talk = replace(draft.talk, callback=None)
    draft.goodbye(Outcome.FAILED, draft.line("not_noted"))


def known_name(slots: Mapping[str, str]) -> str | None:
    """The name that a form has learnt; customers may have given their number instead."""
    customer = slots.get("customer")
    return slots.get("name") or (customer if customer and not customer.isdecimal() else None)


def _asked(draft: Draft) -> Line | None:
    last = draft.mouth.last
    return last[-1] if draft.known.form and last else None


def _declined(draft: Draft, callback: Callback) -> None:
    """No call back, then: on with the form, or with whatever the caller wants instead."""
    draft.talk = replace(draft.talk, callback=None)
    if draft.is_in(Phase.QUEUE):
        draft.say_phrase("queue_stay")
    elif callback.resume is not None and callback.reason is not HandOverReason.FORM_FAILED:
        draft.say(draft.line("back_to_form"), callback.resume)
    else:
        draft.say_phrase("back_to_talk")


def _leaves(draft: Draft, callback: Callback) -> None:
    """The caller says good-bye: a colleague can still call whoever can be reached."""
    reachable = callback.phone or draft.known.caller
    if reachable:
        _save(draft, replace(callback, phone=reachable))
    else:
        draft.talk = replace(draft.talk, callback=None)
        draft.farewell()


def _confirmed(
    draft: Draft, callback: Callback, agreed: bool | None, corrected: str | None
) -> None:
    if corrected and corrected != callback.phone:
        _take(draft, replace(callback, phone=corrected, asking=Asking.PHONE))
    elif agreed:
        _save(draft, callback)
    elif agreed is False:
        again = replace(callback, phone=None, asking=Asking.PHONE, failures=0)
        draft.talk = replace(draft.talk, callback=again)
        draft.say(draft.line("wrong_phone", Expect.PHONE))
    else:
        _take(draft, None)


def _take(draft: Draft, answered: Callback | None) -> None:
    """Go on to the next question, or ask this one again."""
    callback = _callback(draft)
    if answered is not None:
        draft.talk = replace(draft.talk, callback=replace(answered, failures=0))
        if answered.phone is not None and answered.asking is Asking.PHONE:
            draft.say(_ask(draft, Asking.CONFIRM))
        elif answered.phone is not None and answered.asking is Asking.OWN_NUMBER:
            _save(draft, answered)
        else:
            draft.say(_next_question(draft))
        return
    failures = callback.failures + 1
    draft.talk = replace(draft.talk, callback=replace(callback, failures=failures))
    if failures <= PATIENCE:
        draft.say(_ask_again(draft, failures))
    elif callback.asking is Asking.NAME:
        draft.talk = replace(draft.talk, callback=replace(callback, name="", failures=0))
        draft.say(_next_question(draft))
    else:
        _save(draft, replace(callback, phone=callback.phone or draft.known.caller))


def _next_question(draft: Draft) -> Line:
    callback = _callback(draft)
    # Without a recognizer a name cannot be understood: the number alone must do.
    deaf = draft.talk.health is Health.NO_RECOGNIZER
    if callback.name is None and not deaf:
        return _ask(draft, Asking.NAME)
    if callback.phone is not None:
        return _ask(draft, Asking.CONFIRM)
    if draft.known.caller and not deaf:
        return _ask(draft, Asking.OWN_NUMBER)
    return _ask(draft, Asking.PHONE)


def _ask(draft: Draft, asking: Asking) -> Line:
    callback = replace(_callback(draft), asking=asking)
    draft.talk = replace(draft.talk, callback=callback)
    match asking:
        case Asking.NAME:
            return draft.line("ask_name", Expect.NAME)
        case Asking.OWN_NUMBER:
            return draft.line("ask_own_number", Expect.YES_NO)
        case Asking.CONFIRM:
            phone = say_phone(callback.phone or "")
            return draft.line("confirm_phone", Expect.YES_NO, phone=phone)
        case _:
            deaf = draft.talk.health is Health.NO_RECOGNIZER
            return draft.line("ask_phone_keys" if deaf else "ask_phone", Expect.PHONE)


def _ask_again(draft: Draft, failures: int) -> Line:
    match _callback(draft).asking:
        case Asking.NAME:
            return draft.line("ask_name_again", Expect.NAME)
        case Asking.PHONE:
            key = "ask_phone_again" if failures == 1 else "ask_phone_keys"
            return draft.line(key, Expect.PHONE)
        case asking:
            return _ask(draft, asking)


def _save(draft: Draft, callback: Callback) -> None:
    draft.talk = replace(draft.talk, callback=replace(callback, asking=Asking.SAVING))
    _record(draft, callback)
    draft.timer(SAVING, 0, draft.talk.script.filler_after_s)


def _record(draft: Draft, callback: Callback) -> None:
    """Keep the wish; a caller who waits leaves the line, and keeps the place if they can be
    called. Whom nobody could come for gets one: whoever is free then calls them."""
    fact = _fact(draft, callback)
    draft.actions.append(Record(fact))
    if draft.is_in(Phase.QUEUE):
        draft.actions.append(LeaveQueue(fact if fact.phone else None))
        draft.transit = None
    elif draft.talk.nobody and fact.phone:
        draft.actions.append(LeaveQueue(fact))


def _fact(draft: Draft, callback: Callback) -> HandOver:
    known = draft.known
    return HandOver(
        reason=callback.reason,
        caller_name=callback.name or None,
        phone=callback.phone,
        intent=known.intent,
        slots=known.slots,
        form=known.form,
    )


def _callback(draft: Draft) -> Callback:
    callback = draft.talk.callback
    if callback is None:
        raise AssertionError("no call back is being agreed on")
    return callback
