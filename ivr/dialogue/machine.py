"""One step of a conversation: from what is and what happened to what follows."""

from dataclasses import replace
from typing import assert_never

from ivr.core.actions import Action, Connect
from ivr.core.events import (
    AgentCame,
    AgentCorrected,
    AgentLeft,
    AgentSays,
    Answered,
    BargedIn,
    CallEvent,
    DeskSaid,
    DrainRequested,
    Engine,
    EngineFailed,
    EngineRecovered,
    FalseStart,
    Heard,
    HungUp,
    KeyPressed,
    KeysEntered,
    NoInput,
    Played,
    Recorded,
    SpeechStarted,
    TimerRang,
    Understood,
)
from ivr.core.records import Fact, HandOver, HandOverReason, Outcome
from ivr.dialogue import (
    answers,
    callback,
    ending,
    hearing,
    offline,
    people,
    queue,
    recording,
    silence,
    unfinished,
)
from ivr.dialogue.draft import FILLER, Draft
from ivr.dialogue.script import Script
from ivr.dialogue.state import Closing, Health, Line, Phase, Talk, Transit


def begin(script: Script, agent: str = "") -> Talk:
    """The state before anything has happened.

    With `agent`, their name, it is we who called: they are there, and speak with whom answers.
    """
    if not agent:
        return Talk(script)
    talking = Transit(Phase.AGENT, 1, HandOverReason.ASKED, introduced=True, name=agent)
    return Talk(script, transit=talking, places=1, outcome=Outcome.HANDED_OVER)


def step(talk: Talk, event: CallEvent) -> tuple[Talk, list[Action]]:
    """Decide what follows an event. No clock, no network, no waiting; takes every event."""
    draft = Draft(talk, event.at)
    if talk.closing in (Closing.LAST_WORDS, Closing.GONE):
        ending.gone(draft, event)
    else:
        _react(draft, event)
    return draft.talk, draft.actions


def _react(draft: Draft, event: CallEvent) -> None:  # noqa: C901 - one branch an event
    match event:
        case Answered():
            _greet(draft, event)
        case SpeechStarted():
            ending.caller_goes_on(draft)
        case BargedIn():
            draft.interrupt()
        case FalseStart():
            ending.caller_said_nothing(draft)
            hearing.go_on(draft)
        case Heard(utterance=utterance):
            hearing.heard(draft, utterance)
        case NoInput():
            _silent(draft)
        case KeyPressed(key=key):
            hearing.pressed(draft, key)
            answers.say_held(draft)
        case KeysEntered(digits=digits):
            hearing.entered(draft, digits)
        case Understood():
            _understood(draft, event)
        case Played():
            _played(draft, event)
        case TimerRang():
            _rang(draft, event)
        case EngineFailed():
            _failed(draft, event)
        case EngineRecovered():
            _recovered(draft, event)
        case Recorded(fact=fact):
            _recorded(draft, fact)
        case DeskSaid() | AgentCame() | AgentLeft() | AgentSays() | AgentCorrected():
            _with_people(draft, event)
        case DrainRequested(grace_s=grace):
            ending.drain(draft, grace)
        case HungUp(cause=cause):
            ending.hung_up(draft, cause)
        case _:
            assert_never(event)


def _with_people(
    draft: Draft, event: DeskSaid | AgentCame | AgentLeft | AgentSays | AgentCorrected
) -> None:
    match event:
        case DeskSaid():
            people.news(draft, event)
        case AgentCame():
            people.came(draft, event)
        case AgentLeft():
            people.left(draft, event)
        case AgentSays():
            people.says(draft, event)
        case AgentCorrected():
            people.corrected(draft, event)
        case _:
            assert_never(event)


def _silent(draft: Draft) -> None:
    if draft.question.awaited or draft.talk.closing is not Closing.NO:
        return
    if draft.is_in(Phase.QUEUE):
        queue.silent(draft)
    elif not draft.among_people:
        silence.silent(draft)


def _recorded(draft: Draft, fact: Fact) -> None:
    if isinstance(fact, HandOver) and draft.talk.callback is not None:
        callback.recorded(draft)


def _greet(draft: Draft, event: Answered) -> None:
    script = draft.talk.script
    draft.known = replace(draft.known, caller=event.caller)
    if draft.is_in(Phase.AGENT):
        draft.actions.append(Connect())
        return
    if script.straight is not None:
        people.straight(draft, script.straight)
        ending.limit_length(draft)
        return
    lines = recording.opening(draft, Line(script.greeting))
    if script.notice:
        lines.insert(0, Line(script.notice, interruptible=script.notice_interruptible))
    draft.say(*lines)
    ending.limit_length(draft)


def _understood(draft: Draft, event: Understood) -> None:
    question = draft.question
    if event.turn != question.turn or not question.awaited:
        return
    if draft.mouth.filler and draft.mouth.speaking:
        draft.question = replace(question, held=event.reply)
        return
    draft.question = replace(question, awaited=False)
    answers.understood(draft, event.reply)


def _played(draft: Draft, event: Played) -> None:
    if event.prompt != draft.mouth.prompt:
        return
    filler = draft.mouth.filler
    draft.mouth = replace(draft.mouth, speaking=False, filler=False)
    if event.interrupted:
        draft.mouth = replace(draft.mouth, queue=())
    else:
        recording.played(draft)
    if draft.question.held is not None:
        # Whoever has interrupted the filler is speaking: heard first, then answered.
        if not event.interrupted:
            answers.say_held(draft)
    elif draft.mouth.queue:
        draft.say_next()
    elif not filler or draft.talk.closing is not Closing.NO:
        ending.all_said(draft)


def _rang(draft: Draft, event: TimerRang) -> None:
    if event.name in (queue.MUSIC, queue.TELL, queue.COMPANY):
        queue.rang(draft, event.name, event.number)
        return
    if event.name == callback.SAVING:
        callback.rang(draft)
        return
    if event.name == people.LOST:
        people.lost_for_good(draft, event.number)
        return
    if event.name != FILLER:
        ending.rang(draft, event)
        return
    question = draft.question
    if event.number != question.turn or not question.awaited:
        return
    if question.held is not None and not draft.mouth.speaking:
        answers.say_held(draft)
        return
    if not draft.mouth.speaking:
        draft.say_filler("moment" if question.fillers == 0 else "still_looking")
        draft.question = replace(draft.question, fillers=question.fillers + 1)
    draft.timer(FILLER, question.turn, draft.talk.script.keep_company_s)


def _failed(draft: Draft, event: EngineFailed) -> None:
    match event.engine:
        case Engine.UNDERSTANDING:
            question = draft.question
            if event.turn == question.turn and question.awaited:
                draft.question = replace(question, awaited=False, held=None)
                offline.understanding_failed(draft, question.text)
        case Engine.RECOGNIZER:
            hearing.recognizer_failed(draft)
        case Engine.DESK:
            people.desk_failed(draft, event.turn)
        case Engine.VOICE:
            _voice_failed(draft)
        case Engine.STORE:
            if draft.talk.callback is not None:
                callback.failed(draft)


def _voice_failed(draft: Draft) -> None:
    """Nobody can be told anything any more: free the caller rather than leave dead air."""
    if draft.is_in(Phase.AGENT):
        # They can do without it.
        return
    if draft.talk.callback is not None:
        callback.interrupted(draft)
    unfinished.keep(draft)
    draft.talk = replace(draft.talk, outcome=Outcome.FAILED, cause="fault")
    draft.end()


def _recovered(draft: Draft, event: EngineRecovered) -> None:
    health = draft.talk.health
    if event.engine is Engine.UNDERSTANDING and health is Health.NO_UNDERSTANDING:
        draft.talk = replace(draft.talk, health=Health.GOOD)
        talking = draft.among_people
        if draft.talk.callback is None and draft.talk.closing is Closing.NO and not talking:
            draft.say_after(draft.line("understanding_back"))
