"""`ivr nlu`: Rasa's model."""

import os

import typer

from ivr.config.loading import PROGRAM_FOLDER, load_settings, settings_root
from ivr.understanding.nlu_model import nlu_python, train

app = typer.Typer(help="Rasa's model: train it from nlu/.", no_args_is_help=True)


@app.callback()
def nlu() -> None:
    """Keeps `train` a sub-command while it is the only one."""


@app.command("train")
def train_model() -> None:
    """Train the model for the present content of nlu/, unless it is there already."""
    settings = load_settings(settings_root(os.environ), os.environ)
    python = nlu_python(PROGRAM_FOLDER)
    model = train(PROGRAM_FOLDER / "nlu", settings.hotline.models_dir / "nlu", python, typer.echo)
    typer.echo(f"Rasa's model is {model}")
