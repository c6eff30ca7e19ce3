"""Who calls and who was called, from what strangers wrote into SIP headers. Pure and total."""

import re
from collections.abc import Collection, Mapping, Sequence

from ivr.core.telephony import is_beginning
from ivr.german.phone import same_phone, with_plus

_LONGEST_INSIDE = 6
"""Signs of a number within a telephone system, without the stars before it."""
LONGEST = 64
"""Longer names and numbers are cut: nobody has one, and it is not ours to keep."""

_ADDRESS = re.compile(r"(?:sips?|tel):([^@;>?\s\"]*)(@[^;>?\s]*)?", re.IGNORECASE)
_NUMBER = re.compile(r"\+?[0-9*#][0-9*#()./ -]*")
_HIDDEN = frozenset({"anonymous", "restricted", "private"})
_ANONYMOUS = _HIDDEN | {"unknown", "unavailable", ""}
_NO_ONE = "anonymous.invalid"
_FULL_PRIVACY = re.compile(r";\s*privacy\s*=\s*\"?(full|uri)\b", re.IGNORECASE)


def user_of(address: str) -> str:
    """The user part of a SIP or tel address, separators taken out of a number; may be empty."""
    found = _ADDRESS.search(address)
    if found is None:
        return ""
    user = _unescaped(found[1])
    if _NUMBER.fullmatch(user):
        user = re.sub(r"[()./ -]", "", user)
    return "".join(char for char in user if char.isprintable())[:LONGEST]


def host_of(address: str) -> str:
    """The host of a SIP address, without its port; empty if it has none."""
    found = _ADDRESS.search(address)
    place = (found[2] or f"@{found[1]}").removeprefix("@") if found else ""
    if place.startswith("["):
        return place[1:].partition("]")[0]
    return place.partition(":")[0]


def caller_of(peer: str, headers: Mapping[str, str], *, trust_identity: bool) -> str | None:
    """Who calls; None for who wants to stay unknown (RFC 3323, RFC 3325): also where a network
    says so only by an anonymous From or by its older Remote-Party-ID."""
    told = {name.lower(): value for name, value in headers.items()}
    privacy = {part.strip().lower() for part in re.split(r"[;,]", told.get("privacy", ""))}
    if privacy & {"id", "user", "header"} or _FULL_PRIVACY.search(told.get("remote-party-id", "")):
        return None
    if user_of(peer).lower() in _HIDDEN or _NO_ONE in peer.lower():
        return None
    asserted = told.get("p-asserted-identity", "") if trust_identity else ""
    for address in (asserted, peer):
        user = user_of(address)
        if user and user.lower() not in _ANONYMOUS and _NO_ONE not in address.lower():
            return user
    return None


def called_of(
    headers: Mapping[str, str], dialled: str = "", users: Collection[str] = ()
) -> str | None:
    """The dialled number where no account lists one: what the network says was called; else the
    Request-URI's (`dialled`), if it is a number and not only an account's own name (`users`), by
    which providers call whoever has logged on; else what the telephone dialled."""
    told = {name.lower(): value for name, value in headers.items()}
    if party := user_of(told.get("p-called-party-id", "")):
        return party
    if _NUMBER.fullmatch(dialled) and dialled not in users:
        return dialled
    return user_of(told.get("to", "")) or dialled or None


def numbers_told(
    headers: Mapping[str, str], dialled: str, users: Collection[str]
) -> Sequence[str]:
    """All that may be the dialled number, the surest first. In a call that was forwarded to us To
    keeps the number of whoever forwarded it, and History-Info (RFC 7044) and Diversion (RFC 5806)
    name it; `dialled`, of the Request-URI, is where it was forwarded to, unless it only names one
    of our accounts (`users`)."""
    told = {name.lower(): value for name, value in headers.items()}
    party, to = (user_of(told.get(name, "")) for name in ("p-called-party-id", "to"))
    sure = (party, to, dialled) if dialled in users else (party, dialled, to)
    before = [
        user_of(found[0])
        for name in ("history-info", "diversion")
        for found in _ADDRESS.finditer(told.get(name, ""))
    ]
    return [number for number in dict.fromkeys((*sure, *before)) if number]


def same_number(one: str, other: str) -> bool:
    """Whether two ways to write a number mean the same line: +49 561 912, 0049561912, 0561912, and
    49561912 as some trunks write it."""
    return same_phone(one, other)


def is_listed(called: str, entry: str) -> bool:
    """Whether an account's entry means this dialled number; one that ends with a star means all
    that begin like it, such as a block of extensions."""
    if not entry.endswith("*"):
        return same_number(called, entry)
    return is_beginning(entry[:-1]) and with_plus(called).startswith(with_plus(entry[:-1]))


def may_call(target: str, allowed: tuple[str, ...]) -> bool:
    """Whether the configuration lets us call this number or SIP address."""
    if target.lower().startswith(("sip:", "sips:")):
        return any(target.lower() == each.lower() for each in allowed)
    if not _NUMBER.fullmatch(target):
        return False
    number = with_plus(target)
    beginnings = [with_plus(each) for each in allowed if is_beginning(each)]
    # 4420 may be somebody's desk; 442071234567 is in London.
    inside = number.startswith("+") or len(number.lstrip("*")) <= _LONGEST_INSIDE
    return inside and any(number.startswith(each) for each in beginnings)


def _unescaped(user: str) -> str:
    def char(found: re.Match[str]) -> str:
        return chr(int(found[1], 16))

    return re.sub(r"%([0-9a-fA-F]{2})", char, user)
