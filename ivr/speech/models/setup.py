"""What set-up does about models: gets what is needed, tries what is better, and goes on."""

import time
from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path

from ivr.core.errors import HotlineError
from ivr.speech.models.catalog import Catalog, Model, Use
from ivr.speech.models.fetch import WORKSHOP, fetch
from ivr.speech.models.installed import is_current
from ivr.speech.models.packages import install_locked
from ivr.speech.models.progress import Progress

PIPER_LOCK = Path(__file__).resolve().parents[3] / "requirements" / "piper.lock"
REST_S = 24 * 3600.0
"""A model that only makes things better is not tried again for so long after a failure."""


class Purpose(StrEnum):
    RUN = "run"
    TEST = "test"


def set_up(models_dir: Path, catalog: Catalog, purpose: Purpose, progress: Progress) -> None:
    """Get every model the purpose needs and try those that make the hotline better.

    Raises MissingPiece or ModelRefused at the first needed model that can't be had; the others
    are told in one line and left for a day.
    """
    for model in catalog.values():
        if model.use is Use.NEEDED or (model.use is Use.TESTS and purpose is Purpose.TEST):
            provide_model(models_dir, model, progress)
            progress.note(f"{model.name} is ready")
    for model in catalog.values():
        if model.use is Use.BETTER:
            _try(models_dir, model, progress)


def provide_model(
    models_dir: Path, model: Model, progress: Progress, carried: Path | None = None
) -> Path:
    """Install the model and the engine that speaks it. Raises MissingPiece and ModelRefused."""
    folder = fetch(models_dir, model, progress, carried)
    if not engine_is_there(model):
        # GPL-3.0: not among the program's own packages; it comes with the first Piper voice.
        log = models_dir / WORKSHOP / model.name / "piper-tts.log"
        install_locked(PIPER_LOCK, log, "piper-tts", progress)
    _failure_note(models_dir, model).unlink(missing_ok=True)
    return folder


def _try(models_dir: Path, model: Model, progress: Progress) -> None:
    note = _failure_note(models_dir, model)
    again = f"`ivr models fetch {model.name}` tries again"
    if _is_fresh(note) and not (is_current(models_dir, model) and engine_is_there(model)):
        progress.note(f"{model.name}: could not be had within the last day; {again}")
        return
    try:
        provide_model(models_dir, model, progress)
    except HotlineError as error:
        note.parent.mkdir(parents=True, exist_ok=True)
        note.write_text(f"{error}\n", encoding="utf-8")
        progress.note(f"{error}. The hotline works without it; {again}")
        return
    progress.note(f"{model.name} is ready")


def engine_is_there(model: Model) -> bool:
    """Vosk's and Whisper's are among the program's own packages."""
    return model.engine != "piper" or find_spec("piper") is not None


def _failure_note(models_dir: Path, model: Model) -> Path:
    return models_dir / WORKSHOP / model.name / "failed.txt"


def _is_fresh(note: Path) -> bool:
    try:
        age = time.time() - note.stat().st_mtime
    except OSError:
        return False
    # A clock that was set back must not put it off for ever.
    return 0 <= age < REST_S
