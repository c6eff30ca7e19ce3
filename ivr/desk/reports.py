"""The desk's reports: by half hour, time of day, day, month, agent, queue, company, intent. Pure.

A call counts where it began, a stay in the queue where it was joined, on the clock of the zone
that is asked for; agents' time is cut at the borders. A service level is the share of those taken
within the queue's target among those taken and those who gave up.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from ivr.core.reporting import CallSeen, Ledger, StaySeen
from ivr.core.staffing import AgentState, OfferEnd, OfferMade, StateSpan, WaitEnd
from ivr.desk import stretches
from ivr.desk.containment import settled
from ivr.desk.report_rows import TIMED, By, Figures, Wish

BUSY = frozenset({AgentState.TALKING, AgentState.WRAP_UP})
READY = frozenset({AgentState.FREE, AgentState.RESERVED, AgentState.RINGING})
TURNED_AWAY = frozenset({WaitEnd.CLOSED, WaitEnd.FULL, WaitEnd.TOO_LONG, WaitEnd.UNSTAFFED})


@dataclass(slots=True)
class _Pile:
    """What belongs to one row."""

    calls: list[CallSeen] = field(default_factory=list)
    stays: list[StaySeen] = field(default_factory=list)
    offers: list[OfferMade] = field(default_factory=list)
    seconds: dict[AgentState, float] = field(default_factory=lambda: defaultdict(float))


class _Piles:
    def __init__(self, wish: Wish) -> None:
        self.wish = wish
        self.rows: dict[str, _Pile] = {key: _Pile() for key in _expected(wish)}

    def of(self, key: str) -> _Pile:
        return self.rows.setdefault(key, _Pile())

    def add(self, ledger: Ledger) -> None:
        wish = self.wish
        if not wish.queue:
            self._add_calls(ledger)
            self._add_time(ledger)
        for stay in ledger.stays:
            if wish.queue in ("", stay.queue) and wish.since <= stay.joined < wish.until:
                self._put(stay, ledger)
        for offer in ledger.offers:
            of_queue = wish.queue in ("", offer.queue)
            key = _offer_key(wish, offer, ledger)
            if of_queue and key is not None and wish.since <= offer.at < wish.until:
                self.of(key).offers.append(offer)

    def _put(self, stay: StaySeen, ledger: Ledger) -> None:
        match self.wish.by:
            case By.AGENT:
                if stay.agent and stay.taken is not None:
                    # Each agent has had a call, whoever had the caller before.
                    self.of(stay.agent).stays.append(replace(stay, passed_on=False))
            case By.QUEUE:
                self.of(stay.queue).stays.append(stay)
            case By.INTENT:
                self.of(stay.intent).stays.append(stay)
            case By.COMPANY:
                self.of(ledger.company).stays.append(stay)
            case by:
                self.of(time_key(by, stay.joined, self.wish.zone)).stays.append(stay)

    def _add_calls(self, ledger: Ledger) -> None:
        by, zone = self.wish.by, self.wish.zone
        keys: Mapping[By, Callable[[CallSeen], str]] = {
            By.INTENT: lambda call: call.topic,
            By.COMPANY: lambda call: ledger.company,
        }
        if by in (By.AGENT, By.QUEUE):
            return
        for call in ledger.calls:
            if not call.outbound:
                key = keys[by](call) if by in keys else time_key(by, call.began, zone)
                self.of(key).calls.append(call)

    def _add_time(self, ledger: Ledger) -> None:
        wish = self.wish
        if wish.by in (By.QUEUE, By.INTENT):
            return
        for span in ledger.spans:
            for key, seconds in _shares(wish, span, ledger.company):
                self.of(key).seconds[span.state] += seconds


def report(
    ledgers: Sequence[Ledger],
    wish: Wish,
    target_s: Callable[[str], float],
    later: Mapping[str, Sequence[CallSeen]] | None = None,
) -> Sequence[Figures]:
    """The rows in order: of time by time, else by size.

    `target_s` is the promise of a queue in seconds; `later` are calls after the end, by company,
    by which calls of the last week may turn out not to have been settled.
    """
    piles = _Piles(wish)
    done: set[str] = set()
    for ledger in ledgers:
        piles.add(ledger)
        done |= settled(ledger.calls, (later or {}).get(ledger.company, ()))
    rows = [_figures(key, pile, done, target_s) for key, pile in piles.rows.items()]
    if wish.by in TIMED:
        return rows
    return sorted(rows, key=lambda row: (-row.calls - row.queued, row.of))


def total(
    ledgers: Sequence[Ledger],
    wish: Wish,
    target_s: Callable[[str], float],
    later: Mapping[str, Sequence[CallSeen]] | None = None,
) -> Figures:
    """All of it in one row."""
    one = [replace(ledger, company="") for ledger in ledgers]
    calls = {"": [call for each in (later or {}).values() for call in each]}
    rows = report(one, replace(wish, by=By.COMPANY), target_s, calls)
    return rows[0] if rows else Figures("")


def time_key(by: By, moment: datetime, zone: ZoneInfo) -> str:
    """The row of this moment.

    Half hours carry their distance from UTC, by which the two of the night in which clocks are
    put back differ.
    """
    local = moment.astimezone(zone)
    match by:
        case By.MONTH:
            return f"{local:%Y-%m}"
        case By.DAY:
            return local.date().isoformat()
        case By.CLOCK:
            return f"{local.hour:02}:{local.minute // 30 * 30:02}"
        case _:
            return stretches.half_hour(moment, zone).astimezone(zone).isoformat(timespec="minutes")


def _expected(wish: Wish) -> Iterable[str]:
    """Rows that are there even if nothing happened: time passes anyway."""
    if wish.by is By.CLOCK:
        return (f"{number // 2:02}:{number % 2 * 30:02}" for number in range(48))
    if wish.by in (By.DAY, By.MONTH):
        days = stretches.days(wish.first, wish.last)
        width = 7 if wish.by is By.MONTH else 10
        return dict.fromkeys(day.isoformat()[:width] for day in days)
    if wish.by is By.HALF_HOUR:
        begins = stretches.half_hours(wish.first, wish.last, wish.zone)
        return (time_key(wish.by, begin, wish.zone) for begin in begins)
    return ()


def _offer_key(wish: Wish, offer: OfferMade, ledger: Ledger) -> str | None:
    match wish.by:
        case By.AGENT:
            return offer.agent
        case By.QUEUE:
            return offer.queue
        case By.COMPANY:
            return ledger.company
        case By.INTENT:
            return None
        case by:
            return time_key(by, offer.at, wish.zone)


def _shares(wish: Wish, span: StateSpan, company: str) -> Iterable[tuple[str, float]]:
    """How many seconds of a span belong to which row."""
    began, ended = max(span.began_at, wish.since), min(span.ended_at, wish.until)
    if ended <= began:
        return
    if wish.by in (By.AGENT, By.COMPANY):
        yield (span.agent if wish.by is By.AGENT else company), (ended - began).total_seconds()
        return
    at = began
    while at < ended:
        following = _next(wish, at)
        key = time_key(wish.by, at, wish.zone)
        yield key, stretches.overlap_s(began, ended, at, following)
        at = following


def _next(wish: Wish, at: datetime) -> datetime:
    if wish.by in (By.DAY, By.MONTH):
        day = at.astimezone(wish.zone).date() + timedelta(days=1)
        return stretches.midnight(day, wish.zone)
    begin = stretches.half_hour(at, wish.zone)
    return stretches.half_hour(begin + stretches.HALF_HOUR, wish.zone)


def _figures(key: str, pile: _Pile, done: set[str], target_s: Callable[[str], float]) -> Figures:
    onward = [stay for stay in pile.stays if stay.passed_on]
    live = [stay for stay in pile.stays if not (stay.kept or stay.passed_on)]
    taken = [stay for stay in live if stay.taken is not None]
    gone = [stay for stay in live if stay.taken is None and stay.end is WaitEnd.ABANDONED]
    back = [stay for stay in pile.stays if stay.kept and stay.taken is not None]
    talks = (*taken, *back, *onward)
    waits_s = [stay.waited_s for stay in (*taken, *gone)]
    numbers = [call for call in pile.calls if call.number]
    return Figures(
        of=key,
        calls=len(pile.calls),
        known=len(numbers),
        settled=sum(call.call_id in done for call in numbers),
        # A caller who lost an agent, or is called back, has more than one stay.
        queued=len({stay.call_id for stay in pile.stays if not stay.passed_on}),
        taken=len(taken),
        in_time=sum(stay.waited_s <= target_s(stay.queue) for stay in taken),
        abandoned=len(gone),
        turned_away=sum(stay.end in TURNED_AWAY for stay in live),
        called_back=len(back),
        waited_s=sum(waits_s),
        longest_s=max(waits_s, default=0.0),
        talked_s=sum(stay.talked_s for stay in talks),
        wrapped_s=sum(stay.wrap_s for stay in talks),
        offers=len(pile.offers),
        not_taken=sum(each.end in (OfferEnd.REFUSED, OfferEnd.MISSED) for each in pile.offers),
        busy_s=sum(pile.seconds[state] for state in BUSY),
        ready_s=sum(pile.seconds[state] for state in READY),
        paused_s=pile.seconds[AgentState.BREAK],
        agents=len({stay.agent for stay in talks if stay.agent}),
    )
