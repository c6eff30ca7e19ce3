"""Yes, no, and neither."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.german.yes_no import hear_bare_yes_no, hear_yes_no

YES_LISTED = (
    "ja|jo|jau|joa|ja ja|jaja|jawohl|genau|richtig|korrekt|stimmt|das stimmt|exakt|na klar|klar"
    "|natürlich|selbstverständlich|gern|ja gerne|ja bitte|sehr gern|okay|ok|in ordnung|passt"
    "|geht klar|das passt mir gut|auf jeden Fall|unbedingt|einverstanden|warum nicht"
    "|kein Problem|von mir aus|mhm|doch|ja doch|ich glaube schon|ich denke ja|das ist richtig"
    "|ja, das ist richtig so|Aber sicher|machen Sie das|na gut|freilich|so ist es|perfekt"
    "|würde mir passen|ja, gut"
)
YES = YES_LISTED.split("|")
NO_LISTED = (
    "nein|nee|nö|ne|nein danke|nein nein|auf keinen Fall|lieber nicht|gar nicht|stimmt nicht"
    "|das stimmt nicht|das stimmt so nicht|passt nicht|das passt mir leider nicht"
    "|geht leider nicht|falsch|das ist falsch|nicht richtig|nicht ganz richtig"
    "|das ist nicht korrekt|keineswegs|nicht in Ordnung|das ist mir nicht recht"
    "|möchte ich nicht|brauche ich nicht|noch nicht|nein, das stimmt nicht|überhaupt nicht"
    "|bloß nicht|kein Interesse|nein, lieber nicht|die Nummer ist falsch"
)
NO = NO_LISTED.split("|")
NEITHER_LISTED = (
    "|na|na ja|naja|vielleicht|ja vielleicht|weiß nicht|ich weiß es nicht|keine Ahnung|jein"
    "|bitte|äh|hm|wann haben Sie geöffnet|ja oder nein|nicht sicher|ich bin mir nicht sicher"
    "|wie bitte|vier sieben eins eins|nicht so schnell|ich habe das nicht verstanden|Guten Tag"
)
NEITHER = NEITHER_LISTED.split("|")
WRAPPINGS = st.sampled_from(["{}", "{}.", "äh {}", "Ähm, also {}!", "{}, bitte", "  {}  "])


@given(st.sampled_from(YES), WRAPPINGS)
def test_yes(text: str, wrapping: str) -> None:
    assert hear_yes_no(wrapping.format(text)) is True
    assert hear_yes_no(wrapping.format(text).upper()) is True


@given(st.sampled_from(NO), WRAPPINGS)
def test_no(text: str, wrapping: str) -> None:
    assert hear_yes_no(wrapping.format(text)) is False


@given(st.sampled_from(NEITHER))
def test_neither(text: str) -> None:
    assert hear_yes_no(text) is None


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("Nein, ich meinte die andere Bestellung, die ich am Dienstag gemacht habe", False),
        ("Ja, ich hätte da noch eine Frage zu meiner letzten Rechnung", True),
        ("ich hätte da noch eine Frage und die Rechnung ist glaube ich richtig angekommen", None),
        ("ja nein", None),
        ("ja, das ist falsch", None),
    ],
)
def test_longer_answers(text: str, meant: bool | None) -> None:
    assert hear_yes_no(text) is meant


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("Ja, genau.", True),
        ("ja bitte", True),
        ("nein nein", False),
        ("ja, am Montag", None),
        ("nein, zwei", None),
        ("ja nein", None),
        ("", None),
    ],
)
def test_an_answer_that_says_nothing_else(text: str, meant: bool | None) -> None:
    assert hear_bare_yes_no(text) is meant
