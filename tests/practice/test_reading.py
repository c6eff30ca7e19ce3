"""Exercises are read with each mistake's place, and those that are shipped can be done."""

import pytest

from ivr.core.practice import Said
from ivr.practice.assessment import assess
from ivr.practice.listening import said
from ivr.practice.reading import WrongExercise, read_exercise, shipped

GOOD = """\
title: Kurz
about: Eine kurze Übung.
customer: {name: Erika Muster}
opening: [Guten Tag.]
answers:
  - id: number
    when: [bestellnummer]
    says: Eins zwei drei.
checklist:
  - {point: Fragt nach der Nummer, when: [bestellnummer]}
"""


def test_what_is_right_is_read() -> None:
    exercise = read_exercise(GOOD, "kurz")
    assert exercise.customer.name == "Erika Muster"
    assert "Eins zwei drei." in exercise.lines()


@pytest.mark.parametrize(
    ("wrong", "right", "told"),
    [
        ("    sagt: x\n", "    says: Eins zwei drei.\n", ["line 8", "answers.1.sagt", "after"]),
        ("mood: 200", "name: Erika Muster", ["line 3", "customer.mood", "90"]),
        ("titel: Kurz", "title: Kurz", ["line 1", "titel", "title, about"]),
        ("id: Nummer!", "id: number", ["line 6", "answers.1.id"]),
        ("when: [bestellnummer", "when: [bestellnummer]", ["YAML"]),
        ("when: []", "when: [bestellnummer]", ["line 7", "answers.1.when"]),
    ],
)
def test_a_mistake_is_told_with_its_place(wrong: str, right: str, told: list[str]) -> None:
    text = GOOD.replace(right, wrong, 1)
    with pytest.raises(WrongExercise) as caught:
        read_exercise(text, "uebung.yaml")
    message = str(caught.value)
    assert message.startswith("uebung.yaml: line ")
    for part in told:
        assert part in message, message


def test_names_of_answers_must_be_known() -> None:
    with pytest.raises(WrongExercise, match="there is no answer price: there are number"):
        read_exercise(GOOD + "goodbye: {needs: [price]}\n", "kurz")


@pytest.mark.parametrize("name", sorted(shipped()))
def test_the_shipped_example_fulfils_its_own_checklist(name: str) -> None:
    exercise = shipped()[name]
    firma = "Musterfirma GmbH"
    example = [line.replace("{company}", firma) for line in exercise.example]
    # The customer speaks after the first line; it counts as the greeting.
    lines = [Said("agent", example[0], 0, 1), Said("caller", exercise.opening[0], 2, 3)]
    lines += [Said("agent", text, 4, 5) for text in example[1:]]
    missed = [p for p in assess(exercise.checklist, lines, {"company": firma}) if not p.done]
    assert missed == []
    assert said(exercise.goodbye.when, example[-1])
    asked = {a.id for a in exercise.answers if any(said(a.when, line) for line in example[1:])}
    assert asked.issuperset(exercise.goodbye.needs)
