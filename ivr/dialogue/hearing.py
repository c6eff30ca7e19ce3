"""What the caller said or typed, before anybody has understood it."""

from dataclasses import replace

from ivr.core.records import HandOverReason
from ivr.core.speech import Expect, Leaving, Utterance, asks_number, begins_number
from ivr.dialogue import afterthought, answers, callback, ending, offline, people, queue, recording
from ivr.dialogue.draft import Draft
from ivr.dialogue.script import REPETITIONS_TO_HAND_OVER
from ivr.dialogue.state import Closing, Health, Offer, Phase
from ivr.german.phrases import (
    is_assent,
    is_backchannel,
    is_done,
    returns_goodbye,
    without_greeting,
)
from ivr.german.words import word_set, words
from ivr.german.yes_no import hear_yes_no

_SHORT = 4
"""Words of an answer that says no and nothing else."""
_EAGER = word_set("ja jo jawohl gern gerne doch bitte")
_AGREEING = _EAGER | word_set(
    "klar natürlich sicher okay sehr noch eine was etwas frage ich hätte habe da wäre das nett"
)
_CONTENT = word_set(
    "super alles klar gut okay ok prima perfekt in ordnung wunderbar bestens dann na schön sehr"
    " danke dankeschön vielen herzlichen besten dank"
)
"""Words of an answer that is pleased and wants nothing."""
_THANKS = word_set("danke dankeschön dank")
_GOING_ON = word_set("aber noch frage doch halt")


def heard(draft: Draft, utterance: Utterance) -> None:
    """Take a finished turn of the caller."""
    text = utterance.text.strip()
    if utterance.leaving is not Leaving.NO:
        _take_last_words(draft, text, whole=utterance.leaving is Leaving.HUNG_UP)
        return
    if draft.among_people:
        # Said to the agent, or into the music that bridges the wait for them.
        return
    if draft.talk.closing is Closing.FINAL:
        return
    if afterthought.left_out(draft, utterance) or _means_nothing(draft, utterance):
        go_on(draft)
        return
    draft.stop_saying()
    afterthought.take(draft, text)
    draft.repair = replace(draft.repair, silences=0)
    if draft.talk.closing is not Closing.NO and (not text or returns_goodbye(text)):
        ending.end(draft)
        return
    draft.talk = replace(draft.talk, closing=Closing.NO)
    if text and draft.talk.health is Health.NO_RECOGNIZER:
        draft.talk = replace(draft.talk, health=Health.GOOD)
    if recording.answered(draft, text, over_prompt=utterance.during_prompt):
        pass
    elif not text:
        _unintelligible(draft)
    elif draft.talk.callback is not None:
        callback.heard(draft, text)
    else:
        _take_words(draft, text)


def go_on(draft: Draft) -> None:
    """The caller did not mean to say anything: on with what they have interrupted."""
    if draft.can_resume:
        draft.resume()
    else:
        answers.say_held(draft)


def _take_last_words(draft: Draft, text: str, *, whole: bool) -> None:
    """The caller hangs up with these words: a form may be complete with them.

    Whoever dictates a message, or says "Ja" to an order that was read to them, and hangs up has
    done their part: it counts as it would a second before. What broke off in the middle of a word
    is written down and no more: "Ja" may have been going to be "Ja, aber".
    """
    talk = draft.talk
    fills = talk.known.form is not None and talk.callback is None
    if whole and text and fills and talk.health is Health.GOOD and not draft.among_people:
        draft.ask(text)
        draft.talk = replace(draft.talk, closing=Closing.LAST_WORDS)


def _take_words(draft: Draft, text: str) -> None:
    offered = draft.talk.offered
    if offered is Offer.HUMAN and (human := hear_yes_no(text)) is not None:
        _human_offered(draft, human)
    elif draft.is_in(Phase.QUEUE) and queue.wants_call_back(text):
        queue.call_back(draft)
    elif offered is Offer.MORE and (more := _wants_more(text)) is not None:
        _offer_taken(draft, text, more)
    elif _repeats_themselves(draft, text):
        people.wanted(draft, HandOverReason.REPETITION)
    elif draft.talk.health is Health.NO_UNDERSTANDING:
        draft.question = replace(draft.question, text=text)
        offline.heard(draft, text)
    else:
        draft.ask(without_greeting(text))


def pressed(draft: Draft, key: str) -> None:
    """`0` calls for a colleague, `*` repeats; digits answer menus and yes-or-no questions."""
    expect = draft.mouth.expect
    if draft.among_people:
        return
    if key == "*":
        draft.stop_saying()
        answers.repeat(draft)
    elif begins_number(key, expect, draft.mouth.digits):
        draft.stop_saying()
    elif expect is Expect.ANYTHING and draft.is_in(Phase.QUEUE) and queue.pressed(draft, key):
        pass
    elif key == "0":
        people.wanted(draft, HandOverReason.ASKED)
    elif expect is Expect.YES_NO and key in "12":
        _take_text(draft, "ja" if key == "1" else "nein")
    elif draft.talk.callback is None and not _is_filling(draft):
        offline.pressed(draft, key)


def entered(draft: Draft, digits: str) -> None:
    """Take a number from the keypad as if it had been said. A `0` alone is no number, but still
    calls for a colleague."""
    asked = asks_number(draft.mouth.expect, draft.mouth.digits)
    if not asked or not digits or draft.among_people:
        return
    if digits == "0" and draft.talk.callback is None:
        people.wanted(draft, HandOverReason.ASKED)
    else:
        _take_text(draft, digits)


def _is_filling(draft: Draft) -> bool:
    """Whether a form asks for something else than the menu has to offer."""
    return draft.known.form is not None and draft.talk.health is Health.GOOD


def recognizer_failed(draft: Draft) -> None:
    """Go on with keys; a second failure leads to a call back by keys."""
    if draft.among_people:
        return
    if draft.talk.health is Health.NO_RECOGNIZER:
        people.wanted(draft, HandOverReason.FAULT)
        return
    draft.talk = replace(draft.talk, health=Health.NO_RECOGNIZER)
    if draft.talk.callback is None:
        draft.say_phrase("cannot_hear")
    else:
        callback.silent(draft)


def _take_text(draft: Draft, text: str) -> None:
    draft.stop_saying()
    afterthought.take(draft, text)
    draft.repair = replace(draft.repair, silences=0)
    if recording.answered(draft, text):
        pass
    elif draft.talk.callback is not None:
        callback.heard(draft, text)
    elif draft.talk.offered is Offer.HUMAN:
        _human_offered(draft, text == "ja")
    elif draft.talk.health is Health.GOOD:
        draft.ask(text)
    else:
        offline.heard(draft, text)


def _human_offered(draft: Draft, accepted: bool) -> None:
    """What the caller makes of "Möchten Sie mit einem Kollegen sprechen?"."""
    resume = draft.talk.resume
    if accepted:
        people.wanted(draft, HandOverReason.ANGER, draft.line("offer_taken"))
    elif resume is not None:
        draft.say(draft.line("back_to_form"), resume)
    else:
        draft.say_phrase("back_to_talk")


def _means_nothing(draft: Draft, utterance: Utterance) -> bool:
    """A "mhm" or an unintelligible sound is no turn of its own while the hotline speaks, nor if
    the hotline fell silent for it, nor while the caller waits for an answer. A "ja" is one only
    where something is being asked."""
    if draft.question.awaited:
        return not utterance.text.strip() or is_backchannel(utterance.text)
    if not (utterance.during_prompt and (draft.mouth.speaking or draft.can_resume)):
        return False
    text, line = utterance.text.strip(), draft.mouth.line
    if not text:
        return True
    if line is None or not line.asks:
        return is_assent(text)
    return is_backchannel(text) and line.expect is not Expect.YES_NO


def _unintelligible(draft: Draft) -> None:
    if draft.talk.callback is not None:
        callback.silent(draft)
    elif not draft.question.awaited:
        answers.not_understood(draft)


def _wants_more(text: str) -> bool | None:
    """What the caller makes of "Kann ich sonst noch etwas für Sie tun?"; None if they say more.

    A "danke" declines, and so does an "alles klar" or "super" that wants nothing.
    """
    spoken = set(words(text))
    if is_done(text) and spoken.isdisjoint(_GOING_ON):
        return False
    if hear_yes_no(text) is False:
        return False if len(words(text)) <= _SHORT else None
    if spoken <= _AGREEING and not spoken.isdisjoint(_EAGER):
        return True
    return False if spoken - _EAGER and spoken - _EAGER <= _CONTENT else None


def _offer_taken(draft: Draft, text: str, more: bool) -> None:
    if more:
        draft.say_phrase("what_else")
    else:
        thanked = hear_yes_no(text) is not False and not _THANKS.isdisjoint(words(text))
        draft.farewell(draft.line("farewell_thanked" if thanked else "farewell"))


def _repeats_themselves(draft: Draft, text: str) -> bool:
    """The same words over and over show that no answer helps. Single words may be answers."""
    said, before = words(text), words(draft.question.text)
    alike = len(said) > 1 and len(set(said) & set(before)) >= 0.8 * len(set(said) | set(before))
    same = draft.repair.same_words + 1 if alike else 1
    draft.repair = replace(draft.repair, same_words=same)
    return same >= REPETITIONS_TO_HAND_OVER
