"""Sees to it, once a day, that nothing is kept longer than the settings say."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeAlias

from ivr.config.retention import Retention
from ivr.config.settings import Settings
from ivr.core.errors import HotlineError
from ivr.core.retention import Before, Keepsakes, Purged
from ivr.store.purge import SqlPurge
from ivr.store.rescue import set_aside
from ivr.store.sessions import Sessions

_log = logging.getLogger(__name__)

FIRST_S = 300.0
"""After the start, so that the first calls have the machine to themselves."""
EVERY_S = 86_400.0
AGAIN_S = 3_600.0
"""After a failure."""

RemoveOld: TypeAlias = Callable[[Before], Awaitable[Purged]]


def keepsakes(sounds: Keepsakes) -> Sequence[Keepsakes]:
    """What is kept of calls beside the database.

    `sounds` must be the folder that calls write to, where this program takes calls: only that one
    knows what is still to be written. `ivr calls purge` is a program of its own and can miss what
    a running hotline has yet to write; that is over within seconds of a call's end.

    This is the place to add whatever else keeps something of a call: it is then removed with the
    call, by the daily purge and by `ivr calls purge` alike.
    """
    return (sounds,)


def open_purge(sessions: Sessions, client: str, sounds: Keepsakes) -> SqlPurge:
    return SqlPurge(sessions, client, keepsakes(sounds))


def before(options: Retention, now: datetime) -> Before:
    """The moments before which things are too old."""
    return Before(
        calls=now - timedelta(days=options.keep_days),
        notes=now - timedelta(days=options.keep_notes_days),
        orders=now - timedelta(days=options.keep_orders_days),
        staff=now - timedelta(days=options.keep_staff_days),
    )


async def keep_clean(settings: Settings, remove_old: RemoveOld) -> None:
    """Purge shortly after the start and then daily, for ever; a failure is logged and tried again
    an hour later."""
    await asyncio.sleep(FIRST_S)
    while True:
        done = await _purge_once(settings, remove_old)
        await asyncio.sleep(EVERY_S if done else AGAIN_S)


async def _purge_once(settings: Settings, remove_old: RemoveOld) -> bool:
    due = before(settings.retention, datetime.now(UTC))
    try:
        purged = await remove_old(due)
        await asyncio.to_thread(remove_set_aside, settings.hotline.data_dir, due.calls)
    except (HotlineError, OSError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        _log.error("what is too old cannot be removed", extra={"reason": reason})
        return False
    if purged:
        _log.info(
            "what was too old is removed",
            extra={
                "calls": purged.calls,
                "notes": purged.notes,
                "orders": purged.orders,
                "staff": purged.staff,
                "files": purged.files,
            },
        )
    return True


def remove_set_aside(data_dir: Path, older_than: datetime) -> bool:
    """Remove the rescued lines that no store takes, if the latest of them is that old. May wait
    for the disk; raises OSError."""
    file = set_aside(data_dir / "rescue")
    try:
        if file.stat().st_mtime >= older_than.timestamp():
            return False
        file.unlink()
    except FileNotFoundError:
        return False
    return True
