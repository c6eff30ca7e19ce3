"""Prompt texts, made fit for a voice."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.german.lists import say_list
from ivr.german.speakable import speakable

PROMPTS = [
    ("z. B. am 01.05. um 18:30 Uhr", "zum Beispiel am ersten Mai um 18 Uhr 30"),
    ("vom 3. Mai 2026 bis 5. Mai", "vom dritten Mai 2026 bis fünften Mai"),
    ("Stand: 24.12.2025", "Stand: vierundzwanzigster Dezember 2025"),
    ("für 29,90 € inkl. 19 % MwSt.", "für 29 Euro 90 inklusive 19 Prozent Mehrwertsteuer"),
    ("1.299,00 €", "1299 Euro"),
    ("5,- €", "5 Euro"),
    ("12345 Euro", "12345 Euro"),
    ("Bestellung Nr. 471108", "Bestellung Nummer vier sieben, eins eins, null acht"),
    ("Die 0815.", "Die null acht, eins fünf."),
    ("12.500 Stück", "zwölftausendfünfhundert Stück"),
    ("2,5 kg", "2 Komma 5 Kilo"),
    ("1 Uhr, 1 Euro, 1 Minute", "ein Uhr, ein Euro, eine Minute"),
    ("Mo–Fr 8:30–18:00 Uhr", "Montag bis Freitag 8 Uhr 30 bis 18 Uhr"),
    ("Sa. 9–13 Uhr", "Samstag 9 bis 13 Uhr"),
    ("So ist das.", "So ist das."),
    ("Hauptstr. 5", "Hauptstraße 5"),
    ("Müller & Söhne GmbH", "Müller und Söhne G m b H"),
    ("info@musterfirma.de.", "info at musterfirma punkt de."),
    (
        "https://www.musterfirma.de/service",
        "w w w punkt musterfirma punkt de Schrägstrich service",
    ),
    ("unter 0561 / 12 34 56.", "unter null fünf sechs eins, eins zwei, drei vier, fünf sechs."),
    ("Drücken Sie # oder *.", "Drücken Sie Raute oder Stern."),
    ("Drücken Sie die 0.", "Drücken Sie die 0."),
    ("ja und/oder nein", "ja und oder nein"),
    ("[[e]] <b>Meier</b>", "e Meier"),
    ("Guten Tag (von Musterfirma)!", "Guten Tag, von Musterfirma!"),
    ("Heute haben wir bis 18 Uhr geöffnet.", "Heute haben wir bis 18 Uhr geöffnet."),
]


@pytest.mark.parametrize(("text", "said"), PROMPTS)
def test_prompts_are_written_out(text: str, said: str) -> None:
    assert speakable(text) == said


@given(st.lists(st.sampled_from([text for text, _ in PROMPTS]), min_size=1, max_size=4))
def test_what_was_made_speakable_stays_as_it_is(texts: list[str]) -> None:
    said = speakable(" ".join(texts))
    assert speakable(said) == said


@given(st.text(max_size=500))
def test_nothing_a_voice_takes_for_a_command_remains(text: str) -> None:
    said = speakable(text)
    assert not re.search(r"[\[\]{}<>|\\^`\x00-\x1f]|  ", said)


@given(st.text("abcdefghijklmnopqrstuvwxyzäöüß .,!?", max_size=200).filter(str.strip))
def test_plain_words_are_left_alone(text: str) -> None:
    plain = re.sub(r"[^a-zäöüß]+", " ", text).strip()
    assert speakable(plain) == plain


def test_lists_are_said_with_and() -> None:
    assert say_list([]) == ""
    assert say_list(["Tee"]) == "Tee"
    assert say_list(["Tee", "Saft"]) == "Tee und Saft"
    assert say_list(["Tee", "Saft", "Bier"], "oder") == "Tee, Saft oder Bier"
