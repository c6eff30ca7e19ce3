"""Gathers the sub-commands into the one `ivr` command."""

import sys

import typer

from ivr.cli import calls, config, models, nlu
from ivr.cli.bench import bench_command
from ivr.cli.call import call
from ivr.cli.chat import chat
from ivr.cli.doctor import doctor
from ivr.cli.run import run
from ivr.core.errors import HotlineError

app = typer.Typer(
    name="ivr",
    help="A telephone hotline that listens, understands and answers in German.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command()(run)
app.command()(call)
app.command()(chat)
app.command()(doctor)
app.command("bench")(bench_command)
app.add_typer(calls.app, name="calls")
app.add_typer(config.app, name="config")
app.add_typer(models.app, name="models")
app.add_typer(nlu.app, name="nlu")


def main() -> None:
    """Run the command line; an expected failure is one clear line and exit code 1."""
    try:
        app()
    except HotlineError as error:
        sys.stderr.write(f"ivr: {error}\n")
        raise SystemExit(1) from None
