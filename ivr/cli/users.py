"""`ivr users`: who may sign in to the pages."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from typing import Annotated, NoReturn, TypeVar

import typer

from ivr.config.loading import load_settings, settings_root
from ivr.core.staff import Person, Role
from ivr.store.sql import open_store
from ivr.store.staff import StaffStore
from ivr.web.staff.passwords import Passwords
from ivr.web.staff.people import Declined, Handed, People

_T = TypeVar("_T")
_Name = Annotated[str, typer.Argument(help="The name they sign in with.")]

app = typer.Typer(help="Staff: who may sign in to the pages.", no_args_is_help=True)


@app.command("list")
def list_people() -> None:
    """List everybody with their roles."""
    for person in _with_people(lambda people: people.all()):
        state = "disabled" if person.disabled else "one-time" if person.must_change else "active"
        typer.echo(f"{person.name:<24} {person.role:<10} {state:<8} {person.full_name}")


@app.command()
def add(
    name: _Name,
    role: Annotated[Role, typer.Option(help="What they may do.")] = Role.AGENT,
    full_name: Annotated[str, typer.Option(help="As colleagues read it.")] = "",
) -> None:
    """Add somebody, and print their one-time password."""
    _tell(_with_people(lambda people: people.add(name, full_name or name, role)))


@app.command()
def reset(name: _Name) -> None:
    """Give somebody a new one-time password, and sign them out everywhere."""

    async def work(people: People) -> Handed | Declined:
        return await people.reset(await _find(people, name))

    _tell(_with_people(work))


@app.command()
def disable(
    name: _Name,
    undo: Annotated[bool, typer.Option("--undo", help="Let them in again.")] = False,
) -> None:
    """Bar somebody, and sign them out everywhere."""

    async def work(people: People) -> Declined | None:
        return await people.set_disabled(await _find(people, name), not undo)

    declined = _with_people(work)
    if declined is not None:
        _fail("somebody must stay admin: add or let in another one first")
    typer.echo(f"{name} is {'active' if undo else 'disabled'}")


def _tell(outcome: Handed | Declined) -> None:
    if isinstance(outcome, Declined):
        _fail("this name is taken, or none: it takes 2 to 40 lower-case letters, digits or .-_@")
    typer.echo(f"{outcome.person.name} ({outcome.person.role}): one-time password")
    typer.echo(f"  {outcome.password}")


def _with_people(work: Callable[[People], Awaitable[_T]]) -> _T:
    async def run() -> _T:
        settings = load_settings(settings_root(os.environ), os.environ)
        store = await open_store(settings.database)
        try:
            return await work(People(StaffStore(store.sessions), Passwords()))
        finally:
            await store.close()

    return asyncio.run(run())


async def _find(people: People, name: str) -> Person:
    person = await people.find(name)
    if person is None:
        _fail(f"nobody signs in as {name}; see: ivr users list")
    return person


def _fail(message: str) -> NoReturn:
    typer.echo(f"ivr: {message}", err=True)
    raise typer.Exit(1)
