"""Decides about each call that comes in by telephone: let in, by which account, or refused."""

import ipaddress
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from ivr.config.sip import Sip, SipAccount
from ivr.lines.sip.numbers import called_of, caller_of, is_listed, numbers_told

_READ = ("To", "P-Asserted-Identity", "P-Called-Party-ID", "Privacy", "Remote-Party-ID")
_TELLS_WHO = frozenset(
    {"p-asserted-identity", "p-preferred-identity", "remote-party-id", "from", "contact"}
)
_LONGEST_TRACE = 200


class Refusal(StrEnum):
    DRAINING = "draining"
    FULL = "full"
    """All telephone calls together."""
    ACCOUNT_FULL = "account_full"
    NOT_OURS = "not_ours"
    """No account serves the dialled number."""
    STRANGER = "stranger"
    """It comes from none of the account's peers."""
    UNTRACED = "untraced"
    """From where it comes is not certain: mostly its INVITE was more than a trace of it holds."""
    NAMELESS = "nameless"
    """Its headers were more than the stack's events carry: the stack has refused it."""


_NO_LINE = frozenset({Refusal.DRAINING, Refusal.FULL, Refusal.ACCOUNT_FULL})


@dataclass(frozen=True, slots=True)
class Ringing:
    """A call that stands at the door."""

    account: str
    """By which account's SIP identity it came, as the stack sees it."""
    peer: str
    sip_id: str
    headers: Mapping[str, str]
    source: str | None = None
    """The address it came from, empty if that is not certain; None if all that come through are
    known: then the kernel has seen to it."""
    registrar: bool = False
    """Whether an account of ours logs on at that address."""
    dialled: str = ""
    """The user part of its Request-URI; empty if that is not known."""


@dataclass(frozen=True, slots=True)
class Admitted:
    account: str
    caller: str | None
    called: str | None
    trace: Mapping[str, str]

    @property
    def sip_call(self) -> str:
        """The Call-ID, by which the call is found in others' logs."""
        return self.trace.get("Call-ID", "")


@dataclass(frozen=True, slots=True)
class Example:
    """What the log tells of a refused call, so that settings can be set right. The source address
    and the dialled number belong to people and count as personal."""

    account: str = ""
    sip_call: str = ""
    source: str = ""
    called: str = ""


def judge(
    ringing: Ringing, settings: Sip, accounts: Sequence[SipAccount], live: Mapping[str, int]
) -> Admitted | Refusal:
    """`live` is how many calls each account has now, those that ring among them."""
    account, called = _meant(ringing, accounts)
    if account is None:
        came_by = _came_by(ringing, accounts)
        if came_by and not any(_knows(each, ringing) for each in came_by):
            return Refusal.STRANGER if ringing.source else Refusal.UNTRACED
        return Refusal.NOT_OURS
    if sum(live.values()) >= settings.max_calls:
        return Refusal.FULL
    if live.get(account.name, 0) >= account.max_calls:
        return Refusal.ACCOUNT_FULL
    caller = caller_of(ringing.peer, ringing.headers, trust_identity=settings.trust_identity)
    trace = _trace(ringing, settings.trace_headers, hidden=caller is None)
    return Admitted(account.name, caller, called, trace)


def may_go_elsewhere(why: Refusal, account: SipAccount | None) -> bool:
    """Whether the network may try another way to us, instead of a busy tone for the caller."""
    return account is not None and why in _NO_LINE and account.says_elsewhere


def account_of(ringing: Ringing, accounts: Sequence[SipAccount]) -> SipAccount | None:
    """Whose call it is; None for strangers, and for a number that nobody serves."""
    return _meant(ringing, accounts)[0]


def _came_by(ringing: Ringing, accounts: Sequence[SipAccount]) -> Sequence[SipAccount]:
    """Whose call it may be: the stack knows which identity was called."""
    came_by = [account for account in accounts if account.name == ringing.account]
    if not any(each.catches_all for each in came_by):
        return came_by
    if came_by[0].registers and came_by[0].user == ringing.dialled:
        return came_by
    # They share one way in: the first of them catches the calls of all.
    return [account for account in accounts if account.catches_all]


def _knows(account: SipAccount, ringing: Ringing) -> bool:
    if ringing.source is None:
        return True
    if not account.peers:
        return ringing.registrar or not account.registers
    try:
        address = ipaddress.ip_address(ringing.source)
    except ValueError:
        return False
    return any(address in ipaddress.ip_network(peer, strict=False) for peer in account.peers)


def _meant(
    ringing: Ringing, accounts: Sequence[SipAccount]
) -> tuple[SipAccount | None, str | None]:
    """Whose call it is, and the dialled number: of those that the network tells, the first that an
    account lists."""
    known = [each for each in _came_by(ringing, accounts) if _knows(each, ringing)]
    users = frozenset(account.user for account in known)
    told = numbers_told(ringing.headers, ringing.dialled, users)
    for number in told:
        for account in known:
            if any(is_listed(number, each) for each in account.numbers):
                return account, number
    open_to_all = [account for account in known if not account.numbers]
    by_user = [account for account in open_to_all if account.user in told]
    called = called_of(ringing.headers, ringing.dialled, users)
    return next(iter(by_user or open_to_all), None), called


def headers_read(settings: Sip) -> Sequence[str]:
    """What is read of an INVITE: what tells who calls whom, and what is kept with the call."""
    return list(dict.fromkeys((*_READ, *settings.trace_headers)))


def _trace(ringing: Ringing, kept: Sequence[str], *, hidden: bool) -> dict[str, str]:
    """`hidden`: whoever calls wants to stay unknown, so what the network knows is not kept."""
    trace = {"Call-ID": ringing.sip_id} if ringing.sip_id else {}
    told = {name.lower(): value for name, value in ringing.headers.items()}
    for name in kept:
        value = told.get(name.lower())
        if value and not (hidden and name.lower() in _TELLS_WHO):
            trace[name] = value
    return {name: _short(value) for name, value in trace.items()}


def example_of(ringing: Ringing) -> Example:
    called = called_of(ringing.headers, ringing.dialled) or ""
    return Example(ringing.account, _short(ringing.sip_id), ringing.source or "", called)


def _short(value: str) -> str:
    return "".join(char for char in value if char.isprintable())[:_LONGEST_TRACE]


def address_of(account: SipAccount, host: str, port: int) -> str:
    """Where a telephone on this network reaches an account that does not log on anywhere."""
    shown = f"[{host}]" if ":" in host else host
    return f"sip:{account.user}@{shown}:{port}"
