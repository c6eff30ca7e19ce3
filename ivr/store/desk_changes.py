"""Changes of the desk's rows inside a transaction, each from a version that must still stand."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from ivr.core.staffing import Agent, SiteState, Wait, WaitState
from ivr.store import desk_rows as rows
from ivr.store.desk_tables import AgentRow, DeskRow, SiteRow, SpanRow, WaitRow

_BUSY = (WaitState.OFFERED.value, WaitState.TALKING.value)


class QuickerError(Exception):
    """Takes the transaction back: another one has changed what this one was based on."""


async def need_line(session: AsyncSession, client: int, wait: Wait, lines: int) -> None:
    """Count the site's calls while nobody else can add one."""
    site = str(wait.site)
    await insert_once(session, SiteRow, client, rows.site_values(SiteState(site)))
    mine = select(SiteRow.id).where(SiteRow.client_id == client, SiteRow.site == site)
    await session.execute(mine.with_for_update())
    busy = select(func.count()).where(
        WaitRow.client_id == client, WaitRow.site == site, WaitRow.state.in_(_BUSY)
    )
    used = await session.scalar(busy.where(WaitRow.id != wait.id))
    if (used or 0) >= lines:
        raise QuickerError


async def put_wait(session: AsyncSession, wait: Wait) -> None:
    change = (
        update(WaitRow)
        .where(WaitRow.id == wait.id, WaitRow.version == wait.version)
        .values({**rows.wait_values(wait), "version": wait.version + 1})
    )
    if not changed(await session.execute(change)):
        raise QuickerError


async def put_agent(session: AsyncSession, client: int, agent: Agent) -> None:
    row = await agent_row(session, client, agent.id)
    if row is None or row.version != agent.version:
        raise QuickerError
    before = rows.agent_of(row)
    change = (
        update(AgentRow)
        .where(AgentRow.id == row.id, AgentRow.version == agent.version)
        .values({**rows.agent_values(agent), "version": agent.version + 1})
        .execution_options(synchronize_session=False)
    )
    if not changed(await session.execute(change)):
        raise QuickerError
    if before.state is not agent.state and before.since is not None:
        session.add(
            SpanRow(
                client_id=client,
                agent=agent.id,
                state=before.state.value,
                reason=before.reason,
                began_at=before.since,
                ended_at=agent.since or before.since,
            )
        )


async def agent_row(session: AsyncSession, client: int, agent_id: str) -> AgentRow | None:
    found = select(AgentRow).where(AgentRow.client_id == client, AgentRow.agent == agent_id)
    return (await session.scalars(found)).one_or_none()


async def all_of(session: AsyncSession, table: type[Any], client: int) -> Sequence[Any]:
    found = select(table).where(table.client_id == client).order_by(table.id)
    return (await session.scalars(found)).all()


def stays(client: int, call_id: str) -> Any:
    found = select(WaitRow).where(WaitRow.client_id == client, WaitRow.call_id == call_id)
    return found.order_by(WaitRow.id.desc()).limit(1)


async def insert_once(
    session: AsyncSession, table: type[DeskRow], client: int, values: dict[str, Any]
) -> bool:
    """Insert unless there is one of this key already; says whether it was inserted."""
    native = session.get_bind().dialect.name == "postgresql"
    insert: Any = postgresql.insert if native else sqlite.insert
    new = insert(table).values({"client_id": client, **values}).on_conflict_do_nothing()
    return changed(await session.execute(new))


def changed(result: Any) -> bool:
    rows_changed: int = result.rowcount
    return rows_changed > 0
