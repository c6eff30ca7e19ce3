"""Short answers as Whisper writes them of telephone audio."""

import pytest

from ivr.speech.recognizers.whisper_yes_no import (
    PHRASES,
    decide,
    is_doubtful,
    read,
    speaks_for_itself,
)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Na.", "Ja."),
        ("Na, bitte.", "Ja, bitte."),
        ("na, das stimmt.", "na, das stimmt."),
        ("9.", "Nein."),
        ("Neun.", "Nein."),
        ("Ja, genau.", "Ja, genau."),
        ("Nein, danke.", "Nein, danke."),
        ("Das ist richtig.", "Das ist richtig."),
    ],
)
def test_near_forms_stand_for_yes_and_no(written: str, meant: str) -> None:
    assert read(written) == meant


@pytest.mark.parametrize(
    "written",
    [
        "Mitarbeiter.",
        "Wie bitte?",
        "Na, das muss ich mir überlegen.",
        "9 Stück, also 9.",
    ],
)
def test_other_answers_are_not_bent(written: str) -> None:
    assert read(written) is None


def test_a_clear_sentence_speaks_for_itself() -> None:
    assert speaks_for_itself("Wann haben Sie geöffnet?", -0.4)
    assert not speaks_for_itself("Mal.", -0.4)
    assert not speaks_for_itself("wie es uns ist.", -1.3)


def test_the_best_phrase_wins_only_with_a_lead() -> None:
    yes = [-2.0 if phrase == "Genau." else -6.0 for phrase in PHRASES]
    assert decide(yes) == "Genau."
    close = [
        -2.4 if phrase == "Nein." else score for phrase, score in zip(PHRASES, yes, strict=True)
    ]
    assert decide(close) is None
    assert decide([-7.0] * len(PHRASES)) is None


def test_a_yes_that_whisper_doubts_is_asked_again() -> None:
    assert is_doubtful("Ja.", -1.3)
    assert not is_doubtful("Ja.", -0.6)
    assert not is_doubtful("Ja, genau.", -1.3)
    close = [{"Ja.": -2.8, "Nö.": -4.2}.get(phrase, -8.0) for phrase in PHRASES]
    assert decide(close) == "Ja."
    assert decide(close, doubtful=True) is None
