"""The companies that calls are answered for."""

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from ivr.store.tables import ClientRow

CLIENTS = "clients"
"""Where sessions that only read share what they know of clients: what is not written down yet
could be taken back."""


async def client_id_of(session: AsyncSession, name: str) -> int:
    """The client's number; a client that is not known yet gets one."""
    named = select(ClientRow.id).where(ClientRow.name == name)
    known = await session.scalar(named)
    if known is not None:
        return known
    row = ClientRow(name=name)
    try:
        async with session.begin_nested():
            session.add(row)
    except IntegrityError:  # Another process was quicker.
        return (await session.scalars(named)).one()
    return row.id


async def known_client(session: AsyncSession, name: str) -> int | None:
    """The client's number, if it has one; for queries. Clients keep it for ever."""
    remembered: dict[str, int] = session.info.get(CLIENTS, {})
    if name in remembered:
        return remembered[name]
    known = await session.scalar(select(ClientRow.id).where(ClientRow.name == name))
    if known is not None:
        remembered[name] = known
    return known
