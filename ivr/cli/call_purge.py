"""`ivr calls purge`: removes calls for good, the old ones or those of one number."""

import asyncio
import os
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from ivr.app.recordings import sound_folder
from ivr.app.retention import before, open_purge, remove_set_aside
from ivr.config.company import load_company
from ivr.config.loading import load_settings, settings_root
from ivr.config.settings import Settings
from ivr.core.retention import Before, Purged
from ivr.store.purge import SqlPurge
from ivr.store.rescue import set_aside
from ivr.store.sql import open_store

_WORDS = {
    "calls": "calls",
    "turns": "turns of them",
    "hand_overs": "hand-overs",
    "waits": "waits in the queue",
    "notes": "messages, appointments, changes of address",
    "orders": "orders",
    "staff": "agents' offers and working times",
    "files": "files",
}


def purge(
    older_than: Annotated[
        int | None,
        typer.Option(help="Days since a call's end, instead of [retention] keep_days.", min=0),
    ] = None,
    number: Annotated[
        str | None,
        typer.Option(help="Erase whatever tells of who has this number, however old or new."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would be removed.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Remove calls that are too old, or on request those of one number, for good.

    The running hotline removes what is too old once a day by itself. Calls that go on stay.
    """
    if number is not None and older_than is not None:
        _refuse("give --older-than or --number, not both")
    if number is not None and not any(char.isalnum() for char in number):
        _refuse("this is no number")
    settings = load_settings(settings_root(os.environ), os.environ)
    asyncio.run(_purge(settings, older_than, number, dry_run=dry_run, yes=yes))


async def _purge(
    settings: Settings, older_than: int | None, number: str | None, *, dry_run: bool, yes: bool
) -> None:
    company = load_company(settings.hotline.company)
    store = await open_store(settings.database)
    try:
        await store.mark_broken_off(datetime.now(UTC))
        work = open_purge(store.sessions, company.id, sound_folder(settings))
        due = _due(settings, older_than)
        found = await (work.count_old(due) if number is None else work.count_of(number))
        going_on = 0 if number is None else (await work.calls_of(number))[1]
        _tell("would be removed" if dry_run or not yes else "to be removed", found)
        if not dry_run and (found or number is None):
            if found and not yes:
                await asyncio.to_thread(typer.confirm, "Remove this for good?", abort=True)
            _tell("removed", await _remove(settings, work, due, number))
    finally:
        await store.close()
    _hints(settings, number, going_on)


async def _remove(settings: Settings, work: SqlPurge, due: Before, number: str | None) -> Purged:
    if number is not None:
        return await work.remove_of(number)
    purged = await work.remove_old(due)
    await asyncio.to_thread(remove_set_aside, settings.hotline.data_dir, due.calls)
    return purged


def _due(settings: Settings, older_than: int | None) -> Before:
    now = datetime.now(UTC)
    due = before(settings.retention, now)
    return due if older_than is None else replace(due, calls=now - timedelta(days=older_than))


def _tell(done: str, purged: Purged) -> None:
    if not purged:
        typer.echo(f"nothing {done}")
        return
    typer.echo(f"{done}:")
    for field in fields(purged):
        if count := getattr(purged, field.name):
            typer.echo(f"  {count:>8} {_WORDS[field.name]}")


def _hints(settings: Settings, number: str | None, going_on: int) -> None:
    if number is None:
        return
    if going_on:
        typer.echo(f"{going_on} call(s) of this number go on: repeat this when they are over")
    typer.echo("Orders are kept as long as [retention] keep_orders_days says.")
    aside = set_aside(settings.hotline.data_dir / "rescue")
    if aside.exists():
        typer.echo(f"Look through {aside} by hand: records that fitted nowhere are in it.")


def _refuse(why: str) -> None:
    typer.echo(f"ivr: {why}", err=True)
    raise typer.Exit(2)
