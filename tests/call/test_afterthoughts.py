""" "Ja." – and a moment later "Genau.": one answer in two utterances, and none to what comes."""

from dataclasses import replace

import pytest

from ivr.audio.spelled import spell
from ivr.core.records import CallRecord
from ivr.core.speech import Expect
from ivr.core.understanding import Reply
from ivr.lines.synthetic import SyntheticCaller, Utter
from ivr.understanding.scripted import ScriptedUnderstanding, say
from tests.call.virtual import RATE, House, in_virtual_time, says

FIRST, NEXT = "Einen Toaster, richtig?", "Möchten Sie ihn als Geschenk verpackt haben?"


def _asks(text: str) -> Reply:
    return replace(say("place_order", text, expect=Expect.YES_NO), form="place_order_form")


def call(*parts: str, gap_s: float) -> tuple[CallRecord, list[str]]:
    """A caller who answers the first question in these parts; what the understanding was asked."""
    understanding = ScriptedUnderstanding(
        {"bestellen": _asks(FIRST), "ja": _asks(NEXT), "genau": say("affirm", "Gern.")}
    )
    gap = bytes(round(gap_s * RATE) * 2)
    answer = gap.join(spell(part, 0.5, RATE) for part in parts)
    caller = SyntheticCaller([says("Ich will bestellen"), Utter("", answer)], RATE)
    house = House(understanding=understanding)
    record = in_virtual_time(lambda: house.call(party=caller))
    return record, [text for _, text in understanding.asked]


@pytest.mark.parametrize("gap_s", [0.5, 0.7, 1.0])
def test_what_is_added_to_a_yes_does_not_answer_the_next_question(gap_s: float) -> None:
    record, asked = call("Ja", "Genau", gap_s=gap_s)
    assert asked == ["Ich will bestellen", "Ja"]
    said = [turn for turn in record.turns if turn.who == "hotline" and turn.text == NEXT]
    assert not said[-1].interrupted, "the question was heard to its end"
    assert "Genau" in [turn.text for turn in record.turns], "but it is on record"


def test_what_is_said_once_the_next_question_was_heard_answers_it() -> None:
    _, asked = call("Ja", "Genau", gap_s=2.0)
    assert asked == ["Ich will bestellen", "Ja", "Genau"]
