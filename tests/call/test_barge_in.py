"""What is said or typed over a prompt answers that prompt, and not the question before it."""

from dataclasses import replace

from ivr.core.speech import Expect
from ivr.core.understanding import BotMessage
from ivr.lines.paced import Party
from ivr.lines.synthetic import Manners, Press, Step, SyntheticCaller
from ivr.speech.recognizers.scripted import ScriptedRecognizer
from ivr.understanding.scripted import ScriptedUnderstanding, say
from tests.call.virtual import RATE, House, in_virtual_time, says

NUMBER = say("order_status", "Wie lautet Ihre Bestellnummer, bitte?", expect=Expect.DIGITS)
ORDER = replace(
    say("place_order", expect=Expect.YES_NO),
    messages=(
        BotMessage("Zwei Toaster zu je dreißig Euro."),
        BotMessage("Soll ich das so bestellen?"),
    ),
)
GREETED = (says("Guten Tag, ich bin es"),)
"""What the caller says first, who interrupts whatever they hear after that."""


class Eager(SyntheticCaller):
    """A caller who hears the greeting out and speaks or types over everything after it."""

    def __init__(self, *steps: Step, after_s: float = 0.5) -> None:
        manners = Manners(barge_in_s=after_s, hears_greeting=True)
        super().__init__((*GREETED, *steps), RATE, manners)


def house_that_answers(**table: object) -> House:
    return House(understanding=ScriptedUnderstanding(table))  # type: ignore[arg-type]


def asked_in(house: House, party: Party) -> list[str]:
    in_virtual_time(lambda: house.call(party=party))
    assert isinstance(house.understanding, ScriptedUnderstanding)
    return [text for _, text in house.understanding.asked]


def test_a_number_typed_over_the_question_for_it_is_whole() -> None:
    house = house_that_answers(guten=NUMBER)
    asked = asked_in(house, Eager(Press("05611#")))
    assert asked[-1] == "05611"


def test_a_number_typed_over_what_comes_before_the_question_is_whole() -> None:
    two = replace(NUMBER, messages=(BotMessage("Gern, das sehe ich nach."), *NUMBER.messages))
    house = house_that_answers(guten=two)
    assert asked_in(house, Eager(Press("05611#")))[-1] == "05611"


def test_what_is_said_over_a_question_is_heard_as_its_answer() -> None:
    """Also over the first of two lines: the question that it breaks off is the one it answers."""
    for after_s in (0.5, 2.4):
        house = house_that_answers(guten=ORDER)
        asked_in(house, Eager(says("Ja", 1.0), after_s=after_s))
        assert isinstance(house.recognizer, ScriptedRecognizer)
        assert house.recognizer.expected == [Expect.ANYTHING, Expect.YES_NO]
        broken_off = [turn.text for turn in house.turns if turn.interrupted]
        assert broken_off == [ORDER.messages[0 if after_s < 1 else 1].text]
