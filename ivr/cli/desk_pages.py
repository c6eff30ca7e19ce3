"""The desk as tables for the terminal."""

import sys
from collections.abc import Sequence
from datetime import datetime

from rich.console import Console
from rich.table import Table

from ivr.config.desk_plan import Plan, Queue
from ivr.core.staffing import Agent, Floor, SiteState, WaitState
from ivr.desk.expectation import used_lines
from ivr.desk.forecast import Figures
from ivr.desk.report_rows import SHARES
from ivr.desk.report_rows import Figures as Report

_PIPE_WIDTH = 160
"""Columns where there is no terminal to ask: enough for whole lines."""


class DeskPages:
    """Prints to standard output."""

    def __init__(self) -> None:
        width = None if sys.stdout.isatty() else _PIPE_WIDTH
        self._console = Console(width=width, highlight=False)

    def agents(self, agents: Sequence[Agent], now: datetime) -> None:
        if not agents:
            self._console.print("no agents yet; add one: ivr desk agents add NAME")
            return
        table = _table("agent", "name", "site", "state", "for", "calls", "languages", "skills")
        for agent in agents:
            since = _minutes((now - agent.since).total_seconds()) if agent.since else ""
            skills = ", ".join(f"{skill} {level}" for skill, level in agent.skills.items())
            state = agent.state.value.replace("_", " ")
            table.add_row(
                agent.id,
                agent.name,
                agent.site,
                f"{state} ({agent.reason})" if agent.reason else state,
                since,
                f"{agent.calls_today}/{agent.capacity}",
                " ".join(agent.languages),
                skills,
            )
        self._console.print(table)

    def sites(self, plan: Plan, floor: Floor, now: datetime) -> None:
        table = _table("site", "name", "reached by", "duty", "lines", "€/min", "ms", "state")
        for site in plan.sites:
            state = floor.sites.get(site.id, SiteState(site.id))
            table.add_row(
                site.id,
                site.name,
                site.trunk or "own agents",
                "on duty" if site.on_duty(now) else "closed",
                f"{used_lines(floor.waits, site.id)}/{site.lines}",
                f"{site.price}",
                f"{site.latency_ms}",
                _trouble(state, now),
            )
        self._console.print(table)

    def queue(self, plan: Plan, floor: Floor, now: datetime) -> None:
        if not floor.waits:
            self._console.print("nobody waits, and nobody talks with an agent")
            return
        table = _table("call", "queue", "state", "since", "agent", "site", "why")
        for wait in floor.waits:
            talks = wait.state is WaitState.TALKING and wait.taken_at is not None
            began = wait.taken_at if talks and wait.taken_at else wait.waiting.since
            table.add_row(
                wait.call_id,
                plan.queue(wait.queue).name,
                "to be called back" if wait.kept else wait.state.value,
                _minutes((now - began).total_seconds()),
                wait.agent or "",
                wait.site or "",
                wait.why,
            )
        self._console.print(table)

    def report(self, by: str, names: Sequence[str], rows: Sequence[Report], total: Report) -> None:
        table = _table(by.replace("_", " "))
        for name in names:
            table.add_column(_title(name), justify="right")
        for row in rows:
            table.add_row(row.of or "–", *(_figure(name, getattr(row, name)) for name in names))
        table.add_section()
        cells = (_figure(name, getattr(total, name)) for name in names)
        table.add_row("total", *cells, style="bold")
        self._console.print(table)

    def bills(self, header: Sequence[str], lines: Sequence[Sequence[str]]) -> None:
        if not lines:
            self._console.print("there is nothing to bill in this time")
            return
        table = Table()
        for place, name in enumerate(header):
            table.add_column(_title(name), justify="left" if place < 2 else "right")
        for line in lines:
            table.add_row(*line)
        self._console.print(table)

    def simulation(self, slots: Sequence[Figures], total: Figures, queue: Queue) -> None:
        promise = f"{queue.target_share:.0%} in {queue.target_s:.0f} s"
        table = Table(
            title=f"A simulated day; the promise is {promise}. Erlang C in brackets.",
            title_justify="left",
            caption="Needed: agents for the promise with the assistant, and without it.",
            caption_justify="left",
        )
        for name in ("from", "calls", "settled by assistant", "to people", "gave up", "agents"):
            table.add_column(name, justify="left" if name == "from" else "right")
        for name in ("in time", "mean wait", "occupancy", "cost €", "needed"):
            table.add_column(name, justify="right")
        for each in slots:
            table.add_row(*_cells(each))
        table.add_section()
        table.add_row(*_cells(total), style="bold")
        self._console.print(table)


def _cells(each: Figures) -> tuple[str, ...]:
    level = f"{_share(each.service_level)} ({_share(each.erlang_level)})"
    wait = f"{_seconds(each.mean_wait_s)} ({_seconds(each.erlang_wait_s)})"
    return (
        each.begins,
        str(each.calls),
        str(each.contained),
        str(each.queued),
        str(each.abandoned),
        str(each.agents),
        level,
        wait,
        _share(each.occupancy),
        f"{each.cost:.2f}",
        f"{each.needed} / {each.needed_alone}",
    )


def _title(name: str) -> str:
    """ "in_time" is "in time"; seconds say their unit in each cell."""
    return name.removesuffix("_s").replace("_", " ")


def _figure(name: str, value: float | None) -> str:
    if name in SHARES:
        return _share(value)
    if name.endswith("_s"):
        return _seconds(value)
    return "–" if value is None else f"{value:.1f}".removesuffix(".0")


def _trouble(state: SiteState, now: datetime) -> str:
    if state.silent:
        return "does not answer"
    if state.out_until is not None and state.out_until > now:
        return f"out for {_minutes((state.out_until - now).total_seconds())}"
    return "on trial" if state.failures else "in service"


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.0%}"


def _seconds(value: float | None) -> str:
    return "–" if value is None else f"{value:.0f} s"


def _minutes(seconds: float) -> str:
    """ "2:05", or "1:02:05" from an hour on."""
    minutes, rest = divmod(max(0, int(seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def _table(*columns: str) -> Table:
    table = Table()
    for column in columns:
        table.add_column(column)
    return table
