import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.speech.voices.sentences import pause_after, sentences


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (
            "Musterfirma, Guten Tag! Was kann ich für Sie tun?",
            ["Musterfirma, Guten Tag!", "Was kann ich für Sie tun?"],
        ),
        ("Am 3. Mai sind wir z. B. bis 18 Uhr da.", ["Am 3. Mai sind wir z. B. bis 18 Uhr da."]),
        ("Musterstr. 5, bei Dr. Meier.", ["Musterstr. 5, bei Dr. Meier."]),
        ("Das kostet 4.50 Euro.", ["Das kostet 4.50 Euro."]),
        ("🙂 ... Gut.", ["Gut."]),
        ("?!", []),
        ("", []),
    ],
)
def test_sentences_end_where_people_breathe(text: str, parts: list[str]) -> None:
    assert sentences(text) == parts


def test_a_long_first_sentence_is_begun_before_it_is_ready() -> None:
    text = (
        "Vielen Dank für Ihre Geduld, Ihre Bestellung mit der Nummer vier sieben eins eins"
        " ist heute Morgen bei uns verschickt worden."
    )
    first, second = sentences(text)
    assert first == "Vielen Dank für Ihre Geduld,"
    assert second.startswith("Ihre Bestellung")


@given(st.text(max_size=1500))
def test_no_letter_is_lost_and_no_piece_is_too_long(text: str) -> None:
    pieces = sentences(text)
    assert re.findall(r"\w", " ".join(pieces)) == re.findall(r"\w", text)
    assert all(len(piece) <= 400 for piece in pieces)


def test_the_pause_is_longer_after_a_sentence() -> None:
    assert len(pause_after("Guten Tag!", 16_000)) > len(pause_after("Guten Tag,", 16_000)) > 0
    assert pause_after("", 16_000) == b""
