"""Personal data never becomes an example."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.german.digits import say_digits
from ivr.training.masking import mask

NAMES = st.sampled_from(["Özdemir", "Schmidt-Braun", "Kowalski", "Wang", "Großmann", "van Houten"])
AROUND = st.sampled_from(
    [
        "mein Name ist {}",
        "guten Tag {} am Apparat",
        "hier spricht Frau {}",
        "ich heiße {} und warte",
    ]
)


@given(AROUND, NAMES, st.booleans())
def test_names_that_are_introduced_are_hidden(around: str, name: str, small: bool) -> None:
    masked = mask(around.format(name.lower() if small else name))
    assert name.lower() not in masked.text.lower()
    assert [hidden.kind for hidden in masked.hidden] == ["Name"]


@given(st.from_regex(r"[2-9]{5,11}", fullmatch=True), st.sampled_from(["", " ", "-", " / "]))
def test_numbers_are_hidden_however_they_are_written(digits: str, gap: str) -> None:
    written = gap.join(re.findall("..?.?", digits))
    assert digits not in re.sub(r"\D", "", mask(f"meine Nummer ist {written} bitte").text)
    said = say_digits(digits, 1)
    assert said.replace(",", "") not in mask(f"ja das ist die {said}").text.replace(",", "")


@given(st.text(max_size=60), NAMES, st.text(max_size=20))
def test_what_is_known_of_the_caller_is_hidden_anywhere(
    before: str, name: str, after: str
) -> None:
    text = f"{before} {name} {after}"
    shown = mask(text, [name]).text
    assert name not in shown


@given(st.text(max_size=80))
def test_the_hidden_places_are_where_they_are_said_to_be(text: str) -> None:
    masked = mask(text)
    for hidden in masked.hidden:
        assert 0 <= hidden.start < hidden.end <= len(masked.text)
    if not masked.hidden:
        assert masked.text == text


@pytest.mark.parametrize(
    "text",
    [
        "ich bin sehr unzufrieden",
        "haben Sie hier einen Parkplatz",
        "ich möchte zwei Wasserkocher für 29,99 Euro",
        "wann kommt der Bus hier",
        "ich bin jetzt umgezogen",
    ],
)
def test_what_tells_of_nobody_stays(text: str) -> None:
    assert mask(text).text == text


@pytest.mark.parametrize(
    ("text", "gone", "kind"),
    [
        ("ich wohne im Fliederweg 3 jetzt", "Fliederweg", "Adresse"),
        ("in der Hauptstraße zwölf", "Hauptstraße", "Adresse"),
        ("34117 Kassel", "Kassel", "Adresse"),
        ("an anna.b@web.de bitte", "anna", "E-Mail-Adresse"),
        ("anna punkt berg ät gmx punkt de", "gmx", "E-Mail-Adresse"),
    ],
)
def test_addresses_are_hidden(text: str, gone: str, kind: str) -> None:
    masked = mask(text)
    assert gone not in masked.text
    assert kind in [hidden.kind for hidden in masked.hidden]


def test_what_everybody_may_know_stays_and_the_admin_sees_what_was_there() -> None:
    text = "Wir sind in der Königsstraße 12, und Sie wohnen in der Gartenstraße 7, Frau Kowalski"
    masked = mask(text, (), ("Königsstraße 12, 34117 Kassel",))
    assert "Königsstraße 12" in masked.text
    assert "Gartenstraße" not in masked.text
    assert "Kowalski" not in masked.text
    assert [each.was for each in masked.hidden] == ["in der Gartenstraße 7", "Kowalski"]
