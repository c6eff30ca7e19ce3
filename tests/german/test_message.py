"""Words that ask for a message to be taken, with the message in them and without."""

import pytest

from ivr.german.message import tells_something


@pytest.mark.parametrize(
    "text",
    [
        "Ich möchte eine Nachricht hinterlassen.",
        "Können Sie Frau Schulz bitte etwas ausrichten?",
        "Guten Tag, könnten Sie mir kurz eine Notiz für den Herrn Doktor Meier aufnehmen",
        "Ich bitte um einen Rückruf",
        "Nachricht",
        "",
    ],
)
def test_who_only_asks_has_told_nothing(text: str) -> None:
    assert not tells_something(text)


@pytest.mark.parametrize(
    "text",
    [
        "Richten Sie bitte aus, dass der Fahrer hinten klingeln soll",
        "Sagen Sie Herrn Krüger, dass ich morgen nicht kommen kann",
        "Ich möchte eine Nachricht hinterlassen. Die Waschmaschine ist schon wieder kaputt.",
        "Nachricht für den Einkauf: Die zweite Lieferung fehlt noch.",
    ],
)
def test_a_message_within_the_wish_for_one_is_noticed(text: str) -> None:
    assert tells_something(text)
