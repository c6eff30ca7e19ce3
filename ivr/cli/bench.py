"""`ivr bench`: measures the hotline on this machine."""

import asyncio
import os
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from ivr.app.bench.figures import Report
from ivr.app.bench.run import SECTIONS, Plan, bench, bench_speech
from ivr.config.loading import load_settings, settings_root
from ivr.config.settings import Settings, Store
from ivr.observe.logs import logging_set_up


def bench_command(
    speech: Annotated[
        Path | None, typer.Option(help="Only word errors, on this folder with a manifest.tsv.")
    ] = None,
    quick: Annotated[bool, typer.Option(help="A look, not a figure.")] = False,
    only: Annotated[
        list[str] | None,
        typer.Option(help=f"{', '.join(SECTIONS)}. Repeatable."),
    ] = None,
    heard_minutes: Annotated[
        float, typer.Option(help="How long `heard` speaks; the rest of it the next time.", min=0)
    ] = 30.0,
    out: Annotated[Path, typer.Option(help="Where the JSON goes.")] = Path("build/bench.json"),
) -> None:
    """Measure response times, understanding and capacity; print a table and write JSON."""
    if unknown := set(only or ()) - set(SECTIONS):
        raise typer.BadParameter(
            f"--only takes {', '.join(SECTIONS)}, not {', '.join(sorted(unknown))}"
        )
    settings = load_settings(settings_root(os.environ), os.environ)
    log_file = settings.hotline.data_dir / "log" / "bench.log"
    report = Report()
    with (
        TemporaryDirectory(prefix="ivr-bench-") as folder,
        logging_set_up(settings.log, log_file, terminal=None),
    ):
        settings = _apart(settings, Path(folder))
        sections = tuple(only) if only else SECTIONS
        plan = Plan(quick=quick, sections=sections, heard_minutes=heard_minutes)
        if speech is not None:
            asyncio.run(bench_speech(settings, speech, report, typer.echo))
        else:
            asyncio.run(bench(settings, plan, report, typer.echo))
    report.write(out, _shown(settings))
    _print(report)
    typer.echo(f"as JSON: {out}")


def _apart(settings: Settings, folder: Path) -> Settings:
    """Synthetic calls have no place among the real ones."""
    hotline = settings.hotline.model_copy(update={"data_dir": folder})
    return settings.model_copy(update={"hotline": hotline, "store": Store()})


def _shown(settings: Settings) -> dict[str, str]:
    return {name: str(value) for name, value in settings.speech}


def _print(report: Report) -> None:
    table = Table("what", "figure", "value", "target", "", "", title="benchmarks")
    for section, figures in report.sections.items():
        for number, figure in enumerate(figures):
            mark = "" if figure.met is None else "met" if figure.met else "MISSED"
            table.add_row(
                section if number == 0 else "",
                figure.name,
                f"{figure.value:.2f} {figure.unit}",
                figure.target,
                mark,
                figure.note,
                end_section=number == len(figures) - 1,
            )
    Console().print(table)
