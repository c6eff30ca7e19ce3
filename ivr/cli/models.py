"""`ivr models`: the speech models on this machine."""

import os
from pathlib import Path
from typing import Annotated

import typer

from ivr.cli.progress import new_progress
from ivr.config.loading import load_settings, settings_root
from ivr.speech.models.catalog import find_model, load_catalog
from ivr.speech.models.installed import is_current, unseal, verify
from ivr.speech.models.setup import Purpose, provide_model, set_up

app = typer.Typer(help="The speech models: what there is, fetch one, check them.")


@app.command("list")
def list_models() -> None:
    """Print the models of the catalog and which of them are installed."""
    folder = _folder()
    for model in load_catalog().values():
        state = "installed" if is_current(folder, model) else "-"
        typer.echo(
            f"{model.name:<22} {state:<10} {model.engine:<8} {model.language:<13}"
            f" {model.licence:<11} {model.size / 1e6:5.0f} MB  {model.use:<7} {model.about}"
        )


@app.command("fetch")
def fetch_model(
    name: str,
    carried: Annotated[
        Path | None,
        typer.Option("--from", help="A folder of files downloaded elsewhere, under their names."),
    ] = None,
) -> None:
    """Install a model, with its engine where that is separate. Goes on where it was stopped."""
    model = find_model(load_catalog(), name)
    typer.echo(f"{name} is in {provide_model(_folder(), model, new_progress(), carried)}")


@app.command("verify")
def verify_models(names: Annotated[list[str] | None, typer.Argument()] = None) -> None:
    """Read every byte of the installed models (or of those named) and compare the hashes."""
    folder, catalog = _folder(), load_catalog()
    chosen = [find_model(catalog, name) for name in names or catalog]
    wrong = False
    for model in chosen:
        if not names and not (folder / model.name).exists():
            continue
        problems = verify(folder, model)
        if not problems:
            typer.echo(f"{model.name} is right")
            continue
        wrong = True
        unseal(folder, model.name)
        typer.echo(
            f"{model.name} is wrong: {'; '.join(problems)}."
            f" `ivr models fetch {model.name}` fetches it again"
        )
    if wrong:
        raise typer.Exit(1)


@app.command("setup")
def set_up_models(
    purpose: Annotated[Purpose, typer.Option("--for", help="What the models are for.")],
) -> None:
    """Get the models that are needed, and try those that make the hotline better."""
    set_up(_folder(), load_catalog(), purpose, new_progress())


def _folder() -> Path:
    return load_settings(settings_root(os.environ), os.environ).hotline.models_dir
