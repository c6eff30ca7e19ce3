"""Tables of the company profile from the fields of a form, written as the profile's file does.

What is not valid is left as it was written: the profile itself says what is wrong.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import FormData

from ivr.config.hours import WEEKDAYS
from ivr.web.texts import N_


@dataclass(frozen=True, slots=True)
class Field:
    """A plain field of a section's form."""

    name: str
    label: str
    kind: str = "text"
    """text, long, number, money, yes or list (one a line)."""


FORMS: Mapping[str, Sequence[Field]] = {
    "contact": (
        Field("address", N_("Adresse, wie sie gesagt wird")),
        Field("parking", N_("Parken"), "long"),
        Field("phone", N_("Telefon")),
        Field("email", N_("E-Mail")),
        Field("website", N_("Webseite")),
    ),
    "greeting": (
        Field("phrase", N_("Begrüßung"), "long"),
        Field("notice", N_("Hinweis, dass eine Maschine spricht (vorgeschrieben)"), "long"),
        Field("notice_interruptible", N_("Anrufende dürfen dem Hinweis ins Wort fallen"), "yes"),
    ),
    "shipping": (
        Field("cost", N_("Versandkosten in Euro"), "money"),
        Field("free_from", N_("Kostenlos ab (Euro; leer: nie)"), "money"),
        Field("days_min", N_("Werktage, mindestens"), "number"),
        Field("days_max", N_("Werktage, höchstens"), "number"),
    ),
    "terms": (
        Field("payment_methods", N_("Zahlungsarten, eine je Zeile"), "list"),
        Field("return_days", N_("Tage zur Rückgabe"), "number"),
        Field("return_cost_free", N_("Rückgabe ist kostenlos"), "yes"),
        Field("warranty_years", N_("Jahre Gewährleistung"), "number"),
        Field("repair", N_("Satz zu Reparaturen"), "long"),
        Field("voucher_months", N_("Monate, die ein Gutschein gilt"), "number"),
    ),
    "appointments": (
        Field("topics", N_("Anlässe, einer je Zeile"), "list"),
        Field("days_ahead", N_("Tage im Voraus"), "number"),
    ),
}


def from_form(section: str, now: Any, form: FormData) -> Any:
    """The section's new value; what the form does not know of stays as it is now."""
    if section in ("hours", "agents"):
        return _week(now or {}, form)
    if section == "products":
        return _products(now or [], form)
    if section == "notices":
        return _notices(form)
    value = dict(now or {})
    for field in FORMS.get(section, ()):
        read = _read(field, _text(form, field.name))
        if read is None:
            value.pop(field.name, None)
        else:
            value[field.name] = read
    return value


def _text(form: FormData, name: str) -> str:
    value = form.get(name, "")
    return value.strip()[:2000] if isinstance(value, str) else ""


def _texts(form: FormData, name: str) -> list[str]:
    return [str(each).strip()[:2000] for each in form.getlist(name)]


def _read(field: Field, text: str) -> Any:
    if field.kind == "yes":
        return text == "on"
    if field.kind == "list":
        return [line.strip() for line in text.splitlines() if line.strip()]
    if field.kind == "money":
        return text.replace(",", ".") or None
    if field.kind == "number":
        return int(text) if text.isdecimal() else text
    return text


def spans(text: str) -> list[str]:
    """Hours of a day as people write them: `9-12:30, 14-18` or `9:00–18:00 Uhr`."""
    plain = text.replace("–", "-").replace("Uhr", "").replace("und", ",").replace(";", ",")
    return [each.strip().replace(".", ":") for each in plain.split(",") if each.strip()]


def _week(now: Mapping[str, Any], form: FormData) -> dict[str, Any]:
    value = {**now, **{day: spans(_text(form, day)) for day in WEEKDAYS}}
    value["on_holidays"] = _text(form, "on_holidays") == "on"
    value["exceptions"] = [
        {"day": day, "hours": spans(hours), **({"reason": reason} if reason else {})}
        for day, hours, reason in zip(
            _texts(form, "day"), _texts(form, "day_hours"), _texts(form, "reason"), strict=False
        )
        if day
    ]
    return value


def _products(now: Sequence[Mapping[str, Any]], form: FormData) -> list[dict[str, Any]]:
    columns = ("number", "name", "article", "plural", "synonyms", "price", "stock")
    rows = zip(*(_texts(form, column) for column in columns), strict=False)
    return [_product(*row) for row in rows if row[0] or row[1]]


def _product(
    number: str, name: str, article: str, plural: str, synonyms: str, price: str, stock: str
) -> dict[str, Any]:
    value: dict[str, Any] = {
        "number": number,
        "name": name,
        "article": article,
        "price": price.replace("€", "").strip().replace(",", "."),
        "stock": int(stock) if stock.isdecimal() else stock,
    }
    if plural:
        value["plural"] = plural
    if listed := [word.strip() for word in synonyms.split(",") if word.strip()]:
        value["synonyms"] = listed
    return value


def _notices(form: FormData) -> list[dict[str, Any]]:
    rows = zip(_texts(form, "text"), _texts(form, "since"), _texts(form, "until"), strict=False)
    return [
        {"text": text, **{key: day for key, day in (("since", since), ("until", until)) if day}}
        for text, since, until in rows
        if text
    ]
