"""`ivr desk practice`: exercises for agents, checked and tried with a synthetic agent."""

import asyncio
import os
import re
from pathlib import Path
from typing import Annotated

import typer

from ivr.app.fast_clock import FastLoop
from ivr.app.practice_run import practise
from ivr.config.loading import load_settings, settings_root
from ivr.core.errors import ConfigError
from ivr.core.practice import PracticeResult
from ivr.practice.exercise import NAME, Exercise
from ivr.practice.reading import read_file, shipped

app = typer.Typer(help="Practice calls with a synthetic customer.", no_args_is_help=True)


@app.command("list")
def list_all() -> None:
    """List the exercises that come with the program."""
    for name, exercise in shipped().items():
        typer.echo(f"{name:26} {exercise.title}")
        typer.echo(f"{'':26} {exercise.about}")


@app.command()
def check(file: Annotated[Path, typer.Argument(help="An exercise, as a YAML file.")]) -> None:
    """Check an exercise; mistakes are told with their lines."""
    exercise = read_file(file)
    lines = len(list(exercise.lines()))
    points = len(exercise.checklist)
    typer.echo(f"{file}: {exercise.title}: {lines} lines, a checklist of {points} points. Good.")


@app.command()
def run(
    name: Annotated[str, typer.Argument(help="Of a shipped exercise, or a YAML file.")],
    say: Annotated[
        list[str] | None,
        typer.Option(help="What the agent says in turn, instead of the exercise's example."),
    ] = None,
    fast: Annotated[bool, typer.Option(help="As fast as the engines allow.")] = True,
    out: Annotated[Path | None, typer.Option(help="Record both sides here, in stereo.")] = None,
) -> None:
    """Hold a practice call with a synthetic agent, and print the result."""
    exercise = _named(name)
    if not say and not exercise.example:
        raise ConfigError("the exercise has no example: tell with --say what the agent says")
    settings = load_settings(settings_root(os.environ), os.environ)
    with asyncio.Runner(loop_factory=FastLoop if fast else None) as runner:
        result = runner.run(practise(exercise, settings, say or (), out))
    if result is None:
        typer.echo("ivr: the synthetic agent was not joined with the customer", err=True)
        raise typer.Exit(1)
    show(result)


def show(result: PracticeResult) -> None:
    """The result, for a terminal."""
    for said in result.transcript:
        who = {"caller": "customer"}.get(said.who, said.who)
        cut = " –" if said.interrupted else ""
        typer.echo(f"{said.start_s:7.1f}  {who:9} {said.text}{cut}")
    typer.echo("")
    for point in result.points:
        typer.echo(f"  [{'x' if point.done else ' '}] {point.text}")
    over = len(result.talked_over)
    moods = " ".join(f"{each.at_s:.0f}s:{each.mood}" for each in result.moods)
    typer.echo("")
    typer.echo(f"{result.done} of {len(result.points)} points, solved: {_yes(result.solved)}")
    typer.echo(f"talked over the customer {over} times, {result.over_s:.1f} s")
    typer.echo(f"{result.talk_s:.0f} s of talk, {result.holds} times on hold; mood {moods}")


def _yes(is_so: bool) -> str:
    return "yes" if is_so else "no"


def _named(name: str) -> Exercise:
    if re.fullmatch(NAME, name):
        if (exercise := shipped().get(name)) is not None:
            return exercise
        raise ConfigError(f"there is no exercise {name}: there are {', '.join(shipped())}")
    return read_file(Path(name))
