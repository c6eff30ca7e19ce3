"""What intents are called where people read them.

Admins name an intent once, in small letters and without blanks, and that name stays. The ones that
ship with the program have German titles here; any other is shown as its name can be read.
"""

from collections.abc import Mapping

from ivr.web.texts import N_
from ivr.web.texts import gettext as _

TITLES: Mapping[str, str] = {
    "account_password": N_("Konto und Passwort"),
    "affirm": N_("Zustimmung"),
    "appointment": N_("Termin"),
    "bot_question": N_("Frage nach dem Assistenten"),
    "callback": N_("Rückruf"),
    "cancel_contract": N_("Vertrag kündigen"),
    "cancel_order": N_("Bestellung stornieren"),
    "change_address": N_("Adresse ändern"),
    "change_order": N_("Bestellung ändern"),
    "company_address": N_("Anschrift"),
    "complaint": N_("Beschwerde"),
    "contact": N_("Kontakt"),
    "correction": N_("Korrektur"),
    "damaged_goods": N_("Ware beschädigt"),
    "data_deletion": N_("Daten löschen"),
    "data_information": N_("Auskunft über Daten"),
    "delivery_time": N_("Lieferzeit"),
    "deny": N_("Ablehnung"),
    "goodbye": N_("Verabschiedung"),
    "greet": N_("Begrüßung"),
    "help": N_("Hilfe"),
    "human_agent": N_("Möchte einen Menschen sprechen"),
    "inform": N_("Angabe"),
    "insult": N_("Beleidigung"),
    "invoice_copy": N_("Rechnungskopie"),
    "invoice_question": N_("Frage zur Rechnung"),
    "job_application": N_("Bewerbung"),
    "late_delivery": N_("Lieferung verspätet"),
    "leave_message": N_("Nachricht hinterlassen"),
    "newsletter": N_("Newsletter"),
    "nlu_fallback": N_("Nicht verstanden"),
    "opening_hours": N_("Öffnungszeiten"),
    "order_status": N_("Bestellstatus"),
    "out_of_scope": N_("Anderes Thema"),
    "parking": N_("Parken"),
    "payment_methods": N_("Zahlungsarten"),
    "payment_reminder": N_("Mahnung"),
    "place_order": N_("Bestellung"),
    "price": N_("Preis"),
    "product_available": N_("Verfügbarkeit"),
    "refund": N_("Erstattung"),
    "repeat": N_("Wiederholen"),
    "return_goods": N_("Rückgabe"),
    "shipping_cost": N_("Versandkosten"),
    "slower": N_("Langsamer"),
    "small_talk": N_("Plauderei"),
    "stop_form": N_("Abbruch"),
    "technical_problem": N_("Technisches Problem"),
    "thank": N_("Dank"),
    "voucher": N_("Gutschein"),
    "wait": N_("Moment bitte"),
    "warranty_repair": N_("Garantie und Reparatur"),
}


def intent_title(name: str | None) -> str:
    """ "Bestellstatus" for `order_status`; "Ersatzteile Mixer" for `ersatzteile_mixer`."""
    if not name:
        return "–"
    if name in TITLES:
        return _(TITLES[name])
    return " ".join(word[:1].upper() + word[1:] for word in name.replace("/", "_").split("_"))
