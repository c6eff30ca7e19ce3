"""How a call ends: by either side, by its length, or because the program stops."""

from dataclasses import replace

from ivr.core.events import CallEvent, Engine, EngineFailed, HungUp, TimerRang, Understood
from ivr.core.records import Outcome
from ivr.dialogue import answers, callback, people, unfinished
from ivr.dialogue.draft import Draft
from ivr.dialogue.state import Closing, Phase

LAST_CHANCE = "last_chance"
WARNING = "warning"
LIMIT = "limit"
DRAIN = "drain"
CUT = "cut"

LAST_CHANCE_S = 0.8
"""How long the line stays open after the good-bye, for a last word."""
LAST_WORD_S = 8.0
"""How long that last word may take."""
WARNED_S = 60.0
"""How long before the limit the caller is warned."""
ANSWER_S = 5.0
"""How long the call of a caller who has hung up waits for what their last words led to."""
FAREWELL_S = 9.0
"""What the farewell of a draining program takes, with some room."""


def limit_length(draft: Draft) -> None:
    """Set the timers that keep a call from lasting for ever."""
    longest = draft.talk.script.max_call_s
    draft.timer(WARNING, 0, max(0.0, longest - WARNED_S))
    draft.timer(LIMIT, 0, longest)


def all_said(draft: Draft) -> None:
    """The last prompt is over; after a good-bye the caller has a last chance to go on."""
    if draft.talk.closing is Closing.NO:
        people.all_said(draft)
    elif draft.talk.closing is Closing.FINAL:
        end(draft)
    elif draft.talk.closing is Closing.SAYING_GOODBYE:
        draft.talk = replace(draft.talk, closing=Closing.LAST_CHANCE)
        draft.timer(LAST_CHANCE, draft.mouth.prompt, LAST_CHANCE_S)


def caller_goes_on(draft: Draft) -> None:
    """The caller speaks after the good-bye: hear them out before the line is cut."""
    if draft.talk.closing is Closing.LAST_CHANCE:
        draft.timer(LAST_CHANCE, draft.mouth.prompt, LAST_WORD_S)


def caller_said_nothing(draft: Draft) -> None:
    """It was only a noise: no word need be waited for any longer."""
    if draft.talk.closing is Closing.LAST_CHANCE:
        draft.timer(LAST_CHANCE, draft.mouth.prompt, LAST_CHANCE_S)


def rang(draft: Draft, event: TimerRang) -> None:
    """One of this module's timers has run out."""
    closing = draft.talk.closing
    if event.name in (WARNING, LIMIT) and draft.talk.transit is not None:
        # A talk with people has no limit; who waits too long is told so by the desk.
        return
    if event.name == LAST_CHANCE:
        if closing is Closing.LAST_CHANCE and event.number == draft.mouth.prompt:
            end(draft)
    elif event.name == WARNING:
        if closing is Closing.NO:
            asked = draft.mouth
            warning = draft.line("one_minute_left")
            draft.say_after(
                replace(warning, expect=asked.expect, digits=asked.digits, offer=asked.offer)
            )
    elif event.name == LIMIT:
        _part(draft, "time_is_up", "limit")
    elif event.name == DRAIN:
        called_back = callback.keep(draft)
        _part(draft, "drain_call_back" if called_back else "drain_farewell", "drain")
    elif event.name == CUT:
        end(draft)


def drain(draft: Draft, grace_s: float) -> None:
    """Let the call finish by itself; shortly before time runs out say good-bye."""
    draft.timer(DRAIN, 0, max(0.0, grace_s - FAREWELL_S))


def end(draft: Draft) -> None:
    """Cut the line, after all that was to be said; what was begun is kept if it can be."""
    unfinished.keep(draft)
    draft.end()


def hung_up(draft: Draft, cause: str) -> None:
    """The other side is gone: keep what can be acted on."""
    unfinished.keep(draft)
    transit = draft.talk.transit
    if draft.is_in(Phase.QUEUE) and transit is not None and not transit.left_message:
        draft.talk = replace(draft.talk, outcome=Outcome.ABANDONED)
    if draft.talk.callback is not None:
        callback.interrupted(draft)
    draft.talk = replace(draft.talk, cause=cause)
    draft.end()


def gone(draft: Draft, event: CallEvent) -> None:
    """The caller has said their last words and hung up, or is about to: end with the answer."""
    question = draft.question
    match event:
        case Understood(turn=turn, reply=reply) if turn == question.turn and question.awaited:
            draft.question = replace(question, awaited=False)
            answers.understood_for_nobody(draft, reply)
        case EngineFailed(engine=Engine.UNDERSTANDING, turn=turn) if turn == question.turn:
            draft.question = replace(question, awaited=False)
        case HungUp(cause=cause):
            draft.talk = replace(draft.talk, closing=Closing.GONE, cause=cause)
            draft.timer(CUT, 0, ANSWER_S)
        case TimerRang(name=name) if name == CUT:
            draft.question = replace(question, awaited=False)
        case _:
            return
    if draft.talk.closing is Closing.GONE and not draft.question.awaited:
        hung_up(draft, draft.talk.cause)


def _part(draft: Draft, key: str, cause: str) -> None:
    """Say why the call ends, then end it, even if the caller goes on or the voice hangs."""
    if draft.talk.callback is not None:
        callback.interrupted(draft)
    draft.goodbye(draft.talk.outcome, draft.line(key))
    draft.talk = replace(draft.talk, cause=cause, closing=Closing.FINAL)
    draft.timer(CUT, 0, FAREWELL_S)
