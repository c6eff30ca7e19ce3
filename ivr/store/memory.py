"""The store without a database, for tests: the same promises, gone with the process."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from ivr.core.errors import RecordRefused
from ivr.core.records import CallEnd, CallRecord, CallStart, Fact, Order, Outcome, Turn
from ivr.store.tables import FIRST_ORDER, LAST_ORDER


@dataclass(slots=True)
class _Call:
    start: CallStart
    turns: list[Turn] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    end: CallEnd | None = None


class MemoryStore:
    """Implements `ports.Store`. Not bounded: it is meant for tests."""

    def __init__(self, *, client: str | None = None, taken_orders: Collection[str] = ()) -> None:
        self._client = client
        self._taken_orders = frozenset(taken_orders)
        self._calls: dict[str, _Call] = {}
        self._next_order: dict[str, int] = {}
        self._keys: dict[str, Fact | Turn] = {}

    async def begin(self, start: CallStart) -> None:
        if self._client not in (None, start.client):
            raise RecordRefused("this store was opened for another company than the call is for")
        known = self._calls.setdefault(start.call_id, _Call(start))
        if known.start.started_at != start.started_at:
            raise RecordRefused(f"there is another call {start.call_id}")

    async def add_turn(self, call_id: str, turn: Turn, *, key: str | None = None) -> None:
        if key is not None and key in self._keys:
            return
        self._known(call_id).turns.append(turn)
        if key is not None:
            self._keys[key] = turn

    async def add_fact(self, call_id: str, fact: Fact, *, key: str | None = None) -> Fact:
        kept = self._keys.get(key) if key is not None else None
        if kept is not None and not isinstance(kept, Turn):
            return kept
        call = self._known(call_id)
        if isinstance(fact, Order):
            fact = replace(fact, number=self._order_number(call.start.client))
        call.facts.append(fact)
        if key is not None:
            self._keys[key] = fact
        return fact

    async def revise(self, call_id: str, change: Callable[[Fact], Fact | None]) -> Sequence[Fact]:
        call = self._calls.get(call_id)
        revised = []
        for at, fact in enumerate(call.facts if call is not None else ()):
            after = change(fact)
            if isinstance(fact, Order) and isinstance(after, Order):
                after = replace(after, number=fact.number)
            if call is not None and after is not None:
                call.facts[at] = after
                revised.append(after)
        return revised

    async def end(self, call_id: str, end: CallEnd) -> None:
        call = self._known(call_id)
        if call.end is None or call.end.outcome is Outcome.BROKEN_OFF:
            call.end = end

    async def mark_broken_off(self, at: datetime) -> int:
        """Nothing is left of an earlier run."""
        return 0

    async def find_order(self, number: str) -> Order | None:
        for call in self._calls.values():
            for fact in call.facts:
                if isinstance(fact, Order) and fact.number == number:
                    return fact
        return None

    async def call(self, call_id: str) -> CallRecord | None:
        call = self._calls.get(call_id)
        if call is None:
            return None
        return CallRecord(call.start, tuple(call.turns), tuple(call.facts), call.end)

    async def calls(self, limit: int = 50) -> Sequence[CallRecord]:
        by_age = sorted(self._calls.values(), key=lambda call: call.start.call_id)
        by_age.sort(key=lambda call: call.start.started_at, reverse=True)
        return [CallRecord(call.start, (), tuple(call.facts), call.end) for call in by_age[:limit]]

    async def calls_from(self, caller: str, limit: int = 10) -> Sequence[CallRecord]:
        every = await self.calls(limit=len(self._calls))
        return [call for call in every if call.start.caller == caller][:limit]

    async def close(self) -> None:
        """Nothing to let go of."""

    def _known(self, call_id: str) -> _Call:
        if call_id not in self._calls:
            raise RecordRefused(f"there is no call {call_id}: it must be begun first")
        return self._calls[call_id]

    def _order_number(self, client: str) -> str:
        while True:
            number = self._next_order.get(client, FIRST_ORDER)
            if number > LAST_ORDER:
                raise RecordRefused("there are no order numbers left: all of six digits are given")
            self._next_order[client] = number + 1
            if str(number) not in self._taken_orders:
                return str(number)
