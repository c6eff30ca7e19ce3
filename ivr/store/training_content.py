"""What admins teach, with every version of it; implements `ivr.training.ports.Shelf`."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ivr.core.training import Body, Change, Clash, Edit, Piece, Save
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
            mine = await in_turn(session, self._client)
            return await make_changes(session, mine, list(edits), by, note)

    async def changes(
        self,
        kind: str | None = None,
        name: str | None = None,
        limit: int = 100,
        before: int | None = None,
    ) -> Sequence[Change]:
        """What was changed, newest first; `before`: only what has a lower number."""
        async with self._sessions.reading() as session:
            mine = await known_client(session, self._client)
            found = select(ChangeRow).where(ChangeRow.client_id == mine)
            if kind is not None:
                found = found.where(ChangeRow.kind == kind)
            if name is not None:
                found = found.where(ChangeRow.name == name)
            if before is not None:
                found = found.where(ChangeRow.id < before)
            rows = await session.scalars(found.order_by(ChangeRow.id.desc()).limit(limit))
            return [_change(row) for row in rows]

    async def together(self, number: int) -> Sequence[Change]:
        """All changes that were made at once with this one, itself included, oldest first."""
        async with self._sessions.reading() as session:
            mine = await known_client(session, self._client)
            moment = select(ChangeRow.changed_at).where(
                ChangeRow.client_id == mine, ChangeRow.id == number
            )
            found = select(ChangeRow).where(
                ChangeRow.client_id == mine, ChangeRow.changed_at == moment.scalar_subquery()
            )
            rows = await session.scalars(found.order_by(ChangeRow.id))
            return [_change(row) for row in rows]

    async def saves(
        self, limit: int = 50, before: int | None = None, without: str = ""
    ) -> Sequence[Save]:
        """What was changed together, newest first, but not by `without`."""
        last, moment, who = func.max(ChangeRow.id), ChangeRow.changed_at, ChangeRow.changed_by
        async with self._sessions.reading() as session:
            mine = ChangeRow.client_id == await known_client(session, self._client)
            found = select(last, moment, who, func.max(ChangeRow.note))
            found = found.where(mine, who != without).group_by(moment, who)
            if before is not None:
                found = found.having(last < before)
            saves = (await session.execute(found.order_by(last.desc()).limit(limit))).all()
            moments = {at for _, at, _, _ in saves}
            kinds = select(moment, who, ChangeRow.kind, func.count()).where(
                mine, moment.in_(moments)
            )
            counted = await session.execute(kinds.group_by(moment, who, ChangeRow.kind))
        by_save: dict[tuple[datetime, str], dict[str, int]] = {}
        for at, by, kind, count in counted:
            by_save.setdefault((at, by), {})[kind] = count
        return [Save(number, at, by, note, by_save[at, by]) for number, at, by, note in saves]

    async def made_in(self, saves: Sequence[Save]) -> Sequence[Change]:
        """All changes that were made in these saves, newest first."""
        wanted = {(each.at, each.by) for each in saves}
        async with self._sessions.reading() as session:
            mine = await known_client(session, self._client)
            found = select(ChangeRow).where(
                ChangeRow.client_id == mine, ChangeRow.changed_at.in_({at for at, _ in wanted})
            )
            rows = await session.scalars(found.order_by(ChangeRow.id.desc()))
            return [_change(row) for row in rows if (row.changed_at, row.changed_by) in wanted]

    async def latest(self, *kinds: str) -> int:
        """The number of the latest change, of these kinds if any are given; 0 if there is none."""
        async with self._sessions.reading() as session:
            mine = await known_client(session, self._client)
            found = select(func.max(ChangeRow.id)).where(ChangeRow.client_id == mine)
            if kinds:
                found = found.where(ChangeRow.kind.in_(kinds))
            return (await session.scalar(found)) or 0


async def in_turn(session: AsyncSession, client: str) -> int:
    """The client's id, held until the end of the transaction: two who look at the same thing at
    once take turns. SQLite has one writer anyway."""
    mine = await client_id_of(session, client)
    await session.execute(select(ClientRow.id).where(ClientRow.id == mine).with_for_update())
    return mine


async def make_changes(
    session: AsyncSession, mine: int, edits: Sequence[Edit], by: str, note: str = ""
) -> tuple[Change, ...] | Clash:
    """Make all changes or none, as a part of a transaction that is `in_turn`."""
    known = await _rows(session, mine, edits)
    for edit in edits:
        row = known.get((edit.kind, edit.name))
        if edit.version is not None and edit.version != _version(row):
            return _clash(edit, row)
    # One moment for all of them: by it they are known to belong together.
    now = datetime.now(UTC)
    made = [_apply(session, known, mine, edit, _Stamp(now, by, note)) for edit in edits]
    await session.flush()
    return tuple(_change(change) for change in made if change is not None)


@dataclass(frozen=True, slots=True)
class _Stamp:
    at: datetime
    by: str
    note: str


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
    mine: int,
    edit: Edit,
    stamp: _Stamp,
) -> ChangeRow | None:
    row = known.get((edit.kind, edit.name))
    before = None if row is None else row.body
    after = None if edit.body is None else dict(edit.body)
    if before == after:
        return None
    if row is None:
        row = PieceRow(client_id=mine, kind=edit.kind, name=edit.name, version=0)
        session.add(row)
        known[edit.kind, edit.name] = row
    row.body, row.version = after, row.version + 1
    row.changed_at, row.changed_by = stamp.at, stamp.by
    change = ChangeRow(
        client_id=mine,
        kind=edit.kind,
        name=edit.name,
        version=row.version,
        before=before,
        after=after,
        changed_at=stamp.at,
        changed_by=stamp.by,
        note=stamp.note,
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
