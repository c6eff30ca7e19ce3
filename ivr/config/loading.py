"""Reads the settings: `hotline.toml`, then environment variables over it; all or nothing."""

import errno
import json
import os
import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from ivr.config.reference import (
    VARIABLE_PREFIX,
    Option,
    options,
    options_of,
    sections,
    settings_file,
)
from ivr.config.section import Section
from ivr.config.settings import Settings
from ivr.core.errors import ConfigError

SETTINGS_FILE = "hotline.toml"
HOME_VARIABLE = "IVR_HOME"
"""Names the folder of the settings file; no setting itself."""
PROGRAM_FOLDER = Path(__file__).resolve().parents[2]
"""The checkout this program runs from, with `nlu/`, `requirements/` and `models/catalog.toml`."""

_Tables = dict[str, Any]


def settings_root(env: Mapping[str, str]) -> Path:
    """The folder of the settings file: `IVR_HOME`, or here if one is here, or the program's."""
    if home := env.get(HOME_VARIABLE):
        return Path(home).expanduser().absolute()
    here = Path.cwd()
    return here if (here / SETTINGS_FILE).is_file() else PROGRAM_FOLDER


def load_settings(root: Path, env: Mapping[str, str]) -> Settings:
    """The settings of the file in `root` (none is as good as an empty one) and of `env`.

    Relative paths come back absolute, taken from `root`. Raises ConfigError with one message that
    names every wrong value and every setting that does not exist.
    """
    known = {(option.section, option.key): option for option in options()}
    file = root / SETTINGS_FILE
    given = _read(file)
    problems = _unknown_in_file(file, given, known)
    from_env, unknown_variables = _from_env(env, known)
    problems += unknown_variables
    for (section, key), value in from_env.items():
        given.setdefault(section, {})[key] = value
    try:
        settings = Settings.model_validate(given)
    except ValidationError as error:
        problems += _wrong_values(error, file, known, set(from_env))
    else:
        if not problems:
            return _with_absolute_paths(settings, root.absolute(), known)
    listed = "\n".join(f"  - {problem}" for problem in problems)
    raise ConfigError(
        f"these settings are wrong; correct them and start again (see docs/configuration.md):\n"
        f"{listed}"
    )


def default_settings(root: Path) -> Settings:
    """What `load_settings` gives where nothing is set."""
    known = {(option.section, option.key): option for option in options()}
    return _with_absolute_paths(Settings(), root.absolute(), known)


def write_default_settings(root: Path) -> Path | None:
    """Make the commented default file in `root`; None if there is one, or it can't be written."""
    file = root / SETTINGS_FILE
    try:
        with file.open("x", encoding="utf-8") as new:
            new.write(settings_file())
    except FileExistsError:
        return None
    except OSError as error:
        # A read-only folder (a container's image) runs as well on defaults and variables.
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
            return None
        raise ConfigError(f"{file} cannot be written: {error.strerror}") from error
    return file


def _read(file: Path) -> _Tables:
    try:
        # The "sig" takes off the mark that Windows editors put in front of a text.
        text = file.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return {}
    except UnicodeDecodeError as error:
        raise ConfigError(f"{file} is not UTF-8 text: save it again as UTF-8") from error
    except OSError as error:
        raise ConfigError(f"{file} cannot be read: {error.strerror}") from error
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{file} is not valid TOML: {error}") from error


def _unknown_in_file(
    file: Path, given: _Tables, known: Mapping[tuple[str, str], Option]
) -> list[str]:
    """Take what is no setting out of `given` and say so."""
    problems = []
    tables = [name for name, _ in sections()]
    for table, content in list(given.items()):
        if table not in tables:
            what = f"table [{table}]" if isinstance(content, dict) else f"setting {table}"
            problems.append(f"{file}: there is no {what}{_hint(table, tables)}")
            del given[table]
        elif not isinstance(content, dict):
            problems.append(f"{file}: {table} must be a table, written [{table}]")
            del given[table]
        else:
            keys = [key for section, key in known if section == table]
            for key in [key for key in content if key not in keys]:
                problems.append(f"{file}: [{table}] has no setting {key}{_hint(key, keys)}")
                del content[key]
            for key in [key for key in content if known[table, key].optional]:
                # The default file writes "" where nothing is given.
                content[key] = content[key] if content[key] != "" else None
    return problems


def _from_env(
    env: Mapping[str, str], known: Mapping[tuple[str, str], Option]
) -> tuple[dict[tuple[str, str], str | list[str]], list[str]]:
    by_variable = {
        option.variable: place for place, option in known.items() if option.tables is None
    }
    found: dict[tuple[str, str], str | list[str]] = {}
    problems = []
    for name, value in sorted(env.items()):
        if not name.startswith(VARIABLE_PREFIX) or name == HOME_VARIABLE:
            continue
        if name not in by_variable:
            hint = _hint(name, list(by_variable))
            problems.append(f"environment: {name} is no setting{hint}")
        elif value:
            place = by_variable[name]
            found[place] = _listed(value) if known[place].several else value
    return found, problems


def _listed(value: str) -> list[str]:
    return [part.strip() for part in value.split(",") if part.strip()]


def _hint(wrong: str, right: list[str]) -> str:
    close = get_close_matches(wrong, right, n=1)
    return f"; did you mean {close[0]}?" if close else ""


def _wrong_values(
    error: ValidationError,
    file: Path,
    known: Mapping[tuple[str, str], Option],
    from_env: set[tuple[str, str]],
) -> list[str]:
    problems = []
    for detail in error.errors(include_url=False, include_context=False):
        place = tuple(str(part) for part in detail["loc"])
        option = known.get((place[0], place[1])) if len(place) > 1 else None
        if option is None:
            problems.append(detail["msg"].removeprefix("Value error, "))
            continue
        if option.tables is not None and len(place) > 2:
            problems.append(_wrong_in_table(option.tables, file, place, detail))
            continue
        if (option.section, option.key) in from_env:
            where = f"environment: {option.variable}"
        else:
            where = f"{file}: [{option.section}] {option.key}"
        value = "" if option.secret else f" = {_shown(detail['input'])}"
        problems.append(f"{where}{value} is wrong: allowed is {option.allowed}")
    return problems


def _wrong_in_table(
    tables: type[Section], file: Path, place: tuple[str, ...], detail: ErrorDetails
) -> str:
    section, key, number, *rest = place
    name = f"{section}.{key}"
    where = f"{file}: [[{name}]], table {int(number) + 1}"
    known = {option.key: option for option in options_of(name, tables)}
    match rest:
        case [wrong, *_] if wrong not in known:
            return f"{where}: there is no setting {wrong}{_hint(wrong, list(known))}"
        case [missing, *_] if detail["type"] == "missing":
            return f"{where}: {missing} must be given: {known[missing].description}"
        case [wrong, *_]:
            option = known[wrong]
            value = "" if option.secret else f" = {_shown(detail['input'])}"
            return f"{where}: {wrong}{value} is wrong: allowed is {option.allowed}"
        case _:
            return f"{where}: {detail['msg'].removeprefix('Value error, ')}"


def _shown(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 80 else text[:77] + "..."


def _with_absolute_paths(
    settings: Settings, root: Path, known: Mapping[tuple[str, str], Option]
) -> Settings:
    changed: _Tables = {}
    for (section, key), option in known.items():
        value = getattr(getattr(settings, section), key)
        if option.path and value is not None:
            changed.setdefault(section, {})[key] = _absolute(root, value)
        elif option.tables is not None:
            paths = [each.key for each in options_of(section, option.tables) if each.path]
            changed.setdefault(section, {})[key] = tuple(
                table.model_copy(
                    update={
                        each: _absolute(root, getattr(table, each))
                        for each in paths
                        if getattr(table, each) is not None
                    }
                )
                for table in value
            )
    return settings.model_copy(
        update={
            section: getattr(settings, section).model_copy(update=update)
            for section, update in changed.items()
        }
    )


def _absolute(root: Path, value: str | Path) -> Path:
    # Not resolve(): a link that the admin set on purpose stays visible in messages.
    return Path(os.path.normpath(root / Path(value).expanduser()))
