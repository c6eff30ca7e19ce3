"""What becomes of an answer of the understanding on its way to the caller's ear."""

from collections.abc import Mapping
from dataclasses import replace

from ivr.core.records import HandOverReason
from ivr.core.speech import Expect
from ivr.core.understanding import ABOUT_THE_TALK, Reply
from ivr.dialogue import people, queue, unfinished
from ivr.dialogue.draft import Draft
from ivr.dialogue.script import (
    ANGER_TO_HAND_OVER,
    NO_MATCHES_TO_HAND_OVER,
    SLOW_PACE,
    SURE,
)
from ivr.dialogue.state import Known, Line, Offer, Phase
from ivr.german.phrases import (
    asks_to_wait,
    says_goodbye,
    swears,
    wants_human,
    wants_repeat,
    wants_slower,
)

_ANGRY = ("insult", "complaint")
_OFF_TOPIC = ("out_of_scope", "small_talk")
_FOLLOW_UPS = ("inform", "correction")
"""Intents that go on with what was asked before: "Und am Samstag?"."""
_WORDINGS = {
    "human_agent": wants_human,
    "repeat": wants_repeat,
    "slower": wants_slower,
    "wait": asks_to_wait,
    "insult": swears,
    "goodbye": says_goodbye,
}
"""Intents that a plain wording shows, too."""
_ROUNDS_OFF = frozenset({"thank", "deny", "stop_form"})
"""Intents after which there may be nothing more to talk about."""
_NO_MORE = frozenset({"thank", "deny", "goodbye"})
"""What declines the offer of more help: a German "danke" to an offer means no."""


def understood(draft: Draft, reply: Reply) -> None:
    """Say the answer, repair what went wrong, or hand over."""
    before = draft.known
    reply = _by_wording(reply, before, draft.question.text)
    _learn(draft, reply)
    intent = reply.guess.intent
    if not reply.understood:
        not_understood(draft)
        return
    draft.repair = replace(draft.repair, no_matches=0)
    if _fills(reply, before):
        _answer(draft, reply, before)
    elif _is_about_the_talk(draft, reply) or _is_anger(draft, reply):
        pass
    elif reply.hand_over is not None:
        lines = _lines(reply, draft.talk.script.digits)
        people.wanted(draft, _reason(reply.hand_over), *lines, queue_name=reply.queue)
    elif intent == "wait":
        draft.give_time()
    elif reply.end or (draft.talk.offered is Offer.MORE and intent in _NO_MORE and not reply.form):
        _part(draft, reply)
    else:
        _answer(draft, reply, before)


def say_held(draft: Draft) -> None:
    """Say the answer that waited for a filler's end, if nothing sounds any more."""
    held = draft.question.held
    if held is not None and not draft.mouth.speaking:
        draft.question = replace(draft.question, awaited=False, held=None)
        understood(draft, held)


def understood_for_nobody(draft: Draft, reply: Reply) -> None:
    """The caller has hung up: nothing is said, but what their last words settled is settled."""
    form = draft.known.form
    _learn(draft, reply)
    if reply.understood and form is not None and reply.form is None and not reply.hand_over:
        queue.after_form(draft, form)
        if reply.guess.intent != "stop_form":
            draft.settle()


def not_understood(draft: Draft) -> None:
    """Rephrase, then examples, then keys; twice in a row is enough for a colleague."""
    repair = draft.repair
    in_a_row, in_all = repair.no_matches + 1, repair.no_matches_in_all + 1
    draft.repair = replace(repair, no_matches=in_a_row, no_matches_in_all=in_all)
    if in_a_row >= NO_MATCHES_TO_HAND_OVER:
        people.wanted(draft, HandOverReason.NOT_UNDERSTOOD)
        return
    asked = draft.mouth.last
    if draft.known.form and asked:
        draft.say(draft.line("no_match_in_form", asked[-1].expect), asked[-1])
    else:
        draft.say_phrase(f"no_match_{min(in_all, 3)}")


def repeat(draft: Draft, *before: Line) -> None:
    """Say the last answer again, or what this is all about when there was none."""
    if draft.mouth.last:
        draft.repeat(*before)
    else:
        draft.say(*before, draft.line("nothing_to_repeat"))


def _by_wording(reply: Reply, before: Known, text: str) -> Reply:
    """What was hardly understood may still say plainly how the talk is to go on."""
    guess = reply.guess
    sure = reply.understood and guess.intent not in _OFF_TOPIC and guess.confidence >= SURE
    if sure or _fills(reply, before):
        return reply
    wish = next((name for name, said in _WORDINGS.items() if said(text)), None)
    if wish is None:
        return reply
    return replace(
        reply,
        guess=replace(guess, intent=wish),
        messages=(),
        understood=True,
        end=wish == "goodbye",
        hand_over=HandOverReason.ANGER if wish == "insult" else None,
    )


def _fills(reply: Reply, before: Known) -> bool:
    """Whether the words became a value of a form, whatever else they may look like."""
    if before.form is None or reply.hand_over is not None:
        return False
    if reply.form is None:
        return reply.guess.intent != "stop_form"
    return reply.form == before.form and bool(reply.slots) and reply.slots != before.slots


def _part(draft: Draft, reply: Reply) -> None:
    """The caller needs nothing more."""
    if reply.end and reply.messages:
        draft.farewell(*_lines(reply, draft.talk.script.digits))
    else:
        thanked = reply.guess.intent == "thank"
        draft.farewell(draft.line("farewell_thanked" if thanked else "farewell"))


def _learn(draft: Draft, reply: Reply) -> None:
    intent = reply.guess.intent
    topic = intent if intent not in ABOUT_THE_TALK else draft.known.intent
    draft.known = replace(
        draft.known,
        intent=topic,
        # What a form has taken back is gone; what an understanding has forgotten is not.
        slots=reply.slots or draft.known.slots,
        # A form that has failed is over, but a colleague should know which one it was.
        form=reply.form or (draft.known.form if reply.hand_over else None),
        dictated=unfinished.dictated(draft.known, reply, draft.question.text),
    )


def _is_about_the_talk(draft: Draft, reply: Reply) -> bool:
    """See to a wish that concerns how the talk goes on; says whether it was one."""
    intent = reply.guess.intent
    if intent == "human_agent":
        people.wanted(draft, HandOverReason.ASKED, queue_name=reply.queue)
    elif intent == "repeat":
        repeat(draft)
    elif intent == "slower":
        draft.mouth = replace(draft.mouth, pace=SLOW_PACE)
        repeat(draft, draft.line("slower_now"))
    elif intent == "callback" and draft.is_in(Phase.QUEUE):
        queue.call_back(draft)
    else:
        return False
    return True


def _is_anger(draft: Draft, reply: Reply) -> bool:
    """See to anger that holds no matter, or comes again; says whether it was such."""
    anger = _anger(draft, reply)
    if anger >= ANGER_TO_HAND_OVER:
        people.wanted(draft, HandOverReason.ANGER, queue_name=reply.queue)
    elif anger and _is_only_angry(reply):
        _calm(draft)
    else:
        return False
    return True


def _anger(draft: Draft, reply: Reply) -> int:
    """How often the caller has been angry so far, if they are so now; else 0."""
    angry = (
        reply.guess.intent in _ANGRY
        or reply.hand_over == HandOverReason.ANGER
        or swears(draft.question.text)
    )
    draft.repair = replace(draft.repair, anger=draft.repair.anger + angry)
    return draft.repair.anger if angry else 0


def _is_only_angry(reply: Reply) -> bool:
    """Whether the words hold nothing but anger: a complaint has a matter, which is seen to."""
    return reply.guess.intent == "insult" or reply.hand_over == HandOverReason.ANGER


def _calm(draft: Draft) -> None:
    """Once is human: say sorry and leave it to the caller who shall help them."""
    asked = draft.mouth.last
    if draft.is_in(Phase.QUEUE):
        draft.say(draft.line("apology"), draft.line("queue_stay"))
        return
    offer = replace(draft.line("offer_human", Expect.YES_NO), offer=Offer.HUMAN)
    draft.say(draft.line("apology"), offer)
    draft.talk = replace(draft.talk, resume=asked[-1] if draft.known.form and asked else None)


def _reason(name: str) -> HandOverReason:
    try:
        return HandOverReason(name)
    except ValueError:
        return HandOverReason.INTENT


def _answer(draft: Draft, reply: Reply, before: Known) -> None:
    """Say the answer; `before` is what was known until now."""
    lines = _lines(reply, draft.talk.script.digits)
    if not lines:
        _nothing_to_say(draft, reply)
        return
    settled = _settles(reply, before.form)
    if settled:
        draft.settle()
    open_end = reply.form is None and reply.expect is Expect.ANYTHING
    if open_end and people.gives_back_after(draft):
        draft.say(*lines, people.back_line(draft))
        return
    if open_end and before.form is not None:
        lines = (*lines, *queue.after_form(draft, before.form))
    rounds_off = settled or before.form is not None or reply.guess.intent in _ROUNDS_OFF
    if open_end and rounds_off and not lines[-1].text.rstrip().endswith("?"):
        draft.offer_more(*lines)
    else:
        draft.say(*lines)


def _settles(reply: Reply, form: str | None) -> bool:
    """Whether the caller got what they asked for: an answer, or a form that is complete."""
    intent = reply.guess.intent
    if reply.form is not None:
        return reply.form == form and intent not in ABOUT_THE_TALK
    told = intent in _FOLLOW_UPS and not reply.messages[-1].text.rstrip().endswith("?")
    filled = form is not None and intent != "stop_form"
    return told or filled or intent not in ABOUT_THE_TALK


def _nothing_to_say(draft: Draft, reply: Reply) -> None:
    """A greeting that came without an answer is left alone: the caller goes on."""
    if reply.guess.intent == "greet" and not draft.known.settled:
        draft.listen(reply.expect)
    else:
        draft.say_phrase("what_is_it")


def _lines(reply: Reply, digits: Mapping[str, int]) -> tuple[Line, ...]:
    lines = [
        Line(message.text, Expect.ANYTHING, message.interruptible) for message in reply.messages
    ]
    if lines:
        # A customer may be asked for by number or name.
        asks_number = reply.expect in (Expect.DIGITS, Expect.NAME)
        known = digits.get(reply.form or "") if asks_number else None
        lines[-1] = replace(lines[-1], expect=reply.expect, digits=known)
    return tuple(lines)
