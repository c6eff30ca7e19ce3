"""What a simulated day came to, by half hour, beside what Erlang C expects. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from ivr.config.desk_plan import Queue
from ivr.desk import erlang
from ivr.desk.day import SLOT_S, Slot
from ivr.desk.simulation import Fate, Outcome

HEADER = (
    "from",
    "calls",
    "contained",
    "queued",
    "abandoned",
    "agents",
    "service_level",
    "erlang_service_level",
    "mean_wait_s",
    "erlang_mean_wait_s",
    "occupancy",
    "cost_eur",
    "agents_needed",
    "agents_needed_without_assistant",
)


@dataclass(frozen=True, slots=True)
class Figures:
    """Half an hour, or a day."""

    begins: str
    calls: int
    contained: int
    queued: int
    abandoned: int
    agents: int
    service_level: float | None
    """Share of those queued who were taken in time; None without callers."""
    erlang_level: float | None
    mean_wait_s: float | None
    """Of those taken."""
    erlang_wait_s: float | None
    occupancy: float | None
    """Share of our own agents' staffed time spent on calls."""
    cost: Decimal
    """Euro, for the minutes of talk."""
    needed: int
    """Agents for the queue's promise, by Erlang C."""
    needed_alone: int
    """The same if the assistant settled nothing."""

    def row(self) -> tuple[object, ...]:
        """In the order of `HEADER`."""
        return (
            self.begins,
            self.calls,
            self.contained,
            self.queued,
            self.abandoned,
            self.agents,
            _short(self.service_level, 3),
            _short(self.erlang_level, 3),
            _short(self.mean_wait_s, 1),
            _short(self.erlang_wait_s, 1),
            _short(self.occupancy, 3),
            f"{self.cost:.2f}",
            self.needed,
            self.needed_alone,
        )


def by_slot(
    day: Sequence[Slot], outcome: Outcome, queue: Queue, containment: float
) -> list[Figures]:
    found = []
    for slot, contained in zip(day, outcome.contained, strict=True):
        begin_s = slot.number * SLOT_S
        mine = [fate for fate in outcome.fates if begin_s <= fate.at_s < begin_s + SLOT_S]
        queued = slot.calls * (1 - containment)
        load = queued * slot.handling_s / SLOT_S
        overloaded = load >= slot.agents
        found.append(
            Figures(
                slot.begins,
                contained + len(mine),
                contained,
                len(mine),
                _abandoned(mine),
                slot.agents,
                _level(mine, queue.target_s),
                erlang.service_level(load, slot.agents, slot.handling_s, queue.target_s),
                _mean_wait(mine),
                None if overloaded else erlang.mean_wait_s(load, slot.agents, slot.handling_s),
                _occupancy(outcome.fates, begin_s, slot.agents),
                _cost(mine),
                _needed(slot, queued, queue),
                _needed(slot, slot.calls, queue),
            )
        )
    return found


def whole_day(
    slots: Sequence[Figures], outcome: Outcome, day: Sequence[Slot], queue: Queue
) -> Figures:
    """The sum; levels and waits over all callers, agents as the most at once."""
    fates = outcome.fates
    staffed_s = sum(slot.agents for slot in day) * SLOT_S
    busy_s = sum(fate.handled_s for fate in fates if fate.own)
    weights = [each.queued for each in slots]
    return Figures(
        "day",
        sum(each.calls for each in slots),
        sum(outcome.contained),
        len(fates),
        _abandoned(fates),
        max((each.agents for each in slots), default=0),
        _level(fates, queue.target_s),
        _weighted([each.erlang_level for each in slots], weights),
        _mean_wait(fates),
        _weighted([each.erlang_wait_s for each in slots], weights),
        min(1.0, busy_s / staffed_s) if staffed_s else None,
        _cost(fates),
        max((each.needed for each in slots), default=0),
        max((each.needed_alone for each in slots), default=0),
    )


def _needed(slot: Slot, calls: float, queue: Queue) -> int:
    load = calls * slot.handling_s / SLOT_S
    share = min(queue.target_share, 0.999)
    return erlang.servers_for(load, slot.handling_s, queue.target_s, share)


def _abandoned(fates: Sequence[Fate]) -> int:
    return sum(1 for fate in fates if fate.taken_s is None)


def _level(fates: Sequence[Fate], target_s: float) -> float | None:
    if not fates:
        return None
    in_time = sum(1 for fate in fates if fate.taken_s is not None and _waited(fate) <= target_s)
    return in_time / len(fates)


def _mean_wait(fates: Sequence[Fate]) -> float | None:
    waits = [_waited(fate) for fate in fates if fate.taken_s is not None]
    return sum(waits) / len(waits) if waits else None


def _waited(fate: Fate) -> float:
    return fate.waited_s or 0.0


def _occupancy(fates: Sequence[Fate], begin_s: float, agents: int) -> float | None:
    if not agents:
        return None
    end_s, busy_s = begin_s + SLOT_S, 0.0
    for fate in fates:
        if fate.taken_s is not None and fate.own:
            over_s = min(end_s, fate.taken_s + fate.handled_s) - max(begin_s, fate.taken_s)
            busy_s += max(0.0, over_s)
    return busy_s / (agents * SLOT_S)


def _cost(fates: Sequence[Fate]) -> Decimal:
    return sum(
        (fate.price * Decimal(fate.talked_s) / 60 for fate in fates if fate.taken_s is not None),
        Decimal(0),
    )


def _weighted(values: Sequence[float | None], weights: Sequence[int]) -> float | None:
    pairs = [(value, weight) for value, weight in zip(values, weights, strict=True) if weight]
    known = [(value, weight) for value, weight in pairs if value is not None]
    total = sum(weight for _, weight in known)
    if not total or len(known) < len(pairs):
        return None
    return sum(value * weight for value, weight in known) / total


def _short(value: float | None, digits: int) -> str:
    return "" if value is None else f"{value:.{digits}f}"
