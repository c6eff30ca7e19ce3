"""Whether somebody does not want to be recorded: "Bitte nicht aufnehmen"."""

import re

_NO = r"(?:nicht|nichts|nie|keinen?|keine|ohne)"
_WISHES = r"(?:will|wollen|möchten?|soll|sollen|darf|dürfen|bitte|wünsche)\b"
_SOME = rf"(?:\W+(?!{_WISHES})\w+)"
"""A word that wishes nothing."""
_REFUSES = re.compile(
    rf"\b{_NO}\b.{{0,20}}\b(?:auf(?:zu)?nehmen|aufnahmen?|aufgenommen|auf(?:zu)?zeichnen"
    r"|aufzeichnung|aufgezeichnet|mit(?:zu)?schneiden|mitschnitt|mitgeschnitten)\b"
    r"|\b(?:aufnahme|aufzeichnung|mitschnitt)\b.{0,25}"
    r"\b(?:stoppen|beenden|abbrechen|abstellen|löschen|aus|ausschalten|nicht)\b"
    r"|\b(?:nehmen|zeichnen)\s+sie\b.{0,25}\b(?:nicht|nichts)\b.{0,15}\bauf\b"
    r"|\bschneiden\s+sie\b.{0,25}\b(?:nicht|nichts)\b.{0,15}\bmit\b",
    re.IGNORECASE,
)
_TOLD = re.compile(
    # "Meine Bestellung wurde nicht aufgenommen", "Sie konnten das nicht aufnehmen"
    rf"\bwurden?\b{_SOME}{{0,6}}?\W+{_NO}\b{_SOME}{{0,3}}?\W+aufgenommen\b(?!\W+w[ei]rd)"
    rf"|\bkonnten?\b{_SOME}{{0,6}}?\W+{_NO}\b{_SOME}{{0,3}}?\W+(?:aufgenommen|aufnehmen)\b"
    # "Sie haben meine Bestellung nicht aufgenommen"
    rf"|\b(?:haben?|habt|hat|hatten?|ist|sind|waren?)\b{_SOME}{{0,6}}?\W+{_NO}\b{_SOME}{{0,3}}?"
    r"\W+aufgenommen\b(?!\W+w[ei]rd)"
    # "…, dass meine Bestellung nicht aufgenommen wurde"
    rf"|\b{_NO}\b{_SOME}{{0,3}}?\W+aufgenommen\W+(?:worden|wurden?|haben?|hat|hatten?)\b"
    # "Die Aufnahme meiner Bestellung hat nicht geklappt"
    r"|\baufnahme\W+(?:der|meiner|unserer|einer|von)\W+(?:\w+\W+)?\w*(?:bestellung|reklamation"
    r"|beschwerde|auftrags?|daten)\b",
    re.IGNORECASE,
)
"""What was not taken down is a complaint, and says nothing about recording."""


def refuses_recording(text: str) -> bool:
    """Whether these words forbid to record the talk, or to go on with it."""
    return _REFUSES.search(_TOLD.sub(" ", text)) is not None
