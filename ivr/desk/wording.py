"""How decisions are told to the people who read the record, in German."""

from decimal import Decimal
from enum import StrEnum

_LANGUAGES = {
    "de": "deutsch",
    "en": "englisch",
    "fr": "französisch",
    "it": "italienisch",
    "pl": "polnisch",
    "ru": "russisch",
    "tr": "türkisch",
}


class Verdict(StrEnum):
    """What was found of a site; the value is how it is told."""

    FREE = "frei"
    CLOSED = "nicht im Dienst"
    LANGUAGE = "spricht die Sprache nicht"
    QUEUE = "nicht zuständig"
    OUT = "gestört"
    FULL = "voll"
    NO_AGENT = "niemand frei"
    TRIED = "hat den Anruf schon nicht angenommen"
    DEARER = "teurer, und das Ziel ist nicht in Gefahr"


def tell_taken(name: str, language: str, price: Decimal) -> str:
    """ "Kapstadt: frei, deutsch, 0,21 €/min"."""
    spoken = _LANGUAGES.get(language, language)
    return f"{name}: {Verdict.FREE.value}, {spoken}, {tell_price(price)}"


def tell_price(price: Decimal) -> str:
    """ "0,21 €/min": to the cent, or as fine as it is given."""
    fine = max(2, -int(price.normalize().as_tuple().exponent))
    return f"{price:.{fine}f} €/min".replace(".", ",")


def tell_verdict(name: str, verdict: Verdict) -> str:
    """ "München: voll"."""
    return f"{name}: {verdict.value}"
