"""Changes facts that are on record: the row stays, what it says is another."""

from collections.abc import Callable, Sequence

from sqlalchemy import ColumnElement, inspect, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from ivr.core.records import Fact
from ivr.store.rows import FACT_ROWS, fact_of, fact_row
from ivr.store.tables import FactRow

_OWN = frozenset({"id", "client_id", "call_id", "seq", "key", "recorded_at", "number"})
"""What a change of its words leaves alone: where a fact stands, and the number it was given."""


async def revise_facts(
    session: AsyncSession,
    call_id: str,
    mine: Callable[[InstrumentedAttribute[int]], ColumnElement[bool]],
    change: Callable[[Fact], Fact | None],
) -> Sequence[Fact]:
    """The facts that `change` made another of, as they are now, in their order."""
    rows: list[FactRow] = []
    for table in FACT_ROWS.values():
        found = select(table).where(table.call_id == call_id, mine(table.client_id))
        rows.extend(await session.scalars(found.with_for_update()))
    revised = []
    for row in sorted(rows, key=lambda row: row.seq):
        after = change(fact_of(row))
        if after is None:
            continue
        fresh = fact_row(after)
        for column in inspect(type(row)).column_attrs:
            if column.key not in _OWN:
                setattr(row, column.key, getattr(fresh, column.key))
        revised.append(fact_of(row))
    return revised
