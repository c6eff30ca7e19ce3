"""What a practice call has shown."""

from ivr.core.practice import Said, TalkedOver
from ivr.practice.assessment import assess, talked_over
from ivr.practice.exercise import Check

CALL = [
    Said("agent", "Musterfirma, guten Tag.", 0.5, 2.0),
    Said("caller", "Meine Bestellnummer ist eins.", 3.0, 5.0),
    Said("hotline", "Die Rückgabe ist kostenlos.", 6.0, 8.0),
    Said("agent", "Dafür bin ich nicht zuständig, hier ist die Musterfirma.", 9.0, 10.0),
]


def test_points_are_done_by_the_agents_words_only() -> None:
    checks = [
        Check(point="Nummer", when=("bestellnummer",)),
        Check(point="Rückgabe", when=("rückgabe",)),
        Check(point="Firma", when=("{company}",), within="first"),
        Check(point="Freundlich", when=("nicht zuständig",), avoid=True),
    ]
    number, returns, company, friendly = assess(checks, CALL, {"company": "Musterfirma"})
    assert not number.done, "the customer said it"
    assert (returns.done, returns.at_s) == (True, 6.0), "a suggested answer counts"
    assert company.words == "Musterfirma, guten Tag."
    assert (friendly.done, friendly.words) == (False, CALL[3].text)


def test_what_belongs_into_the_greeting_does_not_count_later() -> None:
    [point] = assess([Check(point="Firma", when=("musterfirma",), within="first")], CALL[1:], {})
    assert not point.done


def test_who_begins_while_the_other_speaks_talks_over_them() -> None:
    customer = [(1.0, 4.0), (6.0, 8.0)]
    agent = [(0.0, 1.5), (3.0, 5.0), (7.9, 9.0), (7.0, 7.5)]
    assert talked_over(agent, customer) == (TalkedOver(3.0, 1.0), TalkedOver(7.0, 0.5))
