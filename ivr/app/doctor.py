"""Looks at everything the hotline needs: how each thing is, and what would cure it."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from ivr.app.checks.certificate import check_certificate
from ivr.app.checks.data import (
    check_company,
    check_database,
    check_models,
    check_trained_model,
)
from ivr.app.checks.environments import (
    check_program_packages,
    check_rasa_packages,
    check_rasa_python,
)
from ivr.app.checks.finding import Finding, missing, ok
from ivr.app.checks.machine import check_disk, check_espeak, check_python, check_sound
from ivr.app.checks.services import check_ports
from ivr.config.loading import SETTINGS_FILE, default_settings, load_settings
from ivr.config.settings import Settings
from ivr.core.errors import ConfigError, HotlineError


def examine(root: Path, env: Mapping[str, str]) -> Iterator[Finding]:
    """Each finding as soon as it is there; changes nothing on the machine.

    `root` is the folder of the settings file. Where the settings are wrong, what depends on them
    is looked at with the defaults.
    """
    yield check_python()
    yield check_program_packages()
    try:
        settings = load_settings(root, env)
        file = root / SETTINGS_FILE
        yield ok("settings", str(file) if file.exists() else f"defaults: there is no {file}")
    except ConfigError as error:
        yield missing("settings", " ".join(str(error).split()), f"correct {root / SETTINGS_FILE}")
        settings = default_settings(root)
    yield check_rasa_python(settings.nlu.python)
    yield check_rasa_packages()
    yield check_espeak(wanted=settings.speech.voice == "pyttsx3")
    yield from check_sound()
    checks: list[Callable[[Settings], list[Finding]]] = [
        check_models,
        lambda settings: [check_trained_model(settings)],
        lambda settings: [check_company(settings)],
        lambda settings: [check_database(settings)],
        lambda settings: [check_disk(settings.hotline.data_dir)],
        check_ports,
        check_certificate,
    ]
    for check in checks:
        try:
            yield from check(settings)
        except HotlineError as error:
            yield missing("the check itself", str(error), "correct what it names")
