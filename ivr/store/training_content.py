"""What admins teach, with every version of it; implements `ivr.training.ports.Shelf`."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ivr.core.training import Body, Change, Clash, Edit, Piece
from ivr.store.clients import client_id_of, known_client
from ivr.store.sessions import Sessions
from ivr.store.tables import ClientRow
from ivr.store.training_tables import ChangeRow, PieceRow


class SqlShelf:
    """The content of one client."""

    def __init__(self, sessions: Sessions, client: str) -> None:
        self._sessions = sessions
        self._client = client

    async def pieces(self, kind: str | None = None) -> Sequence[Piece]:
        """What there is, in the order in which it came."""
        async with self._sessions.reading() as session:
            mine = await known_client(session, self._client)
            found = select(PieceRow).where(PieceRow.client_id == mine)
            if kind is not None:
                found = found.where(PieceRow.kind == kind)
            rows = await session.scalars(found.order_by(PieceRow.id))
            # A body of JSON null is a piece that was taken away.
            return [_piece(row, row.body) for row in rows if row.body is not None]

    async def piece(self, kind: str, name: str) -> Piece | None:
        async with self._sessions.reading() as session:
            mine = await known_client(session, self._client)
            row = await _row(session, mine, kind, name)
            return None if row is None or row.body is None else _piece(row, row.body)

    async def change(
        self, edits: Iterable[Edit], by: str, note: str = ""
    ) -> tuple[Change, ...] | Clash:
        """Make all changes or none. An edit that changes nothing leaves no version behind."""
        async with self._sessions.writing() as session:
            mine = await client_id_of(session, self._client)
            listed = list(edits)
            # Two who look at the same versions at once take turns; SQLite has one writer anyway.
            lock = select(ClientRow.id).where(ClientRow.id == mine).with_for_update()
            await session.execute(lock)
            known = await _rows(session, mine, listed)
            for edit in listed:
                row = known.get((edit.kind, edit.name))
                if edit.version is not None and edit.version != _version(row):
                    return _clash(edit, row)
            made = [_apply(session, known, mine, edit, by, note) for edit in listed]
            await session.flush()
            return tuple(_change(change) for change in made if change is not None)

    async def changes(
        self, kind: str | None = None, name: str | None = None, limit: int = 100
    ) -> Sequence[Change]:
        """What was changed, newest first."""
        async with self._sessions.reading() as session:
            mine = await known_client(session, self._client)
            found = select(ChangeRow).where(ChangeRow.client_id == mine)
            if kind is not None:
                found = found.where(ChangeRow.kind == kind)
            if name is not None:
                found = found.where(ChangeRow.name == name)
            rows = await session.scalars(found.order_by(ChangeRow.id.desc()).limit(limit))
            return [_change(row) for row in rows]

    async def change_of(self, number: int) -> Change | None:
        async with self._sessions.reading() as session:
            mine = await known_client(session, self._client)
            found = select(ChangeRow).where(ChangeRow.client_id == mine, ChangeRow.id == number)
            row = (await session.scalars(found)).one_or_none()
            return None if row is None else _change(row)

    async def latest(self, kind: str | None = None) -> int:
        """The number of the latest change; 0 where there is none."""
        async with self._sessions.reading() as session:
            mine = await known_client(session, self._client)
            found = select(func.max(ChangeRow.id)).where(ChangeRow.client_id == mine)
            if kind is not None:
                found = found.where(ChangeRow.kind == kind)
            return (await session.scalar(found)) or 0


async def _row(session: AsyncSession, mine: int | None, kind: str, name: str) -> PieceRow | None:
    found = select(PieceRow).where(
        PieceRow.client_id == mine, PieceRow.kind == kind, PieceRow.name == name
    )
    return (await session.scalars(found)).one_or_none()


_MANY = 20
"""From so many edits on, all rows are read at once."""


async def _rows(
    session: AsyncSession, mine: int | None, edits: Sequence[Edit]
) -> dict[tuple[str, str], PieceRow]:
    rows: Iterable[PieceRow | None]
    if len(edits) > _MANY:
        rows = await session.scalars(select(PieceRow).where(PieceRow.client_id == mine))
    else:
        rows = [await _row(session, mine, edit.kind, edit.name) for edit in edits]
    return {(row.kind, row.name): row for row in rows if row is not None}


def _version(row: PieceRow | None) -> int:
    """Of what is there now: a piece that is gone has none."""
    return 0 if row is None or row.body is None else row.version


def _apply(
    session: AsyncSession,
    known: dict[tuple[str, str], PieceRow],
    mine: int | None,
    edit: Edit,
    by: str,
    note: str,
) -> ChangeRow | None:
    row = known.get((edit.kind, edit.name))
    before = None if row is None else row.body
    after = None if edit.body is None else dict(edit.body)
    if before == after:
        return None
    now = datetime.now(UTC)
    if row is None:
        row = PieceRow(client_id=mine, kind=edit.kind, name=edit.name, version=0)
        session.add(row)
        known[edit.kind, edit.name] = row
    row.body, row.version, row.changed_at, row.changed_by = after, row.version + 1, now, by
    change = ChangeRow(
        client_id=mine,
        kind=edit.kind,
        name=edit.name,
        version=row.version,
        before=before,
        after=after,
        changed_at=now,
        changed_by=by,
        note=note,
    )
    session.add(change)
    return change


def _piece(row: PieceRow, body: Body) -> Piece:
    return Piece(row.kind, row.name, body, row.version, row.changed_at, row.changed_by)


def _clash(edit: Edit, row: PieceRow | None) -> Clash:
    if row is None:
        return Clash(edit.kind, edit.name, "", None)
    return Clash(edit.kind, edit.name, row.changed_by, row.changed_at)


def _change(row: ChangeRow) -> Change:
    return Change(
        row.id,
        row.kind,
        row.name,
        row.version,
        row.before,
        row.after,
        row.changed_at,
        row.changed_by,
        row.note,
    )
