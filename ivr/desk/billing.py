"""What clients are billed for, by company and month: inbound minutes, and outbound calls in which
somebody was reached. Pure.

A call belongs to the month in which it began, on the clock of `zone`. Nothing is priced here:
contracts differ in how minutes are rounded, so exact and begun minutes stand side by side.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

from ivr.core.reporting import Ledger

_HUNDREDTH = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Bill:
    """One company's month."""

    month: str
    """ "2026-11"."""
    company: str
    inbound_calls: int
    inbound_minutes: Decimal
    """From answer to hang-up, to the hundredth."""
    begun_minutes: int
    """Each call rounded up to whole minutes."""
    agent_calls: int
    """Inbound calls in which somebody of ours spoke with the caller."""
    agent_minutes: Decimal
    outbound_reached: int
    """Calls of ours in which somebody was spoken with."""
    outbound_minutes: Decimal


@dataclass(slots=True)
class _Sum:
    lengths_s: list[float] = field(default_factory=list)
    reached_s: list[float] = field(default_factory=list)
    talks_s: list[float] = field(default_factory=list)


def bills(ledgers: Iterable[Ledger], zone: ZoneInfo) -> Sequence[Bill]:
    """Month by month, within it by company. Calls that go on are billed when they are over."""
    sums: dict[tuple[str, str], _Sum] = defaultdict(_Sum)
    for ledger in ledgers:
        for call in ledger.calls:
            if call.ended is not None:
                of_month = sums[_month(call.began, zone), ledger.company]
                lengths_s = of_month.reached_s if call.outbound else of_month.lengths_s
                lengths_s.append(max(0.0, (call.ended - call.began).total_seconds()))
        for stay in ledger.stays:
            if stay.taken is not None and stay.parted is not None and not stay.kept:
                sums[_month(stay.taken, zone), ledger.company].talks_s.append(stay.talked_s)
    return [_bill(month, company, each) for (month, company), each in sorted(sums.items())]


def _bill(month: str, company: str, of: _Sum) -> Bill:
    return Bill(
        month=month,
        company=company,
        inbound_calls=len(of.lengths_s),
        inbound_minutes=_minutes(of.lengths_s),
        begun_minutes=sum(-int(-length_s // 60) for length_s in of.lengths_s),
        agent_calls=len(of.talks_s),
        agent_minutes=_minutes(of.talks_s),
        outbound_reached=len(of.reached_s),
        outbound_minutes=_minutes(of.reached_s),
    )


def _minutes(seconds: Sequence[float]) -> Decimal:
    return (Decimal(str(sum(seconds))) / 60).quantize(_HUNDREDTH, ROUND_HALF_UP)


def _month(moment: datetime, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%Y-%m}"
