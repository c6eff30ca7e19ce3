"""`ivr config`: what can be set, and the settings file."""

import os

import typer

from ivr.config.loading import SETTINGS_FILE, settings_root, write_default_settings
from ivr.config.reference import settings_page

app = typer.Typer(help="The settings: make the file, print the manual page.")


@app.command()
def init() -> None:
    """Make the commented settings file, unless there is one."""
    root = settings_root(os.environ)
    made = write_default_settings(root)
    typer.echo(f"made {made}" if made else f"{root / SETTINGS_FILE} stays as it is")


@app.command()
def docs() -> None:
    """Print docs/configuration.md."""
    typer.echo(settings_page(), nl=False)
