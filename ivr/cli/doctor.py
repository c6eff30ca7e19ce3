"""`ivr doctor`: what is there, what is missing, and the cure."""

import os
from typing import Annotated

import typer

from ivr.app.checks.finding import Level
from ivr.app.checks.services import answers_health, base_url
from ivr.app.doctor import examine
from ivr.config.loading import load_settings, settings_root

_COLOURS = {Level.OK: "green", Level.WARNING: "yellow", Level.MISSING: "red"}


def doctor(
    *,
    health: Annotated[
        bool, typer.Option("--health", help="Only ask the running hotline whether it is well.")
    ] = False,
) -> None:
    """Check everything the hotline needs; exit code 1 if something needed is missing."""
    root = settings_root(os.environ)
    if health:
        web = load_settings(root, os.environ).web
        if answers_health(web):
            typer.echo("the hotline is well")
            return
        typer.echo(f"no hotline answers at {base_url(web.host, web.port)}/health", err=True)
        raise typer.Exit(1)
    lacking = 0
    for finding in examine(root, os.environ):
        level = typer.style(f"{finding.level:<8}", fg=_COLOURS[finding.level])
        cure = f". Cure: {finding.cure}" if finding.cure else ""
        typer.echo(f"{level} {finding.name:<28} {finding.text}{cure}")
        lacking += finding.level is Level.MISSING
    if lacking:
        typer.echo(f"\n{lacking} needed for the hotline to run; see the cures above", err=True)
        raise typer.Exit(1)
