"""`ivr nlu`: what the assistant is taught, and the models that come of it."""

import typer

from ivr.cli import nlu_content, nlu_models

app = typer.Typer(
    help="What the assistant is taught: import, export, train, compare, activate.",
    no_args_is_help=True,
)
app.command("train")(nlu_models.train_model)
app.command("import")(nlu_content.import_files)
app.command("export")(nlu_content.export_files)
app.command("hear")(nlu_content.hear)
app.command("models")(nlu_models.list_models)
app.command("evaluate")(nlu_models.evaluate)
app.command("activate")(nlu_models.activate)
app.command("rollback")(nlu_models.rollback)
