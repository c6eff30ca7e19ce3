"""The way to a person: the caller's wish for one, the conversation with them, and the way back.

Where there is no desk, or nobody can come, a call back is agreed on instead (`callback`).
"""

from dataclasses import replace

from ivr.core.actions import Connect, Enqueue, Release, Withdraw
from ivr.core.desk import Nobody, PartingHow
from ivr.core.events import AgentCame, AgentCorrected, AgentLeft, AgentSays, DeskSaid
from ivr.core.records import HandOver, HandOverReason, Outcome
from ivr.dialogue import callback, queue
from ivr.dialogue.draft import Draft
from ivr.dialogue.script import Straight
from ivr.dialogue.state import Closing, Line, Phase, Transit

LOST = "lost"
LOST_S = 30.0
"""How long an agent whose connection broke may take to come back."""
BACK_IN_FRONT = 100
"""Priority of a caller who has lost their agent."""


def wanted(draft: Draft, reason: HandOverReason, *before: Line, queue_name: str = "") -> None:
    """A person is to take over: say what happens next and bring it about. `queue_name`: whose
    people; the company's first queue if empty."""
    talk = draft.talk
    if talk.callback is not None:
        return
    if draft.is_in(Phase.LENT):
        give_back(draft)
    elif talk.transit is not None:
        queue.tell_again(draft)
    elif not talk.script.people or talk.nobody:
        callback.begin(draft, reason, *before)
    else:
        if reason is HandOverReason.ANGER and not before:
            before = (draft.line("apology"),)
        _enqueue(draft, reason, queue_name=queue_name)
        connecting = draft.line(f"connect_{reason.value}")
        draft.say(*before, replace(connecting, interruptible=False))


def straight(draft: Draft, known: Straight) -> None:
    """Put the caller through without a word: who has come is the first to speak."""
    draft.known = replace(draft.known, intent=known.intent, slots=known.slots)
    _enqueue(draft, HandOverReason.INTENT if known.intent else HandOverReason.ASKED)


def news(draft: Draft, event: DeskSaid) -> None:
    """The desk has said where the caller stands, or that nobody can come."""
    transit = draft.talk.transit
    if transit is None or transit.phase is not Phase.QUEUE or event.number != transit.number:
        return
    if isinstance(event.news, Nobody):
        key = f"nobody_{event.news.reason.value}"
        if draft.mouth.speaking and transit.place is None:
            # The words that somebody is looked for are heard to their end.
            draft.transit = replace(transit, nobody=key)
        else:
            nobody(draft, key)
    else:
        draft.transit = replace(transit, place=event.news)
        queue.tell_if_due(draft)


def nobody(draft: Draft, key: str) -> None:
    """Say honestly that nobody can come, and agree on a call back."""
    transit = draft.talk.transit
    if transit is None:
        return
    draft.transit = None
    draft.talk = replace(draft.talk, nobody=True)
    if draft.talk.callback is None:
        callback.begin(draft, transit.reason, draft.line(key), announce=False)


def desk_failed(draft: Draft, number: int) -> None:
    """The desk is out of order: the caller is not left waiting for it."""
    transit = draft.talk.transit
    if transit is not None and transit.phase is Phase.QUEUE and number == transit.number:
        nobody(draft, "desk_failed")


def came(draft: Draft, event: AgentCame) -> None:
    """Somebody is there: let them speak with each other, at once."""
    transit = draft.talk.transit
    if transit is not None and draft.is_in(Phase.AGENT, Phase.LENT):
        # There already, or in the place of who was.
        draft.transit = replace(transit, name=event.name)
        return
    expected = draft.is_in(Phase.QUEUE, Phase.LOST) and draft.talk.closing is Closing.NO
    if transit is None or not expected or event.number != transit.number:
        draft.actions.append(Release(PartingHow.DONE))
        return
    draft.transit = replace(transit, name=event.name)
    _connect(draft)


def left(draft: Draft, event: AgentLeft) -> None:
    """The agent's part is over, or interrupted."""
    transit = draft.talk.transit
    if transit is None or transit.phase not in (Phase.AGENT, Phase.LENT):
        return
    if event.to:
        draft.transit = replace(transit, name=event.to)
        draft.say_phrase("agent_replaced", name=event.to)
        return
    match event.how:
        case PartingHow.DONE | PartingHow.DROPPED if transit.phase is Phase.LENT:
            _gone_while_lent(draft, transit, event.how)
        case PartingHow.DONE:
            draft.actions.append(Release(PartingHow.DONE))
            draft.talk = replace(draft.talk, cause="agent")
            draft.end()
        case PartingHow.DROPPED:
            _lost(draft, transit)
        case PartingHow.RETURNED:
            _returned(draft, event)
        case PartingHow.SENT_ON:
            draft.actions.append(Release(PartingHow.SENT_ON))
            draft.talk = replace(draft.talk, cause="transferred")
            draft.end()
        case PartingHow.TRANSFERRED:
            draft.stop_saying()
            draft.actions.append(Release(PartingHow.TRANSFERRED))
            _enqueue(draft, transit.reason, queue_name=event.queue)
            draft.say_phrase("connect_on")


def says(draft: Draft, event: AgentSays) -> None:
    """Lend the agent the hotline's voice."""
    if draft.is_in(Phase.AGENT) and event.text.strip():
        draft.say(Line(event.text.strip()))


def corrected(draft: Draft, event: AgentCorrected) -> None:
    """The agent knows better: the assistant is told with the caller's next words."""
    known, slot = draft.known, event.slot
    slots = {name: value for name, value in known.slots.items() if name != slot}
    if event.value:
        slots[slot] = event.value
    draft.known = replace(known, slots=slots, given={**known.given, slot: event.value})


def all_said(draft: Draft) -> None:
    """The last prompt is over while the caller is on the way to a person."""
    transit = draft.talk.transit
    if transit is None or draft.question.awaited:
        return
    if transit.nobody:
        nobody(draft, transit.nobody)
    elif transit.phase is Phase.QUEUE:
        queue.all_said(draft)
    elif transit.phase is Phase.LOST:
        queue.play_music(draft)
    elif transit.phase is Phase.LENT and transit.introduced:
        give_back(draft)


def lost_for_good(draft: Draft, number: int) -> None:
    """The agent has not come back: the next one who is free takes over."""
    transit = draft.talk.transit
    if transit is None or transit.phase is not Phase.LOST or transit.number != number:
        return
    draft.actions.append(Release(PartingHow.DROPPED))
    _enqueue(draft, transit.reason, queue_name=transit.queue, priority=BACK_IN_FRONT)
    draft.say_phrase("agent_gone")


def gives_back_after(draft: Draft) -> bool:
    """With the answer that is being said, what the assistant was to do is done."""
    transit = draft.talk.transit
    if transit is None or transit.phase is not Phase.LENT:
        return False
    draft.transit = replace(transit, introduced=True)
    return True


def back_line(draft: Draft) -> Line:
    """What announces that the agent takes over again."""
    return draft.line("back_to_agent")


def give_back(draft: Draft) -> None:
    """The assistant is done: the agent has the caller again, or the next one who is free."""
    transit = draft.talk.transit
    if transit is None:
        return
    if transit.agent_waits:
        _connect(draft, _fact(draft, transit.reason))
    else:
        _enqueue(draft, transit.reason, queue_name=transit.queue, priority=BACK_IN_FRONT)
        draft.say_phrase("connect_on")


def moods(draft: Draft) -> tuple[str, ...]:
    """What showed how the caller feels."""
    repair = draft.repair
    signs = {
        "angry": repair.anger > 0,
        "repeats": repair.same_words > 1,
        "not_understood": repair.no_matches_in_all > 0,
    }
    return tuple(name for name, shown in signs.items() if shown)


def _enqueue(
    draft: Draft, reason: HandOverReason, *, queue_name: str = "", priority: int = 0
) -> None:
    number = draft.talk.places + 1
    fact = _fact(draft, reason)
    transit = Transit(Phase.QUEUE, number, reason, told_at=draft.now, queue=queue_name)
    draft.talk = replace(draft.talk, places=number, transit=transit)
    draft.question = replace(draft.question, awaited=False, held=None)
    draft.actions.append(Enqueue(number, fact, queue_name, priority, moods(draft)))


def _fact(draft: Draft, reason: HandOverReason) -> HandOver:
    """All that is known by now, for whoever takes over."""
    known = draft.known
    return HandOver(
        reason=reason,
        caller_name=callback.known_name(known.slots),
        phone=known.slots.get("phone") or known.caller,
        intent=known.intent,
        slots=known.slots,
        form=known.form,
    )


def _connect(draft: Draft, learnt: HandOver | None = None) -> None:
    transit = draft.talk.transit
    if transit is None:
        return
    draft.stop_saying()
    draft.transit = replace(transit, phase=Phase.AGENT, music=False, introduced=True)
    draft.question = replace(draft.question, awaited=False, held=None)
    draft.talk = replace(
        draft.talk,
        callback=None,
        offered=None,
        outcome=Outcome.HANDED_OVER,
    )
    draft.actions.append(Connect(learnt))


def _lost(draft: Draft, transit: Transit) -> None:
    draft.stop_saying()
    draft.transit = replace(transit, phase=Phase.LOST)
    draft.timer(LOST, transit.number, LOST_S)
    draft.say_phrase("agent_lost")


def _gone_while_lent(draft: Draft, transit: Transit, how: PartingHow) -> None:
    """The assistant goes on with the caller alone. With the bridge its prompt has broken off: it
    is said again, but not that the agent takes over."""
    mouth = draft.mouth
    lines = mouth.last[:-1] if transit.introduced else mouth.last
    draft.stop_saying()
    draft.actions.append(Release(how))
    draft.transit = transit = replace(transit, agent_waits=False)
    if not mouth.speaking:
        return
    if mouth.filler:
        draft.say_filler("moment")
    elif lines:
        draft.say(*lines)
    if transit.introduced and not lines:
        give_back(draft)


def _returned(draft: Draft, event: AgentLeft) -> None:
    """The assistant takes over again, for one thing or for good."""
    transit = draft.talk.transit
    if transit is None or transit.phase is not Phase.AGENT:
        return
    draft.stop_saying()
    if event.waits:
        draft.actions.append(Withdraw())
        draft.transit = replace(
            transit, phase=Phase.LENT, agent_waits=True, introduced=False, music=False
        )
    else:
        draft.actions.append(Release(PartingHow.RETURNED))
        draft.transit = None
    if event.wish.strip():
        draft.ask(event.wish.strip())
        draft.say_filler("assistant_back")
    else:
        draft.say(draft.line("assistant_back"), draft.line("what_is_it"))
