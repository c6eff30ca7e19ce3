"""German names for what is kept and for what forms send."""

from collections.abc import Iterator, Mapping, Sequence

from ivr.config.hours import WEEKDAYS
from ivr.training import pieces as p
from ivr.training.follows import Then
from ivr.web.admin.company_forms import FORMS
from ivr.web.texts import N_
from ivr.web.texts import gettext as _

KINDS: Mapping[str, str] = {
    p.INTENT: N_("Absicht"),
    p.ANSWER: N_("Antwort"),
    p.RULE: N_("Regel"),
    p.STORY: N_("Beispielgespräch"),
    p.SYNONYM: N_("Synonym"),
    p.LOOKUP: N_("Wortliste"),
    p.REGEX: N_("Muster"),
    p.PART: N_("Grundlage"),
    p.TEST: N_("Prüfsatz"),
    p.FILE: N_("Datei"),
    p.FACT: N_("Firmenangabe"),
    p.WORD: N_("Erwartetes Wort"),
}
FIELDS: Mapping[str, str] = {
    "examples": N_("Beispiele"),
    "heard": N_("Am Telefon Gehörtes"),
    "on": N_("Eingeschaltet"),
    "threshold": N_("Schwelle"),
    "variants": N_("Wortlaut"),
    "steps": N_("Schritte"),
    "value": N_("Inhalt"),
}
"""What the bodies of pieces hold."""
DAYS: Mapping[str, str] = dict(
    zip(
        WEEKDAYS,
        (
            N_("Montag"),
            N_("Dienstag"),
            N_("Mittwoch"),
            N_("Donnerstag"),
            N_("Freitag"),
            N_("Samstag"),
            N_("Sonntag"),
        ),
        strict=True,
    )
)
FOLLOWS: Mapping[Then, str] = {
    Then.ANSWER: N_("eine Antwort geben"),
    Then.FORM: N_("ein Formular ausfüllen"),
    Then.HAND_OVER: N_("antworten und an Mitarbeitende übergeben"),
    Then.END: N_("antworten und auflegen"),
    Then.OTHER: N_("eigene Regel"),
    Then.NOTHING: N_("nichts"),
}
_SENT: Mapping[str, str] = {
    "then": N_("Was geschieht?"),
    "answer": N_("Antwort"),
    "form": N_("Formular"),
    "queue": N_("An wen?"),
    "wording": N_("Wortlaut"),
    "words": N_("Wörter"),
    "name": N_("Name"),
    "on": N_("Eingeschaltet"),
    "threshold": N_("Schwelle"),
    "text": N_("Text"),
    "since": N_("von"),
    "until": N_("bis"),
    "day": N_("Tag"),
    "day_hours": N_("Zeiten"),
    "reason": N_("Anlass"),
    "on_holidays": N_("Feiertage sind wie andere Tage"),
    "number": N_("Nummer"),
    "article": N_("Artikel"),
    "plural": N_("Mehrzahl"),
    "synonyms": N_("Andere Namen"),
    "price": N_("Preis"),
    "stock": N_("Bestand"),
    **DAYS,
    **{field.name: field.label for listed in FORMS.values() for field in listed},
}
"""Fields of forms. What is not named here is not for people: a version, the way back."""
_TARGETS: Mapping[str, tuple[Then, ...]] = {
    "answer": (Then.ANSWER, Then.HAND_OVER, Then.END),
    "form": (Then.FORM,),
    "queue": (Then.HAND_OVER,),
}
"""Which choice of what follows a field belongs to; the form sends all of them."""


def told(fields: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """What a form sent, as people read it: names in their language, nothing that is empty."""
    sent = dict(fields)
    for name, value in fields:
        if name not in _SENT or not value.strip() or (name == "name" and "kind" in sent):
            continue
        if "then" in sent and name in _TARGETS and sent["then"] not in _TARGETS[name]:
            continue
        if name == "then" and value in FOLLOWS:
            value = _(FOLLOWS[Then(value)])
        elif value in ("on", "off"):
            value = _("ja") if value == "on" else _("nein")
        yield _(_SENT[name]), value
