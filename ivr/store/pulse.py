"""Which processes at the desk still live: by looking at them where that is possible, else by their
beats.

Clocks of two machines differ, so no beat's moment is compared with ours: a process is dead when we
have waited a minute for its next beat. A machine that was asleep itself has waited for nothing.
"""

import asyncio
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, select, update

from ivr.store import owner as owners
from ivr.store.desk_changes import insert_once
from ivr.store.desk_tables import ProcessRow
from ivr.store.sessions import Sessions

SILENCE_S = 60.0
"""Six beats."""
_FORGOTTEN_AFTER = timedelta(days=7)
"""Rows of processes that have ended; how long matters to nobody."""


class Pulses:
    """What was seen of others' beats, by our own clock."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._seen: dict[str, tuple[datetime | None, float]] = {}

    def stopped(self, beats: Mapping[str, datetime | None]) -> frozenset[str]:
        """Those whose beat is the same as a minute ago; `beats` are all that matter now."""
        now = self._clock()
        seen = {who: self._seen.get(who, (beat, now)) for who, beat in beats.items()}
        self._seen = {
            who: at if at[0] == beats[who] else (beats[who], now) for who, at in seen.items()
        }
        return frozenset(who for who, (_, since) in self._seen.items() if now - since >= SILENCE_S)


async def beat(sessions: Sessions, client: int, owner: str) -> None:
    """Raises StoreUnavailable."""
    now = datetime.now(UTC)
    mine = ProcessRow.client_id == client, ProcessRow.owner == owner
    async with sessions.writing() as session:
        if await insert_once(session, ProcessRow, client, {"owner": owner, "beat_at": now}):
            old = ProcessRow.beat_at < now - _FORGOTTEN_AFTER
            await session.execute(delete(ProcessRow).where(ProcessRow.client_id == client, old))
        else:
            await session.execute(update(ProcessRow).where(*mine).values(beat_at=now))


async def beats(
    sessions: Sessions, client: int, named: frozenset[str]
) -> Mapping[str, datetime | None]:
    """The last beat of each; None of whom there is none. Raises StoreUnavailable."""
    if not named:
        return {}
    known = select(ProcessRow.owner, ProcessRow.beat_at).where(
        ProcessRow.client_id == client, ProcessRow.owner.in_(named)
    )
    async with sessions.reading() as session:
        found = {row.owner: row.beat_at for row in await session.execute(known)}
    return {who: found.get(who) for who in named}


async def gone(named: frozenset[str]) -> tuple[frozenset[str], frozenset[str]]:
    """Whom we can see to be dead, and of whom we cannot tell."""
    return await asyncio.to_thread(_looked_at, named)


def _looked_at(named: frozenset[str]) -> tuple[frozenset[str], frozenset[str]]:
    dead, unknown = set(), set()
    for text in named:
        try:
            alive = owners.lives(owners.named(text))
        except ValueError:
            alive = None
        if alive is None:
            unknown.add(text)
        elif not alive:
            dead.add(text)
    return frozenset(dead), frozenset(unknown)
