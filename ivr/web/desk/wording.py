"""What states, fields and reasons are called on the desk's pages; keys of the catalog."""

from collections.abc import Mapping

from ivr.core.desk import CallOutEnd
from ivr.core.records import HandOverReason
from ivr.core.staffing import AgentState
from ivr.desk.call_outs import CannotCall
from ivr.web.intents import intent_title
from ivr.web.texts import N_
from ivr.web.texts import gettext as _

STATES: Mapping[AgentState, tuple[str, str]] = {
    AgentState.SIGNED_OUT: (N_("Abgemeldet"), "neutral"),
    AgentState.FREE: (N_("Frei"), "good"),
    AgentState.RESERVED: (N_("Anruf kommt"), "warn"),
    AgentState.RINGING: (N_("Es klingelt"), "warn"),
    AgentState.TALKING: (N_("Im Gespräch"), "busy"),
    AgentState.WRAP_UP: (N_("Nachbearbeitung"), "warn"),
    AgentState.BREAK: (N_("Pause"), "neutral"),
    AgentState.NOT_ANSWERING: (N_("Nicht erreichbar"), "bad"),
}
"""What each state is called, and the tone of its badge."""
FIELDS: Mapping[str, str] = {
    "name": N_("Name"),
    "phone": N_("Telefon"),
    "customer": N_("Kunde"),
    "order_number": N_("Bestellnummer"),
    "product": N_("Artikel"),
    "quantity": N_("Menge"),
    "address": N_("Adresse"),
    "about": N_("Thema"),
    "callback_when": N_("Rückruf wann"),
    "appointment_day": N_("Termin am"),
    "appointment_time": N_("Termin um"),
}
"""What the assistant asks for, and agents may correct."""
FIELD_HINTS: Mapping[str, str] = {
    "name": N_("Ein Name enthält Buchstaben."),
    "phone": N_("Das ist keine vollständige Telefonnummer. Bitte mit Vorwahl eingeben."),
    "customer": N_("Bitte den Namen oder eine vollständige Kundennummer eingeben."),
    "order_number": N_("Unter dieser Nummer gibt es keine Bestellung."),
    "product": N_("Diesen Artikel gibt es nicht, oder er ist ausverkauft."),
    "quantity": N_("So viele Stück können Sie nicht aufnehmen."),
    "address": N_("Bitte Straße, Hausnummer, Postleitzahl und Ort eingeben."),
    "about": N_("Bitte schreiben Sie, worum es geht."),
    "callback_when": N_("Bitte schreiben Sie, wann der Rückruf passt, zum Beispiel „vormittags“."),
    "appointment_day": N_("An diesem Tag sind keine Termine möglich."),
    "appointment_time": N_("Zu dieser Zeit sind keine Termine möglich."),
}
"""Why a value is not taken."""
REASONS: Mapping[HandOverReason, str] = {
    HandOverReason.ASKED: N_("möchte mit einem Menschen sprechen"),
    HandOverReason.NOT_UNDERSTOOD: N_("wurde nicht verstanden"),
    HandOverReason.FORM_FAILED: N_("kam mit den Fragen nicht weiter"),
    HandOverReason.INTENT: N_("Anliegen für Mitarbeiter"),
    HandOverReason.ANGER: N_("ist verärgert"),
    HandOverReason.REPETITION: N_("hat sich mehrmals wiederholt"),
    HandOverReason.FAULT: N_("technische Störung des Assistenten"),
}
REFUSALS: Mapping[CannotCall, str] = {
    CannotCall.NO_LINE: N_("Gerade kann nicht nach draußen telefoniert werden."),
    CannotCall.NO_NUMBER: N_("Hier ist keine Nummer hinterlegt."),
    CannotCall.NOT_ALLOWED: N_(
        "Diese Nummer darf von hier nicht angerufen werden. Bitte wenden Sie sich an die Leitung."
    ),
    CannotCall.TAKEN: N_("Das hat inzwischen jemand anders übernommen."),
    CannotCall.NOT_FREE: N_("Zum Anrufen müssen Sie frei gemeldet und in keinem Gespräch sein."),
}
"""Why a call back does not begin."""
TRIED: Mapping[CallOutEnd, str] = {
    CallOutEnd.REACHED: N_("erreicht"),
    CallOutEnd.BUSY: N_("besetzt"),
    CallOutEnd.DECLINED: N_("abgewiesen"),
    CallOutEnd.NO_ANSWER: N_("nicht abgenommen"),
    CallOutEnd.UNREACHABLE: N_("Nummer nicht erreichbar"),
    CallOutEnd.NOT_ALLOWED: N_("Nummer nicht erlaubt"),
    CallOutEnd.CLOSED: N_("dort ist jetzt geschlossen"),
    CallOutEnd.FULL: N_("alle Leitungen belegt"),
    CallOutEnd.LINE_DOWN: N_("Telefonleitung gestört"),
    CallOutEnd.GIVEN_UP: N_("abgebrochen"),
    CallOutEnd.AGENT_AWAY: N_("Ihr Telefon wurde nicht abgenommen"),
}
"""What came of calling somebody back."""
NOT_PASSED: Mapping[CallOutEnd, str] = {
    CallOutEnd.NOT_ALLOWED: N_("diese Nummer darf von hier nicht angerufen werden"),
    CallOutEnd.NO_ANSWER: N_("dort hat niemand abgenommen"),
}
"""Why a caller was not passed on, where `TRIED` would sound wrong."""
_FORMS: Mapping[str, str] = {
    "place_order_form": N_("Bestellung"),
    "order_status_form": N_("Bestellstatus"),
    "message_form": N_("Nachricht"),
    "callback_form": N_("Rückruf"),
    "appointment_form": N_("Termin"),
    "address_form": N_("Adressänderung"),
}
FORMS: Mapping[str, str] = {
    name: title for name, title in _FORMS.items() if name != "order_status_form"
}
"""What can be taken down of a call."""
LANGUAGES: Mapping[str, str] = {
    "de": N_("Deutsch"),
    "en": N_("Englisch"),
    "fr": N_("Französisch"),
    "tr": N_("Türkisch"),
    "pl": N_("Polnisch"),
    "ru": N_("Russisch"),
    "ar": N_("Arabisch"),
}
"""What callers speak."""
MOODS: Mapping[str, str] = {
    "angry": N_("verärgert"),
    "repeats": N_("wiederholt sich"),
    "not_understood": N_("nicht verstanden worden"),
}


def form_title(name: str) -> str:
    """What the assistant was taking down."""
    return _(_FORMS[name]) if name in _FORMS else intent_title(name.removesuffix("_form"))
