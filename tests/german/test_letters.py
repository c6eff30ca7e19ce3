"""Spelled words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.german.alphabet import CODE_WORDS
from ivr.german.letters import hear_letters, spell

WORDS = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÜß", min_size=1, max_size=20)


@given(WORDS)
def test_what_is_spelled_is_heard(word: str) -> None:
    assert hear_letters(", ".join(word)) == word
    assert hear_letters(spell(word)) == word
    assert hear_letters(f"also ich buchstabiere: {spell(word)}, bitte") == word


@given(WORDS)
def test_case_and_separators_do_not_matter(word: str) -> None:
    assert hear_letters(" ".join(word.lower())) == word
    assert hear_letters("-".join(word)) == word
    assert hear_letters(" ".join(CODE_WORDS[letter] for letter in word)) == word


@pytest.mark.parametrize(
    ("text", "letters"),
    [
        ("A wie Anton", "A"),
        ("ah wie Anton", "A"),
        ("Berta Emil", "BE"),
        ("M-E-I-E-R", "MEIER"),
        ("MEIER", "MEIER"),
        ("em e i e er", "MEIER"),
        ("Martha, Emil, Ida, Emil, Richard", "MEIER"),
        ("München Essen Ingelheim Essen Rostock", "MEIER"),
        ("M Ü doppel L E R", "MÜLLER"),
        ("M U Umlaut Doppel-L E R", "MÜLLER"),
        ("M, Umlaut Unna, zwei mal L, E, R", "MÜLLER"),
        ("Schule Ulrich Ludwig Zacharias", "SCHULZ"),
        ("W E I scharfes S", "WEIß"),
        ("W E I Eszett", "WEIß"),
        ("B wie Dora", "D"),
        ("F wie Vogel", "F"),
        ("jot vau", "JV"),
        ("Charlotte Richard", "CHR"),
        ("M wie Martha, äh, dann noch ein A", "MA"),
        ("M E I E R Bindestrich S", "MEIER-S"),
    ],
)
def test_spelling_as_callers_do_it(text: str, letters: str) -> None:
    assert hear_letters(text) == letters


@pytest.mark.parametrize(
    "text", ["", "Meier", "ich möchte bestellen", "äh", "vier sieben", "M E 7"]
)
def test_what_is_not_spelled_is_not_heard(text: str) -> None:
    assert hear_letters(text) is None


def test_spelling_is_said_with_code_words() -> None:
    assert spell("Weiß") == "W wie Wilhelm, E wie Emil, I wie Ida, Eszett"
    assert spell("A-o") == "A wie Anton, Bindestrich, O wie Otto"
