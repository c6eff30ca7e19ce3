"""The next state and its actions, while they are being made up."""

from dataclasses import replace

from ivr.core.actions import Action, Ask, End, LeaveQueue, Listen, Say, SetTimer, StopSaying
from ivr.core.records import Outcome
from ivr.core.speech import Expect
from ivr.dialogue.script import SILENCES_GIVEN
from ivr.dialogue.state import (
    Closing,
    Known,
    Line,
    Mouth,
    Offer,
    Phase,
    Question,
    Repair,
    Talk,
    Transit,
)

FILLER = "filler"
RESUMED_AT_MOST = 2
"""How often in a row an interrupted line is begun again: a noise that comes each time, or the
prompt's own echo, must not keep the hotline from ever listening."""


class Draft:
    """Lives for one step: starts from the state as it is and gathers what follows."""

    def __init__(self, talk: Talk, now: float = 0.0) -> None:
        """`now` is the call's time, in seconds."""
        self.talk = talk
        self.now = now
        self.actions: list[Action] = []

    @property
    def mouth(self) -> Mouth:
        return self.talk.mouth

    @mouth.setter
    def mouth(self, mouth: Mouth) -> None:
        self.talk = replace(self.talk, mouth=mouth)

    @property
    def question(self) -> Question:
        return self.talk.question

    @question.setter
    def question(self, question: Question) -> None:
        self.talk = replace(self.talk, question=question)

    @property
    def repair(self) -> Repair:
        return self.talk.repair

    @repair.setter
    def repair(self, repair: Repair) -> None:
        self.talk = replace(self.talk, repair=repair)

    @property
    def known(self) -> Known:
        return self.talk.known

    @known.setter
    def known(self, known: Known) -> None:
        self.talk = replace(self.talk, known=known)

    @property
    def transit(self) -> Transit | None:
        return self.talk.transit

    @transit.setter
    def transit(self, transit: Transit | None) -> None:
        self.talk = replace(self.talk, transit=transit)

    def is_in(self, *phases: Phase) -> bool:
        """Whether the caller's way to a person has come to one of these."""
        return self.talk.transit is not None and self.talk.transit.phase in phases

    @property
    def among_people(self) -> bool:
        """Whether the caller talks with an agent, or hears the music that bridges a lost one."""
        return self.is_in(Phase.AGENT, Phase.LOST)

    def phrase(self, key: str, **values: str) -> str:
        """The next variant of a phrase."""
        used = self.talk.uses.get(key, 0)
        self.talk = replace(self.talk, uses={**self.talk.uses, key: used + 1})
        return self.talk.script.phrases.say(key, used, **values)

    def line(self, key: str, expect: Expect = Expect.ANYTHING, **values: str) -> Line:
        return Line(self.phrase(key, **values), expect)

    def say(self, *lines: Line) -> None:
        """Say these lines, instead of all that was still to be said."""
        self.mouth = replace(self.mouth, last=lines, queue=lines[1:])
        self.talk = replace(self.talk, closing=Closing.NO)
        self._start(lines[0])

    def say_after(self, *lines: Line) -> None:
        """Say these lines when what is being said is over."""
        if not self.mouth.speaking:
            self.say(*lines)
            return
        mouth = self.mouth
        self.mouth = replace(mouth, last=(*mouth.last, *lines), queue=(*mouth.queue, *lines))

    def offer_more(self, *lines: Line) -> None:
        """Say these lines and ask whether there is anything else, unless somebody is to come."""
        if self.talk.transit is not None:
            self.say(*lines)
            return
        self.say(*lines, replace(self.line("anything_else"), offer=Offer.MORE))

    def give_time(self) -> None:
        """Let the caller look something up; what was asked stays asked."""
        asked = self.mouth
        line = self.line("take_your_time", asked.expect)
        self.say(replace(line, digits=asked.digits, offer=asked.offer))
        self.mouth = replace(self.mouth, last=asked.last or self.mouth.last)
        self.repair = replace(self.repair, silences=-SILENCES_GIVEN)

    def say_phrase(self, key: str, expect: Expect = Expect.ANYTHING, **values: str) -> None:
        self.say(self.line(key, expect, **values))

    def say_filler(self, key: str) -> None:
        """Bridge a wait; what was last said stays what `repeat` repeats."""
        self._start(Line(self.phrase(key)), filler=True)

    def say_next(self) -> None:
        first, *rest = self.mouth.queue
        self.mouth = replace(self.mouth, queue=tuple(rest))
        self._start(first)

    def repeat(self, *before: Line) -> None:
        """Say the last answer once more."""
        last = self.mouth.last
        self.say(*before, *last)
        self.mouth = replace(self.mouth, last=last)

    def interrupt(self) -> None:
        """The caller speaks over what is being said: stop, and know where to go on."""
        mouth = self.mouth
        if not mouth.speaking:
            return
        self.stop_saying()
        cut = () if mouth.filler or mouth.line is None else (mouth.line, *mouth.queue)
        self.mouth = replace(self.mouth, cut=cut)

    @property
    def can_resume(self) -> bool:
        """Whether something was interrupted, and not yet so often that a noise must be thought to
        go on."""
        often = self.mouth.resumed >= RESUMED_AT_MOST
        return bool(self.mouth.cut) and not often and self.talk.closing is Closing.NO

    def resume(self) -> None:
        """It was no interruption: say the interrupted line and what was to follow it."""
        line, *rest = self.mouth.cut
        again = self.mouth.resumed + 1
        self._start(line)
        self.mouth = replace(self.mouth, queue=tuple(rest), resumed=again)

    def _start(self, line: Line, *, filler: bool = False) -> None:
        """Say one line. Whoever speaks or types over it has heard the question at the end of the
        answer, or knows it: that is what they reply to."""
        number = self.mouth.prompt + 1
        self.mouth = replace(
            self.mouth,
            prompt=number,
            line=line,
            speaking=True,
            filler=filler,
            cut=(),
            resumed=0,
        )
        if not filler:
            self.talk = replace(self.talk, offered=line.offer)
            self._note_answer()
        if self.talk.transit is not None:
            self.transit = replace(self.talk.transit, music=False)
        say = Say(
            number,
            line.text,
            self.mouth.expect,
            line.interruptible,
            self.mouth.pace,
            filler,
            self.mouth.digits,
        )
        self.actions.append(say)

    def _note_answer(self) -> None:
        taken = self.talk.taken
        if taken is not None and taken.answered_at is None:
            self.talk = replace(self.talk, taken=replace(taken, answered_at=self.now))

    def stop_saying(self) -> None:
        self.mouth = replace(self.mouth, cut=())
        if self.mouth.speaking:
            self.mouth = replace(self.mouth, speaking=False, filler=False, queue=())
            self.actions.append(StopSaying())

    def listen(self, expect: Expect, digits: int | None = None) -> None:
        self.actions.append(Listen(expect, digits))

    def ask(self, text: str) -> None:
        """Ask the understanding; a late answer will be bridged."""
        turn = self.question.turn + 1
        self.question = Question(turn=turn, awaited=True, text=text)
        self.actions.append(Ask(turn, text, self.known.given))
        self.known = replace(self.known, given={})
        self.timer(FILLER, turn, self.talk.script.filler_after_s)

    def timer(self, name: str, number: int, seconds: float) -> None:
        self.actions.append(SetTimer(name, number, seconds))

    def goodbye(self, outcome: Outcome, *lines: Line) -> None:
        """Say the last words; the line is cut soon after them, unless the caller goes on."""
        if self.is_in(Phase.QUEUE):
            self.actions.append(LeaveQueue())
            self.transit = None
        # A filler is heard to its end: cut off, it would sound like a fault.
        say = self.say_after if self.mouth.filler else self.say
        say(*(replace(line, interruptible=False) for line in lines))
        self.talk = replace(self.talk, outcome=outcome, closing=Closing.SAYING_GOODBYE)

    def farewell(self, *lines: Line) -> None:
        """The caller takes their leave: say good-bye, in the words of `lines` if there are any."""
        outcome = Outcome.ANSWERED if self.known.settled else Outcome.ABANDONED
        transit = self.talk.transit
        if transit is not None and transit.phase is Phase.QUEUE and not transit.left_message:
            # They came for a person and go without.
            outcome = Outcome.ABANDONED
        self.goodbye(outcome, *(lines or (self.line("farewell"),)))

    def end(self) -> None:
        """Cut the line, with the outcome and cause that the talk has come to."""
        self.actions.append(End(self.talk.outcome, self.talk.cause))

    def settle(self) -> None:
        """The caller got an answer: hanging up now is not giving up."""
        self.talk = replace(self.talk, outcome=Outcome.ANSWERED)
        self.known = replace(self.known, settled=True)
