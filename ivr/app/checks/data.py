"""What the hotline works with: models, the trained assistant, the company, the database."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from ivr.app.checks.finding import Finding, missing, ok, warning
from ivr.app.checks.machine import existing
from ivr.config.company import load_company
from ivr.config.loading import PROGRAM_FOLDER
from ivr.config.settings import Settings
from ivr.core.errors import ConfigError
from ivr.speech.models.catalog import Model, Use, load_catalog
from ivr.speech.models.installed import is_current
from ivr.speech.models.setup import engine_is_there
from ivr.store.database import address, shown
from ivr.understanding.nlu_model import MODEL_SUFFIX, model_file

_BUSY_S = 2.0


def check_models(settings: Settings) -> list[Finding]:
    """One line a model that the hotline needs or could use; those of the tests if installed."""
    folder = settings.hotline.models_dir
    return [
        _check_model(folder, model, needed=_is_needed(model, settings))
        for model in load_catalog().values()
        if model.use is not Use.TESTS or (folder / model.name).exists()
    ]


def _is_needed(model: Model, settings: Settings) -> bool:
    """Whether the hotline does not start without it: by the catalog, or by the admin's choice."""
    chosen = (settings.speech.recognizer, settings.speech.voice)
    return model.use is Use.NEEDED or (model.use is Use.BETTER and model.engine in chosen)


def _check_model(folder: Path, model: Model, *, needed: bool) -> Finding:
    name, cure = f"model {model.name}", f"run `ivr models fetch {model.name}`"
    if not is_current(folder, model):
        text = "not installed, or not as the catalog says"
    elif not engine_is_there(model):
        text = "installed, but the package that speaks it is not"
    else:
        return ok(name, model.about)
    if needed:
        return missing(name, text, cure)
    return warning(name, f"{text}; the hotline works without it", cure)


def check_trained_model(settings: Settings) -> Finding:
    """Whether Rasa has a model made from what `nlu/` holds now."""
    name, folder = "trained assistant", settings.hotline.models_dir / "nlu"
    model = model_file(PROGRAM_FOLDER / "nlu", folder)
    if model.exists():
        return ok(name, str(model))
    older = any(folder.glob(f"*{MODEL_SUFFIX}"))
    text = "only one of another content of nlu/ is there" if older else f"none in {folder}"
    return missing(name, text, "run `ivr nlu train`")


def check_company(settings: Settings) -> Finding:
    name = "company profile"
    try:
        load_company(settings.hotline.company)
    except ConfigError as error:
        return missing(name, _one_line(error), f"correct {settings.hotline.company}")
    return ok(name, str(settings.hotline.company))


def check_database(settings: Settings) -> Finding:
    """Whether the SQLite file can be written; a database elsewhere is not asked."""
    name = "database"
    try:
        url = address(settings.database)
    except ConfigError as error:
        return missing(name, _one_line(error), "correct [store] url")
    if url.get_backend_name() != "sqlite" or not url.database:
        return ok(name, f"{shown(url)}, not tried here: a start tries it")
    file = Path(url.database)
    if not file.exists():
        place = existing(file.parent)
        if os.access(place, os.W_OK):
            return ok(name, f"{file} will be made at the start")
        return missing(name, f"{place} cannot be written", f"give this user the right to: {place}")
    try:
        with closing(sqlite3.connect(f"{file.as_uri()}?mode=rw", _BUSY_S, uri=True)) as database:
            database.execute("BEGIN IMMEDIATE")
            database.rollback()
    except sqlite3.Error as error:
        return missing(
            name,
            f"{file} cannot be written: {error}",
            "check that this user may write it and its folder, and that nothing else locks it",
        )
    return ok(name, f"{file} can be written")


def _one_line(error: ConfigError) -> str:
    return " ".join(str(error).split())
