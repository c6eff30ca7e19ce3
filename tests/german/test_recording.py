"""Who does not want to be recorded, and who only says that something was not taken down."""

import pytest

from ivr.german.recording import refuses_recording


@pytest.mark.parametrize(
    "text",
    [
        "nicht aufnehmen",
        "Bitte das Gespräch nicht aufzeichnen",
        "Nein, nichts aufnehmen bitte.",
        "Ich möchte nicht aufgenommen werden",
        "Ich will nicht, dass das aufgezeichnet wird",
        "Das soll bitte nicht mitgeschnitten werden",
        "keine Aufnahme, meine Bestellung ist nicht da",
        "ohne Aufzeichnung bitte",
        "Nehmen Sie das bitte nicht auf",
        "Zeichnen Sie das Gespräch nicht auf",
        "Schneiden Sie bitte nichts mit",
        "Aufnahme bitte löschen",
        "Der Aufzeichnung stimme ich nicht zu",
        "Ich habe doch gesagt ich will nicht aufgenommen werden",
        "Meine Bestellung wurde nicht aufgenommen, und bitte nicht aufzeichnen",
        "Wurde ich nicht gefragt? Ich will nicht aufgenommen werden.",
    ],
)
def test_refusals(text: str) -> None:
    assert refuses_recording(text)


@pytest.mark.parametrize(
    "text",
    [
        "meine Bestellung wurde nicht aufgenommen",
        "Meine Bestellung ist letzte Woche nicht aufgenommen worden.",
        "Sie haben meine Bestellung nicht richtig aufgenommen",
        "Ihr Kollege hat keine Bestellung aufgenommen",
        "Warum konnten Sie meine Reklamation nicht aufnehmen?",
        "Die Bestellung konnte gestern nicht aufgenommen werden",
        "Ich rufe an, weil meine Bestellung nicht aufgenommen wurde",
        "Die Aufnahme meiner Bestellung hat nicht geklappt",
        "Ich möchte eine Bestellung aufnehmen lassen",
        "Ja",
    ],
)
def test_what_forbids_nothing(text: str) -> None:
    assert not refuses_recording(text)
