"""Gathers the sub-commands into the one `ivr` command."""

import importlib
import sys
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command
from typing_extensions import override

from ivr.core.errors import HotlineError

COMMANDS = {
    "run": ("run", "Start the hotline and keep it running until Ctrl-C or SIGTERM."),
    "call": ("app", "Call the hotline: by microphone, or with --say, --press or --wav."),
    "chat": (
        "chat",
        "Type as the caller; an empty line is silence, `0`, `*` or `471108#` are keys.",
    ),
    "doctor": (
        "doctor",
        "Check everything the hotline needs; exit code 1 if something needed is missing.",
    ),
    "bench": (
        "bench_command",
        "Measure response times, understanding and capacity; print a table and write JSON.",
    ),
    "calls": ("app", "The calls on record."),
    "config": ("app", "The settings: make the file, print the manual page."),
    "desk": ("app", "The desk: agents, sites, the queue; a day simulated."),
    "models": ("app", "The speech models: what there is, fetch one, check them."),
    "users": ("app", "Staff: who may sign in to the pages."),
    "nlu": ("app", "What the assistant is taught: import, export, train, compare, activate."),
}
"""Each sub-command is the module `ivr.cli.NAME`: what of it is the command, and its help."""


def load_command(name: str) -> Any:
    """The sub-command itself. Imports all that it needs, which takes seconds for some."""
    attribute, _ = COMMANDS[name]
    found = getattr(importlib.import_module(f"ivr.cli.{name}"), attribute)
    if isinstance(found, typer.Typer):
        return get_command(found)
    alone = typer.Typer(add_completion=False)
    alone.command(name)(found)
    return get_command(alone)


class _Late(TyperGroup):
    """Knows its commands by name and help; only the one that is run is imported."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        for name, (_, text) in COMMANDS.items():
            self.add_command(TyperCommand(name, help=text))

    @override
    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        name, command, rest = super().resolve_command(ctx, args)
        return name, load_command(name) if name in COMMANDS else command, rest


app = typer.Typer(
    name="ivr",
    cls=_Late,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.callback()
def ivr() -> None:
    """A telephone hotline that listens, understands and answers in German."""


def main() -> None:
    """Run the command line; an expected failure is one clear line and exit code 1."""
    try:
        app()
    except HotlineError as error:
        sys.stderr.write(f"ivr: {error}\n")
        raise SystemExit(1) from None
