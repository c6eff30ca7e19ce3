"""Business facts of a call in a few German words, for lists and the call's own page."""

from datetime import date, time
from typing import assert_never

from babel import dates

from ivr.core.records import AddressChange, Appointment, Fact, HandOver, Message, Order
from ivr.web.texts import gettext as _
from ivr.web.texts import spoken


def fact_name(fact: Fact) -> str:
    match fact:
        case Order():
            return _("Bestellung")
        case Message(callback=True):
            return _("Rückruf")
        case Message():
            return _("Nachricht")
        case Appointment():
            return _("Termin")
        case AddressChange():
            return _("Adressänderung")
        case HandOver():
            return _("Übergabe")
        case _:
            assert_never(fact)


def fact_text(fact: Fact) -> str:
    match fact:
        case Order():
            number = fact.number or "–"
            return f"{number}, {fact.quantity} × {fact.product_name}, {fact.customer}"
        case Message():
            return ", ".join(
                part for part in (fact.name, fact.phone, fact.about, fact.when) if part
            )
        case Appointment():
            return f"{_moment(fact.day, fact.at)}, {fact.name}, {fact.about}".rstrip(", ")
        case AddressChange():
            return f"{fact.customer}: {fact.address}"
        case HandOver():
            who = ", ".join(part for part in (fact.caller_name, fact.phone) if part)
            return f"{who}. {fact.summary}" if who else fact.summary
        case _:
            assert_never(fact)


def cause_name(cause: str) -> str:
    """Who or what ended a call."""
    names = {
        "caller": _("Anrufer"),
        "hotline": _("Hotline"),
        "agent": _("Mitarbeiter"),
        "limit": _("Höchstdauer"),
        "drain": _("Programmende"),
        "stopped": _("bei Programmende abgebrochen"),
        "transferred": _("weiterverbunden"),
        "fault": _("Fehler"),
        "network": _("Verbindung abgerissen"),
        "hold": _("zu lange gehalten"),
    }
    return names.get(cause, cause)


def _moment(day: date, at: time) -> str:
    shown = dates.format_date(day, "EEE dd.MM.yyyy", locale=spoken())
    return f"{shown}, {dates.format_time(at, 'HH:mm', locale=spoken())}"
