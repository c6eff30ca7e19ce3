"""Telling what Whisper made up from what a caller said."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.speech.recognizers.whisper_text import (
    collapse,
    echoes,
    is_hallucination,
    repeats,
)

DISTINCT = st.lists(
    st.text("abcdefghijklmnopqrstuvwxyz", min_size=4, max_size=9),
    min_size=3,
    max_size=10,
    unique_by=lambda word: word[:4],
)


@pytest.mark.parametrize(
    "text",
    [
        "Untertitel der Amara.org-Community",
        "Untertitelung des ZDF, 2020",
        "Vielen Dank fürs Zuschauen!",
        "Bis zum nächsten Mal.",
        "Musik",
        "* Applaus *",
        "...",
        "",
    ],
)
def test_credits_of_subtitles_are_no_speech(text: str) -> None:
    assert is_hallucination(text)


@pytest.mark.parametrize(
    "text",
    [
        "Vielen Dank.",
        "Ja.",
        "4711",
        "Danke, tschüss.",
        "Verkaufen Sie auch Musik?",
        "Ich rufe im Auftrag meiner Mutter an.",
        "Vielen Dank für die Auskunft.",
    ],
)
def test_what_callers_say_is_kept(text: str) -> None:
    assert not is_hallucination(text)


@given(DISTINCT, st.integers(2, 4))
def test_a_looping_sentence_is_noticed_and_said_once(words: list[str], times: int) -> None:
    sentence = " ".join(words)
    looping = " ".join([sentence] * times)
    assert repeats(looping, audio_s=len(words) / 4)
    assert collapse(looping) == sentence


@given(DISTINCT, st.data())
def test_a_second_time_that_breaks_off_is_noticed(words: list[str], data: st.DataObject) -> None:
    again = data.draw(st.integers(3, len(words)))
    cut = words[:again]
    cut[-1] = cut[-1][:3]
    text = " ".join([*words, *cut])
    assert repeats(text, audio_s=len(words) / 4)
    assert collapse(text) == " ".join(words)


@given(DISTINCT)
def test_ordinary_sentences_are_left_alone(words: list[str]) -> None:
    sentence = " ".join(words)
    assert not repeats(sentence, audio_s=len(words) / 4)
    assert collapse(sentence) == sentence


def test_what_people_do_say_twice_is_left_alone() -> None:
    assert not repeats("Nein, nein, das meine ich nicht.", audio_s=2.5)
    assert not repeats("vier vier sieben sieben", audio_s=2.0)
    assert collapse("Ja, ja.") == "Ja, ja."


HINTS = ("Kundennummer", "Schreibtischlampe", "Ja, genau", "Bürostuhl", "Rucksack")


@pytest.mark.parametrize(
    ("text", "echo"),
    [
        ("Schreibtischlampe, Ja, genau, Bürostuhl.", True),
        ("Ich ... Bürostuhl, Rucksack", True),
        ("Ja, genau, meine Kundennummer.", False),
        ("Ich hätte gern den Rucksack und den Bürostuhl.", False),
        ("", False),
    ],
)
def test_the_list_of_hints_is_nothing_a_caller_says(text: str, echo: bool) -> None:
    assert echoes(text, HINTS) is echo
    assert not echoes(text, ())
    assert not echoes(text, ("Rucksack",))
