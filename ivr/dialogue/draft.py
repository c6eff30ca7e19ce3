"""The next state and its actions, while they are being made up."""

from dataclasses import replace

from ivr.core.actions import Action, Ask, End, Listen, Say, SetTimer, StopSaying
from ivr.core.records import Outcome
from ivr.core.speech import Expect
from ivr.dialogue.script import SILENCES_GIVEN
from ivr.dialogue.state import Closing, Known, Line, Mouth, Question, Repair, Talk

FILLER = "filler"


class Draft:
    """Lives for one step: starts from the state as it is and gathers what follows."""

    def __init__(self, talk: Talk) -> None:
        self.talk = talk
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
        self.talk = replace(self.talk, offered_more=False, closing=Closing.NO)
        self._start(lines[0])

    def say_after(self, *lines: Line) -> None:
        """Say these lines when what is being said is over."""
        if not self.mouth.speaking:
            self.say(*lines)
            return
        mouth = self.mouth
        self.mouth = replace(mouth, last=(*mouth.last, *lines), queue=(*mouth.queue, *lines))

    def offer_more(self, *lines: Line) -> None:
        """Say these lines and ask whether there is anything else."""
        self.say(*lines, self.line("anything_else"))
        self.talk = replace(self.talk, offered_more=True)

    def give_time(self) -> None:
        """Let the caller look something up; what was asked stays asked."""
        asked = self.mouth.last
        self.say(replace(self.line("take_your_time"), expect=self.mouth.expect))
        self.mouth = replace(self.mouth, last=asked or self.mouth.last)
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
        """Say the last answer once more; if it was an offer, it still is."""
        last, offered_more = self.mouth.last, self.talk.offered_more
        self.say(*before, *last)
        self.mouth = replace(self.mouth, last=last)
        self.talk = replace(self.talk, offered_more=offered_more)

    def _start(self, line: Line, *, filler: bool = False) -> None:
        number = self.mouth.prompt + 1
        self.mouth = replace(self.mouth, prompt=number, speaking=True, filler=filler)
        pace = self.mouth.pace
        self.actions.append(Say(number, line.text, line.expect, line.interruptible, pace, filler))

    def stop_saying(self) -> None:
        if self.mouth.speaking:
            self.mouth = replace(self.mouth, speaking=False, filler=False, queue=())
            self.actions.append(StopSaying())

    def listen(self, expect: Expect) -> None:
        self.actions.append(Listen(expect))

    def ask(self, text: str) -> None:
        """Ask the understanding; a late answer will be bridged."""
        turn = self.question.turn + 1
        self.question = Question(turn=turn, awaited=True, text=text)
        self.actions.append(Ask(turn, text))
        self.timer(FILLER, turn, self.talk.script.filler_after_s)

    def timer(self, name: str, number: int, seconds: float) -> None:
        self.actions.append(SetTimer(name, number, seconds))

    def goodbye(self, outcome: Outcome, *lines: Line) -> None:
        """Say the last words; the line is cut soon after them, unless the caller goes on."""
        self.say(*(replace(line, interruptible=False) for line in lines))
        self.talk = replace(self.talk, outcome=outcome, closing=Closing.SAYING_GOODBYE)

    def farewell(self, *lines: Line) -> None:
        """The caller takes their leave: say good-bye, in the words of `lines` if there are any."""
        outcome = Outcome.ANSWERED if self.known.settled else Outcome.ABANDONED
        self.goodbye(outcome, *(lines or (self.line("farewell"),)))

    def end(self) -> None:
        """Cut the line, with the outcome and cause that the talk has come to."""
        self.actions.append(End(self.talk.outcome, self.talk.cause))

    def settle(self) -> None:
        """The caller got an answer: hanging up now is not giving up."""
        self.talk = replace(self.talk, outcome=Outcome.ANSWERED)
        self.known = replace(self.known, settled=True)
