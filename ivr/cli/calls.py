"""`ivr calls`: the calls on record."""

import asyncio
import json
import os
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Annotated, TypeVar
from zoneinfo import ZoneInfo

import typer

from ivr.cli.call_pages import Pages, long_json, short_json
from ivr.cli.call_purge import purge
from ivr.config.company import load_company
from ivr.config.loading import load_settings, settings_root
from ivr.config.settings import Settings
from ivr.core.errors import ConfigError, StoreUnavailable
from ivr.core.records import CallRecord
from ivr.store.sql import SqlStore, open_store

_T = TypeVar("_T")
_AsJson = Annotated[bool, typer.Option("--json", help="As JSON, with moments in UTC.")]

app = typer.Typer(help="The calls on record.", no_args_is_help=True)
app.command()(purge)


@app.command("list")
def list_calls(
    limit: Annotated[int, typer.Option(help="How many at the most.", min=1, max=10_000)] = 20,
    as_json: _AsJson = False,
) -> None:
    """List the latest calls, newest first."""
    settings = load_settings(settings_root(os.environ), os.environ)
    records = asyncio.run(_with_store(settings, lambda store: store.calls(limit)))
    if as_json:
        typer.echo(json.dumps([short_json(record) for record in records], ensure_ascii=False))
    else:
        Pages(_zone(settings)).list(records)


@app.command()
def show(
    call: Annotated[str, typer.Argument(help="The call's number, or how it begins.")],
    as_json: _AsJson = False,
) -> None:
    """Show one call with all that was said and taken down."""
    settings = load_settings(settings_root(os.environ), os.environ)
    found = asyncio.run(_with_store(settings, lambda store: _find(store, call)))
    if isinstance(found, CallRecord):
        if as_json:
            typer.echo(json.dumps(long_json(found), ensure_ascii=False))
        else:
            Pages(_zone(settings)).show(found)
        return
    if found:
        alike = ", ".join(record.start.call_id for record in found)
        typer.echo(f"ivr: several calls begin with {call}: {alike}", err=True)
    else:
        typer.echo(f"ivr: no call begins with {call}; see: ivr calls list", err=True)
    raise typer.Exit(1)


async def _with_store(settings: Settings, ask: Callable[[SqlStore], Awaitable[_T]]) -> _T:
    store = await open_store(settings.database)
    try:
        # A call whose program died shall not be shown as going on. Who may only read the
        # database can still read it.
        with suppress(StoreUnavailable):
            await store.mark_broken_off(datetime.now(UTC))
        return await ask(store)
    finally:
        await store.close()


async def _find(store: SqlStore, call: str) -> CallRecord | Sequence[CallRecord]:
    """The one call that is meant, or those that may be meant."""
    if (exact := await store.call(call)) is not None:
        return exact
    alike = await store.calls_like(call, limit=6)
    if len(alike) == 1:
        return await store.call(alike[0].start.call_id) or alike
    return alike


def _zone(settings: Settings) -> ZoneInfo:
    """The company's; a profile that is wrong must not keep anybody from reading records."""
    try:
        return load_company(settings.hotline.company).zone
    except ConfigError:
        return ZoneInfo("Europe/Berlin")
