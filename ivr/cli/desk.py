"""`ivr desk`: agents, sites and the queue, and a day simulated."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, NoReturn, TypeVar

import typer

from ivr.cli import practice
from ivr.cli.desk_pages import DeskPages
from ivr.cli.desk_report import bill, report
from ivr.config.company import load_company
from ivr.config.desk_plan import Plan, load_plan
from ivr.config.loading import load_settings, settings_root
from ivr.core.errors import ConfigError
from ivr.core.staffing import Agent, AgentState
from ivr.core.telephony import dialable, is_target
from ivr.desk.day import read_day, sample_day, write_csv
from ivr.desk.forecast import HEADER, by_slot, whole_day
from ivr.desk.simulation import Assumptions, simulate
from ivr.store.desk import SqlDesk
from ivr.store.owner import this_process
from ivr.store.sql import open_store

_T = TypeVar("_T")
_Id = Annotated[str, typer.Argument(help="The name they sign in with.")]
_Skill = Annotated[
    list[str] | None, typer.Option("--skill", help="A skill and its level: orders=3.")
]
_Language = Annotated[list[str] | None, typer.Option("--language", help="Like de or en.")]
_Queue = Annotated[list[str] | None, typer.Option("--queue", help="A queue they serve.")]

app = typer.Typer(
    help="The desk: agents, sites, the queue; a day simulated.", no_args_is_help=True
)
agents_app = typer.Typer(help="Agents: who takes calls.", invoke_without_command=True)
app.add_typer(agents_app, name="agents")
app.command("report")(report)
app.command("bill")(bill)
app.add_typer(practice.app, name="practice")


@agents_app.callback()
def agents(context: typer.Context) -> None:
    """List the agents, or add, change or remove one."""
    if context.invoked_subcommand is None:
        floor = _with_desk(lambda desk: desk.floor())
        DeskPages().agents(floor.agents, datetime.now(UTC))


@agents_app.command()
def add(
    agent: _Id,
    name: Annotated[str, typer.Option(help="As callers may hear it.")] = "",
    site: Annotated[str, typer.Option(help="Where they work; the first own site if empty.")] = "",
    skill: _Skill = None,
    language: _Language = None,
    queue: _Queue = None,
    phone: Annotated[str, typer.Option(help="Ring this instead of the browser.")] = "",
    capacity: Annotated[int, typer.Option(min=0, max=1000, help="Calls a day.")] = 120,
) -> None:
    """Add an agent; without options they serve every queue, in German, in their browser."""
    new = Agent(
        agent,
        name or agent,
        _site(site),
        tuple(language or ("de",)),
        _skills(skill or []),
        _queues(queue or []),
        capacity,
        _phone(phone),
    )
    if not _with_desk(lambda desk: desk.add_agent(new)):
        _fail(f"there is an agent {agent} already: use ivr desk agents change")
    typer.echo(f"added {agent}, at {new.site}")


@agents_app.command()
def change(
    agent: _Id,
    name: Annotated[str, typer.Option(help="As callers may hear it.")] = "",
    site: Annotated[str, typer.Option(help="Where they work.")] = "",
    skill: _Skill = None,
    language: _Language = None,
    queue: _Queue = None,
    capacity: Annotated[int | None, typer.Option(min=0, max=1000, help="Calls a day.")] = None,
) -> None:
    """Change an agent; what is not given stays. Lists are replaced as a whole."""
    given = {
        "name": name or None,
        "site": _site(site) if site else None,
        "skills": _skills(skill) if skill else None,
        "languages": tuple(language) if language else None,
        "queues": _queues(queue) if queue else None,
        "capacity": capacity,
    }
    changes = {key: value for key, value in given.items() if value is not None}

    async def work(desk: SqlDesk) -> Agent | None:
        found = await _found(desk, agent)
        return await desk.save_agent(replace(found, **changes))  # type: ignore[arg-type]

    if _with_desk(work) is None:
        _fail("the agent was changed by somebody else at the same moment: try again")
    typer.echo(f"changed {agent}")


@agents_app.command()
def remove(agent: _Id) -> None:
    """Remove an agent who is signed out; their calls stay on record."""

    async def work(desk: SqlDesk) -> bool:
        found = await _found(desk, agent)
        return found.state is AgentState.SIGNED_OUT and await desk.remove_agent(agent)

    if not _with_desk(work):
        _fail(f"{agent} is signed in: they must sign out first")
    typer.echo(f"removed {agent}")


@app.command()
def sites() -> None:
    """List the sites of the plan: on duty or not, lines, price, faults."""
    floor = _with_desk(lambda desk: desk.floor())
    DeskPages().sites(_plan(), floor, datetime.now(UTC))


@app.command()
def queue() -> None:
    """List the callers who wait and those who talk with somebody."""
    floor = _with_desk(lambda desk: desk.floor())
    DeskPages().queue(_plan(), floor, datetime.now(UTC))


@app.command("simulate")
def simulate_day(
    day: Annotated[
        Path | None,
        typer.Option(
            help="CSV: from,calls,handling_s,agents by half hour. A sample if not given."
        ),
    ] = None,
    agents: Annotated[
        int | None, typer.Option(min=0, max=5000, help="So many all day, whatever the day says.")
    ] = None,
    containment: Annotated[
        float, typer.Option(min=0, max=1, help="Share of calls the assistant settles alone.")
    ] = 0.5,
    patience_s: Annotated[
        float, typer.Option(min=0, max=86400, help="Callers' mean patience; 0 for no end.")
    ] = 180,
    pick_up_s: Annotated[
        float, typer.Option(min=0, max=120, help="Seconds until an agent accepts.")
    ] = 3,
    seed: Annotated[int, typer.Option(help="Another seed is another day.")] = 1,
    csv: Annotated[Path | None, typer.Option(help="Write the figures here, as CSV.")] = None,
) -> None:
    """Replay a day with the real routing, beside what Erlang C expects, and say who is needed."""
    slots = sample_day() if day is None else read_day(_lines(day))
    if agents is not None:
        slots = tuple(replace(slot, agents=agents) for slot in slots)
    plan = _plan()
    first = plan.queues[0]
    outcome = simulate(slots, plan, Assumptions(containment, patience_s, pick_up_s, seed))
    figures = by_slot(slots, outcome, first, containment)
    total = whole_day(figures, outcome, slots, first)
    DeskPages().simulation(figures, total, first)
    if csv is not None:
        text = write_csv(HEADER, [each.row() for each in (*figures, total)])
        try:
            csv.write_text(text, encoding="utf-8")
        except OSError as error:
            _fail(f"{csv} cannot be written: {error.strerror}")
        typer.echo(f"written to {csv}")


def _lines(file: Path) -> list[str]:
    try:
        return file.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file} cannot be read: {error}") from None


def _plan() -> Plan:
    settings = load_settings(settings_root(os.environ), os.environ)
    return load_plan(settings.desk.plan, load_company(settings.hotline.company))


def _site(given: str) -> str:
    plan = _plan()
    own = [site.id for site in plan.sites if site.trunk is None]
    if given and given not in own:
        _fail(f"agents cannot work at {given}: own sites are {', '.join(own) or 'none'}")
    if not own:
        _fail("the plan has no site of our own: add one without a trunk to desk.toml")
    return given or own[0]


def _phone(given: str) -> str | None:
    if given and not is_target(given):
        _fail(
            f"{given} is neither a telephone number such as +4956112345 nor a SIP address such as"
            " sip:anna@10.0.0.5"
        )
    if not given or ":" in given:
        return given or None
    return dialable(given)


def _skills(given: list[str]) -> dict[str, int]:
    skills = {}
    for each in given:
        name, _, level = each.partition("=")
        if not name or level not in ("1", "2", "3", "4", "5"):
            _fail(f"{each} is no skill with a level from 1 to 5: write it like orders=3")
        skills[name] = int(level)
    return skills


def _queues(given: list[str]) -> tuple[str, ...]:
    known = [each.id for each in _plan().queues]
    if unknown := sorted(set(given) - set(known)):
        _fail(f"there is no queue {unknown[0]}: there are {', '.join(known)}")
    return tuple(given)


async def _found(desk: SqlDesk, agent: str) -> Agent:
    found = await desk.agent(agent)
    if found is None:
        _fail(f"there is no agent {agent}: see ivr desk agents")
    return found


def _with_desk(work: Callable[[SqlDesk], Awaitable[_T]]) -> _T:
    settings = load_settings(settings_root(os.environ), os.environ)
    company = load_company(settings.hotline.company)

    async def run() -> _T:
        store = await open_store(settings.database)
        try:
            return await work(SqlDesk(store.sessions, company.id, this_process()))
        finally:
            await store.close()

    return asyncio.run(run())


def _fail(message: str) -> NoReturn:
    typer.echo(f"ivr: {message}", err=True)
    raise typer.Exit(1)
