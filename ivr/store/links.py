"""Links that open once and soon expire. Of a link only a digest is kept."""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import delete

from ivr.store.clients import client_id_of
from ivr.store.desk_tables import LinkRow
from ivr.store.sessions import Sessions

LIVES = timedelta(minutes=15)
"""Long enough for somebody who has just been given a call."""


class SqlLinks:
    """Implements `desk_store.Links`, for one client."""

    def __init__(self, sessions: Sessions, client: str) -> None:
        self._sessions = sessions
        self._client = client

    async def make(self, call_id: str, now: datetime) -> str:
        token = secrets.token_urlsafe(32)
        async with self._sessions.writing() as session:
            client = await client_id_of(session, self._client)
            old = delete(LinkRow).where(LinkRow.client_id == client, LinkRow.expires_at <= now)
            await session.execute(old)
            new = LinkRow(digest=_digest(token), call_id=call_id, expires_at=now + LIVES)
            new.client_id = client
            session.add(new)
        return token

    async def open(self, token: str, now: datetime) -> str | None:
        async with self._sessions.writing() as session:
            client = await client_id_of(session, self._client)
            # Who deletes the row has opened it: of two at the same moment one.
            mine = (
                delete(LinkRow)
                .where(LinkRow.client_id == client, LinkRow.digest == _digest(token))
                .where(LinkRow.expires_at > now)
                .returning(LinkRow.call_id)
            )
            return await session.scalar(mine)


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()
