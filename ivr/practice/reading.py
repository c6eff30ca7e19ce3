"""Reads exercises: YAML, checked, with each mistake's place and what would be right."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from typing_extensions import override

from ivr.core.errors import ConfigError
from ivr.practice.exercise import Exercise

SHIPPED = Path(__file__).parent / "exercises"
LONGEST = 60_000
"""Characters of an exercise."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """Something in an exercise that cannot be."""

    line: int
    """Counted from 1."""
    where: str
    """Which entry: `answers.2.when`; empty for the whole file."""
    kind: str
    """`yaml`, `unknown`, `missing`, `value` or `names`: pages have words for each."""
    detail: str
    """What is wrong or what is allowed."""

    @override
    def __str__(self) -> str:
        what = {
            "yaml": f"is no YAML: {self.detail}",
            "unknown": f"there is no such entry here; there are {self.detail}",
            "missing": "is missing",
            "value": f"does not fit: {self.detail}",
            "names": self.detail,
        }[self.kind]
        return f"line {self.line}: {self.where + ' ' if self.where else ''}{what}"


class WrongExercise(ConfigError):
    """An exercise has mistakes: correct them where they are named."""

    def __init__(self, source: str, mistakes: list[Mistake]) -> None:
        self.mistakes = mistakes
        super().__init__("\n".join(f"{source}: {mistake}" for mistake in mistakes))


def read_exercise(text: str, source: str) -> Exercise:
    """`source` names it in messages. Raises WrongExercise."""
    if len(text) > LONGEST:
        mistake = Mistake(1, "", "value", f"at most {LONGEST} characters")
        raise WrongExercise(source, [mistake])
    try:
        content = YAML(typ="rt", pure=True).load(text)
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        wrong = Mistake(line, "", "yaml", " ".join(str(error.problem or error.context).split()))
        raise WrongExercise(source, [wrong]) from None
    except (YAMLError, ValueError, RecursionError) as error:
        # A date that cannot be, an unknown escape: ruamel tells no place of these.
        raise WrongExercise(source, [Mistake(1, "", "yaml", str(error)[:200])]) from None
    if not isinstance(content, Mapping):
        raise WrongExercise(source, [Mistake(1, "", "value", "it begins with title: …")])
    try:
        return Exercise.model_validate(_plain(content))
    except ValidationError as error:
        errors = error.errors(include_url=False)
        # An entry whose parts are wrong is counted as absent: its parts tell what is the matter.
        places = [each["loc"] for each in errors]
        found = [
            _mistake(content, each)
            for each in errors
            if not any(_within(place, each["loc"]) for place in places)
        ]
        raise WrongExercise(source, sorted(found, key=lambda each: each.line)) from None


def read_file(file: Path) -> Exercise:
    """Raises WrongExercise, and ConfigError if the file cannot be read."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file} cannot be read: {error}") from None
    return read_exercise(text, str(file))


@cache
def shipped() -> Mapping[str, Exercise]:
    """The exercises that come with the program, by name."""
    return {file.stem: read_file(file) for file in sorted(SHIPPED.glob("*.yaml"))}


def _plain(value: Any) -> Any:
    """Without what ruamel remembers of the file; numbers where texts belong become texts."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, float):
        return float(value)
    return int(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _within(place: tuple[int | str, ...], outer: tuple[int | str, ...]) -> bool:
    return len(place) > len(outer) > 0 and place[: len(outer)] == outer


def _mistake(content: Any, error: ErrorDetails) -> Mistake:
    place = [part for part in error["loc"] if not str(part).startswith("function-")]
    where = ".".join(str(part + 1) if isinstance(part, int) else part for part in place)
    line = _line(content, place)
    match error["type"]:
        case "extra_forbidden":
            return Mistake(line, where, "unknown", ", ".join(_entries(place[:-1])))
        case "missing":
            return Mistake(line, where, "missing", "")
        case "value_error":
            return Mistake(line, where, "names", str(error["ctx"]["error"]))
        case _:
            return Mistake(line, where, "value", error["msg"])


def _line(content: Any, place: list[int | str]) -> int:
    """Of the entry, or of what it should stand in."""
    line = 1
    for part in place:
        marks = getattr(content, "lc", None)
        if marks is None:
            break
        try:
            line = (marks.item(part) if isinstance(part, int) else marks.key(part))[0] + 1
            content = content[part]
        except (KeyError, IndexError, TypeError):
            break
    return line


def _entries(place: list[int | str]) -> list[str]:
    """What may stand in this place."""
    model: type[BaseModel] = Exercise
    for part in place:
        if isinstance(part, str):
            model = _model(model.model_fields[part].annotation)
    return list(model.model_fields)


def _model(annotation: Any) -> type[BaseModel]:
    """The model in `tuple[Answer, ...]`, or the one itself."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next(_model(arg) for arg in get_args(annotation) if arg is not Ellipsis)
