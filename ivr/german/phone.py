"""Telephone numbers: "null fünf sechs eins, eins zwei drei", "+49 561 123", "0561/123 45 67"."""

import re

from ivr.german.digits import hear_digits, say_digits
from ivr.german.words import normal

_PLUS = re.compile(r"(?:\+|\bplus\b)")
_AFRESH = re.compile(r"[.!?;]\s|\balso\b|\bsondern\b|\bwiederhole\b")
_TRUNK_ZERO = re.compile(r"\(\s*0\s*\)")
_NATIONAL = range(6, 15)
"""Digits of a number with its leading zero: a short village number to a long extension."""
_MOBILE = range(11, 14)
_INTERNATIONAL = range(7, 16)
"""Digits after the plus (E.164 allows 15)."""
_LOCAL = range(4, 10)
_SHORT_AREAS = re.compile("030|040|069|089")
_SEPARATORS = re.compile(r"[()./ -]")
_BARE_COUNTRY = re.compile(r"49[1-9][0-9]{6,12}")


def hear_phone(text: str, *, area: str | None = None) -> str | None:
    """A telephone number one could call back: "0561123456" or, with a country, "+49561123456".

    A number without an area code is accepted only where `area` ("0561") says which it is.
    Readings are weighed by what a German or an international number can look like; None where
    none is plausible.
    """
    text = _TRUNK_ZERO.sub(" ", normal(text))
    # "Nein, am Ende eine Neun, also null fünf sechs eins …": what comes last is the whole number.
    parts = _AFRESH.split(text)
    return next((it for part in (text, *parts[::-1]) if (it := _heard(part, area))), None)


def in_full(number: str) -> str:
    """A German number with its country, however it was written: "+49561123". What cannot be
    known to be one comes back without its separators."""
    digits = _SEPARATORS.sub("", number.replace("(0)", "") if "+" in number else number)
    if digits.startswith("00"):
        return "+" + digits[2:]
    if digits.startswith("0"):
        return "+49" + digits[1:]
    return digits


def same_phone(one: str, other: str) -> bool:
    """Whether two numbers are the same, some networks' habit of leaving out the plus included."""
    return with_plus(one) == with_plus(other)


def with_plus(number: str) -> str:
    """A number in full; one that begins with Germany's 49 and is long enough to be no local
    number has its plus again that some networks leave out."""
    full = in_full(number)
    return "+" + full if _BARE_COUNTRY.fullmatch(full) else full


def _heard(text: str, area: str | None) -> str | None:
    if _PLUS.search(text):
        digits = hear_digits(_PLUS.sub(" ", text), lengths=_INTERNATIONAL)
        return _international(digits) if digits else None
    longest = hear_digits(text, lengths=range(4, 19))
    if longest is None:
        return _local(hear_digits(text, lengths=_LOCAL), area)
    if longest.startswith("00"):
        return _international(longest[2:])
    if longest.startswith("0"):
        return longest if _plausible_national(longest) else None
    return _local(longest, area)


def _international(digits: str) -> str | None:
    if digits.startswith("490"):
        digits = "49" + digits[3:]
    plausible = len(digits) in _INTERNATIONAL and not digits.startswith("0")
    if plausible and digits.startswith("49"):
        plausible = _plausible_national("0" + digits[2:])
    return "+" + digits if plausible else None


def _plausible_national(digits: str) -> bool:
    if digits.startswith("00"):
        return False
    return len(digits) in (_MOBILE if re.match("01[567]", digits) else _NATIONAL)


def _local(digits: str | None, area: str | None) -> str | None:
    if digits is None or area is None or len(digits) not in _LOCAL or digits.startswith("0"):
        return None
    whole = area + digits
    return whole if _plausible_national(whole) else None


def say_phone(number: str) -> str:
    """A telephone number for reading back: the area code apart, then pairs of digits.

    "null fünf sechs eins, eins zwei, drei vier"; the plus of a country code is spoken.
    """
    number = number.strip()
    digits = re.sub(r"\D", "", number)
    head = 0
    if number.startswith("+"):
        head = 2
    elif re.match("01[567]", digits):
        head = 4
    elif digits.startswith("0"):
        head = 3 if _SHORT_AREAS.match(digits) else 4
    first = say_digits(digits[:head], 1).replace(",", "") if head else ""
    rest = digits[head:]
    # A single last digit joins the pair before it.
    tail = rest[-3:] if len(rest) % 2 and len(rest) >= 3 else ""
    parts = [first, say_digits(rest[: len(rest) - len(tail)]), say_digits(tail, 3)]
    spoken = ", ".join(part for part in parts if part)
    return f"plus {spoken}" if number.startswith("+") else spoken


def plain_number(number: str) -> str:
    """A caller's number as lines tell it, so that the same one is always written the same:
    "0561 123" and "0049561123" are "+49561123". Empty if it has no digits."""
    digits = re.sub(r"\D", "", number.partition("@")[0])
    if number.lstrip().startswith("+"):
        return "+" + digits
    if digits.startswith("00"):
        return "+" + digits[2:]
    return "+49" + digits[1:] if digits.startswith("0") else digits
