"""Whether a phrase was said, however a recognizer has written it."""

import pytest

from ivr.practice.listening import said, with_names


@pytest.mark.parametrize(
    ("phrase", "text", "heard"),
    [
        ("bestellnummer", "Wie ist Ihre Bestellnummer?", True),
        ("bestellnummer", "Wie ist Ihre Bestelnummer?", True),
        ("*nummer", "Und die Kundennummer bitte.", True),
        ("wann bestellt", "Wann haben Sie das bestellt?", True),
        ("wann bestellt", "Bestellt, wann?", False),
        ("wann bestellt", "Wann war das, ich meine, wo haben Sie das bestellt?", False),
        ("tut mir leid", "Das tut mir sehr leid.", True),
        ("leid", "Das Kleid ist leider aus.", False),
        ("E-Mail", "Per E-Mail.", True),
        ("...", "Alles", False),
    ],
)
def test_a_phrase_is_found_or_not(phrase: str, text: str, heard: bool) -> None:
    assert said([phrase], text) is heard


def test_a_company_is_known_by_each_longer_word_of_its_name() -> None:
    phrases = with_names(["{company}", "hallo"], {"company": "Müller & Co. Logistik"})
    assert said(phrases, "Logistik Müller, guten Tag")
    assert not said(phrases, "Firma, guten Tag")
